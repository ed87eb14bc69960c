#pragma once
/* The end of a run: the chosen epoch's weights, every task's dev and test scored once, with intervals; predictions, scores.tsv, record.yaml. This is
 * the first time that the default protocol opens a test file. */
#include "train/run.h"

/* start: when the run began, clock_now's seconds. */
MUST_USE bool finish_run(run *r, double start, err *e);
