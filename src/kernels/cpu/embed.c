/* Embedding: three gathered rows, their sum, norm and dropout; back, each row of a table has one owner. */
#include "kernels/cpu/rows.h"

typedef struct embedding {
    tensor y, sum, word, place, type;
    float *stat;
    const float *g, *b;
    scratch rooms; /* 5 rows a thread */
    tokens in;
    ragged at;
    dropping drop;
    int N, H;
    float eps;
} embedding;

static void embed_tile(void *ctx, int tile, int thread)
{
    const embedding *a = ctx;
    const int32_t *start = ints(a->at.start), *id = ints(a->in.id), *type = ints(a->in.type),
                  *place = ints(a->in.place);
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    float *room = scratch_of(a->rooms, thread);
    size_t each = room_row(H);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        float *sum = row_write(a->sum, row, room), *y = row_write(a->y, row, room + each);
        const float *w = row_read(a->word, id[row], room + 2 * each),
                    *p = row_read(a->place, place[row], room + 3 * each),
                    *t = row_read(a->type, type[row], room + 4 * each);
#pragma omp simd
        for (int h = 0; h < H; h++) sum[h] = w[h] + p[h] + t[h];
        row_rounded(a->sum, row, sum);
        norm_row(y, a->stat + 2 * (size_t)row, sum, a->g, a->b, H, a->eps);
        if (a->drop.limit)
            drop_row(y, y, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
        row_done(a->y, row, y);
    }
}

/* An id outside its table would read foreign memory: a bug of whoever made the batch. */
static void check_ids(const devmem *ids, int n, int rows, const char *what)
{
    const int32_t *id = ints(ids);
    for (int i = 0; i < n; i++)
        ASSERT(id[i] >= 0 && id[i] < rows, "embed: token %d of the batch has %s %d, of %d", i, what,
               (int)id[i], rows);
}

void CPU(embed)(tensor y, tensor sum, tensor stat, tensor word, tensor place, tensor type, tensor g,
                tensor b, tokens in, ragged at, dropout drop, float eps)
{
    check_ids(in.id, y.rows, word.rows, "id");
    check_ids(in.type, y.rows, type.rows, "type");
    check_ids(in.place, y.rows, place.rows, "place");
    int H = y.cols;
    float *room = cpu_shared(2 * room_row(H) * sizeof *room);
    embedding a = {.y = y,
                   .sum = sum,
                   .word = word,
                   .place = place,
                   .type = type,
                   .stat = f32(stat),
                   .g = CPU(as_floats)(g, room),
                   .b = CPU(as_floats)(b, room + room_row(H)),
                   .rooms = rooms_of(y.kind, 5, H),
                   .in = in,
                   .at = at,
                   .drop = dropping_of(drop),
                   .N = y.rows,
                   .H = H,
                   .eps = eps};
    pool_run(tiles_of(y.rows, ROWS), embed_tile, &a);
}

enum { PART_ROWS = 32, OWNERS = 16 };

typedef struct embed_gradient {
    tensor dsum, dy, sum;
    float *parts;
    const float *stat, *g;
    scratch rooms; /* 3 rows a thread */
    tokens in;
    ragged at;
    dropping drop;
    int N, H, T;
} embed_gradient;

/* parts [tiles][2H + T H]: dg, db, and the types' share, since there are few of them. */
static void embed_back_tile(void *ctx, int tile, int thread)
{
    const embed_gradient *a = ctx;
    const int32_t *start = ints(a->at.start), *type = ints(a->in.type);
    int first = tile * PART_ROWS, last = at_most(first + PART_ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    size_t apart = (size_t)(2 + a->T) * (size_t)H;
    float *dg = a->parts + (size_t)tile * apart, *db = dg + H, *dtype = db + H;
    memset(dg, 0, apart * sizeof *dg);
    float *room = scratch_of(a->rooms, thread);
    size_t each = room_row(H);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        float *dsum = row_write(a->dsum, row, room);
        const float *dy = row_read(a->dy, row, room + each),
                    *sum = row_read(a->sum, row, room + 2 * each);
        if (a->drop.limit) {
            drop_row(dsum, dy, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
            dy = dsum;
        }
        norm_back_row(dsum, dg, db, dy, sum, a->stat + 2 * (size_t)row, a->g, H);
        row_done(a->dsum, row, dsum);
        if (!a->T) continue;
        float *dt = dtype + (size_t)type[row] * (size_t)H;
#pragma omp simd
        for (int h = 0; h < H; h++) dt[h] += dsum[h];
    }
}

typedef struct scatter {
    float *to;
    tensor from;
    const int32_t *id;
    scratch rooms; /* a row a thread */
} scatter;

/* Adds the rows whose id belongs to this owner, in their order. */
static void scatter_tile(void *ctx, int tile, int thread)
{
    const scatter *a = ctx;
    const int H = a->from.cols;
    for (int row = 0; row < a->from.rows; row++) {
        if (a->id[row] % OWNERS != tile) continue;
        float *to = a->to + (size_t)a->id[row] * (size_t)H;
        const float *from = row_read(a->from, row, scratch_of(a->rooms, thread));
#pragma omp simd
        for (int h = 0; h < H; h++) to[h] += from[h];
    }
}

static void scatter_rows(tensor to, tensor from, const devmem *ids)
{
    if (!to.data) return;
    scatter a = {f32(to), from, ints(ids), rooms_of(from.kind, 1, from.cols)};
    pool_run(OWNERS, scatter_tile, &a);
}

void CPU(embed_back)(tensor dsum, tensor dword, tensor dplace, tensor dtype, tensor dg, tensor db,
                     tensor dy, tensor sum, tensor stat, tensor g, tokens in, ragged at,
                     dropout drop)
{
    int N = dy.rows, H = dy.cols, T = dtype.data ? dtype.rows : 0, tiles = tiles_of(N, PART_ROWS);
    size_t apart = (size_t)(2 + T) * (size_t)H;
    float *room = cpu_shared(((size_t)tiles * apart + room_row(H)) * sizeof *room);
    float *parts = room + room_row(H);
    embed_gradient a = {.dsum = dsum,
                        .dy = dy,
                        .sum = sum,
                        .parts = parts,
                        .stat = f32(stat),
                        .g = CPU(as_floats)(g, room),
                        .rooms = rooms_of(dy.kind, 3, H),
                        .in = in,
                        .at = at,
                        .drop = dropping_of(drop),
                        .N = N,
                        .H = H,
                        .T = T};
    pool_run(tiles, embed_back_tile, &a);
    if (dg.data) CPU(add_parts)(f32(dg), parts, tiles, apart, H);
    if (db.data) CPU(add_parts)(f32(db), parts + H, tiles, apart, H);
    if (T) CPU(add_parts)(f32(dtype), parts + 2 * (size_t)H, tiles, apart, T * H);
    scatter_rows(dword, dsum, in.id);
    scatter_rows(dplace, dsum, in.place);
}
