/* y = x w^T + b and back. Products are gemm.c's, but for the few outputs of a head, where setting one up
 * takes longer than the product itself. bf16 is gemm.c's where the processor has instructions for it; elsewhere, and for
 * heads, whose logits are f32, the arithmetic is f32's: operands are widened first and results rounded after. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

enum { COLUMNS = 64, SUM_ROWS = 64 };

typedef struct product {
    float *to, *to_b;
    const float *x, *w, *b, *dy, *skip;
    const uint16_t *half; /* dy in bf16, for db */
    int N, O, J;
} product;

static void few_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const product *a = ctx;
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), J = a->J;
    for (int row = first; row < last; row++) {
        const float *x = a->x + (size_t)row * (size_t)J;
        float *y = a->to + (size_t)row * (size_t)a->O;
        for (int o = 0; o < a->O; o++) {
            const float *w = a->w + (size_t)o * (size_t)J;
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (int j = 0; j < J; j++) sum += x[j] * w[j];
            y[o] = sum + (a->b ? a->b[o] : 0.0f);
        }
    }
}

static void few_data_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const product *a = ctx;
    int first = tile * ROWS, last = at_most(first + ROWS, a->N), J = a->J;
    for (int row = first; row < last; row++) {
        size_t here = (size_t)row * (size_t)J;
        float *dx = a->to + here;
        const float *dy = a->dy + (size_t)row * (size_t)a->O;
        if (!a->skip)
            memset(dx, 0, (size_t)J * sizeof *dx);
        else if (a->skip != a->to)
            memcpy(dx, a->skip + here, (size_t)J * sizeof *dx);
        for (int o = 0; o < a->O; o++) {
            const float *w = a->w + (size_t)o * (size_t)J, d = dy[o];
#pragma omp simd
            for (int j = 0; j < J; j++) dx[j] += d * w[j];
        }
    }
}

/* dw's columns of one tile, from all rows in their order, by sums of SUM_ROWS. */
static void few_weight_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const product *a = ctx;
    int first = tile * COLUMNS, n = at_most(COLUMNS, a->J - first);
    for (int block = 0; block < a->N; block += SUM_ROWS) {
        int last = at_most(block + SUM_ROWS, a->N);
        for (int o = 0; o < a->O; o++) {
            float sum[COLUMNS] = {0};
            for (int row = block; row < last; row++) {
                const float *x = a->x + (size_t)row * (size_t)a->J + first;
                float d = a->dy[(size_t)row * (size_t)a->O + (size_t)o];
#pragma omp simd
                for (int j = 0; j < n; j++) sum[j] += d * x[j];
            }
            float *dw = a->to + (size_t)o * (size_t)a->J + first;
#pragma omp simd
            for (int j = 0; j < n; j++) dw[j] += sum[j];
        }
    }
}

/* The same from bf16. */
static void bias_columns_half(const product *a, int first, int n)
{
    for (int end = first + n; first < end; first += COLUMNS) {
        int m = at_most(COLUMNS, end - first);
        float all[COLUMNS] = {0};
        for (int block = 0; block < a->N; block += SUM_ROWS) {
            int last = at_most(block + SUM_ROWS, a->N);
            float sum[COLUMNS] = {0};
            for (int row = block; row < last; row++) {
                const uint16_t *dy = a->half + (size_t)row * (size_t)a->O + first;
#pragma omp simd
                for (int o = 0; o < m; o++) sum[o] += bf16_wide(dy[o]);
            }
            for (int o = 0; o < m; o++) all[o] += sum[o];
        }
        for (int o = 0; o < m; o++) a->to_b[first + o] += all[o];
    }
}

/* db of a range of outputs: sums of SUM_ROWS rows, those in their order. */
static void bias_columns(void *ctx, int first, int n)
{
    const product *a = ctx;
    if (a->half) {
        bias_columns_half(a, first, n);
        return;
    }
    for (int end = first + n; first < end; first += COLUMNS) {
        int m = at_most(COLUMNS, end - first);
        float all[COLUMNS] = {0};
        for (int block = 0; block < a->N; block += SUM_ROWS) {
            int last = at_most(block + SUM_ROWS, a->N);
            float sum[COLUMNS] = {0};
            for (int row = block; row < last; row++) {
                const float *dy = a->dy + (size_t)row * (size_t)a->O + first;
#pragma omp simd
                for (int o = 0; o < m; o++) sum[o] += dy[o];
            }
            for (int o = 0; o < m; o++) all[o] += sum[o];
        }
        for (int o = 0; o < m; o++) a->to_b[first + o] += all[o];
    }
}

static void bias_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    const product *a = ctx;
    bias_columns(ctx, tile * COLUMNS, at_most(COLUMNS, a->O - tile * COLUMNS));
}

static void linear_f32(tensor y, tensor x, tensor w, tensor b)
{
    product a = {
        .to = f32(y), .x = f32(x), .w = f32(w), .b = f32(b), .N = y.rows, .O = y.cols, .J = x.cols};
    if (a.O <= FEW)
        pool_run(tiles_of(a.N, ROWS), few_tile, &a);
    else
        gemm_forward(y, x, w, b);
}

static void linear_back_f32(tensor dx, tensor dw, tensor db, tensor dy, tensor x, tensor w,
                            tensor skip)
{
    product a = {.x = f32(x),
                 .w = f32(w),
                 .dy = f32(dy),
                 .skip = f32(skip),
                 .to_b = f32(db),
                 .N = dy.rows,
                 .O = dy.cols,
                 .J = dw.data ? dw.cols : dx.cols};
    bool few = a.O <= FEW;
    if (db.data && (few || !dw.data)) pool_run(tiles_of(a.O, COLUMNS), bias_tile, &a);
    if (!few) {
        gemm_gradient g = {dx, dw, dy, x, w, skip, db.data ? bias_columns : NULL, &a};
        gemm_back(&g);
        return;
    }
    a.to = f32(dw);
    if (dw.data) pool_run(tiles_of(a.J, COLUMNS), few_weight_tile, &a);
    a.to = f32(dx);
    if (dx.data) pool_run(tiles_of(a.N, ROWS), few_data_tile, &a);
}

/* Are products of bf16 what this variant and this processor do? */
static bool has_bf16(void)
{
#ifdef VARIANT_avx512
    return gemm_bf16();
#else
    return false;
#endif
}

/* Floats for a tensor, cut from the operation's working memory; NONE stays so. */
static tensor wide_tensor(tensor t, float **room)
{
    if (!t.data || t.kind == F32) return t;
    tensor wide = {(devmem *)*room, t.rows, t.cols, F32};
    *room += (tensor_count(t) + 15) / 16 * 16;
    return wide;
}

static tensor widened(tensor t, float **room)
{
    tensor wide = wide_tensor(t, room);
    if (t.data) CPU(convert)(wide, t);
    return wide;
}

static float *room_for(const tensor *t, int n)
{
    size_t all = 0;
    for (int i = 0; i < n; i++) all += tensor_count(t[i]) + 16;
    return cpu_shared(all * sizeof(float));
}

void CPU(linear)(tensor y, tensor x, tensor w, tensor b)
{
    if (x.kind == F32) {
        linear_f32(y, x, w, b);
        return;
    }
    if (y.kind == BF16 && y.cols > FEW && has_bf16()) {
        gemm_forward(y, x, w, b);
        return;
    }
    float *room = room_for((const tensor[]){y, x, w, b}, 4);
    tensor w32 = widened(w, &room), x32 = widened(x, &room), b32 = widened(b, &room),
           y32 = wide_tensor(y, &room);
    linear_f32(y32, x32, w32, b32);
    gemm_forget(w32.data, tensor_bytes(w32));
    if (y.kind == BF16) CPU(convert)(y, y32);
}

void CPU(linear_back)(tensor dx, tensor dw, tensor db, tensor dy, tensor x, tensor w, tensor skip)
{
    bool half = dy.kind == BF16;
    if (!half && (!x.data || x.kind == F32) && (!w.data || w.kind == F32)) {
        linear_back_f32(dx, dw, db, dy, x, w, skip);
        return;
    }
    if (half && dy.cols > FEW && has_bf16()) {
        product a = {
            .half = (const uint16_t *)dy.data, .to_b = f32(db), .N = dy.rows, .O = dy.cols};
        if (db.data && !dw.data) pool_run(tiles_of(a.O, COLUMNS), bias_tile, &a);
        gemm_gradient g = {dx, dw, dy, x, w, skip, db.data ? bias_columns : NULL, &a};
        gemm_back(&g);
        return;
    }
    float *room = room_for((const tensor[]){dx, dy, x, w, skip}, 5);
    tensor dy32 = widened(dy, &room), x32 = widened(x, &room), w32 = widened(w, &room),
           skip32 = widened(skip, &room), dx32 = wide_tensor(dx, &room);
    linear_back_f32(dx32, dw, db, dy32, x32, w32, skip32);
    gemm_forget(w32.data, tensor_bytes(w32));
    if (dx.data && dx.kind == BF16) CPU(convert)(dx, dx32);
}
