/* oneDNN at its best: each thread multiplies x[192,768] by packed w[768,3072], the feed-forward product
 * of BERT-base in tiles of rows, again and again. Kept apart from gemm.c, since it measures the library
 * and not our way of calling it. */
#include "kernels/cpu/gemm_peak.h"
#include "base/log.h"
#include "kernels/cpu/cpu.h"
#include <dnnl.h>
#include <stdio.h>

void omp_set_num_threads(int n); /* of libgomp, on which oneDNN runs */

enum { ROWS = 192, IN = 768, OUT = 3072, TILES_EACH = 8 };

const char *gemm_library(void)
{
    static char name[60];
    const dnnl_version_t *v = dnnl_version();
    snprintf(name, sizeof name, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
    return name;
}

#if DNNL_VERSION_MAJOR == 2
typedef struct peak {
    dnnl_engine_t engine;
    dnnl_primitive_t product;
    const_dnnl_primitive_desc_t made;
    dnnl_memory_t weights;
    bool bf16, failed;
} peak;

/* A memory object full of ones (of zeros the processor might be fast by chance). */
static bool memory_of_ones(const peak *p, dnnl_memory_t *to, const dnnl_memory_desc_t *md)
{
    void *at = NULL;
    if (dnnl_memory_create(to, md, p->engine, DNNL_MEMORY_ALLOCATE)) return false;
    if (dnnl_memory_get_data_handle(*to, &at)) return false;
    size_t bytes = dnnl_memory_desc_get_size(md);
    for (size_t i = 0; p->bf16 && i < bytes / 2; i++) ((uint16_t *)at)[i] = 0x3f80;
    for (size_t i = 0; !p->bf16 && i < bytes / 4; i++) ((float *)at)[i] = 1.0f;
    return true;
}

static const dnnl_memory_desc_t *layout_of(const peak *p, dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(p->made, what, 0);
}

static bool peak_open(peak *p)
{
    dnnl_data_type_t type = p->bf16 ? dnnl_bf16 : dnnl_f32;
    const dnnl_dims_t x = {ROWS, IN}, w = {IN, OUT}, y = {ROWS, OUT};
    dnnl_memory_desc_t mx, mw, my;
    dnnl_matmul_desc_t d;
    dnnl_primitive_desc_t pd = NULL;
    dnnl_primitive_attr_t attr = NULL;
    if (dnnl_engine_create(&p->engine, dnnl_cpu, 0)) return false;
    bool done = !dnnl_memory_desc_init_by_tag(&mx, 2, x, type, dnnl_ab) &&
                !dnnl_memory_desc_init_by_tag(&mw, 2, w, type, dnnl_format_tag_any) &&
                !dnnl_memory_desc_init_by_tag(&my, 2, y, type, dnnl_ab) &&
                !dnnl_matmul_desc_init(&d, &mx, &mw, NULL, &my) &&
                !dnnl_primitive_attr_create(
                    &attr) && /* the library's own scratchpad is one for all threads */
                !dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user) &&
                !dnnl_primitive_desc_create(&pd, &d, attr, p->engine, NULL) &&
                !dnnl_primitive_create(&p->product, pd);
    if (pd) dnnl_primitive_desc_destroy(pd);
    if (attr) dnnl_primitive_attr_destroy(attr);
    return done && !dnnl_primitive_get_primitive_desc(p->product, &p->made) &&
           memory_of_ones(p, &p->weights, layout_of(p, dnnl_query_weights_md));
}

static void peak_close(peak *p)
{
    if (p->weights) dnnl_memory_destroy(p->weights);
    if (p->product) dnnl_primitive_destroy(p->product);
    if (p->engine) dnnl_engine_destroy(p->engine);
}

static void multiply(void *ctx, int tile, int thread)
{
    peak *p = ctx;
    dnnl_memory_t x = NULL, y = NULL, pad = NULL;
    dnnl_stream_t stream = NULL;
    (void)tile, (void)thread;
    omp_set_num_threads(1);
    bool done = memory_of_ones(p, &x, layout_of(p, dnnl_query_src_md)) &&
                memory_of_ones(p, &y, layout_of(p, dnnl_query_dst_md)) &&
                !dnnl_memory_create(&pad, layout_of(p, dnnl_query_scratchpad_md), p->engine,
                                    DNNL_MEMORY_ALLOCATE) &&
                !dnnl_stream_create(&stream, p->engine, dnnl_stream_default_flags);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, x},
                                    {DNNL_ARG_WEIGHTS, p->weights},
                                    {DNNL_ARG_DST, y},
                                    {DNNL_ARG_SCRATCHPAD, pad}};
    for (int i = 0; done && i < TILES_EACH; i++)
        done = !dnnl_primitive_execute(p->product, stream, 4, args);
    if (!done) p->failed = true;
    if (stream) dnnl_stream_wait(stream), dnnl_stream_destroy(stream);
    if (x) dnnl_memory_destroy(x);
    if (y) dnnl_memory_destroy(y);
    if (pad) dnnl_memory_destroy(pad);
}

double gemm_peak(bool bf16, double seconds)
{
    peak p = {.bf16 = bf16};
    double best = 0, end = clock_now() + seconds;
    omp_set_num_threads(1);
    int tiles = 4 * pool_threads();
    const double flop = 2.0 * ROWS * IN * OUT * TILES_EACH * tiles;
    bool there = peak_open(&p);
    while (there && !p.failed && (clock_now() < end || best <= 0)) {
        double start = clock_now();
        pool_run(tiles, multiply, &p);
        double rate = flop / (clock_now() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    peak_close(&p);
    return p.failed ? 0 : best;
}
#else
static void multiply(void *ctx, int tile, int thread)
{
    const float *x = ctx, *w = x + (size_t)ROWS * IN;
    float *y = (float *)ctx + (size_t)ROWS * IN + (size_t)IN * OUT + (size_t)thread * ROWS * OUT;
    (void)tile;
    omp_set_num_threads(1);
    for (int i = 0; i < TILES_EACH; i++)
        (void)dnnl_sgemm('N', 'N', ROWS, OUT, IN, 1, x, IN, w, OUT, 0, y, OUT);
}

double gemm_peak(bool bf16, double seconds)
{
    if (bf16) return 0;
    size_t n = (size_t)ROWS * IN + (size_t)IN * OUT + (size_t)pool_threads() * ROWS * OUT;
    float *all = cpu_shared(n * sizeof *all);
    for (size_t i = 0; i < n; i++) all[i] = 1;
    double best = 0, end = clock_now() + seconds;
    int tiles = 4 * pool_threads();
    do {
        double start = clock_now();
        pool_run(tiles, multiply, all);
        double rate = 2e-9 * ROWS * IN * OUT * TILES_EACH * tiles / (clock_now() - start);
        if (rate > best) best = rate;
    } while (clock_now() < end);
    return best;
}
#endif
