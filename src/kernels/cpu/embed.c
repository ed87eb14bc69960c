/* Embedding: three gathered rows, their sum, norm and dropout; back, each row of a table has one owner. */
#include "kernels/cpu/rows.h"

typedef struct embedding {
    float *y, *sum, *stat;
    const float *word, *place, *type, *g, *b;
    tokens in;
    ragged at;
    dropping drop;
    int N, H;
    float eps;
} embedding;

static void embed_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const embedding *a = ctx;
    const int32_t *start = ints(a->at.start), *id = ints(a->in.id), *type = ints(a->in.type),
                  *place = ints(a->in.place);
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        size_t here = (size_t)row * (size_t)H;
        float *sum = a->sum + here, *y = a->y + here;
        const float *w = a->word + (size_t)id[row] * (size_t)H,
                    *p = a->place + (size_t)place[row] * (size_t)H,
                    *t = a->type + (size_t)type[row] * (size_t)H;
#pragma omp simd
        for (int h = 0; h < H; h++) sum[h] = w[h] + p[h] + t[h];
        norm_row(y, a->stat + 2 * (size_t)row, sum, a->g, a->b, H, a->eps);
        if (a->drop.limit)
            drop_row(y, y, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
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
    NEED_F32("embed", y, sum, word, place, type, g, b);
    check_ids(in.id, y.rows, word.rows, "id");
    check_ids(in.type, y.rows, type.rows, "type");
    check_ids(in.place, y.rows, place.rows, "place");
    embedding a = {f32(y), f32(sum), f32(stat), f32(word),         f32(place), f32(type), f32(g),
                   f32(b), in,       at,        dropping_of(drop), y.rows,     y.cols,    eps};
    pool_run(tiles_of(y.rows, ROWS), embed_tile, &a);
}

enum { PART_ROWS = 32, OWNERS = 16 };

typedef struct embed_gradient {
    float *dsum, *parts;
    const float *dy, *sum, *stat, *g;
    tokens in;
    ragged at;
    dropping drop;
    int N, H, T;
} embed_gradient;

/* parts [tiles][2H + T H]: dg, db, and the types' share, since there are few of them. */
static void embed_back_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const embed_gradient *a = ctx;
    const int32_t *start = ints(a->at.start), *type = ints(a->in.type);
    int first = tile * PART_ROWS, last = at_most(first + PART_ROWS, a->N), H = a->H;
    int s = sequence_of(start, a->at.B, first);
    size_t apart = (size_t)(2 + a->T) * (size_t)H;
    float *dg = a->parts + (size_t)tile * apart, *db = dg + H, *dtype = db + H;
    memset(dg, 0, apart * sizeof *dg);
    for (int row = first; row < last; row++) {
        while (row >= start[s + 1]) s++;
        size_t here = (size_t)row * (size_t)H;
        float *dsum = a->dsum + here;
        const float *dy = a->dy + here;
        if (a->drop.limit) {
            drop_row(dsum, dy, H, &a->drop, words(a->at.who)[s], (uint32_t)(row - start[s]));
            dy = dsum;
        }
        norm_back_row(dsum, dg, db, dy, a->sum + here, a->stat + 2 * (size_t)row, a->g, H);
        if (!a->T) continue;
        float *dt = dtype + (size_t)type[row] * (size_t)H;
#pragma omp simd
        for (int h = 0; h < H; h++) dt[h] += dsum[h];
    }
}

typedef struct scatter {
    float *to;
    const float *from;
    const int32_t *id;
    int N, H;
} scatter;

/* Adds the rows whose id belongs to this owner, in their order. */
static void scatter_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const scatter *a = ctx;
    for (int row = 0; row < a->N; row++) {
        if (a->id[row] % OWNERS != tile) continue;
        float *to = a->to + (size_t)a->id[row] * (size_t)a->H;
        const float *from = a->from + (size_t)row * (size_t)a->H;
#pragma omp simd
        for (int h = 0; h < a->H; h++) to[h] += from[h];
    }
}

static void scatter_rows(tensor to, tensor from, const devmem *ids)
{
    if (!to.data) return;
    scatter a = {f32(to), f32(from), ints(ids), from.rows, from.cols};
    pool_run(OWNERS, scatter_tile, &a);
}

void CPU(embed_back)(tensor dsum, tensor dword, tensor dplace, tensor dtype, tensor dg, tensor db,
                     tensor dy, tensor sum, tensor stat, tensor g, tokens in, ragged at,
                     dropout drop)
{
    NEED_F32("embed_back", dsum, dword, dplace, dtype, dg, db, dy, sum, g);
    int N = dy.rows, H = dy.cols, T = dtype.data ? dtype.rows : 0, tiles = tiles_of(N, PART_ROWS);
    size_t apart = (size_t)(2 + T) * (size_t)H;
    float *parts = cpu_shared((size_t)tiles * apart * sizeof *parts);
    embed_gradient a = {f32(dsum), parts, f32(dy),           f32(sum), f32(stat), f32(g),
                        in,        at,    dropping_of(drop), N,        H,         T};
    pool_run(tiles, embed_back_tile, &a);
    if (dg.data) CPU(add_parts)(f32(dg), parts, tiles, apart, H);
    if (db.data) CPU(add_parts)(f32(db), parts + H, tiles, apart, H);
    if (T) CPU(add_parts)(f32(dtype), parts + 2 * (size_t)H, tiles, apart, T * H);
    scatter_rows(dword, dsum, in.id);
    scatter_rows(dplace, dsum, in.place);
}
