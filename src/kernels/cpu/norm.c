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
    tensor y, sum, x, branch;
    float *stat;
    const float *g, *b;
    scratch rooms; /* 4 rows a thread */
    ragged at;
    dropping drop;
    int N, H;
    float eps;
} normed;

static void norm_tile(void *ctx, int tile, int thread)
{
    const normed *a = ctx;
    const int32_t *start = ints(a->at.start);
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    float *room = scratch_of(a->rooms, thread);
    size_t each = room_row(H);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        float *sum = row_write(a->sum, row, room), *y = row_write(a->y, row, room + each);
        const float *x = row_read(a->x, row, room + 2 * each),
                    *branch = row_read(a->branch, row, room + 3 * each);
        if (a->drop.limit) {
            drop_row(sum, branch, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
            branch = sum;
        }
#pragma omp simd
        for (int h = 0; h < H; h++) sum[h] = x[h] + branch[h];
        row_rounded(a->sum, row, sum);
        norm_row(y, a->stat + 2 * (size_t)row, sum, a->g, a->b, H, a->eps);
        row_done(a->y, row, y);
    }
}

const float *CPU(as_floats)(tensor t, float *room)
{
    if (t.kind == F32) return f32(t);
    widen(room, (const uint16_t *)t.data, (int)tensor_count(t));
    return room;
}

void CPU(drop_add_norm)(tensor y, tensor sum, tensor stat, tensor x, tensor branch, tensor g,
                        tensor b, ragged at, dropout drop, float eps)
{
    int H = y.cols;
    float *room = cpu_shared(2 * room_row(H) * sizeof *room);
    normed a = {.y = y,
                .sum = sum,
                .x = x,
                .branch = branch,
                .stat = f32(stat),
                .g = CPU(as_floats)(g, room),
                .b = CPU(as_floats)(b, room + room_row(H)),
                .rooms = rooms_of(y.kind, 4, H),
                .at = at,
                .drop = dropping_of(drop),
                .N = y.rows,
                .H = H,
                .eps = eps};
    pool_run(tiles_of(y.rows, ROWS), norm_tile, &a);
}

enum { PART_ROWS = 32 }; /* rows of a partial sum of dg and db */

typedef struct norm_gradient {
    tensor dbranch, dsum, dy, sum;
    float *parts; /* [tiles][2H]: dg, db */
    const float *stat, *g;
    scratch rooms; /* 4 rows a thread */
    ragged at;
    dropping drop;
    int N, H;
} norm_gradient;

static void norm_back_tile(void *ctx, int tile, int thread)
{
    const norm_gradient *a = ctx;
    const int32_t *start = ints(a->at.start);
    int first = tile * PART_ROWS, last = at_most(first + PART_ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    float *dg = a->parts + (size_t)tile * 2 * (size_t)H, *db = dg + H;
    float *room = scratch_of(a->rooms, thread);
    size_t each = room_row(H);
    memset(dg, 0, 2 * (size_t)H * sizeof *dg);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        float *dsum = row_write(a->dsum, row, room),
              *dbranch = row_write(a->dbranch, row, room + each);
        const float *dy = row_read(a->dy, row, room + 2 * each),
                    *sum = row_read(a->sum, row, room + 3 * each);
        norm_back_row(dsum, dg, db, dy, sum, a->stat + 2 * (size_t)row, a->g, H);
        if (a->drop.limit)
            drop_row(dbranch, dsum, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
        else
            memcpy(dbranch, dsum, (size_t)H * sizeof *dsum);
        row_done(a->dsum, row, dsum);
        row_done(a->dbranch, row, dbranch);
    }
}

void CPU(drop_add_norm_back)(tensor dbranch, tensor dsum, tensor dg, tensor db, tensor dy,
                             tensor sum, tensor stat, tensor g, ragged at, dropout drop)
{
    int N = dy.rows, H = dy.cols, tiles = tiles_of(N, PART_ROWS);
    size_t apart = 2 * (size_t)H;
    float *room = cpu_shared(((size_t)tiles * apart + room_row(H)) * sizeof *room);
    float *parts = room + room_row(H);
    norm_gradient a = {.dbranch = dbranch,
                       .dsum = dsum,
                       .dy = dy,
                       .sum = sum,
                       .parts = parts,
                       .stat = f32(stat),
                       .g = CPU(as_floats)(g, room),
                       .rooms = rooms_of(dy.kind, 4, H),
                       .at = at,
                       .drop = dropping_of(drop),
                       .N = N,
                       .H = H};
    pool_run(tiles, norm_back_tile, &a);
    if (dg.data) CPU(add_parts)(f32(dg), parts, tiles, apart, H);
    if (db.data) CPU(add_parts)(f32(db), parts + H, tiles, apart, H);
}
