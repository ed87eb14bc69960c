/* Pearson's correlation from sums, and Spearman's, which is Pearson's of the ranks.
 *   r = (Sxy - Sx Sy / n) / sqrt((Sxx - Sx^2 / n) (Syy - Sy^2 / n))
 * with x and y counted from their means over all examples: then nothing large cancels, also for a
 * resample, whose means are near. */
#include "score/family.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { SUM_N, SUM_X, SUM_Y, SUM_XX, SUM_YY, SUM_XY, SUMS };

static int width(enum metric metric, const task *t)
{
    (void)metric, (void)t;
    return SUMS;
}

/* Exactly the value where all are equal, since the first is taken off before the sum. */
static double mean_of(const predictions *p, bool gold)
{
    double first = gold ? p->at[0].gold_score : p->at[0].score, sum = 0;
    for (int i = 0; i < p->n; i++) sum += (gold ? p->at[i].gold_score : p->at[i].score) - first;
    return first + sum / p->n;
}

static bool put(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of, err *e)
{
    (void)metric, (void)e;
    double mean_x = mean_of(p, true), mean_y = mean_of(p, false);
    for (int i = 0; i < p->n; i++) {
        double x = p->at[i].gold_score - mean_x, y = p->at[i].score - mean_y;
        int u = unit_of[i];
        stat_add(to, u, SUM_N, 1);
        stat_add(to, u, SUM_X, x);
        stat_add(to, u, SUM_Y, y);
        stat_add(to, u, SUM_XX, x * x);
        stat_add(to, u, SUM_YY, y * y);
        stat_add(to, u, SUM_XY, x * y);
    }
    return true;
}

/* What is left of the squares after n equal numbers were taken apart is rounding: n eps of them. */
static double r_of(const double *s, const char **undefined)
{
    double n = s[SUM_N];
    if (n < 2) return *undefined = "fewer than two examples", 0;
    double xx = s[SUM_XX] - s[SUM_X] * s[SUM_X] / n, yy = s[SUM_YY] - s[SUM_Y] * s[SUM_Y] / n;
    double xy = s[SUM_XY] - s[SUM_X] * s[SUM_Y] / n;
    if (xx <= 4 * n * DBL_EPSILON * s[SUM_XX]) return *undefined = "gold does not vary", 0;
    if (yy <= 4 * n * DBL_EPSILON * s[SUM_YY]) return *undefined = "predictions do not vary", 0;
    double r = xy / sqrt(xx) / sqrt(yy);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

static double from(const score_stats *s, const double *sum, const char **undefined)
{
    (void)s;
    return r_of(sum, undefined);
}

static bool describe(score *to, const predictions *p, arena *mem, err *e)
{
    (void)to, (void)p, (void)mem, (void)e;
    return true; /* there are no labels to tell apart */
}

const family pearson_family = {width, put, from, describe};

/* Both orders are found once; the ranks on a resample are then one walk over each. */
struct score_ranks {
    int n;
    const int *unit_of;
    int *order[2];    /* [n] examples by gold, by prediction */
    double *value[2]; /* [n] gold, prediction */
    double *rank[2];  /* [n] scratch of ranks_value */
};

typedef struct keyed {
    double key;
    int i;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->i > y->i) - (x->i < y->i);
}

struct score_ranks *ranks_of(const predictions *p, const int *unit_of, arena *mem)
{
    struct score_ranks *r = TAKE(mem, struct score_ranks, 1);
    keyed *sorted = TAKE(mem, keyed, p->n);
    r->n = p->n, r->unit_of = unit_of;
    for (int side = 0; side < 2; side++) {
        r->order[side] = TAKE(mem, int, p->n);
        r->value[side] = TAKE(mem, double, p->n);
        r->rank[side] = TAKE(mem, double, p->n);
        for (int i = 0; i < p->n; i++) {
            r->value[side][i] = side ? p->at[i].score : p->at[i].gold_score;
            sorted[i] = (keyed){r->value[side][i], i};
        }
        qsort(sorted, (size_t)p->n, sizeof *sorted, by_key);
        for (int i = 0; i < p->n; i++) r->order[side][i] = sorted[i].i;
    }
    return r;
}

/* Of `count` equal values behind `before` smaller ones each has the mean of their ranks. */
static double rank_side(const struct score_ranks *r, int side, const int *weight)
{
    const int *order = r->order[side];
    const double *value = r->value[side];
    double before = 0;
    for (int i = 0, next; i < r->n; i = next) {
        double count = 0;
        for (next = i; next < r->n && value[order[next]] == value[order[i]]; next++)
            count += weight ? weight[r->unit_of[order[next]]] : 1;
        for (int k = i; k < next; k++) r->rank[side][order[k]] = before + (count + 1) / 2;
        before += count;
    }
    return before;
}

double ranks_value(const struct score_ranks *r, const int *weight, const char **undefined)
{
    double n = rank_side(r, 0, weight), middle = (n + 1) / 2, s[SUMS] = {0};
    rank_side(r, 1, weight);
    for (int i = 0; i < r->n; i++) {
        double w = weight ? weight[r->unit_of[i]] : 1;
        double x = r->rank[0][i] - middle, y = r->rank[1][i] - middle;
        s[SUM_N] += w, s[SUM_X] += w * x, s[SUM_Y] += w * y;
        s[SUM_XX] += w * x * x, s[SUM_YY] += w * y * y, s[SUM_XY] += w * x * y;
    }
    return r_of(s, undefined);
}
