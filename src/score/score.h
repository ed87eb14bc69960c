#pragma once
/* Predictions -> metrics. All are fractions; undefined is 0 and said so. Class metrics always use the task's whole label list, so an absent class never shifts another.
 *   pearson      r = cov(x, y) / (sd x sd y)            spearman   pearson of the ranks, ties share their mean rank
 *   accuracy     right / all
 *   micro-f1     P = sum TP / sum (TP + FP), R = sum TP / sum (TP + FN), F1 = 2PR / (P + R), over all classes but the negative one if the task has one
 *   macro-f1     mean of the F1 of each class, the negative one left out; 0 where a class's F1 is undefined
 *   span-f1      strict: a mention counts if both ends and the type are right; conlleval's semantics for what a mention is
 *   document-f1  HoC: labels of a document's sentences are united; P and R are means over documents of the share of right labels; F1 of the two means (facts: example-based) */
#include "score/predictions.h"

typedef struct counts {
    long tp, fp, fn;
} counts;
double counts_precision(counts c);
double counts_recall(counts c);
double counts_f1(counts c);

typedef struct score_row { /* of one label, or of "micro", "macro", "micro with NEGATIVE" .. */
    const char *label;
    counts c;
    double precision, recall, f1;
    long gold;               /* how many there are in gold */
} score_row;

typedef struct score {
    enum metric metric;
    double value;            /* of the task's metric */
    const char *undefined;   /* why value is 0 though nothing is wrong with the predictions (no variance, no gold), or NULL */
    score_row *rows;         /* by label, then the averages; empty for KIND_SCORE */
    int n_rows;
    long *confusion;         /* [K,K] gold x predicted, classes only; else NULL */
    int K;
    struct { const char *name; double value; } also[8]; /* every other metric that the kind has, named */
    int n_also;
    long n, gold_mentions, scored_mentions; /* the line "N of N gold mentions scored" */
} score;

MUST_USE bool score_compute(score *to, const predictions *p, arena *mem, err *e);
/* The value of one metric on a resample: weight[i] copies of unit i (unit: document, or example where it has none). For bootstrap: units are numbered by score_units. */
int score_units(const predictions *p, int *unit_of); /* fills unit_of[p->n]; returns how many units */
/* Per unit sufficient statistics, so that a resample is a sum: [units, width] doubles. */
int score_width(enum metric metric, const task *t);
void score_statistics(const predictions *p, enum metric metric, const int *unit_of, int units, double *stat);
double score_from(enum metric metric, const task *t, const double *sum); /* a metric from summed statistics (spearman: not additive, by resampled ranks: see score_resample) */
/* low, high: the percentile bootstrap interval (default 95 %, 1000 resamples, seeded). */
MUST_USE bool score_interval(const predictions *p, enum metric metric, uint64_t seed, int resamples, double level, double *low, double *high, err *e);
/* The same resamples for two systems on the same examples: interval of b - a, and the share of resamples in which b <= a. */
MUST_USE bool score_paired(const predictions *a, const predictions *b, enum metric metric, uint64_t seed, int resamples, double level, double *diff, double *low, double *high, double *p_value, err *e);

/* For people: rows by label, confusion matrix, also-metrics; and the list of errors (example, gold, predicted; words: missed, spurious, wrong type/border). */
void score_print(const score *s, const task *t, FILE *to);
void score_json(const score *s, const task *t, text *to);
void score_errors(const predictions *p, FILE *to);
/* The score of always giving the most frequent class (or mean, or no mention / the most frequent label set) of train: the baseline that tables show. */
double score_majority(const examples *train, const predictions *gold, const task *t, enum metric metric);
