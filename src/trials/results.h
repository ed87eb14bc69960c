#pragma once
/* What the finished runs of a study found, as its tables: printed, and written to DIR/table.tsv, DIR/table.md and, for searching, DIR/runs.sqlite. */
#include "trials/runs.h"
#include "trials/tables.h"

/* Runs that are not finished are counted and named in the closing line; where none is finished it fails. */
MUST_USE bool results_write(const study *s, const planned *p, int n, const char *dir, int resamples,
                            FILE *to, err *e);
