/* Attention over ragged sequences. A tile is one head of one sequence: its rows are copied next to each other,
 * padded to whole vectors, and its weights live in working memory only, a block of queries at a time. */
#include "kernels/cpu/block.h"
#include "kernels/cpu/rows.h"

enum { QUERIES = 64, HEADS = 4 }; /* queries of a block; heads of a tile */

/* The working memory of a thread for sequences of up to `longest`. wide: keys rounded up to whole vectors; Dp: D likewise. */
typedef struct workplace {
    float *q, *k, *v, *dy; /* [longest,Dp]; q is scaled by 1/sqrt(D) */
    float *kt, *vt;        /* [Dp,wide] */
    float *dq, *dk, *dv;   /* [longest,Dp] */
    float *p, *dp;         /* [QUERIES,wide] */
    uint16_t *u;           /* [QUERIES,wide] and more behind: dropout's numbers */
} workplace;

typedef struct attending {
    tensor qkv, mixed, dqkv, dmixed;
    float *lse;
    ragged at;
    dropping drop;
    int A, D, Dp, H;
    size_t longest, wide;
    float scale;
    scratch mem;
} attending;

static float *cut(char **at, size_t rows, size_t cols)
{
    float *here = (float *)*at;
    *at += (rows * cols * sizeof(float) + 63) / 64 * 64;
    return here;
}

static size_t place_all(workplace *w, char *base, size_t longest, size_t wide, size_t Dp)
{
    char *at = base;
    w->q = cut(&at, longest, Dp), w->k = cut(&at, longest, Dp), w->v = cut(&at, longest, Dp);
    w->dy = cut(&at, longest, Dp);
    w->kt = cut(&at, Dp, wide), w->vt = cut(&at, Dp, wide);
    w->dq = cut(&at, longest, Dp), w->dk = cut(&at, longest, Dp), w->dv = cut(&at, longest, Dp);
    w->p = cut(&at, QUERIES, wide), w->dp = cut(&at, QUERIES, wide);
    w->u = (uint16_t *)cut(&at, QUERIES, wide / 2 + 8);
    at += 8 * CHANCES * sizeof(uint16_t);
    return (size_t)(at - base);
}

/* [n,Dp] out of D columns of n rows, from row `first` and column `col` on, times a factor; the padding is zero. */
static void gather(float *to, tensor from, int first, int col, int n, int D, int Dp, float by)
{
    for (int i = 0; i < n; i++) {
        const char *row = row_at(from, first + i);
        float *out = to + (size_t)i * (size_t)Dp;
        if (from.kind == F32) {
            const float *in = (const float *)(const void *)row + col;
#pragma omp simd
            for (int d = 0; d < D; d++) out[d] = in[d] * by;
        } else {
            const uint16_t *in = (const uint16_t *)(const void *)row + col;
#pragma omp simd
            for (int d = 0; d < D; d++) out[d] = bf16_wide(in[d]) * by;
        }
        for (int d = D; d < Dp; d++) out[d] = 0;
    }
}

static void scatter(tensor to, int first, int col, const float *from, int n, int D, int Dp,
                    float by)
{
    for (int i = 0; i < n; i++) {
        char *row = row_at(to, first + i);
        const float *in = from + (size_t)i * (size_t)Dp;
        if (to.kind == F32) {
            float *out = (float *)(void *)row + col;
#pragma omp simd
            for (int d = 0; d < D; d++) out[d] = in[d] * by;
        } else {
            uint16_t *out = (uint16_t *)(void *)row + col;
#pragma omp simd
            for (int d = 0; d < D; d++) out[d] = bf16_of(in[d] * by);
        }
    }
}

/* [Dp,wide] from [n,Dp]; columns from n on are zero. */
static void turn(float *to, size_t wide, const float *from, int n, int Dp)
{
    int cols = round_up(n, VW);
    for (int d = 0; d < Dp; d += 4) {
        float *out[4];
        for (int r = 0; r < 4; r++) out[r] = to + (size_t)(d + r) * wide;
        int i = 0;
        for (; i + 4 <= n; i += 4) turn_4x4(out, i, from + (size_t)i * (size_t)Dp + d, Dp);
        for (; i < cols; i++)
            for (int r = 0; r < 4; r++)
                out[r][i] = i < n ? from[(size_t)i * (size_t)Dp + (size_t)(d + r)] : 0;
    }
}

/* Dropout's numbers of `rows` queries from `first` on; a row of them is 8 * tiles_of(n, 8) long, which is
 * returned. Counters are numbered through, row after row, so that no lane is idle; the row is found by
 * a multiplication, which is exact, since the numbers are small. */
static int draw(const attending *a, uint16_t *u, int first, int rows, int n, int head, uint32_t who)
{
    const int blocks = tiles_of(n, 8), all = blocks * rows;
    const uint32_t site = (a->drop.c.site + (uint32_t)head) << 16;
    const float part = 1.0f / (float)blocks;
    for (int at = 0; at < all; at += CHANCES) {
        uint64_t in0[CHANCES], in1[CHANCES];
        for (int i = 0; i < CHANCES; i++) {
            int row = (int)(((float)(at + i) + 0.5f) * part), block = at + i - row * blocks;
            in0[i] = (uint32_t)block | site, in1[i] = (uint32_t)(first + row);
        }
        chance_block(u + (size_t)at * 8, &a->drop.c, in0, in1, who);
    }
    return blocks * 8;
}

/* Which of VW weights are kept. */
static inline vi kept(const uint16_t *u, uint32_t limit)
{
    vh half = *(const vh_anywhere *)u;
    return __builtin_convertvector(half, vi) >= (int32_t)limit;
}

/* In place: scores to weights as they are used, dropout included (limit 0: none); returns the log of the
 * sum of exponentials. cols is n rounded up to whole vectors. */
static float softmax_row(float *s, const uint16_t *u, int n, int cols, const dropping *drop)
{
    const uint32_t limit = drop->limit;
    for (int j = n; j < cols; j++) s[j] = -INFINITY;
    vf mosts = vf_load(s), sums = {0};
    for (int j = VW; j < cols; j += VW) mosts = vf_max(mosts, vf_load(s + j));
    float most = vf_most(mosts);
    for (int j = 0; j < cols; j += VW) {
        vf e = vf_exp(vf_load(s + j) - most);
        sums += e;
        vf_store(s + j, limit ? vf_where(kept(u + j, limit), e) : e);
    }
    float sum = vf_sum(sums), by = drop->scale / sum;
    for (int j = 0; j < cols; j += VW) vf_store(s + j, vf_load(s + j) * by);
    return most + logf(sum);
}

/* Asks for rows before they are needed: they are short and far from each other, and the processor does not guess. */
static void foresee(tensor from, int first, int col, int n, int D)
{
    enum { LINE = 64 };
    size_t skip = (size_t)col * kind_bytes(from.kind), bytes = (size_t)D * kind_bytes(from.kind);
    for (int i = 0; i < n; i++)
        for (size_t b = 0; b < bytes; b += LINE)
            __builtin_prefetch(row_at(from, first + i) + skip + b, 0, 2);
}

static void attend(const attending *a, int s, int head, int thread)
{
    const int32_t *start = ints(a->at.start);
    const int first = start[s], n = start[s + 1] - first;
    int D = a->D, Dp = a->Dp, H = a->H, cols = round_up(n, VW);
    size_t wide = a->wide;
    workplace w;
    place_all(&w, scratch_of(a->mem, thread), a->longest, wide, (size_t)Dp);
    gather(w.q, a->qkv, first, head * D, n, D, Dp, a->scale);
    gather(w.k, a->qkv, first, H + head * D, n, D, Dp, 1);
    gather(w.v, a->qkv, first, 2 * H + head * D, n, D, Dp, 1);
    turn(w.kt, wide, w.k, n, Dp);
    for (int from = 0; from < n; from += QUERIES) {
        int rows = at_most(QUERIES, n - from);
        block_mul(w.p, wide, w.q + (size_t)from * (size_t)Dp, (size_t)Dp, 1, w.kt, wide, rows, cols,
                  Dp, false);
        int drawn = a->drop.limit ? draw(a, w.u, from, rows, n, head, words(a->at.who)[s]) : 0;
        float *lse = a->lse + (size_t)(first + from) * (size_t)a->A + (size_t)head;
        for (int i = 0; i < rows; i++)
            lse[(size_t)i * (size_t)a->A] = softmax_row(
                w.p + (size_t)i * wide, w.u + (size_t)i * (size_t)drawn, n, cols, &a->drop);
        block_mul(w.dq, (size_t)Dp, w.p, wide, 1, w.v, (size_t)Dp, rows, Dp, n, false);
        scatter(a->mixed, first + from, head * D, w.dq, rows, D, Dp, 1);
    }
}

/* Asks for the rows of a tile's n'th head. */
static void foresee_head(const attending *a, int tile, int n)
{
    const int groups = tiles_of(a->A, HEADS), s = tile / groups, head = tile % groups * HEADS + n;
    if (s >= a->at.B || head >= a->A) return;
    const int32_t *start = ints(a->at.start);
    const int first = start[s], rows = start[s + 1] - first;
    for (int part = 0; part < 3; part++)
        foresee(a->qkv, first, part * a->H + head * a->D, rows, a->D);
    if (a->dmixed.data) foresee(a->dmixed, first, head * a->D, rows, a->D);
}

/* A tile is HEADS heads of a sequence. While one is computed the next is on its way; behind the last
 * comes the tile that this thread is likely to take next. */
static void each_head(const attending *a, int tile, int thread,
                      void one(const attending *a, int s, int head, int thread))
{
    const int groups = tiles_of(a->A, HEADS), s = tile / groups, head = tile % groups * HEADS,
              n = at_most(HEADS, a->A - head);
    for (int h = 0; h < n; h++) {
        if (h + 1 < n)
            foresee_head(a, tile, h + 1);
        else
            foresee_head(a, tile + pool_threads(), 0);
        one(a, s, head + h, thread);
    }
}

static void attention_tile(void *ctx, int tile, int thread)
{
    each_head(ctx, tile, thread, attend);
}

static attending attending_of(tensor qkv, ragged at, int heads, dropout drop)
{
    int H = qkv.cols / 3, D = H / heads;
    attending a = {.qkv = qkv, .at = at, .drop = dropping_of(drop), .A = heads, .D = D, .H = H};
    a.Dp = round_up(D, VW);
    a.longest = (size_t)at.longest;
    a.wide = (size_t)round_up(at.longest, VW);
    a.scale = 1.0f / sqrtf((float)D);
    workplace w;
    a.mem = cpu_private(place_all(&w, NULL, a.longest, a.wide, (size_t)a.Dp));
    return a;
}

void CPU(attention)(tensor mixed, tensor lse, tensor qkv, ragged at, int heads, dropout drop)
{
    attending a = attending_of(qkv, at, heads, drop);
    a.mixed = mixed, a.lse = f32(lse);
    pool_run(at.B * tiles_of(heads, HEADS), attention_tile, &a);
}

/* From p = scores and dp = gradient of the weights as they were used: p = weights as they were used, dp =
 * gradient of the scores. With w the weights and c the dropout's factors: p = w c, dp = w c dp - w delta,
 * delta = sum of w c dp over the row. */
static void scores_back_row(float *p, float *dp, const uint16_t *u, int n, int cols,
                            const dropping *drop, float lse)
{
    const uint32_t limit = drop->limit;
    const float scale = drop->scale;
    vf deltas = {0};
    for (int j = n; j < cols; j++) p[j] = -INFINITY;
    for (int j = 0; j < cols; j += VW) {
        vf w = vf_exp(vf_load(p + j) - lse), d = w * vf_load(dp + j) * scale;
        if (limit) d = vf_where(kept(u + j, limit), d);
        deltas += d;
        vf_store(p + j, w), vf_store(dp + j, d);
    }
    float delta = vf_sum(deltas);
    for (int j = 0; j < cols; j += VW) {
        vf w = vf_load(p + j), used = w * scale;
        vf_store(dp + j, vf_load(dp + j) - w * delta);
        vf_store(p + j, limit ? vf_where(kept(u + j, limit), used) : used);
    }
}

static void attend_back(const attending *a, int s, int head, int thread)
{
    const int32_t *start = ints(a->at.start);
    const int first = start[s], n = start[s + 1] - first;
    int D = a->D, H = a->H, cols = round_up(n, VW);
    size_t wide = a->wide, Dp = (size_t)a->Dp;
    workplace w;
    place_all(&w, scratch_of(a->mem, thread), a->longest, wide, Dp);
    gather(w.q, a->qkv, first, head * D, n, D, a->Dp, a->scale);
    gather(w.k, a->qkv, first, H + head * D, n, D, a->Dp, 1);
    gather(w.v, a->qkv, first, 2 * H + head * D, n, D, a->Dp, 1);
    gather(w.dy, a->dmixed, first, head * D, n, D, a->Dp, 1);
    turn(w.kt, wide, w.k, n, a->Dp);
    turn(w.vt, wide, w.v, n, a->Dp);
    for (int from = 0; from < n; from += QUERIES) {
        int rows = at_most(QUERIES, n - from);
        const float *q = w.q + (size_t)from * Dp, *dy = w.dy + (size_t)from * Dp;
        block_mul(w.p, wide, q, Dp, 1, w.kt, wide, rows, cols, a->Dp, false);
        block_mul(w.dp, wide, dy, Dp, 1, w.vt, wide, rows, cols, a->Dp, false);
        int drawn = a->drop.limit ? draw(a, w.u, from, rows, n, head, words(a->at.who)[s]) : 0;
        const float *lse = a->lse + (size_t)(first + from) * (size_t)a->A + (size_t)head;
        for (int i = 0; i < rows; i++)
            scores_back_row(w.p + (size_t)i * wide, w.dp + (size_t)i * wide,
                            w.u + (size_t)i * (size_t)drawn, n, cols, &a->drop,
                            lse[(size_t)i * (size_t)a->A]);
        block_mul(w.dq + (size_t)from * Dp, Dp, w.dp, wide, 1, w.k, Dp, rows, a->Dp, n, false);
        block_mul(w.dk, Dp, w.dp, 1, wide, q, Dp, n, a->Dp, rows, from > 0);
        block_mul(w.dv, Dp, w.p, 1, wide, dy, Dp, n, a->Dp, rows, from > 0);
    }
    scatter(a->dqkv, first, head * D, w.dq, n, D, a->Dp, a->scale);
    scatter(a->dqkv, first, H + head * D, w.dk, n, D, a->Dp, 1);
    scatter(a->dqkv, first, 2 * H + head * D, w.dv, n, D, a->Dp, 1);
}

static void attention_back_tile(void *ctx, int tile, int thread)
{
    each_head(ctx, tile, thread, attend_back);
}

void CPU(attention_back)(tensor dqkv, tensor dmixed, tensor mixed, tensor lse, tensor qkv,
                         ragged at, int heads, dropout drop)
{
    attending a = attending_of(qkv, at, heads, drop);
    a.mixed = mixed, a.lse = f32(lse), a.dqkv = dqkv, a.dmixed = dmixed;
    pool_run(at.B * tiles_of(heads, HEADS), attention_back_tile, &a);
}
