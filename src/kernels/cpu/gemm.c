/* The one file that knows oneDNN. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/cpu.h"
#include <dnnl.h>

void omp_set_num_threads(
    int n); /* of libgomp, which oneDNN runs on: each of our threads computes its tile alone */

enum { TILE = 64, WEIGHT_TILE = 64 };
typedef struct job {
    float *to;
    const float *a, *b, *c;
    int N, O, J;
} job;

static void alone(void)
{
    static _Thread_local int done;
    if (!done) omp_set_num_threads(1);
    done = 1;
}

static void need(dnnl_status_t s)
{
    if (s != dnnl_success) die("oneDNN failed with status %d", (int)s);
}

static void forward_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const job *g = ctx;
    alone();
    int first = tile * TILE, n = at_most(TILE, g->N - first);
    float *y = g->to + (size_t)first * (size_t)g->O;
    if (g->c)
        for (int i = 0; i < n; i++)
            memcpy(y + (size_t)i * (size_t)g->O, g->c, (size_t)g->O * sizeof *y);
    need(dnnl_sgemm('N', 'T', n, g->O, g->J, 1, g->a + (size_t)first * (size_t)g->J, g->J, g->b,
                    g->J, g->c ? 1 : 0, y, g->O));
}

void gemm_forward(float *y, const float *x, const float *w, const float *b, int N, int O, int J)
{
    job g = {y, x, w, b, N, O, J};
    pool_run(tiles_of(N, TILE), forward_tile, &g);
}

static void data_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const job *g = ctx;
    alone();
    int first = tile * TILE, n = at_most(TILE, g->N - first);
    size_t here = (size_t)first * (size_t)g->J;
    float *dx = g->to + here;
    if (g->c && g->c != g->to) memcpy(dx, g->c + here, (size_t)n * (size_t)g->J * sizeof *dx);
    need(dnnl_sgemm('N', 'N', n, g->J, g->O, 1, g->a + (size_t)first * (size_t)g->O, g->O, g->b,
                    g->J, g->c ? 1 : 0, dx, g->J));
}

void gemm_data(float *dx, const float *dy, const float *w, const float *skip, int N, int O, int J)
{
    job g = {dx, dy, w, skip, N, O, J};
    pool_run(tiles_of(N, TILE), data_tile, &g);
}

static void weight_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const job *g = ctx;
    alone();
    int first = tile * WEIGHT_TILE, n = at_most(WEIGHT_TILE, g->O - first);
    need(dnnl_sgemm('T', 'N', n, g->J, g->N, 1, g->a + first, g->O, g->b, g->J, 1,
                    g->to + (size_t)first * (size_t)g->J, g->J));
}

void gemm_weight(float *dw, const float *dy, const float *x, int N, int O, int J)
{
    job g = {dw, dy, x, NULL, N, O, J};
    pool_run(tiles_of(O, WEIGHT_TILE), weight_tile, &g);
}

void gemm_weights_moved(void) {}

void gemm_limit(const char *variant)
{
    if (!strcmp(variant, "avx2")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    if (!strcmp(variant, "portable")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
}

void gemm_close(void) {}
