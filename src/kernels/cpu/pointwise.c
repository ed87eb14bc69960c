/* Operations value by value, and rows picked out: act, pick, drop, softmax, sigmoid, zero, convert. */
#include "kernels/cpu/rows.h"

enum { SPAN = 4096 }; /* values of a tile */

typedef struct spanned {
    tensor y, x, dy;
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

static inline const float *stretch_read(tensor t, size_t at, size_t n, float *room)
{
    if (t.kind == F32) return f32(t) + at;
    widen(room, (const uint16_t *)t.data + at, (int)n);
    return room;
}

static inline float *stretch_write(tensor t, size_t at, float *room)
{
    return t.kind == F32 ? f32(t) + at : room;
}

static inline void stretch_done(tensor t, size_t at, size_t n, const float *from)
{
    if (t.kind == BF16) narrow((uint16_t *)t.data + at, from, (int)n);
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

/* bf16 goes through floats, a stretch that stays in the first-level cache at a time. */
enum { STRETCH = 512 };

#define STRETCHES(a, tile, at, n)                                                           \
    size_t first, all = span_of(a, tile, &first);                                           \
    for (size_t at = first, n;                                                              \
         at < first + all && (n = first + all - at < STRETCH ? first + all - at : STRETCH); \
         at += n)

#define VALUE_BY_VALUE(name, value, slope)                                                        \
    static void name##_tile(void *ctx, int tile, int thread)                                      \
    {                                                                                             \
        (void)thread;                                                                             \
        const spanned *a = ctx;                                                                   \
        STRETCHES(a, tile, at, n)                                                                 \
        {                                                                                         \
            float out[STRETCH], in[STRETCH], *to = stretch_write(a->y, at, out);                  \
            const float *x = stretch_read(a->x, at, n, in);                                       \
            _Pragma("omp simd") for (size_t i = 0; i < n; i++) to[i] = value(x[i]);               \
            stretch_done(a->y, at, n, to);                                                        \
        }                                                                                         \
    }                                                                                             \
    static void name##_back_tile(void *ctx, int tile, int thread)                                 \
    {                                                                                             \
        (void)thread;                                                                             \
        const spanned *a = ctx;                                                                   \
        STRETCHES(a, tile, at, n)                                                                 \
        {                                                                                         \
            float out[STRETCH], in[STRETCH], up[STRETCH], *to = stretch_write(a->y, at, out);     \
            const float *x = stretch_read(a->x, at, n, in), *dy = stretch_read(a->dy, at, n, up); \
            _Pragma("omp simd") for (size_t i = 0; i < n; i++) to[i] = dy[i] * slope(x[i]);       \
            stretch_done(a->y, at, n, to);                                                        \
        }                                                                                         \
    }
VALUE_BY_VALUE(gelu, gelu_f, gelu_slope)
VALUE_BY_VALUE(gelu_tanh, gelu_tanh_f, gelu_tanh_slope)
VALUE_BY_VALUE(relu, relu_f, relu_slope)
VALUE_BY_VALUE(tanh, tanh_f, tanh_slope)

void CPU(act)(tensor y, tensor x, enum act act)
{
    static pool_job *const job[] = {gelu_tile, gelu_tanh_tile, relu_tile, tanh_tile};
    spanned a = {y, x, NONE, tensor_count(x)};
    pool_run(spans(a.n), job[act], &a);
}

void CPU(act_back)(tensor dx, tensor dy, tensor x, enum act act)
{
    static pool_job *const job[] = {gelu_back_tile, gelu_tanh_back_tile, relu_back_tile,
                                    tanh_back_tile};
    spanned a = {dx, x, dy, tensor_count(x)};
    pool_run(spans(a.n), job[act], &a);
}

void CPU(pick)(tensor y, tensor x, tensor row)
{
    size_t bytes = (size_t)x.cols * kind_bytes(x.kind);
    for (int m = 0; m < y.rows; m++) {
        int from = i32(row)[m];
        ASSERT(from >= 0 && from < x.rows, "pick: row %d of %d", from, x.rows);
        memcpy(row_at(y, m), row_at(x, from), bytes);
    }
}

void CPU(pick_back)(tensor dx, tensor dy, tensor row)
{
    size_t bytes = (size_t)dx.cols * kind_bytes(dx.kind);
    memset(dx.data, 0, tensor_bytes(dx));
    for (int m = 0; m < dy.rows; m++) {
        int to = i32(row)[m];
        ASSERT(to >= 0 && to < dx.rows, "pick_back: row %d of %d", to, dx.rows);
        memcpy(row_at(dx, to), row_at(dy, m), bytes);
    }
}

typedef struct named_rows {
    tensor y, x;
    const int32_t *name;
    dropping drop;
    scratch rooms; /* 2 rows a thread */
} named_rows;

static void drop_tile(void *ctx, int tile, int thread)
{
    const named_rows *a = ctx;
    int first = tile * ROWS, last = at_most(first + ROWS, a->x.rows), H = a->x.cols;
    float *room = scratch_of(a->rooms, thread);
    for (int m = first; m < last; m++) {
        const int32_t *name = a->name + 2 * (size_t)m;
        float *y = row_write(a->y, m, room);
        drop_row(y, row_read(a->x, m, room + room_row(H)), H, &a->drop, (uint32_t)name[0],
                 (uint32_t)name[1]);
        row_done(a->y, m, y);
    }
}

void CPU(drop)(tensor y, tensor x, tensor name, dropout drop)
{
    named_rows a = {y, x, i32(name), dropping_of(drop), rooms_of(x.kind, 2, x.cols)};
    if (a.drop.limit)
        pool_run(tiles_of(x.rows, ROWS), drop_tile, &a);
    else if (y.data != x.data)
        memcpy(y.data, x.data, tensor_bytes(x));
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

/* Lines of the cache. */
static void zero_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    memset((char *)a->y.data + first * 64, 0, n * 64);
}

void CPU(zero)(tensor t)
{
    size_t bytes = tensor_bytes(t), lines = bytes / 64;
    spanned a = {t, NONE, NONE, lines};
    pool_run(spans(lines), zero_tile, &a);
    memset((char *)t.data + lines * 64, 0, bytes % 64);
}

static void narrow_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    narrow((uint16_t *)a->y.data + first, f32(a->x) + first, (int)n);
}

static void widen_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const spanned *a = ctx;
    size_t first, n = span_of(a, tile, &first);
    widen(f32(a->y) + first, (const uint16_t *)a->x.data + first, (int)n);
}

void CPU(convert)(tensor to, tensor from)
{
    spanned a = {to, from, NONE, tensor_count(from)};
    if (to.kind == from.kind) {
        if (to.data != from.data) memcpy(to.data, from.data, tensor_bytes(from));
    } else
        pool_run(spans(a.n), to.kind == BF16 ? narrow_tile : widen_tile, &a);
}
