/* Spread over seeds, the bootstrap over seeds and documents, Holm's correction. */
#include "trials/intervals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The regularized incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22),
 * evaluated from the front with Lentz's method; it converges fast for x < (a + 1) / (a + b + 2),
 * and I_x(a, b) = 1 - I_1-x(b, a). */
static double beta_part(double x, double a, double b)
{
    if (x <= 0 || x >= 1) return x >= 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta_part(1 - x, b, a);
    enum { TERMS = 1000 };
    const double tiny = 1e-300;
    double f = tiny, c = tiny, d = 0;
    for (int i = 0; i < TERMS; i++) {
        int m = i / 2;
        double term = i == 0  ? 1
                      : i % 2 ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                              : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + term * d;
        c = 1 + term / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        if (i && fabs(c * d - 1) < 1e-15) break;
    }
    return exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a * f;
}

/* P(T > t) for t >= 0. */
static double t_above(double t, int df)
{
    return beta_part(df / (df + t * t), df / 2.0, 0.5) / 2;
}

double intervals_t(double q, int df)
{
    ASSERT(q > 0 && q < 1 && df >= 1, "quantile %g, %d degrees of freedom", q, df);
    if (q < 0.5) return -intervals_t(1 - q, df);
    double low = 0, high = 1;
    while (t_above(high, df) > 1 - q && high < 1e300) high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        if (t_above(middle, df) > 1 - q)
            low = middle;
        else
            high = middle;
    }
    return high;
}

spread intervals_spread(const double *value, int n, double level)
{
    spread s = {n, NAN, NAN, NAN, NAN};
    if (n < 1) return s;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) sum += value[i] - value[0];
    s.mean = value[0] + sum / n;
    if (n < 2) return s;
    for (int i = 0; i < n; i++) squares += (value[i] - s.mean) * (value[i] - s.mean);
    s.sd = sqrt(squares / (n - 1));
    double half = intervals_t((1 + level) / 2, n - 1) * s.sd / sqrt(n);
    s.low = s.mean - half, s.high = s.mean + half;
    return s;
}

/* What score_draw draws: documents of task 0, 1, .., and seeds of one model and of the other. */
enum { DRAW_SEEDS_B = 1 << 24, DRAW_SEEDS_A };

static bool same_seeds(const runs *a, const runs *b)
{
    return a->n == b->n && !memcmp(a->seed, b->seed, (size_t)a->n * sizeof *a->seed);
}

static bool check(const runs *a, const runs *b, int tasks, const resampling *how, err *e)
{
    if (how->resamples < 1)
        return fail(e, "at least 1 resample is expected, here are %d", how->resamples);
    if (!(how->level > 0 && how->level < 1))
        return fail(e, "a level between 0 and 1 is expected, here is %g", how->level);
    for (int t = 0; t < tasks; t++) {
        ASSERT(b[t].n > 0 && (!a || a[t].n > 0), "a model without runs");
        const score_stats *first = &b[t].at[0];
        for (int side = 0; side < (a ? 2 : 1); side++) {
            const runs *r = side ? &a[t] : &b[t];
            for (int i = 0; i < r->n; i++)
                if (r->at[i].same != first->same || r->at[i].units != first->units ||
                    r->at[i].metric != first->metric)
                    return fail(e,
                                "the runs with seeds %llu and %llu were not scored on the same "
                                "examples with the same gold answers",
                                (unsigned long long)b[t].seed[0], (unsigned long long)r->seed[i]);
        }
    }
    return true;
}

/* Room for the draws of one resample. */
typedef struct draws {
    int *documents, *seeds;
} draws;

/* Mean over drawn seeds of the metric on drawn documents; NULL: each once. NAN where it is
 * undefined. */
static double mean_of(const runs *r, const int *documents, const int *seeds)
{
    double sum = 0;
    for (int i = 0; i < r->n; i++) {
        const char *undefined;
        int w = seeds ? seeds[i] : 1;
        if (!w) continue;
        double value = score_value(&r->at[i], documents, &undefined);
        if (undefined && documents) return NAN;
        sum += w * value;
    }
    return sum / r->n;
}

/* The statistic on resample number i; i < 0: on what was measured. */
static double statistic(const runs *a, const runs *b, int tasks, const resampling *how, int i,
                        draws *d)
{
    double sum = 0;
    bool drawn = i >= 0;
    for (int t = 0; t < tasks; t++) {
        if (drawn) {
            score_draw(how->seed, (uint32_t)i, (uint32_t)t, b[t].at[0].units, d->documents);
            score_draw(how->seed, (uint32_t)i, DRAW_SEEDS_B, b[t].n, d->seeds);
        }
        sum += mean_of(&b[t], drawn ? d->documents : NULL, drawn ? d->seeds : NULL);
        if (!a) continue;
        uint32_t what = same_seeds(&a[t], &b[t]) ? DRAW_SEEDS_B : DRAW_SEEDS_A;
        if (drawn) score_draw(how->seed, (uint32_t)i, what, a[t].n, d->seeds);
        sum -= mean_of(&a[t], drawn ? d->documents : NULL, drawn ? d->seeds : NULL);
    }
    return sum / tasks;
}

bool intervals_of(estimate *to, const runs *a, const runs *b, int tasks, const resampling *how,
                  err *e)
{
    if (!check(a, b, tasks, how, e)) return false;
    arena mem = {0};
    int documents = 1, seeds = 1, fewest = b[0].at[0].units, n = 0, below = 0, above = 0;
    for (int t = 0; t < tasks; t++) {
        int units = b[t].at[0].units, most = a && a[t].n > b[t].n ? a[t].n : b[t].n;
        if (units > documents) documents = units;
        if (units < fewest) fewest = units;
        if (most > seeds) seeds = most;
    }
    draws d = {TAKE(&mem, int, documents), TAKE(&mem, int, seeds)};
    double *v = TAKE(&mem, double, how->resamples);
    *to = (estimate){statistic(a, b, tasks, how, -1, &d), NAN, NAN, NAN};
    for (int i = 0; i < how->resamples && fewest > 1; i++) {
        double x = statistic(a, b, tasks, how, i, &d);
        if (isnan(x)) continue;
        v[n++] = x;
        below += x <= 0, above += x >= 0;
    }
    if (n && 2 * n >= how->resamples) {
        to->low = score_quantile(v, n, (1 - how->level) / 2);
        to->high = score_quantile(v, n, (1 + how->level) / 2);
        if (a) to->p = fmin(1, 2.0 * ((below < above ? below : above) + 1) / (n + 1));
    }
    arena_close(&mem);
    return true;
}

typedef struct ranked {
    double p;
    int i;
} ranked;

static int by_p(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p) : (x->i > y->i) - (x->i < y->i);
}

void intervals_holm(const double *p, int n, double *adjusted)
{
    arena mem = {0};
    ranked *r = TAKE(&mem, ranked, n);
    int m = 0;
    for (int i = 0; i < n; i++) {
        adjusted[i] = p[i];
        if (!isnan(p[i])) r[m++] = (ranked){p[i], i};
    }
    qsort(r, (size_t)m, sizeof *r, by_p);
    double least = 0; /* a later one is never smaller than an earlier one */
    for (int k = 0; k < m; k++) {
        least = fmax(least, fmin(1, (m - k) * r[k].p));
        adjusted[r[k].i] = least;
    }
    arena_close(&mem);
}
