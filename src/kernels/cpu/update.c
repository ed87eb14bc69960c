/* The optimizers' one pass over the parameters, and the norm of the gradient. Formulas: optim/optimizer.h. */
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/simd.h"

enum { CHUNK = 16384 }; /* values of a tile */

typedef struct squares {
    const float *grad;
    double *sums; /* a tile each */
    size_t n;
} squares;

/* Sums of 256 in f32, those in double. */
static void squares_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    enum { RUN = 256 };
    const squares *a = ctx;
    size_t first = (size_t)tile * CHUNK, last = first + CHUNK < a->n ? first + CHUNK : a->n;
    double all = 0;
    for (size_t at = first; at < last; at += RUN) {
        const float *g = a->grad + at;
        int n = last - at < RUN ? (int)(last - at) : RUN;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int i = 0; i < n; i++) sum += g[i] * g[i];
        all += (double)sum;
    }
    a->sums[tile] = all;
}

void CPU(clip)(tensor factor, tensor grad, float most)
{
    NEED_F32("clip", factor, grad);
    size_t n = tensor_count(grad);
    int tiles = (int)((n + CHUNK - 1) / CHUNK);
    squares a = {f32(grad), cpu_shared((size_t)tiles * sizeof(double)), n};
    pool_run(tiles, squares_tile, &a);
    double all = 0;
    for (int i = 0; i < tiles; i++) all += a.sums[i];
    float norm = (float)sqrt(all);
    double by = most == 0 ? 1 : (double)most / ((double)norm + 1e-6);
    f32(factor)[0] = !isfinite(norm) ? 0.0f : by < 1 ? (float)by : 1.0f;
    f32(factor)[1] = norm;
}

/* One block of a group. value is another array than master where a copy is kept. */
typedef struct block {
    float *master, *m, *v, *grad;
    float by;          /* what the gradient is multiplied by */
    const float *knob; /* [KNOBS] */
} block;

static void adamax(const block *a)
{
    const float rate = a->knob[KNOB_RATE], decay = a->knob[KNOB_DECAY], b1 = a->knob[KNOB_B1],
                b2 = a->knob[KNOB_B2], eps = a->knob[KNOB_EPS], by = a->by;
    float *p = a->master, *m = a->m, *n = a->v, *grad = a->grad;
#pragma omp simd
    for (int i = 0; i < GROUP_BLOCK; i++) {
        float g = grad[i] * by, old = b2 * n[i], now = fabsf(g) + eps;
        float m1 = b1 * m[i] + (1.0f - b1) * g, ni = old > now ? old : now;
        p[i] -= rate * (m1 / (ni + eps) + decay * p[i]);
        m[i] = m1, n[i] = ni, grad[i] = 0;
    }
}

static void adamaxw(const block *a)
{
    const float rate = a->knob[KNOB_RATE], keep = 1.0f - rate * a->knob[KNOB_DECAY],
                b1 = a->knob[KNOB_B1], b2 = a->knob[KNOB_B2], eps = a->knob[KNOB_EPS],
                step = rate * a->knob[KNOB_C1], by = a->by;
    float *p = a->master, *m = a->m, *n = a->v, *grad = a->grad;
#pragma omp simd
    for (int i = 0; i < GROUP_BLOCK; i++) {
        float g = grad[i] * by, old = b2 * n[i], now = fabsf(g) + eps;
        float m1 = b1 * m[i] + (1.0f - b1) * g, ni = old > now ? old : now;
        p[i] = p[i] * keep - step * (m1 / ni);
        m[i] = m1, n[i] = ni, grad[i] = 0;
    }
}

static void bertadam(const block *a)
{
    const float rate = a->knob[KNOB_RATE], decay = a->knob[KNOB_DECAY], b1 = a->knob[KNOB_B1],
                b2 = a->knob[KNOB_B2], eps = a->knob[KNOB_EPS], by = a->by;
    float *p = a->master, *m = a->m, *v = a->v, *grad = a->grad;
#pragma omp simd
    for (int i = 0; i < GROUP_BLOCK; i++) {
        float g = grad[i] * by, m1 = b1 * m[i] + (1.0f - b1) * g,
              v1 = b2 * v[i] + (1.0f - b2) * g * g;
        p[i] -= rate * (m1 / (sqrtf(v1) + eps) + decay * p[i]);
        m[i] = m1, v[i] = v1, grad[i] = 0;
    }
}

static void adamw(const block *a)
{
    const float rate = a->knob[KNOB_RATE], keep = 1.0f - rate * a->knob[KNOB_DECAY],
                b1 = a->knob[KNOB_B1], b2 = a->knob[KNOB_B2], eps = a->knob[KNOB_EPS],
                step = rate * a->knob[KNOB_C1], c2 = a->knob[KNOB_C2], by = a->by;
    float *p = a->master, *m = a->m, *v = a->v, *grad = a->grad;
#pragma omp simd
    for (int i = 0; i < GROUP_BLOCK; i++) {
        float g = grad[i] * by, m1 = b1 * m[i] + (1.0f - b1) * g,
              v1 = b2 * v[i] + (1.0f - b2) * g * g;
        p[i] = p[i] * keep - step * m1 / (sqrtf(v1) * c2 + eps);
        m[i] = m1, v[i] = v1, grad[i] = 0;
    }
}

typedef struct updating {
    tensor value;
    float *master, *m, *v, *grad;
    const uint8_t *group;
    const float *knobs;
    float by;
    bool hold; /* the gradient is not finite: nothing moves */
    size_t n;
    enum rule rule;
} updating;

static void copy_value(const updating *a, size_t at, int n)
{
    const float *from = a->master + at;
    if (a->value.kind == F32) {
        memcpy(f32(a->value) + at, from, (size_t)n * sizeof *from);
        return;
    }
    narrow((uint16_t *)a->value.data + at, from, n);
}

static void update_tile(void *ctx, int tile, int thread)
{
    (void)thread;
    static void (*const rules[])(const block *) = {adamax, adamaxw, bertadam, adamw};
    const updating *a = ctx;
    size_t first = (size_t)tile * CHUNK, last = first + CHUNK < a->n ? first + CHUNK : a->n;
    for (size_t at = first; at < last; at += GROUP_BLOCK) {
        const float *knob = a->knobs + KNOBS * (size_t)a->group[at / GROUP_BLOCK];
        if (a->hold || knob[KNOB_ON] == 0) {
            memset(a->grad + at, 0, GROUP_BLOCK * sizeof *a->grad);
            continue;
        }
        block one = {a->master + at, a->m + at, a->v + at, a->grad + at, a->by, knob};
        rules[a->rule](&one);
        if ((float *)a->value.data != a->master) copy_value(a, at, GROUP_BLOCK);
    }
}

void CPU(update)(tensor value, tensor master, tensor m, tensor v, tensor grad, tensor group,
                 tensor knobs, tensor factor, enum rule rule)
{
    NEED_F32("update", master, m, v, grad, knobs, factor);
    updating a = {.value = value,
                  .master = f32(master),
                  .m = f32(m),
                  .v = f32(v),
                  .grad = f32(grad),
                  .group = (const uint8_t *)group.data,
                  .knobs = f32(knobs),
                  .by = f32(factor)[0],
                  .hold = !isfinite(f32(factor)[1]),
                  .n = tensor_count(master),
                  .rule = rule};
    pool_run((int)((a.n + CHUNK - 1) / CHUNK), update_tile, &a);
    cpu_weights_moved();
}
