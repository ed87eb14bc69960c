/* What this machine can do, measured. Each figure is the best of several runs. */
#include "verbs/measure.h"
#include "base/log.h"
#include "base/pool.h"
#include "kernels/cpu/gemm_peak.h"
#include <stdint.h>
#include <stdlib.h>

enum { TILES = 64, VALUES = 16 << 20 }; /* two arrays of 64 MB */

const char *products_name(void)
{
    return gemm_library();
}

double measure_products(bool bf16, double seconds)
{
    return gemm_peak(bf16, seconds);
}

typedef struct stream {
    float *a;
    const float *b;
    double sum[TILES];
} stream;

static void read_tile(void *ctx, int tile, int thread)
{
    stream *s = ctx;
    (void)thread;
    const size_t n = VALUES / TILES, first = (size_t)tile * n;
    const float *a = s->a + first;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) sum += a[i];
    s->sum[tile] = (double)sum; /* kept, so that the loop is not left out */
}

static void add_tile(void *ctx, int tile, int thread)
{
    const stream *s = ctx;
    (void)thread;
    const size_t n = VALUES / TILES, first = (size_t)tile * n;
    float *a = s->a + first;
    const float *b = s->b + first;
#pragma omp simd
    for (size_t i = 0; i < n; i++) a[i] += 0.5f * b[i];
}

/* Runs the job until the time is over; the best run's bytes a second. */
static double best_of(pool_job *job, double bytes, double limit)
{
    float *both = calloc(2 * (size_t)VALUES, sizeof *both);
    if (!both) return 0;
    for (size_t i = 0; i < 2 * (size_t)VALUES; i++)
        both[i] = (float)(int)(i & 1023); /* zeros would be one page */
    stream s = {.a = both, .b = both + VALUES};
    double best = 0, end = clock_now() + limit;
    do {
        double start = clock_now();
        pool_run(TILES, job, &s);
        double rate = bytes / (clock_now() - start);
        if (rate > best) best = rate;
    } while (clock_now() < end);
    free(both);
    return best;
}

double measure_read(double seconds)
{
    return best_of(read_tile, (double)VALUES * sizeof(float), seconds);
}

double measure_add(double seconds)
{
    return best_of(add_tile, 3.0 * VALUES * sizeof(float), seconds);
}
