#pragma once
/* Predictions -> metrics, intervals, reports. All metrics are fractions; an undefined one is 0 and
 * said so. Class metrics always use the task's whole label list, so an absent class never shifts
 * another. docs/scoring.md has every definition in words, with its source.
 *   pearson      r = cov(x, y) / (sd x sd y)            spearman   pearson of the ranks, ties share
 *                                                                  their mean rank
 *   accuracy     right / all: of classes, words (tags), or whole label sets
 *   micro-f1     F1 = 2 TP / (2 TP + FP + FN), summed over all classes but the negative one
 *   macro-f1     mean of the F1 of each class, the negative one left out; 0 where a class has
 *                neither gold nor predictions. words: mean over the types
 *   span-f1      strict: a mention counts if both ends and type are right; what a mention is, is
 *                conlleval's; sums over types (micro)
 *   document-f1  HoC: labels of a document's sentences are united; P and R are means over documents
 *                of the share of right labels; F1 of the two means
 *   kind                       metrics
 *   sentence, pair, relation   accuracy micro-f1 macro-f1
 *   score                      pearson spearman
 *   words                      span-f1 (micro-f1 is the same) macro-f1 accuracy
 *   labels                     document-f1 micro-f1 macro-f1 accuracy (the last three by sentence)
 * score.c knows the families of metrics (family.h), each of which is a file. */
#include "score/predictions.h"

typedef struct counts {
    long tp, fp, fn;
} counts;
double counts_precision(counts c); /* 0 where nothing was predicted */
double counts_recall(counts c);    /* 0 where there is nothing in gold */
double counts_f1(counts c);        /* 2 TP / (2 TP + FP + FN); 0 where all are 0 */

typedef struct score_row { /* of one label, or of "micro", "macro", "micro with NEGATIVE" .. */
    const char *label;
    counts c; /* of means (macro, document): zeros */
    double precision, recall, f1;
    long gold;    /* how many there are in gold */
    bool mean;    /* an average and no label of the task */
    bool foreign; /* mentions that foreign tags opened: part of micro, not of macro */
} score_row;

enum { ALSO_MOST = 8 };
typedef struct score_also {
    const char *name;
    double value;
} score_also;

typedef struct score {
    enum metric metric;
    double value; /* of the task's metric */
    const char
        *undefined;  /* why value is 0 though nothing is wrong with the predictions, or NULL */
    score_row *rows; /* by label, then the averages; empty for KIND_SCORE */
    int n_rows;
    long *confusion; /* [K,K] gold x predicted, one class an example only; else NULL */
    int K;
    score_also also[ALSO_MOST]; /* every other metric that the kind has, named */
    int n_also;
    long n;                              /* examples */
    long gold_mentions, scored_mentions; /* KIND_WORDS: "N of N gold mentions scored" */
    long foreign;                        /* KIND_WORDS: predicted tags X, CLS, SEP */
    double low, high, level;             /* score_bootstrap's; resamples 0: not asked for */
    int resamples, units;
} score;

bool score_fits(enum metric metric, enum task_kind kind);
/* By the task's metric. Fails where an example has no gold, and where the metric does not fit the
 * kind. */
MUST_USE bool score_compute(score *to, const predictions *p, arena *mem, err *e);
/* One metric's value and nothing else. */
MUST_USE bool score_metric(const predictions *p, enum metric metric, double *value, err *e);

/* All that resamples need to know of a set of predictions: for each unit (the document; example
 * where there is none) the counts and sums that it adds to the metric, stored sparsely; for
 * spearman, which is no function of sums, the two orders. Predictions may be closed; what is here
 * lives in the arena. */
typedef struct score_stats {
    const struct family *family;
    enum metric metric;
    int units, width, n; /* n: examples */
    int negative;        /* class that averages leave out, or -1 */
    size_t *start;       /* [units+1] into index and value */
    int *index;          /* which of the width sums */
    double *value;
    struct score_ranks *ranks; /* spearman, else NULL */
    uint64_t same;             /* of ids, documents, gold: equal for systems on the same examples */
} score_stats;
MUST_USE bool score_stats_of(score_stats *to, const predictions *p, enum metric metric, arena *mem,
                             err *e);
/* The metric on weight[u] copies of each unit u (NULL: one of each). undefined (may be NULL) says
 * why it is 0. */
double score_value(const score_stats *s, const int *weight, const char **undefined);
/* A bootstrap resample: units draws with replacement from units, named by seed, resample and what
 * is drawn (0: units of the test set; others are free for callers), counted into weight[units]. */
void score_draw(uint64_t seed, uint32_t resample, uint32_t what, int units, int *weight);
/* The share-q quantile of v[n], which gets sorted; between two values linearly, as numpy does. */
double score_quantile(double *v, int n, double q);

/* The percentile bootstrap interval over documents (Efron and Tibshirani 1993, chapter 13). A
 * resample for which the metric is undefined is left out; where there are fewer than 2 units, or
 * fewer than half of the resamples count, low and high are NAN. resamples >= 1, level in (0, 1),
 * usually 1000 and 0.95. */
MUST_USE bool score_interval(const predictions *p, enum metric metric, uint64_t seed, int resamples,
                             double level, double *low, double *high, err *e);
/* The same, into a score that was computed, for the reports. */
MUST_USE bool score_bootstrap(score *to, const predictions *p, uint64_t seed, int resamples,
                              double level, err *e);
/* Two systems on the same examples, the same resamples for both: diff is b - a on all examples, low
 * and high its interval, p_value two-sided: twice the smaller share of resamples on either side of
 * 0, (count + 1) / (resamples + 1), at most 1. Fails where the examples or their gold differ. */
MUST_USE bool score_paired(const predictions *a, const predictions *b, enum metric metric,
                           uint64_t seed, int resamples, double level, double *diff, double *low,
                           double *high, double *p_value, err *e);

/* For people: rows by label, confusion matrix, also-metrics. */
void score_print(const score *s, const task *t, FILE *to);
/* One object, on one line, ended by a newline. */
void score_json(const score *s, const task *t, text *to);
/* The list of errors, TSV with a header: example, gold, predicted; words: missed, spurious, wrong
 * type, border or both, with places in words counted from 0, last included; scores: the ERRORS_MOST
 * largest differences. */
enum { ERRORS_MOST = 100 };
MUST_USE bool score_errors(const predictions *p, FILE *to, err *e);
/* The score of an answer that ignores the text: always the most frequent class of train (of two the
 * first), the mean, the most frequent tag (mentions: none), the most frequent label set. The
 * baseline that tables show. gold's predictions are not looked at. */
MUST_USE bool score_majority(const examples *train, const predictions *gold, enum metric metric,
                             double *value, err *e);
