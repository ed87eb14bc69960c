/* How sure a score is, by the bootstrap over documents: draw as many documents as there are, with
 * replacement, score, repeat; the middle 95 % of those scores are the interval. Draws are named by
 * seed, resample and place, so that two systems, or two runs of this program, see the same ones. */
#include "base/random.h"
#include "score/score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void score_draw(uint64_t seed, uint32_t resample, uint32_t what, int units, int *weight)
{
    memset(weight, 0, (size_t)units * sizeof *weight);
    for (int i = 0; i < units;
         i += 4) { /* the four of random_u32(seed, CHANCE_BOOTSTRAP, resample, what, i ..) */
        random4 r = random_philox(seed, (uint32_t)i >> 2, what, resample, CHANCE_BOOTSTRAP);
        for (int k = 0; k < 4 && i + k < units; k++)
            weight[random_below(r.v[k], (uint32_t)units)]++;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double score_quantile(double *v, int n, double q)
{
    ASSERT(n > 0 && q >= 0 && q <= 1, "quantile %g of %d", q, n);
    qsort(v, (size_t)n, sizeof *v, by_value);
    double at = q * (n - 1);
    int i = (int)floor(at);
    return i + 1 < n ? v[i] + (at - i) * (v[i + 1] - v[i]) : v[n - 1];
}

static void interval_of(double *v, int n, int resamples, double level, double *low, double *high)
{
    *low = *high = NAN;
    if (n < 1 || 2 * n < resamples) return;
    *low = score_quantile(v, n, (1 - level) / 2);
    *high = score_quantile(v, n, (1 + level) / 2);
}

static bool check(int resamples, double level, err *e)
{
    if (resamples < 1) return fail(e, "at least 1 resample is expected, here are %d", resamples);
    if (!(level > 0 && level < 1))
        return fail(e, "a level between 0 and 1 is expected, here is %g", level);
    return true;
}

static void resample(const score_stats *s, uint64_t seed, int resamples, double level, double *low,
                     double *high, arena *mem)
{
    int *weight = TAKE(mem, int, s->units), n = 0;
    double *v = TAKE(mem, double, resamples);
    for (int i = 0; i < resamples && s->units > 1; i++) {
        const char *undefined;
        score_draw(seed, (uint32_t)i, 0, s->units, weight);
        double value = score_value(s, weight, &undefined);
        if (!undefined) v[n++] = value;
    }
    interval_of(v, n, resamples, level, low, high);
}

bool score_interval(const predictions *p, enum metric metric, uint64_t seed, int resamples,
                    double level, double *low, double *high, err *e)
{
    arena mem = {0};
    score_stats s;
    bool ok = check(resamples, level, e) && score_stats_of(&s, p, metric, &mem, e);
    if (ok) resample(&s, seed, resamples, level, low, high, &mem);
    arena_close(&mem);
    return ok;
}

bool score_bootstrap(score *to, const predictions *p, uint64_t seed, int resamples, double level,
                     err *e)
{
    to->resamples = resamples, to->level = level;
    return score_interval(p, to->metric, seed, resamples, level, &to->low, &to->high, e);
}

bool score_paired(const predictions *a, const predictions *b, enum metric metric, uint64_t seed,
                  int resamples, double level, double *diff, double *low, double *high,
                  double *p_value, err *e)
{
    arena mem = {0};
    score_stats s[2];
    bool ok = check(resamples, level, e) && score_stats_of(&s[0], a, metric, &mem, e) &&
              score_stats_of(&s[1], b, metric, &mem, e);
    if (ok && (s[0].same != s[1].same || s[0].units != s[1].units))
        ok = fail(e,
                  "task %s: the two sets of predictions are not of the same examples, in the same "
                  "order, with the same gold answers",
                  a->t->name);
    if (!ok) goto done;
    int *weight = TAKE(&mem, int, s[0].units), n = 0, below = 0, above = 0;
    double *v = TAKE(&mem, double, resamples);
    for (int i = 0; i < resamples && s[0].units > 1; i++) {
        const char *undefined[2];
        score_draw(seed, (uint32_t)i, 0, s[0].units, weight);
        double va = score_value(&s[0], weight, &undefined[0]),
               vb = score_value(&s[1], weight, &undefined[1]);
        if (undefined[0] || undefined[1]) continue;
        v[n++] = vb - va;
        below += vb <= va, above += vb >= va;
    }
    *diff = score_value(&s[1], NULL, NULL) - score_value(&s[0], NULL, NULL);
    *p_value = n ? fmin(1, 2.0 * ((below < above ? below : above) + 1) / (n + 1)) : NAN;
    interval_of(v, n, resamples, level, low, high);
done:
    arena_close(&mem);
    return ok;
}
