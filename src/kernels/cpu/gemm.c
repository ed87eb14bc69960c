/* Products, cut into tiles.
 *
 * Forward: row tiles over packed weights, by the matmul primitive, which is what reaches the machine's
 * peak: weights lie in the layout that oneDNN likes best, packed once after they moved. Few distinct
 * tile heights, so few primitives. Backward: plain products, which need no packing (w and x are read along
 * their rows) and reach the same; weight gradients in tiles of output rows over all of N. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/gemm_plan.h"
#include <stdlib.h>

enum { ALIGN = 64, WEIGHT_TILE = 64 };

typedef struct packed {
    const float *w;
    int O, J;
    shape *of;
    void *copy;
    bool stale;
} packed;

static struct gemm {
    packed *copies;
    int n, room;
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

static const void *packed_of(const float *w, int O, int J)
{
    for (int i = 0; i < gemm.n; i++) {
        packed *c = &gemm.copies[i];
        if (c->w != w || c->O != O || c->J != J) continue;
        if (c->stale) pack_stale();
        return c->copy;
    }
    if (gemm.n == gemm.room) {
        gemm.room = 2 * gemm.room + 64;
        gemm.copies = realloc(gemm.copies, (size_t)gemm.room * sizeof *gemm.copies);
        if (!gemm.copies) die("no memory for %d packed weights", gemm.room);
    }
    shape *s = shape_of(O, J);
    size_t bytes = (shape_bytes(s) + ALIGN - 1) / ALIGN * ALIGN;
    packed *c = &gemm.copies[gemm.n++];
    *c = (packed){w, O, J, s, aligned_alloc(ALIGN, bytes), true};
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

typedef struct forward {
    float *y;
    const float *x, *b;
    int N, O, J;
    const void *w;     /* packed */
    plan *of[HEIGHTS]; /* by height */
    scratch mem;       /* scratchpad, and behind it a tile's x and y where rows are missing */
    size_t pad;
} forward;

static void forward_tile(void *ctx, int tile, int thread)
{
    const forward *a = ctx;
    int first, n = row_tile(a->N, many_weights(a->O, a->J), tile, &first), rows = round_up(n, UNIT);
    size_t O = (size_t)a->O, J = (size_t)a->J;
    const plan *p = a->of[rows / UNIT - 1];
    const float *x = a->x + (size_t)first * J;
    char *mem = scratch_of(a->mem, thread);
    float *y = a->y + (size_t)first * O, *to = y;
    if (n < rows) {
        float *pad = (float *)(void *)(mem + a->pad);
        memcpy(pad, x, (size_t)n * J * sizeof *x);
        memset(pad + (size_t)n * J, 0, (size_t)(rows - n) * J * sizeof *x);
        x = pad, to = pad + (size_t)HIGHEST * J;
    }
    plan_multiply(p, thread, to, x, a->w, a->b, mem);
    if (to != y) memcpy(y, to, (size_t)n * O * sizeof *y);
}

void gemm_forward(float *y, const float *x, const float *w, const float *b, int N, int O, int J)
{
    plans_start();
    shape *s = shape_of(O, J);
    forward a = {.y = y, .x = x, .b = b, .N = N, .O = O, .J = J, .w = packed_of(w, O, J)};
    size_t most = 0;
    bool many = many_weights(O, J);
    int tiles = row_tiles(N, many);
    for (int tile = 0, first; tile < tiles; tile++) {
        int rows = round_up(row_tile(N, many, tile, &first), UNIT);
        plan *p = a.of[rows / UNIT - 1] = plan_of(s, rows, b != NULL);
        if (plan_scratch(p) > most) most = plan_scratch(p);
    }
    a.pad = (most + ALIGN - 1) / ALIGN * ALIGN;
    a.mem = cpu_private(a.pad + (size_t)HIGHEST * (size_t)(O + J) * sizeof *y);
    pool_run(tiles, forward_tile, &a);
}

typedef struct backward {
    const gemm_gradient *g;
    int weight_tiles, height; /* of weight gradients: output rows of a tile */
} backward;

static void weight_tile(const gemm_gradient *g, int first, int n)
{
    if (g->columns) g->columns(g->ctx, first, n);
    multiply_plain(true, g->dw + (size_t)first * (size_t)g->J, g->dy + first, g->O, g->x, n, g->J,
                   g->N, true);
}

static void data_tile(const gemm_gradient *g, int tile)
{
    int first, n = row_tile(g->N, many_weights(g->O, g->J), tile, &first);
    size_t here = (size_t)first * (size_t)g->J;
    float *dx = g->dx + here;
    if (g->skip && g->skip != g->dx)
        memcpy(dx, g->skip + here, (size_t)n * (size_t)g->J * sizeof *dx);
    multiply_plain(false, dx, g->dy + (size_t)first * (size_t)g->O, g->O, g->w, n, g->J, g->O,
                   g->skip != NULL);
}

static void back_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const backward *a = ctx;
    if (tile >= a->weight_tiles) {
        data_tile(a->g, tile - a->weight_tiles);
        return;
    }
    int first = tile * a->height;
    weight_tile(a->g, first, at_most(a->height, a->g->O - first));
}

void gemm_back(const gemm_gradient *g)
{
    plans_start();
    backward a = {.g = g, .height = g->O >= 16 * WEIGHT_TILE ? 2 * WEIGHT_TILE : WEIGHT_TILE};
    if (many_weights(g->O, g->J)) a.height = HIGHEST;
    if (g->dw) a.weight_tiles = tiles_of(g->O, a.height);
    pool_run(a.weight_tiles + (g->dx ? row_tiles(g->N, many_weights(g->O, g->J)) : 0), back_tile,
             &a);
}

void gemm_weights_moved(void)
{
    for (int i = 0; i < gemm.n; i++) gemm.copies[i].stale = true;
}

static bool overlaps(const packed *c, const void *at, size_t bytes)
{
    uintptr_t w = (uintptr_t)c->w, first = (uintptr_t)at;
    return w < first + bytes && first < w + (size_t)c->O * (size_t)c->J * sizeof *c->w;
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
    plans_limit(variant);
}
