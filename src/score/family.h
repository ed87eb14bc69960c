#pragma once
/* What a family of metrics gives to score.c; only src/score includes this. A metric is a function
 * of sums over units (documents), so that the value on a resample costs one pass over sparse
 * counts. */
#include "score/score.h"

typedef struct stat_sink stat_sink;
/* unit's sum number index grows by value. */
void stat_add(stat_sink *to, int unit, int index, double value);

typedef struct family {
    int (*width)(enum metric metric, const task *t);
    /* Adds every example's part; unit_of [p->n]. */
    bool (*put)(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of,
                err *e);
    /* sums [s->width] -> the metric; *undefined is NULL on the way in. */
    double (*from)(const score_stats *s, const double *sum, const char **undefined);
    /* Rows, confusion matrix and other metrics of a report; value is set already. */
    bool (*describe)(score *to, const predictions *p, arena *mem, err *e);
} family;
extern const family pearson_family, accuracy_family, class_family, span_family, document_family;

/* Which family computes a metric for a kind; NULL where it does not fit. */
const family *family_of(enum metric metric, enum task_kind kind);
/* The family that describes a kind. */
const family *family_of_kind(enum task_kind kind);

/* Is the metric one of the kind's, has every example gold and a finite, known answer? */
bool score_check(const predictions *p, enum metric metric, err *e);
/* Numbers the units: documents in order of first appearance. unit_of [p->n]; returns how many. */
int units_of(const predictions *p, int *unit_of, arena *mem);
/* F1 of the sums tp, fp, fn of K classes, [K,3], or [1,3] for micro: which of the two the metric
 * says. */
double class_f1_from(enum metric metric, const double *sum, int K, int negative,
                     const char **undefined);
/* Two rows behind those of the labels: micro and macro over all rows of labels but `negative`
 * (-1: all), named "micro" and "macro", or with " with LABEL" added. */
void rows_average(score *to, int negative, const char *with, arena *mem);
void score_also_add(score *to, const char *name, double value);
static inline bool set_has(const uint64_t *set, int i)
{
    return set[i / 64] >> (i % 64) & 1;
}
static inline int set_words(const task *t)
{
    return (t->n_labels + 63) / 64;
}

/* pearson.c: spearman's ranks. */
struct score_ranks *ranks_of(const predictions *p, const int *unit_of, arena *mem);
double ranks_value(const struct score_ranks *r, const int *weight, const char **undefined);
/* span_f1.c: the task's tags and one more, for foreign tags where they count: prefix X, a type of
 * its own. */
bool span_tags(tagset *to, const task *t, arena *mem, err *e);
/* Predicted tags as numbers of that set: foreign ones are O, with as_authors the additional tag. */
void span_predicted(const tagset *s, const predicted *x, bool as_authors, int *tags);
