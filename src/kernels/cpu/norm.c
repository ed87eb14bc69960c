/* dropout + residual + norm, and back; sums of partial sums. */
#include "kernels/cpu/rows.h"

enum { COLUMNS = 128 }; /* columns of a tile of add_parts */

typedef struct adding {
    float *to;
    const float *from;
    int parts, n;
    size_t apart;
} adding;

static void add_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const adding *a = ctx;
    int first = tile * COLUMNS, n = at_most(COLUMNS, a->n - first);
    float sum[COLUMNS] = {0};
    for (int p = 0; p < a->parts; p++) {
        const float *from = a->from + (size_t)p * a->apart + first;
#pragma omp simd
        for (int i = 0; i < n; i++) sum[i] += from[i];
    }
#pragma omp simd
    for (int i = 0; i < n; i++) a->to[first + i] += sum[i];
}

void CPU(add_parts)(float *to, const float *from, int parts, size_t apart, int n)
{
    adding a = {to, from, parts, n, apart};
    pool_run(tiles_of(n, COLUMNS), add_tile, &a);
}

typedef struct normed {
    float *y, *sum, *stat;
    const float *x, *branch, *g, *b;
    ragged at;
    dropping drop;
    int N, H;
    float eps;
} normed;

static void norm_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const normed *a = ctx;
    const int32_t *start = ints(a->at.start);
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        size_t here = (size_t)row * (size_t)H;
        float *sum = a->sum + here;
        const float *x = a->x + here, *branch = a->branch + here;
        if (a->drop.limit) {
            drop_row(sum, branch, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
            branch = sum;
        }
#pragma omp simd
        for (int h = 0; h < H; h++) sum[h] = x[h] + branch[h];
        norm_row(a->y + here, a->stat + 2 * (size_t)row, sum, a->g, a->b, H, a->eps);
    }
}

void CPU(drop_add_norm)(tensor y, tensor sum, tensor stat, tensor x, tensor branch, tensor g,
                        tensor b, ragged at, dropout drop, float eps)
{
    NEED_F32("drop_add_norm", y, sum, x, branch, g, b);
    normed a = {f32(y), f32(sum), f32(stat),         f32(x), f32(branch), f32(g),
                f32(b), at,       dropping_of(drop), y.rows, y.cols,      eps};
    pool_run(tiles_of(y.rows, ROWS), norm_tile, &a);
}

enum { PART_ROWS = 32 }; /* rows of a partial sum of dg and db */

typedef struct norm_gradient {
    float *dbranch, *dsum, *parts; /* parts [tiles][2H]: dg, db */
    const float *dy, *sum, *stat, *g;
    ragged at;
    dropping drop;
    int N, H;
} norm_gradient;

static void norm_back_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const norm_gradient *a = ctx;
    const int32_t *start = ints(a->at.start);
    int first = tile * PART_ROWS, last = at_most(first + PART_ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    float *dg = a->parts + (size_t)tile * 2 * (size_t)H, *db = dg + H;
    memset(dg, 0, 2 * (size_t)H * sizeof *dg);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        size_t here = (size_t)row * (size_t)H;
        float *dsum = a->dsum + here, *dbranch = a->dbranch + here;
        norm_back_row(dsum, dg, db, a->dy + here, a->sum + here, a->stat + 2 * (size_t)row, a->g,
                      H);
        if (a->drop.limit)
            drop_row(dbranch, dsum, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
        else
            memcpy(dbranch, dsum, (size_t)H * sizeof *dsum);
    }
}

void CPU(drop_add_norm_back)(tensor dbranch, tensor dsum, tensor dg, tensor db, tensor dy,
                             tensor sum, tensor stat, tensor g, ragged at, dropout drop)
{
    NEED_F32("drop_add_norm_back", dbranch, dsum, dg, db, dy, sum, g);
    int N = dy.rows, H = dy.cols, tiles = tiles_of(N, PART_ROWS);
    size_t apart = 2 * (size_t)H;
    float *parts = cpu_shared((size_t)tiles * apart * sizeof *parts);
    norm_gradient a = {f32(dbranch), f32(dsum),         parts, f32(dy), f32(sum), f32(stat), f32(g),
                       at,           dropping_of(drop), N,     H};
    pool_run(tiles, norm_back_tile, &a);
    if (dg.data) CPU(add_parts)(f32(dg), parts, tiles, apart, H);
    if (db.data) CPU(add_parts)(f32(db), parts + H, tiles, apart, H);
}
