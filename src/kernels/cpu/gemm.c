/* The one file that knows oneDNN (its C API, versions 2 and 3).
 *
 * Forward: row tiles over packed weights, by the matmul primitive, which is what reaches the machine's
 * peak: weights lie in the layout that oneDNN likes best, packed once after they moved. Few distinct
 * tile heights, so few primitives. Backward: dnnl_sgemm, which needs no packing (w and x are read along
 * their rows) and reaches the same; weight gradients in tiles of output rows over all of N. Each tile
 * is computed by one thread of our pool, with oneDNN's own threads off. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/cpu.h"
#include <dnnl.h>
#include <stdlib.h>

void omp_set_num_threads(int n); /* of libgomp, on which oneDNN runs */

enum { TILE = 64, SMALL_TILE = 32, UNIT = 16, HEIGHTS = TILE / UNIT, ALIGN = 64 };

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t layout_ref;
#else
typedef const dnnl_memory_desc_t *layout_ref;
#endif

/* A primitive for tiles of one height, and what each thread hands it. */
typedef struct plan {
    dnnl_primitive_t run;
    size_t scratch; /* bytes that it wants of each thread */
    struct hand {
        dnnl_memory_t x, w, b, y, scratch;
    } * hands;
    int threads;
} plan;

/* All products y = x w^T of one O and J share a layout of w. */
typedef struct shape {
    int O, J;
    dnnl_primitive_desc_t full; /* of the highest tile: owns the layout */
    layout_ref layout;
    size_t bytes;
    plan pack, tiles[2][HEIGHTS]; /* [with bias][height / UNIT - 1] */
} shape;

typedef struct packed {
    const float *w;
    shape *of;
    void *copy;
    bool stale;
} packed;

static struct gemm {
    dnnl_engine_t engine;
    dnnl_stream_t *streams; /* one a thread */
    int threads;
    shape **shapes;
    int n_shapes;
    packed *copies;
    int n_copies;
} gemm;

static void need(dnnl_status_t s, const char *what)
{
    if (s != dnnl_success) die("oneDNN cannot %s (status %d)", what, (int)s);
}

static void *more(void *old, int n, size_t size)
{
    void *at = realloc(old, (size_t)n * size);
    if (!at) die("no memory for %d products", n);
    return at;
}

/* Our threads compute their tiles alone. */
static void alone(void)
{
    static _Thread_local bool is;
    if (!is) omp_set_num_threads(1);
    is = true;
}

static void start(void)
{
    alone();
    if (!gemm.engine) need(dnnl_engine_create(&gemm.engine, dnnl_cpu, 0), "open the processor");
    if (gemm.threads >= pool_threads()) return;
    gemm.streams = more(gemm.streams, pool_threads(), sizeof(dnnl_stream_t));
    for (; gemm.threads < pool_threads(); gemm.threads++)
        need(
            dnnl_stream_create(&gemm.streams[gemm.threads], gemm.engine, dnnl_stream_default_flags),
            "open a stream");
}

/* Descriptions of matrices; version 3 keeps them behind pointers. */
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t layout;
static layout_ref ref(const layout *l)
{
    return *l;
}
static void layout_strided(layout *l, int rows, int cols, int down, int right)
{
    need(dnnl_memory_desc_create_with_strides(l, 2, (dnnl_dims_t){rows, cols}, dnnl_f32,
                                              (dnnl_dims_t){down, right}),
         "describe a matrix");
}
static void layout_any(layout *l, int rows, int cols)
{
    need(dnnl_memory_desc_create_with_tag(l, 2, (dnnl_dims_t){rows, cols}, dnnl_f32,
                                          dnnl_format_tag_any),
         "describe a matrix");
}
static void layout_close(layout *l)
{
    dnnl_memory_desc_destroy(*l);
}
#else
typedef dnnl_memory_desc_t layout;
static layout_ref ref(const layout *l)
{
    return l;
}
static void layout_strided(layout *l, int rows, int cols, int down, int right)
{
    need(dnnl_memory_desc_init_by_strides(l, 2, (dnnl_dims_t){rows, cols}, dnnl_f32,
                                          (dnnl_dims_t){down, right}),
         "describe a matrix");
}
static void layout_any(layout *l, int rows, int cols)
{
    need(dnnl_memory_desc_init_by_tag(l, 2, (dnnl_dims_t){rows, cols}, dnnl_f32,
                                      dnnl_format_tag_any),
         "describe a matrix");
}
static void layout_close(layout *l)
{
    (void)l;
}
#endif

static dnnl_primitive_attr_t attributes(void)
{
    dnnl_primitive_attr_t a;
    need(dnnl_primitive_attr_create(&a), "make attributes");
    need(dnnl_primitive_attr_set_scratchpad_mode(a, dnnl_scratchpad_mode_user),
         "take our scratchpad");
    return a;
}

/* y[rows,O] = x[rows,J] w^T (+ b), with w in this layout, or in the best one where it is NULL. */
static dnnl_primitive_desc_t describe(int rows, int O, int J, bool bias, layout_ref w)
{
    layout x, any, y, b;
    layout_strided(&x, rows, J, J, 1);
    layout_any(&any, J, O);
    layout_strided(&y, rows, O, O, 1);
    layout_strided(&b, 1, O, O, 1);
    dnnl_primitive_attr_t a = attributes();
    dnnl_primitive_desc_t d;
    if (!w) w = ref(&any);
#if DNNL_VERSION_MAJOR >= 3
    need(dnnl_matmul_primitive_desc_create(&d, gemm.engine, ref(&x), w, bias ? ref(&b) : NULL,
                                           ref(&y), a),
         "plan a product");
#else
    dnnl_matmul_desc_t op;
    need(dnnl_matmul_desc_init(&op, &x, w, bias ? &b : NULL, &y), "describe a product");
    need(dnnl_primitive_desc_create(&d, &op, a, gemm.engine, NULL), "plan a product");
#endif
    dnnl_primitive_attr_destroy(a);
    layout_close(&x), layout_close(&any), layout_close(&y), layout_close(&b);
    return d;
}

static dnnl_memory_t memory_of(layout_ref l)
{
    dnnl_memory_t m = NULL;
    if (l) need(dnnl_memory_create(&m, l, gemm.engine, DNNL_MEMORY_NONE), "name memory");
    return m;
}

/* The hands of threads that are new since the plan was made. */
static void plan_widen(plan *p)
{
    if (p->threads >= pool_threads()) return;
    const_dnnl_primitive_desc_t d;
    need(dnnl_primitive_get_primitive_desc(p->run, &d), "look at a plan");
    p->hands = more(p->hands, pool_threads(), sizeof *p->hands);
    for (; p->threads < pool_threads(); p->threads++) {
        struct hand *h = &p->hands[p->threads];
        h->x = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_src_md, 0));
        h->w = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_weights_md, 0));
        h->b = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_weights_md, 1));
        h->y = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_dst_md, 0));
        h->scratch = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0));
    }
}

static void plan_open(plan *p, const_dnnl_primitive_desc_t d)
{
    need(dnnl_primitive_create(&p->run, d), "make a product");
    p->scratch =
        dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0));
    plan_widen(p);
}

static plan *plan_of(shape *s, int rows, bool bias)
{
    plan *p = &s->tiles[bias][rows / UNIT - 1];
    if (!p->run) {
        dnnl_primitive_desc_t d = describe(rows, s->O, s->J, bias, s->layout);
        plan_open(p, d);
        dnnl_primitive_desc_destroy(d);
    }
    plan_widen(p);
    return p;
}

static void open_packing(shape *s)
{
    layout plain;
    layout_strided(&plain, s->J, s->O, 1, s->J); /* w[O,J], seen as [J,O] */
    dnnl_primitive_desc_t d;
    dnnl_primitive_attr_t a = attributes();
    need(
        dnnl_reorder_primitive_desc_create(&d, ref(&plain), gemm.engine, s->layout, gemm.engine, a),
        "plan the packing of weights");
    plan_open(&s->pack, d);
    dnnl_primitive_desc_destroy(d);
    dnnl_primitive_attr_destroy(a);
    layout_close(&plain);
}

static shape *shape_of(int O, int J)
{
    for (int i = 0; i < gemm.n_shapes; i++)
        if (gemm.shapes[i]->O == O && gemm.shapes[i]->J == J) return gemm.shapes[i];
    shape *s = calloc(1, sizeof *s);
    if (!s) die("no memory for a product");
    s->O = O, s->J = J;
    s->full = describe(TILE, O, J, true, NULL);
    s->layout = dnnl_primitive_desc_query_md(s->full, dnnl_query_weights_md, 0);
    s->bytes = dnnl_memory_desc_get_size(s->layout);
    open_packing(s);
    gemm.shapes = more(gemm.shapes, gemm.n_shapes + 1, sizeof(shape *));
    return gemm.shapes[gemm.n_shapes++] = s;
}

typedef struct packing {
    packed **which;
    scratch mem;
} packing;

static void pack_tile(void *ctx, int tile, int thread)
{
    const packing *a = ctx;
    packed *c = a->which[tile];
    const plan *p = &c->of->pack;
    const struct hand *h = &p->hands[thread];
    alone();
    dnnl_memory_set_data_handle(h->x, (void *)(uintptr_t)c->w);
    dnnl_memory_set_data_handle(h->y, c->copy);
    dnnl_memory_set_data_handle(h->scratch, scratch_of(a->mem, thread));
    const dnnl_exec_arg_t args[] = {
        {DNNL_ARG_FROM, h->x}, {DNNL_ARG_TO, h->y}, {DNNL_ARG_SCRATCHPAD, h->scratch}};
    need(dnnl_primitive_execute(p->run, gemm.streams[thread], 3, args), "pack weights");
    c->stale = false;
}

/* Packs whatever is stale, all at once, since after a step of the optimizer all are. */
static void pack_stale(void)
{
    int n = 0;
    size_t most = 0;
    for (int i = 0; i < gemm.n_copies; i++) n += gemm.copies[i].stale;
    if (!n) return;
    packed **which = more(NULL, n, sizeof(packed *));
    n = 0;
    for (int i = 0; i < gemm.n_copies; i++) {
        packed *c = &gemm.copies[i];
        if (!c->stale) continue;
        which[n++] = c;
        plan_widen(&c->of->pack);
        if (c->of->pack.scratch > most) most = c->of->pack.scratch;
    }
    packing a = {which, cpu_private(most)};
    pool_run(n, pack_tile, &a);
    free(which);
}

static packed *packed_of(const float *w, shape *s)
{
    for (int i = 0; i < gemm.n_copies; i++) {
        packed *c = &gemm.copies[i];
        if (c->w != w || c->of != s) continue;
        if (c->stale) pack_stale();
        return c;
    }
    gemm.copies = more(gemm.copies, gemm.n_copies + 1, sizeof(packed));
    packed *c = &gemm.copies[gemm.n_copies++];
    *c = (packed){w, s, aligned_alloc(ALIGN, (s->bytes + ALIGN - 1) / ALIGN * ALIGN), true};
    if (!c->copy) die("no memory: %zu bytes are needed for a packed weight", s->bytes);
    pack_stale();
    return c;
}

/* Rows are cut into tiles of TILE, the last few of SMALL_TILE, so that threads end together. */
static int row_tiles(int N)
{
    int large = N > 3 * TILE ? (N - 2 * TILE) / TILE : 0;
    return large + tiles_of(N - large * TILE, SMALL_TILE);
}

static int row_tile(int N, int tile, int *first)
{
    int large = N > 3 * TILE ? (N - 2 * TILE) / TILE : 0;
    *first = tile < large ? tile * TILE : large * TILE + (tile - large) * SMALL_TILE;
    return tile < large ? TILE : at_most(SMALL_TILE, N - *first);
}

typedef struct forward {
    float *y;
    const float *x, *b;
    int N, O, J;
    const packed *w;
    plan *of[HEIGHTS]; /* by height */
    scratch mem;       /* scratchpad, and behind it a tile's x and y where rows are missing */
    size_t pad;
} forward;

static void forward_tile(void *ctx, int tile, int thread)
{
    const forward *a = ctx;
    int first, n = row_tile(a->N, tile, &first), rows = round_up(n, UNIT);
    size_t O = (size_t)a->O, J = (size_t)a->J;
    const plan *p = a->of[rows / UNIT - 1];
    const struct hand *h = &p->hands[thread];
    const float *x = a->x + (size_t)first * J;
    char *mem = scratch_of(a->mem, thread);
    float *y = a->y + (size_t)first * O, *to = y;
    if (n < rows) {
        float *pad = (float *)(void *)(mem + a->pad);
        memcpy(pad, x, (size_t)n * J * sizeof *x);
        memset(pad + (size_t)n * J, 0, (size_t)(rows - n) * J * sizeof *x);
        x = pad, to = pad + (size_t)TILE * J;
    }
    alone();
    dnnl_memory_set_data_handle(h->x, (void *)(uintptr_t)x);
    dnnl_memory_set_data_handle(h->w, a->w->copy);
    dnnl_memory_set_data_handle(h->y, to);
    dnnl_memory_set_data_handle(h->scratch, mem);
    if (a->b) dnnl_memory_set_data_handle(h->b, (void *)(uintptr_t)a->b);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, h->x},
                                    {DNNL_ARG_WEIGHTS, h->w},
                                    {DNNL_ARG_DST, h->y},
                                    {DNNL_ARG_SCRATCHPAD, h->scratch},
                                    {DNNL_ARG_BIAS, h->b}};
    need(dnnl_primitive_execute(p->run, gemm.streams[thread], a->b ? 5 : 4, args), "multiply");
    if (to != y) memcpy(y, to, (size_t)n * O * sizeof *y);
}

void gemm_forward(float *y, const float *x, const float *w, const float *b, int N, int O, int J)
{
    start();
    shape *s = shape_of(O, J);
    forward a = {.y = y, .x = x, .b = b, .N = N, .O = O, .J = J, .w = packed_of(w, s)};
    size_t most = 0;
    int tiles = row_tiles(N);
    for (int tile = 0, first; tile < tiles; tile++) {
        int rows = round_up(row_tile(N, tile, &first), UNIT);
        plan *p = a.of[rows / UNIT - 1] = plan_of(s, rows, b != NULL);
        if (p->scratch > most) most = p->scratch;
    }
    a.pad = (most + ALIGN - 1) / ALIGN * ALIGN;
    a.mem = cpu_private(a.pad + (size_t)TILE * (size_t)(O + J) * sizeof *y);
    pool_run(tiles, forward_tile, &a);
}

typedef struct backward {
    const gemm_gradient *g;
    int weight_tiles, height; /* of weight gradients: output rows of a tile */
} backward;

static void weight_tile(const gemm_gradient *g, int first, int n)
{
    if (g->columns) g->columns(g->ctx, first, n);
    need(dnnl_sgemm('T', 'N', n, g->J, g->N, 1, g->dy + first, g->O, g->x, g->J, 1,
                    g->dw + (size_t)first * (size_t)g->J, g->J),
         "multiply");
}

static void data_tile(const gemm_gradient *g, int tile)
{
    int first, n = row_tile(g->N, tile, &first);
    size_t here = (size_t)first * (size_t)g->J;
    float *dx = g->dx + here;
    if (g->skip && g->skip != g->dx)
        memcpy(dx, g->skip + here, (size_t)n * (size_t)g->J * sizeof *dx);
    need(dnnl_sgemm('N', 'N', n, g->J, g->O, 1, g->dy + (size_t)first * (size_t)g->O, g->O, g->w,
                    g->J, g->skip ? 1 : 0, dx, g->J),
         "multiply");
}

static void back_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const backward *a = ctx;
    alone();
    if (tile >= a->weight_tiles) {
        data_tile(a->g, tile - a->weight_tiles);
        return;
    }
    int first = tile * a->height;
    weight_tile(a->g, first, at_most(a->height, a->g->O - first));
}

void gemm_back(const gemm_gradient *g)
{
    start();
    backward a = {.g = g, .height = g->O >= 1024 ? 128 : TILE};
    if (g->dw) a.weight_tiles = tiles_of(g->O, a.height);
    pool_run(a.weight_tiles + (g->dx ? row_tiles(g->N) : 0), back_tile, &a);
}

void gemm_weights_moved(void)
{
    for (int i = 0; i < gemm.n_copies; i++) gemm.copies[i].stale = true;
}

static bool overlaps(const packed *c, const void *at, size_t bytes)
{
    uintptr_t w = (uintptr_t)c->w, first = (uintptr_t)at;
    return w < first + bytes && first < w + (size_t)c->of->O * (size_t)c->of->J * sizeof *c->w;
}

void gemm_written(const void *at, size_t bytes)
{
    for (int i = 0; i < gemm.n_copies; i++)
        if (overlaps(&gemm.copies[i], at, bytes)) gemm.copies[i].stale = true;
}

void gemm_forget(const void *at, size_t bytes)
{
    int n = 0;
    for (int i = 0; i < gemm.n_copies; i++)
        if (overlaps(&gemm.copies[i], at, bytes))
            free(gemm.copies[i].copy);
        else
            gemm.copies[n++] = gemm.copies[i];
    gemm.n_copies = n;
}

void gemm_limit(const char *variant)
{
    if (!strcmp(variant, "avx2")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    if (!strcmp(variant, "portable")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
}

static void plan_close(plan *p)
{
    for (int i = 0; i < p->threads; i++) {
        dnnl_memory_t all[] = {p->hands[i].x, p->hands[i].w, p->hands[i].b, p->hands[i].y,
                               p->hands[i].scratch};
        for (int m = 0; m < 5; m++)
            if (all[m]) dnnl_memory_destroy(all[m]);
    }
    free(p->hands);
    if (p->run) dnnl_primitive_destroy(p->run);
}

void gemm_close(void)
{
    gemm_forget(NULL, SIZE_MAX);
    for (int i = 0; i < gemm.n_shapes; i++) {
        shape *s = gemm.shapes[i];
        plan_close(&s->pack);
        for (int t = 0; t < 2 * HEIGHTS; t++) plan_close(&s->tiles[t / HEIGHTS][t % HEIGHTS]);
        dnnl_primitive_desc_destroy(s->full);
        free(s);
    }
    for (int i = 0; i < gemm.threads; i++) dnnl_stream_destroy(gemm.streams[i]);
    if (gemm.engine) dnnl_engine_destroy(gemm.engine);
    free(gemm.shapes), free(gemm.streams), free(gemm.copies);
    gemm = (struct gemm){0};
}
