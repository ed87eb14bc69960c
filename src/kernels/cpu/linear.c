/* y = x w^T + b and back. Products are gemm.c's, but for the few outputs of a head, where setting one up
 * takes longer than the product itself. */
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

enum { FEW = 24 }; /* outputs that are computed here */
enum { COLUMNS = 64, SUM_ROWS = 64 };

typedef struct product {
    float *to, *to_b;
    const float *x, *w, *b, *dy, *skip;
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

/* db of a range of outputs: sums of SUM_ROWS rows, those in their order. */
static void bias_columns(void *ctx, int first, int n)
{
    const product *a = ctx;
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

void CPU(linear)(tensor y, tensor x, tensor w, tensor b)
{
    NEED_F32("linear", y, x, w, b);
    product a = {
        .to = f32(y), .x = f32(x), .w = f32(w), .b = f32(b), .N = y.rows, .O = y.cols, .J = x.cols};
    if (a.O <= FEW)
        pool_run(tiles_of(a.N, ROWS), few_tile, &a);
    else
        gemm_forward(a.to, a.x, a.w, a.b, a.N, a.O, a.J);
}

void CPU(linear_back)(tensor dx, tensor dw, tensor db, tensor dy, tensor x, tensor w, tensor skip)
{
    NEED_F32("linear_back", dx, dw, db, dy, x, w, skip);
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
        gemm_gradient g = {f32(dx), f32(dw), a.dy, a.x, a.w,
                           a.skip,  a.N,     a.O,  a.J, db.data ? bias_columns : NULL,
                           &a};
        gemm_back(&g);
        return;
    }
    a.to = f32(dw);
    if (dw.data) pool_run(tiles_of(a.J, COLUMNS), few_weight_tile, &a);
    a.to = f32(dx);
    if (dx.data) pool_run(tiles_of(a.N, ROWS), few_data_tile, &a);
}
