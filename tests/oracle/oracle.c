/* The oracle's table, its access to values, and dropout by its definition. */
#include "oracle/oracle.h"
#include "base/random.h"
#include "kernels/cpu/cpu.h"

const backend oracle_backend = {
    .name = "oracle",
#define FN(type, fn, parameters) .fn = cpu_##fn,
#define OP(op, parameters)       .op = oracle_##op,
#include "kernels/ops.def"
#undef FN
#undef OP
};

static size_t index_of(tensor t, int row, int col)
{
    ASSERT(row >= 0 && row < t.rows && col >= 0 && col < t.cols, "the oracle: [%d,%d] of [%d,%d]",
           row, col, t.rows, t.cols);
    return (size_t)row * (size_t)t.cols + (size_t)col;
}

double oracle_get(tensor t, int row, int col)
{
    size_t i = index_of(t, row, col);
    if (t.kind == F32) return (double)((const float *)t.data)[i];
    if (t.kind == I32) return (double)((const int32_t *)t.data)[i];
    if (t.kind == U8) return (double)((const uint8_t *)t.data)[i];
    uint32_t bits = (uint32_t)((const uint16_t *)t.data)[i] << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

/* The bf16 nearest to a float: of its two neighbors the nearer, or the one whose last bit is 0. */
static uint16_t nearest_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t below = bits >> 16, rest = bits & 0xFFFFu;
    if (x != x) return (uint16_t)(below | 0x40u);
    if (rest > 0x8000u || (rest == 0x8000u && (below & 1u))) below++;
    return (uint16_t)below;
}

void oracle_put(tensor t, int row, int col, double x)
{
    size_t i = index_of(t, row, col);
    if (t.kind == F32)
        ((float *)t.data)[i] = (float)x;
    else
        ((uint16_t *)t.data)[i] = nearest_bf16((float)x);
}

void oracle_add(tensor t, int row, int col, double x)
{
    oracle_put(t, row, col, oracle_get(t, row, col) + x);
}

double oracle_factor(dropout drop, int site, uint32_t who, uint32_t place, uint32_t h)
{
    uint32_t t = dropout_limit(drop.rate);
    if (!t) return 1;
    chance_now now;
    memcpy(&now, drop.chance, sizeof now);
    random4 r = random_philox(now.key, h >> 3 | (uint32_t)site << 16, place, who, now.step);
    uint32_t half = h & 7, u = r.v[half / 2] >> (half & 1 ? 16 : 0) & 0xFFFFu;
    return u < t ? 0 : 65536.0 / (65536.0 - t);
}
