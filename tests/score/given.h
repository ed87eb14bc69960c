#pragma once
/* Tasks and predictions built by hand, for the tests of score/ and trials/. Everything lives until
 * the test ends; a complaint fails the test. */
#include "score/score.h"
#include "tests.h"

/* labels: "A B C", cut at blanks; of words all tags. negative: a label or NULL. The metric is the
 * kind's usual one. */
const task *given_task(enum task_kind kind, const char *labels, const char *negative);
/* The same task with another metric. */
const task *given_metric(const task *t, enum metric metric);
/* From TSV in which a blank stands for a tab. */
predictions *given(const task *t, const char *tsv);
/* Word tags: sentences cut at |, tags at blanks, "B" meaning B-D where the task has types; one
 * document. */
predictions *given_tags(const task *t, const char *gold, const char *said);
/* The complaint about a TSV that must be refused. */
const char *complaint(const task *t, const char *tsv);
double metric_of(const predictions *p, enum metric metric);
