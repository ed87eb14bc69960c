#pragma once
/* Rows of a table: TSV without quoting, or CSV and TSV as csv writers make them (a field in quotes, quotes inside doubled,
 * line ends inside allowed). Fields are slices of the file, or of the arena where quotes were undone. */
#include "corpus/formats.h"

typedef struct rows {
    const char *path;
    str rest;
    int line; /* of the next row, from 1 */
    char sep;
    bool quoted;
    arena *mem;
} rows;
typedef struct row {
    int line, n;
    str *at; /* [n] */
    size_t cap;
} row;

/* sep is a tab or a comma. quoting: as in a task; -1 asks rows_quoted. */
rows rows_of(const reading *r, char sep, int quoting);
/* Is a table cut at sep written as csv? Yes if a field begins with a quote and each that does also ends as csv wants: at a
 * quote that is followed by sep or the line's end, with each quote inside doubled, all on one line. */
bool rows_quoted(str bytes, char sep);
/* The next row that is not empty; *more is false at the end. The fields live until the next call. */
MUST_USE bool rows_next(rows *s, row *to, bool *more, err *e);
