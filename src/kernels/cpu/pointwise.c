/* Operations value by value, and rows picked out: act, pick, drop, softmax, sigmoid, zero, convert. */
#include "kernels/cpu/rows.h"

enum { SPAN = 4096 }; /* values of a tile */

typedef struct spanned {
    float *to;
    const float *from, *x;
    size_t n;
} spanned;

static inline size_t span_of(const spanned *a, int tile, size_t *first)
{
    *first = (size_t)tile * SPAN;
    return a->n - *first < SPAN ? a->n - *first : SPAN;
}

static int spans(size_t n)
{
    return (int)((n + SPAN - 1) / SPAN);
}

static inline float gelu_f(float x)
{
    return x * normal_f(x).cdf;
}

static inline float gelu_slope(float x)
{
    normal n = normal_f(x);
    return n.cdf + x * n.pdf;
}

static inline float gelu_tanh_f(float x)
{
    return 0.5f * x * (1.0f + tanh_f(0.797884561f * (x + 0.044715f * x * x * x)));
}

static inline float gelu_tanh_slope(float x)
{
    float t = tanh_f(0.797884561f * (x + 0.044715f * x * x * x));
    float dt = 0.797884561f * (1.0f + 0.134145f * x * x);
    return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * dt;
}

static inline float relu_f(float x)
{
    return x < 0.0f ? 0.0f : x; /* a NaN stays one */
}

static inline float relu_slope(float x)
{
    return x > 0.0f ? 1.0f : 0.0f;
}

static inline float tanh_slope(float x)
{
    float t = tanh_f(x);
    return 1.0f - t * t;
}

#define VALUE_BY_VALUE(name, value, slope)                                                \
    static void name##_tile(void *ctx, int tile, int thread)                              \
    {                                                                                     \
        (void)thread;                                                                     \
        const spanned *a = ctx;                                                           \
        size_t first, n = span_of(a, tile, &first);                                       \
        float *to = a->to + first;                                                        \
        const float *from = a->from + first;                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) to[i] = value(from[i]);        \
    }                                                                                     \
    static void name##_back_tile(void *ctx, int tile, int thread)                         \
    {                                                                                     \
        (void)thread;                                                                     \
        const spanned *a = ctx;                                                           \
        size_t first, n = span_of(a, tile, &first);                                       \
        float *to = a->to + first;                                                        \
        const float *from = a->from + first, *x = a->x + first;                           \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) to[i] = from[i] * slope(x[i]); \
    }
VALUE_BY_VALUE(gelu, gelu_f, gelu_slope)
VALUE_BY_VALUE(gelu_tanh, gelu_tanh_f, gelu_tanh_slope)
VALUE_BY_VALUE(relu, relu_f, relu_slope)
VALUE_BY_VALUE(tanh, tanh_f, tanh_slope)

void CPU(act)(tensor y, tensor x, enum act act)
{
    static pool_job *const job[] = {gelu_tile, gelu_tanh_tile, relu_tile, tanh_tile};
    NEED_F32("act", y, x);
    spanned a = {f32(y), f32(x), NULL, tensor_count(x)};
    pool_run(spans(a.n), job[act], &a);
}

void CPU(act_back)(tensor dx, tensor dy, tensor x, enum act act)
{
    static pool_job *const job[] = {gelu_back_tile, gelu_tanh_back_tile, relu_back_tile,
                                    tanh_back_tile};
    NEED_F32("act_back", dx, dy, x);
    spanned a = {f32(dx), f32(dy), f32(x), tensor_count(x)};
    pool_run(spans(a.n), job[act], &a);
}

void CPU(pick)(tensor y, tensor x, tensor row)
{
    NEED_F32("pick", y, x);
    size_t bytes = (size_t)x.cols * sizeof(float);
    for (int m = 0; m < y.rows; m++) {
        int from = i32(row)[m];
        ASSERT(from >= 0 && from < x.rows, "pick: row %d of %d", from, x.rows);
        memcpy(f32(y) + (size_t)m * (size_t)y.cols, f32(x) + (size_t)from * (size_t)x.cols, bytes);
    }
}

void CPU(pick_back)(tensor dx, tensor dy, tensor row)
{
    NEED_F32("pick_back", dx, dy);
    size_t bytes = (size_t)dx.cols * sizeof(float);
    memset(dx.data, 0, tensor_bytes(dx));
    for (int m = 0; m < dy.rows; m++) {
        int to = i32(row)[m];
        ASSERT(to >= 0 && to < dx.rows, "pick_back: row %d of %d", to, dx.rows);
        memcpy(f32(dx) + (size_t)to * (size_t)dx.cols, f32(dy) + (size_t)m * (size_t)dx.cols,
               bytes);
    }
}

typedef struct named_rows {
    float *y;
    const float *x;
    const int32_t *name;
    dropping drop;
    int M, H;
} named_rows;

static void drop_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const named_rows *a = ctx;
    int first = tile * ROWS, last = at_most(first + ROWS, a->M);
    for (int m = first; m < last; m++) {
        const int32_t *name = a->name + 2 * (size_t)m;
        size_t here = (size_t)m * (size_t)a->H;
        drop_row(a->y + here, a->x + here, a->H, &a->drop, (uint32_t)name[0], (uint32_t)name[1]);
    }
}

void CPU(drop)(tensor y, tensor x, tensor name, dropout drop)
{
    NEED_F32("drop", y, x);
    named_rows a = {f32(y), f32(x), i32(name), dropping_of(drop), x.rows, x.cols};
    if (a.drop.limit)
        pool_run(tiles_of(x.rows, ROWS), drop_tile, &a);
    else if (a.y != a.x)
        memcpy(a.y, a.x, tensor_bytes(x));
}

void CPU(softmax)(tensor p, tensor logits)
{
    NEED_F32("softmax", p, logits);
    int K = logits.cols;
    for (int m = 0; m < logits.rows; m++) {
        const float *x = f32(logits) + (size_t)m * (size_t)K;
        float *y = f32(p) + (size_t)m * (size_t)K;
        float most = x[0];
        for (int k = 1; k < K; k++) most = x[k] > most ? x[k] : most;
        double sum = 0;
        for (int k = 0; k < K; k++) sum += (double)(y[k] = exp_f(x[k] - most));
        for (int k = 0; k < K; k++) y[k] = (float)((double)y[k] / sum);
    }
}

void CPU(sigmoid)(tensor p, tensor logits)
{
    NEED_F32("sigmoid", p, logits);
    float *y = f32(p);
    const float *x = f32(logits);
    size_t n = tensor_count(logits);
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float e = exp_f(-fabsf(x[i])), r = 1.0f / (1.0f + e);
        y[i] = x[i] < 0.0f ? e * r : r;
    }
}

static void zero_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    memset((char *)a->to + first * 64, 0, n * 64);
}

void CPU(zero)(tensor t)
{
    size_t bytes = tensor_bytes(t), lines = bytes / 64;
    spanned a = {f32(t), NULL, NULL, lines};
    pool_run(spans(lines), zero_tile, &a);
    memset((char *)t.data + lines * 64, 0, bytes % 64);
}

static void narrow_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    uint16_t *to = (uint16_t *)a->to + first;
    const float *from = a->from + first;
#pragma omp simd
    for (size_t i = 0; i < n; i++) to[i] = bf16_of(from[i]);
}

static void widen_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    float *to = a->to + first;
    const uint16_t *from = (const uint16_t *)a->from + first;
#pragma omp simd
    for (size_t i = 0; i < n; i++) to[i] = bits_float((uint32_t)from[i] << 16);
}

void CPU(convert)(tensor to, tensor from)
{
    spanned a = {f32(to), f32(from), NULL, tensor_count(from)};
    if (to.kind == from.kind) {
        if (to.data != from.data) memcpy(to.data, from.data, tensor_bytes(from));
    } else
        pool_run(spans(a.n), to.kind == BF16 ? narrow_tile : widen_tile, &a);
}
