#pragma once
/* A corpus through a net: answers held beside gold, ready for score/. */
#include "model/infer.h"
#include "score/predictions.h"

/* Head h of the net answers all of p, which are the packed examples x of task t. The predictions point into x and own the rest; close them. most: tokens a batch may have. loss (may be NULL): mean over
 * rows that count. what (may be NULL): a name for the progress line. */
MUST_USE bool evaluate_run(predictions *to, net *n, int h, const task *t, const examples *x,
                           const packs *p, int most, double *loss, const char *what, err *e);
/* The same from answers that are there; they must live as long (in to->mem, say, where all else goes). */
void evaluate_gather(predictions *to, const task *t, const examples *x, const answer *answers);
