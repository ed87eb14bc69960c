/* The oracle: embedding, norms, attention. */
#include "kernels/cpu/cpu.h"
#include "oracle/oracle.h"
#include <math.h>
#include <stdlib.h>

#define get oracle_get
#define put oracle_put
#define add oracle_add

/* Sequence and place of a row. */
static void find(ragged at, int row, uint32_t *who, uint32_t *place)
{
    const int32_t *start = ints(at.start);
    int s = 0;
    while (row >= start[s + 1]) s++;
    *who = words(at.who)[s], *place = (uint32_t)(row - start[s]);
}

/* Of row n into y[H], which nothing rounds yet. */
static void norm(double *y, tensor stat, tensor x, tensor g, tensor b, int n, float eps)
{
    int H = x.cols;
    double mean = 0, var = 0;
    for (int h = 0; h < H; h++) mean += get(x, n, h) / H;
    for (int h = 0; h < H; h++) var += (get(x, n, h) - mean) * (get(x, n, h) - mean) / H;
    double rstd = 1 / sqrt(var + (double)eps);
    put(stat, n, 0, mean), put(stat, n, 1, rstd);
    for (int h = 0; h < H; h++) y[h] = (get(x, n, h) - mean) * rstd * get(g, 0, h) + get(b, 0, h);
}

/* dx from dy[H] of row n. */
static void norm_back(double *dx, tensor dg, tensor db, const double *dy, tensor x, tensor stat,
                      tensor g, int n)
{
    int H = x.cols;
    double mean = get(stat, n, 0), rstd = get(stat, n, 1), flat = 0, slope = 0;
    for (int h = 0; h < H; h++) {
        double unit = (get(x, n, h) - mean) * rstd, d = dy[h] * get(g, 0, h);
        flat += d / H, slope += d * unit / H;
        if (dg.data) add(dg, 0, h, dy[h] * unit);
        if (db.data) add(db, 0, h, dy[h]);
    }
    for (int h = 0; h < H; h++) {
        double unit = (get(x, n, h) - mean) * rstd;
        dx[h] = rstd * (dy[h] * get(g, 0, h) - flat - unit * slope);
    }
}

void oracle_embed(tensor y, tensor sum, tensor stat, tensor word, tensor place, tensor type,
                  tensor g, tensor b, tokens in, ragged at, dropout drop, float eps)
{
    double *unit = calloc((size_t)y.cols, sizeof *unit);
    for (int n = 0; n < y.rows; n++) {
        uint32_t who, where;
        find(at, n, &who, &where);
        for (int h = 0; h < y.cols; h++)
            put(sum, n, h,
                get(word, ints(in.id)[n], h) + get(place, ints(in.place)[n], h) +
                    get(type, ints(in.type)[n], h));
        norm(unit, stat, sum, g, b, n, eps);
        for (int h = 0; h < y.cols; h++)
            put(y, n, h, unit[h] * oracle_factor(drop, drop.site, who, where, (uint32_t)h));
    }
    free(unit);
}

void oracle_embed_back(tensor dsum, tensor dword, tensor dplace, tensor dtype, tensor dg, tensor db,
                       tensor dy, tensor sum, tensor stat, tensor g, tokens in, ragged at,
                       dropout drop)
{
    int H = dy.cols;
    double *d = calloc((size_t)H, sizeof *d);
    for (int n = 0; n < dy.rows; n++) {
        uint32_t who, where;
        find(at, n, &who, &where);
        for (int h = 0; h < H; h++)
            d[h] = get(dy, n, h) * oracle_factor(drop, drop.site, who, where, (uint32_t)h);
        norm_back(d, dg, db, d, sum, stat, g, n);
        for (int h = 0; h < H; h++) {
            put(dsum, n, h, d[h]);
            if (dword.data) add(dword, ints(in.id)[n], h, d[h]);
            if (dplace.data) add(dplace, ints(in.place)[n], h, d[h]);
            if (dtype.data) add(dtype, ints(in.type)[n], h, d[h]);
        }
    }
    free(d);
}

void oracle_drop_add_norm(tensor y, tensor sum, tensor stat, tensor x, tensor branch, tensor g,
                          tensor b, ragged at, dropout drop, float eps)
{
    double *unit = calloc((size_t)y.cols, sizeof *unit);
    for (int n = 0; n < y.rows; n++) {
        uint32_t who, where;
        find(at, n, &who, &where);
        for (int h = 0; h < y.cols; h++)
            put(sum, n, h,
                get(x, n, h) +
                    get(branch, n, h) * oracle_factor(drop, drop.site, who, where, (uint32_t)h));
        norm(unit, stat, sum, g, b, n, eps);
        for (int h = 0; h < y.cols; h++) put(y, n, h, unit[h]);
    }
    free(unit);
}

void oracle_drop_add_norm_back(tensor dbranch, tensor dsum, tensor dg, tensor db, tensor dy,
                               tensor sum, tensor stat, tensor g, ragged at, dropout drop)
{
    int H = dy.cols;
    double *d = calloc((size_t)H, sizeof *d);
    for (int n = 0; n < dy.rows; n++) {
        uint32_t who, where;
        find(at, n, &who, &where);
        for (int h = 0; h < H; h++) d[h] = get(dy, n, h);
        norm_back(d, dg, db, d, sum, stat, g, n);
        for (int h = 0; h < H; h++) {
            put(dsum, n, h, d[h]);
            put(dbranch, n, h, d[h] * oracle_factor(drop, drop.site, who, where, (uint32_t)h));
        }
    }
    free(d);
}

/* q, k, v (part 0, 1, 2) of a head. */
static double part(tensor qkv, int row, int part, int head, int d, int D)
{
    return get(qkv, row, part * qkv.cols / 3 + head * D + d);
}

static double score(tensor qkv, int i, int j, int head, int D)
{
    double sum = 0;
    for (int d = 0; d < D; d++) sum += part(qkv, i, 0, head, d, D) * part(qkv, j, 1, head, d, D);
    return sum / sqrt(D);
}

void oracle_attention(tensor mixed, tensor lse, tensor qkv, ragged at, int heads, dropout drop)
{
    const int32_t *start = ints(at.start);
    int D = mixed.cols / heads;
    for (int s = 0; s < at.B; s++)
        for (int a = 0; a < heads; a++)
            for (int i = start[s]; i < start[s + 1]; i++) {
                double most = -INFINITY, sum = 0;
                for (int j = start[s]; j < start[s + 1]; j++)
                    most = fmax(most, score(qkv, i, j, a, D));
                for (int j = start[s]; j < start[s + 1]; j++)
                    sum += exp(score(qkv, i, j, a, D) - most);
                put(lse, i, a, most + log(sum));
                double *y = calloc((size_t)D, sizeof *y);
                for (int j = start[s]; j < start[s + 1]; j++) {
                    double w = exp(score(qkv, i, j, a, D) - most) / sum *
                               oracle_factor(drop, drop.site + a, words(at.who)[s],
                                             (uint32_t)(i - start[s]), (uint32_t)(j - start[s]));
                    for (int d = 0; d < D; d++) y[d] += w * part(qkv, j, 2, a, d, D);
                }
                for (int d = 0; d < D; d++) put(mixed, i, a * D + d, y[d]);
                free(y);
            }
}

/* The gradient of a weight, from its share of the mixture. */
static double weight_slope(tensor dmixed, tensor qkv, int i, int j, int head, int D)
{
    double sum = 0;
    for (int d = 0; d < D; d++) sum += get(dmixed, i, head * D + d) * part(qkv, j, 2, head, d, D);
    return sum;
}

/* The gradients of one query's row of weights; dqkv [N,3H] in double. The mean slope of the row comes from the weights, not from `mixed`, since
 * where that is bf16 its rounding would be all that is left of dq and dk of a sequence of one token. */
static void attention_back_row(double *dqkv, tensor dmixed, tensor lse, tensor qkv, ragged at,
                               int s, int a, int i, int D, dropout drop)
{
    const int32_t *start = ints(at.start);
    int H = dmixed.cols;
    double delta = 0, all = 0;
    for (int j = start[s]; j < start[s + 1]; j++) {
        double w = exp(score(qkv, i, j, a, D) - get(lse, i, a));
        all += w; /* 1 but for the rounding of lse */
        delta += w * weight_slope(dmixed, qkv, i, j, a, D) *
                 oracle_factor(drop, drop.site + a, words(at.who)[s], (uint32_t)(i - start[s]),
                               (uint32_t)(j - start[s]));
    }
    for (int j = start[s]; j < start[s + 1]; j++) {
        double w = exp(score(qkv, i, j, a, D) - get(lse, i, a));
        double factor = oracle_factor(drop, drop.site + a, words(at.who)[s],
                                      (uint32_t)(i - start[s]), (uint32_t)(j - start[s]));
        double dw = weight_slope(dmixed, qkv, i, j, a, D) * factor;
        double dscore = w * (dw - delta / all) / sqrt(D);
        for (int d = 0; d < D; d++) {
            double *di = dqkv + (size_t)i * 3 * (size_t)H + a * D + d,
                   *dj = dqkv + (size_t)j * 3 * (size_t)H + a * D + d;
            di[0] += dscore * part(qkv, j, 1, a, d, D);
            dj[H] += dscore * part(qkv, i, 0, a, d, D);
            dj[2 * H] += w * factor * get(dmixed, i, a * D + d);
        }
    }
}

void oracle_attention_back(tensor dqkv, tensor dmixed, tensor mixed, tensor lse, tensor qkv,
                           ragged at, int heads, dropout drop)
{
    const int32_t *start = ints(at.start);
    double *d = calloc(tensor_count(dqkv), sizeof *d);
    for (int s = 0; s < at.B; s++)
        for (int a = 0; a < heads; a++)
            for (int i = start[s]; i < start[s + 1]; i++)
                attention_back_row(d, dmixed, lse, qkv, at, s, a, i, mixed.cols / heads, drop);
    for (int n = 0; n < dqkv.rows; n++)
        for (int h = 0; h < dqkv.cols; h++)
            put(dqkv, n, h, d[(size_t)n * (size_t)dqkv.cols + (size_t)h]);
    free(d);
}
