/* Products, cut into tiles.
 *
 * Forward: row tiles over packed weights, by the matmul primitive, which is what reaches the machine's
 * peak: weights lie in the layout that oneDNN likes best, packed once after they moved. Few distinct
 * tile heights, so few primitives. Backward in f32: plain products, which need no packing (w and x are read
 * along their rows) and reach the same. In bf16 the data gradient is like forward, over a second packed copy.
 * Weight gradients are tiles of output rows over all of N. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/gemm_plan.h"
#include <stdlib.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

enum { ALIGN = 64, WEIGHT_TILE = 64 };

typedef struct packed {
    const void *w;
    size_t bytes; /* of w */
    shape *of;
    void *copy;
    bool stale;
} packed;

static struct gemm {
    packed *copies;
    int n, room;
    bool wide; /* the variant in use is that of AVX-512 */
} gemm;

typedef struct packing {
    packed **which;
    scratch mem;
} packing;

static void pack_tile(void *ctx, int tile, int thread)
{
    const packing *a = ctx;
    packed *c = a->which[tile];
    plan_pack(shape_packing(c->of), thread, c->copy, c->w, scratch_of(a->mem, thread));
    c->stale = false;
}

/* Packs whatever is stale, all at once, since after a step of the optimizer all are. */
static void pack_stale(void)
{
    size_t most = 0;
    int n = 0;
    packed **which = calloc((size_t)gemm.n, sizeof(packed *));
    if (!which) die("no memory to pack %d weights", gemm.n);
    for (int i = 0; i < gemm.n; i++) {
        packed *c = &gemm.copies[i];
        if (!c->stale) continue;
        which[n++] = c;
        size_t wants = plan_scratch(shape_packing(c->of));
        if (wants > most) most = wants;
    }
    packing a = {which, cpu_private(most)};
    pool_run(n, pack_tile, &a);
    free(which);
}

static const void *packed_of(tensor w, shape *s)
{
    for (int i = 0; i < gemm.n; i++) {
        packed *c = &gemm.copies[i];
        if (c->w != w.data || c->of != s) continue;
        if (c->stale) pack_stale();
        return c->copy;
    }
    if (gemm.n == gemm.room) {
        gemm.room = 2 * gemm.room + 64;
        gemm.copies = realloc(gemm.copies, (size_t)gemm.room * sizeof *gemm.copies);
        if (!gemm.copies) die("no memory for %d packed weights", gemm.room);
    }
    size_t bytes = (shape_bytes(s) + ALIGN - 1) / ALIGN * ALIGN;
    packed *c = &gemm.copies[gemm.n++];
    *c = (packed){w.data, tensor_bytes(w), s, aligned_alloc(ALIGN, bytes), true};
    if (!c->copy) die("no memory: %zu bytes are needed for a packed weight", bytes);
    pack_stale();
    return c->copy;
}

/* Rows are cut into tiles of falling heights, so that threads end together: of each height as many as
 * leave two of them over. Where the weights are too many for the caches next to a processor, tiles begin
 * high, so that the weights are read less often. */
static const int heights[] = {HIGHEST, 64, 32};
enum { LEVELS = sizeof heights / sizeof *heights, MANY_WEIGHTS = 1 << 20 };

static bool many_weights(int O, int J)
{
    return (size_t)O * (size_t)J >= MANY_WEIGHTS;
}

/* The first row of a tile and its number of rows; behind the last tile 0. */
static int row_tile(int N, bool many, int tile, int *first)
{
    *first = 0;
    for (int level = !many; level < LEVELS; level++) {
        int height = heights[level], left = N - *first;
        int n = level + 1 == LEVELS ? tiles_of(left, height) : left / height - 2;
        if (n <= 0) continue;
        if (tile < n) {
            *first += tile * height;
            return at_most(height, N - *first);
        }
        tile -= n, *first += n * height;
    }
    return 0;
}

static int row_tiles(int N, bool many)
{
    int n = 0;
    for (int first; row_tile(N, many, n, &first);) n++;
    return n;
}

/* y[N,O] = x[N,J] w, or += where add. */
typedef struct forward {
    tensor y, x, b;
    bool many, add;
    const void *w;     /* packed */
    plan *of[HEIGHTS]; /* by height */
    scratch mem;       /* scratchpad, and behind it a tile's x and y where rows are missing */
    size_t pad;
} forward;

static void forward_tile(const forward *a, int tile, int thread)
{
    int first, n = row_tile(a->y.rows, a->many, tile, &first), rows = round_up(n, UNIT);
    size_t wide = (size_t)a->x.cols * kind_bytes(a->x.kind),
           out = (size_t)a->y.cols * kind_bytes(a->y.kind);
    const plan *p = a->of[rows / UNIT - 1];
    const char *x = (const char *)a->x.data + (size_t)first * wide;
    char *mem = scratch_of(a->mem, thread), *y = (char *)a->y.data + (size_t)first * out, *to = y;
    if (n < rows) {
        char *pad = mem + a->pad;
        memcpy(pad, x, (size_t)n * wide);
        memset(pad + (size_t)n * wide, 0, (size_t)(rows - n) * wide);
        x = pad, to = pad + HIGHEST * wide;
        if (a->add) {
            memcpy(to, y, (size_t)n * out);
            memset(to + (size_t)n * out, 0, (size_t)(rows - n) * out);
        }
    }
    plan_multiply(p, thread, to, x, a->w, a->b.data, mem);
    if (to != y) memcpy(y, to, (size_t)n * out);
}

static void forward_job(void *ctx, int tile, int thread)
{
    forward_tile(ctx, tile, thread);
}

/* Plans and packs; returns the number of tiles. mem is taken by the caller, for the largest of its needs. */
static int forward_ready(forward *a, shape *s, tensor w, size_t *need)
{
    size_t most = 0;
    a->many = many_weights(w.rows, w.cols);
    a->w = packed_of(w, s);
    int tiles = row_tiles(a->y.rows, a->many);
    for (int tile = 0, first; tile < tiles; tile++) {
        int rows = round_up(row_tile(a->y.rows, a->many, tile, &first), UNIT);
        plan *p = a->of[rows / UNIT - 1] = plan_of(s, rows, a->b.data != NULL, a->add);
        if (plan_scratch(p) > most) most = plan_scratch(p);
    }
    a->pad = (most + ALIGN - 1) / ALIGN * ALIGN;
    *need = a->pad + HIGHEST * (size_t)(a->x.cols + a->y.cols) * kind_bytes(a->y.kind);
    return tiles;
}

void gemm_forward(tensor y, tensor x, tensor w, tensor b)
{
    plans_start();
    forward a = {.y = y, .x = x, .b = b};
    size_t need;
    int tiles = forward_ready(&a, shape_of(x.kind, w.rows, w.cols, false), w, &need);
    a.mem = cpu_private(need);
    pool_run(tiles, forward_job, &a);
}

typedef struct backward {
    const gemm_gradient *g;
    int weight_tiles, height; /* of weight gradients: output rows of a tile */
    bool bf16;
    forward data;    /* bf16's data gradient */
    plan *slopes[2]; /* bf16's weight gradient: a tile, the last tile */
    scratch mem;
} backward;

static void weight_tile(const backward *a, int tile, int thread)
{
    const gemm_gradient *g = a->g;
    int first = tile * a->height, O = g->dy.cols, J = g->dw.cols, n = at_most(a->height, O - first);
    float *dw = f32(g->dw) + (size_t)first * (size_t)J;
    if (g->columns) g->columns(g->ctx, first, n);
    if (a->bf16)
        plan_slope(a->slopes[tile == a->weight_tiles - 1], thread, dw,
                   (const uint16_t *)g->dy.data + first, g->x.data, g->dy.rows,
                   scratch_of(a->mem, thread));
    else
        multiply_plain(true, dw, f32(g->dy) + first, O, f32(g->x), n, J, g->dy.rows, true);
}

static void data_tile(const backward *a, int tile, int thread)
{
    const gemm_gradient *g = a->g;
    bool many = many_weights(g->w.rows, g->w.cols);
    int first, n = row_tile(g->dy.rows, many, tile, &first), O = g->dy.cols, J = g->dx.cols;
    size_t row = (size_t)J * kind_bytes(g->dx.kind), here = (size_t)first * row;
    char *dx = (char *)g->dx.data + here;
    if (g->skip.data && g->skip.data != g->dx.data)
        memcpy(dx, (const char *)g->skip.data + here, (size_t)n * row);
    if (a->bf16)
        forward_tile(&a->data, tile, thread);
    else
        multiply_plain(false, (float *)(void *)dx, f32(g->dy) + (size_t)first * (size_t)O, O,
                       f32(g->w), n, J, O, g->skip.data != NULL);
}

static void back_tile(void *ctx, int tile, int thread)
{
    const backward *a = ctx;
    if (tile >= a->weight_tiles)
        data_tile(a, tile - a->weight_tiles, thread);
    else
        weight_tile(a, tile, thread);
}

/* bf16: plans, and working memory for the one that wants most. */
static void back_ready(backward *a)
{
    const gemm_gradient *g = a->g;
    int O = g->dy.cols, last = O - (a->weight_tiles - 1) * a->height;
    size_t most = 0;
    if (g->dx.data) {
        a->data = (forward){.y = g->dx, .x = g->dy, .add = g->skip.data != NULL};
        forward_ready(&a->data, shape_of(BF16, g->w.cols, O, true), g->w, &most);
    }
    for (int i = 0; i < 2 && g->dw.data; i++) {
        a->slopes[i] = slope_plan_of(i ? last : at_most(a->height, O), O, g->dw.cols);
        if (plan_scratch(a->slopes[i]) > most) most = plan_scratch(a->slopes[i]);
    }
    a->mem = a->data.mem = cpu_private(most);
}

void gemm_back(const gemm_gradient *g)
{
    plans_start();
    int O = g->dy.cols, J = g->dw.data ? g->dw.cols : g->dx.cols;
    backward a = {.g = g, .height = O >= 16 * WEIGHT_TILE ? 2 * WEIGHT_TILE : WEIGHT_TILE};
    if (many_weights(O, J)) a.height = HIGHEST;
    if (g->dw.data) a.weight_tiles = tiles_of(O, a.height);
    a.bf16 = g->dy.kind == BF16;
    if (a.bf16) back_ready(&a);
    pool_run(a.weight_tiles + (g->dx.data ? row_tiles(g->dy.rows, many_weights(O, J)) : 0),
             back_tile, &a);
}

bool gemm_bf16(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

#ifdef __x86_64__
static bool has_amx_bf16(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1);
}
#endif

bool gemm_packs_bf16(void)
{
    return gemm.wide && gemm_bf16();
}

bool gemm_gains_bf16(void)
{
#ifdef __x86_64__
    return gemm_packs_bf16() && (has_amx_bf16() || __builtin_cpu_is("amd"));
#else
    return false;
#endif
}

void gemm_weights_moved(void)
{
    for (int i = 0; i < gemm.n; i++) gemm.copies[i].stale = true;
}

static bool overlaps(const packed *c, const void *at, size_t bytes)
{
    uintptr_t w = (uintptr_t)c->w, first = (uintptr_t)at;
    return w < first + bytes && first < w + c->bytes;
}

void gemm_written(const void *at, size_t bytes)
{
    for (int i = 0; i < gemm.n; i++)
        if (overlaps(&gemm.copies[i], at, bytes)) gemm.copies[i].stale = true;
}

void gemm_forget(const void *at, size_t bytes)
{
    int n = 0;
    for (int i = 0; i < gemm.n; i++)
        if (overlaps(&gemm.copies[i], at, bytes))
            free(gemm.copies[i].copy);
        else
            gemm.copies[n++] = gemm.copies[i];
    gemm.n = n;
}

void gemm_limit(const char *variant)
{
    gemm.wide = !strcmp(variant, "avx512");
    plans_limit(variant);
}
