#pragma once
/* How far a study's numbers carry: spread over seeds, intervals that hold both for other seeds and
 * for other test documents, differences between models, p-values for several tasks at once. Sums
 * come from score/score.h; tables.c calls this. Definitions with their sources are in
 * docs/scoring.md.
 *
 * Two things make a score vary: which documents were drawn into the test set, and the seed of a
 * training. All runs of a task are scored on the same documents, so the two are crossed, and
 * intervals_of resamples both, independently: seeds with replacement and documents with
 * replacement, one draw of documents for all runs (Owen 2007, "The pigeonhole bootstrap"; for one
 * seed this is the usual bootstrap over documents, paired where two models are compared: Efron and
 * Tibshirani 1993; Koehn 2004). Documents count fully, also with one seed; of few seeds a bootstrap
 * sees too little spread by the factor (S - 1) / S, while what varies with both is counted more
 * than once. */
#include "score/score.h"

/* Mean, standard deviation (n - 1) and Student's t interval of the mean over seeds; sd, low and
 * high are NAN for one seed, all for none. */
typedef struct spread {
    int n;
    double mean, sd, low, high;
} spread;
spread intervals_spread(const double *value, int n, double level);
/* The quantile q in (0, 1) of Student's t distribution with df >= 1 degrees of freedom. */
double intervals_t(double q, int df);

/* One model on one task: statistics of a run a seed, all of one metric on the same examples. */
typedef struct runs {
    const score_stats *at; /* [n] */
    const uint64_t *seed;  /* [n], ascending */
    int n;
} runs;

typedef struct resampling {
    uint64_t seed;
    int resamples; /* usually 1000 */
    double level;  /* usually 0.95 */
} resampling;

typedef struct estimate {
    double value, low, high; /* low, high: NAN where a bootstrap says nothing, see score_interval */
    double p;                /* of a difference: two-sided, as in score_paired; else NAN */
} estimate;

/* Mean over tasks of the mean over seeds of b[tasks], minus the same of a where a is not NULL.
 * Documents of each task are drawn for themselves, the same for all its runs. Seeds are drawn once
 * for a model, the same for all tasks that have equally many; and the same for a and b where they
 * were trained with the same seeds. Fails where the runs of a task are not of the same examples. */
MUST_USE bool intervals_of(estimate *to, const runs *a, const runs *b, int tasks,
                           const resampling *how, err *e);

/* Holm's step-down correction (Holm 1979): the adjusted p[i] is at most 1, and rejecting those
 * below a level keeps the chance of any false rejection below it. NAN stays and is not counted. */
void intervals_holm(const double *p, int n, double *adjusted);
