#pragma once
/* What the operations on rows share: names of rows for dropout, dropout of a row, norm of a row. */
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/simd.h"

enum { ROWS = 16 }; /* rows of a tile */

/* Rows of tensors of either kind, as floats. In f32 that is the row itself; in bf16 it is a copy in `room`,
 * [cols] floats of the thread's working memory, which row_done rounds into its place. */
static inline char *row_at(tensor t, int row)
{
    return (char *)t.data + (size_t)row * (size_t)t.cols * kind_bytes(t.kind);
}
static inline const float *row_read(tensor t, int row, float *room)
{
    char *at = row_at(t, row);
    if (t.kind == F32) return (const float *)(void *)at;
    widen(room, (const uint16_t *)(void *)at, t.cols);
    return room;
}
static inline float *row_write(tensor t, int row, float *room)
{
    return t.kind == F32 ? (float *)(void *)row_at(t, row) : room;
}
static inline void row_done(tensor t, int row, const float *from)
{
    if (t.kind == BF16) narrow((uint16_t *)(void *)row_at(t, row), from, t.cols);
}
/* The same, and `from` becomes what was stored. */
static inline void row_rounded(tensor t, int row, float *from)
{
    if (t.kind != BF16) return;
    row_done(t, row, from);
    widen(from, (const uint16_t *)(void *)row_at(t, row), t.cols);
}
/* Working memory for `rows` rows of `cols` floats; row i of them starts at i * room_row(cols). */
static inline size_t room_row(int cols)
{
    return (size_t)round_up(cols, 16);
}
static inline scratch rooms_of(enum kind kind, int rows, int cols)
{
    return cpu_private(kind == F32 ? 0 : (size_t)rows * room_row(cols) * sizeof(float));
}

/* The sequence that a row belongs to. */
static inline int sequence_of(const int32_t *start, int B, int row)
{
    int low = 0, high = B;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (start[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Dropout as it is for one operation: limit 0 is none. */
typedef struct dropping {
    uint32_t limit;
    float scale;
    chances c;
} dropping;

static inline dropping dropping_of(dropout drop)
{
    dropping d = {dropout_limit(drop.rate), 1, {0}};
    if (!d.limit) return d;
    const chance_now *now = (const chance_now *)drop.chance;
    d.scale = 65536.0f / (float)(65536u - d.limit);
    d.c = (chances){.key = now->key, .site = (uint32_t)drop.site, .step = now->step};
    return d;
}

static inline float dropped(float x, uint16_t u, uint32_t limit, float scale)
{
    return u < limit ? 0.0f : x * scale;
}

/* to = dropout(from) for the token at `place` of sequence `who`; may be in place. */
static inline void drop_row(float *to, const float *from, int n, const dropping *d, uint32_t who,
                            uint32_t place)
{
    enum { STEP = 8 * CHANCES };
    const uint32_t limit = d->limit;
    const float scale = d->scale;
    for (int h = 0; h < n; h += STEP) {
        uint16_t u[STEP];
        uint64_t in0[CHANCES], in1[CHANCES];
        for (int i = 0; i < CHANCES; i++)
            in0[i] = (uint32_t)(h / 8 + i) | d->c.site << 16, in1[i] = place;
        chance_block(u, &d->c, in0, in1, who);
        int m = at_most(STEP, n - h);
#pragma omp simd
        for (int i = 0; i < m; i++) to[h + i] = dropped(from[h + i], u[i], limit, scale);
    }
}

/* The sum of (x - mean)^2. */
static inline float spread_f(const float *x, float mean, int n)
{
    vf even = {0}, odd = {0};
    int i = 0;
    for (; i + 2 * VW <= n; i += 2 * VW) {
        vf a = vf_load(x + i) - mean, b = vf_load(x + i + VW) - mean;
        even += a * a, odd += b * b;
    }
    for (; i + VW <= n; i += VW) {
        vf a = vf_load(x + i) - mean;
        even += a * a;
    }
    float rest = 0;
    for (; i < n; i++) rest += (x[i] - mean) * (x[i] - mean);
    return vf_sum(even + odd) + rest;
}

/* y = (x - mean) / sqrt(var + eps) * g + b; stat = mean, 1 / sqrt(var + eps). */
static inline void norm_row(float *y, float *stat, const float *x, const float *g, const float *b,
                            int H, float eps)
{
    float mean = sum_f(x, H) / (float)H;
    float rstd = 1.0f / sqrtf(spread_f(x, mean, H) / (float)H + eps);
    stat[0] = mean, stat[1] = rstd;
#pragma omp simd
    for (int h = 0; h < H; h++) y[h] = (x[h] - mean) * rstd * g[h] + b[h];
}

/* dx from dy (may be the same); dg, db are added to. */
static inline void norm_back_row(float *dx, float *dg, float *db, const float *dy, const float *x,
                                 const float *stat, const float *g, int H)
{
    const float mean = stat[0], rstd = stat[1];
    vf flats = {0}, slopes = {0};
    int i = 0;
    for (; i + VW <= H; i += VW) {
        vf unit = (vf_load(x + i) - mean) * rstd, up = vf_load(dy + i), d = up * vf_load(g + i);
        flats += d, slopes += d * unit;
        vf_store(dg + i, vf_load(dg + i) + up * unit);
        vf_store(db + i, vf_load(db + i) + up);
    }
    float flat = vf_sum(flats), slope = vf_sum(slopes);
    for (; i < H; i++) {
        float unit = (x[i] - mean) * rstd, d = dy[i] * g[i];
        flat += d, slope += d * unit;
        dg[i] += dy[i] * unit, db[i] += dy[i];
    }
    flat /= (float)H, slope /= (float)H;
#pragma omp simd
    for (int h = 0; h < H; h++) {
        float unit = (x[h] - mean) * rstd;
        dx[h] = rstd * (dy[h] * g[h] - flat - unit * slope);
    }
}

/* to[n] += the sum of `parts` rows of `from`, which lie `apart` floats from each other: columns in parallel, rows in order. */
void CPU(add_parts)(float *to, const float *from, int parts, size_t apart, int n);

/* All values of a tensor of either kind as floats, [count] of them in room where it is bf16; for short tensors. */
const float *CPU(as_floats)(tensor t, float *room);
