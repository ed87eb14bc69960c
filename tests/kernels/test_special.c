/* Dropout by its definition, special values, packed weights that went stale, the last digits. */
#include "base/pool.h"
#include "base/random.h"
#include "kernels/lab.h"
#include "kernels/slab.h"
#include "oracle/oracle.h"
#include "tests.h"
#include "tolerances.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Against random.h, unit by unit, at the ends of all ranges. */
void dropout_is_philox_by_definition(void **state)
{
    (void)state;
    enum { M = 40, H = 203, SITE = 65535 };
    lab l;
    lab_open(&l, lab_best(), 3);
    float ones[M * H];
    int32_t name[2 * M];
    for (int i = 0; i < M * H; i++) ones[i] = 1;
    for (int m = 0; m < M; m++) name[2 * m] = m % 2 ? -1 - m : m * 77777, name[2 * m + 1] = m * 13;
    chance_now now = {0xfedcba9876543210u, 0xffffffffu, 0};
    dropout drop = {0.1f, SITE, lab_given(&l, 1, sizeof now, U8, &now).data};
    tensor y = lab_result(&l, "y", M, H, F32);
    op_drop(l.be, y, lab_given(&l, M, H, F32, ones), lab_given(&l, M, 2, I32, name), drop);
    double *got = lab_values(y, l.be);
    const uint32_t t = 6554; /* round(0.1 * 65536) */
    for (uint32_t m = 0; m < M; m++)
        for (uint32_t h = 0; h < H; h++) {
            random4 r = random_philox(now.key, h >> 3 | (uint32_t)SITE << 16,
                                      (uint32_t)name[2 * m + 1], (uint32_t)name[2 * m], now.step);
            uint32_t word = r.v[(h & 7) / 2], u = h & 1 ? word >> 16 : word & 0xffff;
            float right = u < t ? 0 : 65536.0f / (65536.0f - 6554.0f);
            assert_true((float)got[m * H + h] == right);
        }
    free(got);
    lab_close(&l);
}

void dropout_keeps_nine_of_ten(void **state)
{
    (void)state;
    enum { M = 300, H = 768 };
    lab l;
    lab_open(&l, lab_best(), 3);
    tensor x = lab_real(&l, M, H, 5, 0), y = lab_result(&l, "y", M, H, F32);
    op_drop(l.be, y, x, lab_whole(&l, M, 2, 0, 1 << 20), lab_dropout(&l, 0.1, 1));
    double *got = lab_values(y, l.be), kept = 0, sum = 0;
    for (int i = 0; i < M * H; i++) kept += got[i] != 0, sum += got[i];
    assert_true(fabs(kept / (M * H) - 0.9) < 0.0025); /* four standard deviations */
    assert_true(fabs(sum / (M * H) / 5 - 1) < 0.0028);
    free(got);
    lab_close(&l);
}

/* Backward of attention draws what forward drew, whatever else is in the batch. */
void dropout_does_not_depend_on_the_batch(void **state)
{
    (void)state;
    enum { H = 64, A = 2, LENGTH = 37 };
    lab l;
    lab_open(&l, lab_best(), 8);
    int lengths[] = {LENGTH, 5};
    ragged alone = lab_ragged(&l, 1, lengths), both = lab_ragged(&l, 2, lengths);
    dropout drop = lab_dropout(&l, 0.3, 4);
    tensor qkv = lab_real(&l, LENGTH + 5, 3 * H, 0, 1);
    tensor one = lab_result(&l, "alone", LENGTH, H, F32),
           two = lab_result(&l, "both", LENGTH + 5, H, F32);
    op_attention(l.be, one, lab_result(&l, "lse", LENGTH, A, F32), tensor_rows(qkv, 0, LENGTH),
                 alone, A, drop);
    op_attention(l.be, two, lab_result(&l, "lse", LENGTH + 5, A, F32), qkv, both, A, drop);
    assert_memory_equal(one.data, two.data, tensor_bytes(one));
    lab_close(&l);
}

void linear_follows_its_weights(void **state)
{
    (void)state;
    lab l;
    lab_open(&l, lab_best(), 4);
    tensor x = lab_real(&l, 40, 64, 0, 1), w = lab_real(&l, 64, 64, 0, 1),
           v = lab_real(&l, 64, 64, 0, 1), y = lab_result(&l, "y", 40, 64, F32),
           right = lab_result(&l, "right", 40, 64, F32);
    op_linear(l.be, y, x, w, NONE);
    op_convert(l.be, w, v); /* as an optimizer writes: the device is told */
    l.be->weights_moved();
    op_linear(l.be, y, x, w, NONE);
    op_linear(l.be, right, x, v, NONE);
    assert_memory_equal(y.data, right.data, tensor_bytes(y));
    tensor third = lab_real(&l, 64, 64, 0, 1);
    l.be->upload(w.data, 0, third.data, tensor_bytes(w)); /* an upload tells it by itself */
    op_linear(l.be, y, x, w, NONE);
    op_linear(l.be, right, x, third, NONE);
    assert_memory_equal(y.data, right.data, tensor_bytes(y));
    lab_close(&l);
}

/* The same address comes back, zeroed, and nobody wrote there. */
void linear_forgets_given_back_weights(void **state)
{
    (void)state;
    enum { N = 20, H = 64 };
    lab l;
    lab_open(&l, lab_best(), 6);
    tensor x = lab_real(&l, N, H, 0, 1), v = lab_real(&l, H, H, 0, 1),
           y = lab_result(&l, "y", N, H, F32);
    tensor w = {l.be->take(tensor_bytes(v)), H, H, F32};
    l.be->upload(w.data, 0, v.data, tensor_bytes(v));
    op_linear(l.be, y, x, w, NONE);
    l.be->give(w.data);
    w.data = l.be->take(tensor_bytes(v));
    op_linear(l.be, y, x, w, NONE);
    double *got = lab_values(y, l.be);
    for (int i = 0; i < N * H; i++) assert_true(got[i] == 0);
    l.be->give(w.data);
    free(got);
    lab_close(&l);
}

void act_keeps_not_a_number(void **state)
{
    (void)state;
    lab l;
    lab_open(&l, lab_best(), 4);
    for (int act = ACT_GELU; act <= ACT_TANH; act++) {
        float x[33] = {[5] = NAN, [32] = NAN};
        tensor y = lab_result(&l, "y", 1, 33, F32);
        op_act(l.be, y, lab_given(&l, 1, 33, F32, x), (enum act)act);
        const float *got = (const float *)y.data;
        assert_true(isnan(got[5]) && isnan(got[32]) && !isnan(got[6]));
    }
    lab_close(&l);
}

void act_holds_at_large_values(void **state)
{
    (void)state;
    lab l;
    lab_open(&l, lab_best(), 4);
    float x[] = {-1e30f, -200, -20, 20, 200, 1e30f};
    tensor in = lab_given(&l, 1, 6, F32, x), y = lab_result(&l, "y", 1, 6, F32),
           d = lab_result(&l, "d", 1, 6, F32),
           one = lab_given(&l, 1, 6, F32, (float[]){1, 1, 1, 1, 1, 1});
    for (int act = ACT_GELU; act <= ACT_GELU_TANH; act++) {
        op_act(l.be, y, in, (enum act)act);
        op_act_back(l.be, d, one, in, (enum act)act);
        const float *got = (const float *)y.data, *slope = (const float *)d.data;
        for (int i = 0; i < 6; i++) {
            if (act == ACT_GELU_TANH && (i == 0 || i == 5))
                continue; /* x^3 overflows, as PyTorch's does */
            assert_true(fabsf(got[i] - (x[i] > 0 ? x[i] : 0)) <= 1e-6f);
            assert_true(fabsf(slope[i] - (x[i] > 0 ? 1.0f : 0.0f)) <= 1e-6f);
        }
    }
    lab_close(&l);
}

void attention_holds_at_large_scores(void **state)
{
    (void)state;
    enum { N = 20, H = 32, A = 2 };
    lab l;
    lab_open(&l, lab_best(), 4);
    int length = N;
    ragged at = lab_ragged(&l, 1, &length);
    tensor qkv = lab_real(&l, N, 3 * H, 0, 60), mixed = lab_result(&l, "mixed", N, H, F32),
           lse = lab_result(&l, "lse", N, A, F32), d = lab_result(&l, "dqkv", N, 3 * H, F32),
           dm = lab_real(&l, N, H, 0, 1);
    op_attention(l.be, mixed, lse, qkv, at, A, (dropout){0});
    op_attention_back(l.be, d, dm, mixed, lse, qkv, at, A, (dropout){0});
    double *a = lab_values(mixed, l.be), *b = lab_values(d, l.be);
    for (int i = 0; i < N * H; i++) assert_true(isfinite(a[i]) && isfinite(b[i]));
    free(a), free(b);
    lab_close(&l);
}

/* The alarm: a gradient that is not finite moves nothing, and is gone after the step. */
void update_holds_still_without_a_finite_gradient(void **state)
{
    (void)state;
    enum { P = 3 * GROUP_BLOCK };
    lab l;
    lab_open(&l, lab_best(), 4);
    float g[P] = {[70] = INFINITY}, knob[KNOBS] = {1, 0.1f, 0.01f, 0.9f, 0.999f, 1e-6f, 1, 1};
    uint8_t group[3] = {0};
    tensor grad = lab_given(&l, 1, P, F32, g), p = lab_real(&l, 1, P, 0, 1),
           m = lab_real(&l, 1, P, 0, 1), v = lab_real(&l, 1, P, 2, 0),
           factor = lab_result(&l, "factor", 1, 2, F32);
    double *before = lab_values(p, l.be), *m0 = lab_values(m, l.be);
    op_clip(l.be, factor, grad, 1);
    assert_true(((float *)factor.data)[0] == 0 && !isfinite(((float *)factor.data)[1]));
    op_update(l.be, p, p, m, v, grad, lab_given(&l, 1, 3, U8, group),
              lab_given(&l, 1, KNOBS, F32, knob), factor, RULE_ADAMW);
    double *after = lab_values(p, l.be), *m1 = lab_values(m, l.be), *left = lab_values(grad, l.be);
    for (int i = 0; i < P; i++)
        assert_true(before[i] == after[i] && m0[i] == m1[i] && left[i] == 0);
    free(before), free(after), free(m0), free(m1), free(left);
    lab_close(&l);
}

void convert_rounds_to_nearest_even(void **state)
{
    (void)state;
    static const struct {
        uint32_t from;
        uint16_t to;
    } known[] = {{0x3f800000, 0x3f80}, {0x3f808000, 0x3f80}, {0x3f818000, 0x3f82},
                 {0x3f808001, 0x3f81}, {0x3f807fff, 0x3f80}, {0xff7fffff, 0xff80},
                 {0x7f800000, 0x7f80}, {0x7f800001, 0x7fc0}, {0x00000001, 0x0000},
                 {0x80000000, 0x8000}};
    enum { KNOWN = sizeof known / sizeof *known };
    lab l;
    lab_open(&l, lab_best(), 4);
    uint32_t from[KNOWN];
    for (int i = 0; i < KNOWN; i++) from[i] = known[i].from;
    tensor to = lab_result(&l, "bf16", 1, KNOWN, BF16);
    op_convert(l.be, to, lab_given(&l, 1, KNOWN, F32, from));
    for (int i = 0; i < KNOWN; i++) assert_int_equal(((uint16_t *)to.data)[i], known[i].to);
    lab_close(&l);
}

/* Tiles of all heights, where an oracle would take too long: some values, each by a sum in double; and
 * the same bytes from 1 and 3 threads. */
void linear_of_many_rows_and_weights(void **state)
{
    (void)state;
    enum { N = 1000, O = 1030, J = 1024 };
    lab l;
    lab_open(&l, lab_best(), 4);
    tensor x = lab_real(&l, N, J, 0, 1), w = lab_real(&l, O, J, 0, 0.03),
           dy = lab_real(&l, N, O, 0, 1);
    tensor y[2], dx[2], dw[2];
    for (int i = 0; i < 2; i++) {
        pool_open(i ? 3 : 1);
        y[i] = lab_result(&l, "y", N, O, F32), dx[i] = lab_result(&l, "dx", N, J, F32);
        dw[i] = lab_result(&l, "dw", O, J, F32);
        op_zero(l.be, dw[i]);
        op_linear(l.be, y[i], x, w, NONE);
        op_linear_back(l.be, dx[i], dw[i], NONE, dy, x, w, NONE);
    }
    assert_memory_equal(y[0].data, y[1].data, tensor_bytes(y[0]));
    assert_memory_equal(dx[0].data, dx[1].data, tensor_bytes(dx[0]));
    assert_memory_equal(dw[0].data, dw[1].data, tensor_bytes(dw[0]));
    for (int n = 0; n < N; n += 3) {
        int o = n * 7 % O, j = n * 5 % J;
        double sum = 0, slope = 0, weight = 0;
        for (int k = 0; k < J; k++) sum += oracle_get(x, n, k) * oracle_get(w, o, k);
        for (int k = 0; k < O; k++) slope += oracle_get(dy, n, k) * oracle_get(w, k, j);
        for (int k = 0; k < N; k++) weight += oracle_get(dy, k, o) * oracle_get(x, k, j);
        assert_true(fabs(sum - oracle_get(y[0], n, o)) < SUM_OF_1000);
        assert_true(fabs(slope - oracle_get(dx[0], n, j)) < SUM_OF_1000);
        assert_true(fabs(weight - oracle_get(dw[0], o, j)) < 32 * SUM_OF_1000);
    }
    lab_close(&l);
}

static double worst_of(const backend *be, enum act act, double low, double high)
{
    enum { POINTS = 20000 };
    lab l;
    lab_open(&l, be, 1);
    float *x = calloc(POINTS, sizeof *x);
    for (int i = 0; i < POINTS; i++) x[i] = (float)(low + (high - low) * (i + 0.5) / POINTS);
    tensor in = lab_given(&l, 1, POINTS, F32, x), y = lab_result(&l, "y", 1, POINTS, F32),
           right = lab_result(&l, "right", 1, POINTS, F32);
    op_act(be, y, in, act);
    oracle_act(right, in, act);
    double worst = 0;
    for (int i = 0; i < POINTS; i++) {
        double r = oracle_get(right, 0, i), off = fabs(oracle_get(y, 0, i) - r) / fabs(r);
        if (off > worst) worst = off;
    }
    free(x);
    lab_close(&l);
    return worst;
}

void act_is_right_to_the_last_digits(void **state)
{
    (void)state;
    static const char *const names[] = {"portable", "avx2", "avx512"};
    for (int i = 0; i < 3; i++) {
        const backend *be = backend_variant(names[i]);
        if (!be) continue;
        double near = worst_of(be, ACT_TANH, -0.62, 0.62), far = worst_of(be, ACT_TANH, -8, 8),
               gelu = worst_of(be, ACT_GELU, -3, 6), tail = worst_of(be, ACT_GELU, -9, -3);
        if (getenv("MTBERT_TEST_SHOW"))
            printf("%s: tanh %.2g %.2g gelu %.2g %.2g\n", names[i], near, far, gelu, tail);
        assert_true(near < RELATIVE_TANH && far < 2 * RELATIVE_TANH);
        assert_true(gelu < RELATIVE_GELU && tail < RELATIVE_GELU_TAIL);
    }
}
