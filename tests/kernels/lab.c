#include "kernels/lab.h"
#include "base/random.h"
#include "oracle/oracle.h"
#include "tests.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 256, GUARD_BYTE = 0xA5 };

void lab_open(lab *l, const backend *be, uint64_t seed)
{
    *l = (lab){.be = be, .seed = seed};
}

void lab_close(lab *l)
{
    for (int i = 0; i < l->n; i++) l->be->give(l->at[i].raw);
    l->n = 0;
}

static double uniform(const lab *l, uint32_t i, uint32_t which)
{
    return ((double)random_u32(l->seed, CHANCE_TEST, (uint32_t)l->n, which, i) + 0.5) /
           4294967296.0;
}

static double normal(const lab *l, uint32_t i)
{
    return sqrt(-2 * log(uniform(l, i, 0))) * cos(2 * M_PI * uniform(l, i, 1));
}

tensor lab_given(lab *l, int rows, int cols, enum kind kind, const void *values)
{
    assert_true(l->n < LAB_MOST);
    struct lab_tensor *here = &l->at[l->n++];
    here->t = (tensor){NULL, rows, cols, kind};
    size_t bytes = tensor_bytes(here->t);
    char guard[GUARD];
    memset(guard, GUARD_BYTE, sizeof guard);
    here->raw = l->be->take(bytes + 2 * GUARD);
    assert_non_null(here->raw);
    here->t.data = (devmem *)((char *)here->raw + GUARD);
    l->be->upload(here->raw, 0, guard, GUARD);
    l->be->upload(here->raw, GUARD, values, bytes);
    l->be->upload(here->raw, GUARD + bytes, guard, GUARD);
    return here->t;
}

tensor lab_real(lab *l, int rows, int cols, double middle, double spread)
{
    size_t n = (size_t)rows * (size_t)cols;
    float *x = calloc(n + 1, sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = (float)(middle + spread * normal(l, (uint32_t)i));
    tensor t = lab_given(l, rows, cols, F32, x);
    free(x);
    return t;
}

tensor lab_act(lab *l, int rows, int cols, double middle, double spread)
{
    if (l->kind == F32) return lab_real(l, rows, cols, middle, spread);
    size_t n = (size_t)rows * (size_t)cols;
    uint16_t *x = calloc(n + 1, sizeof *x);
    tensor host = {(devmem *)x, 1, (int)n, BF16};
    for (size_t i = 0; i < n; i++)
        oracle_put(host, 0, (int)i, middle + spread * normal(l, (uint32_t)i));
    tensor t = lab_given(l, rows, cols, BF16, x);
    free(x);
    return t;
}

tensor lab_whole(lab *l, int rows, int cols, int low, int high)
{
    size_t n = (size_t)rows * (size_t)cols;
    int32_t *x = calloc(n + 1, sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = low + (int)(uniform(l, (uint32_t)i, 2) * (high - low));
    tensor t = lab_given(l, rows, cols, I32, x);
    free(x);
    return t;
}

tensor lab_result(lab *l, const char *name, int rows, int cols, enum kind kind)
{
    size_t bytes = (size_t)rows * (size_t)cols * kind_bytes(kind);
    char *x = malloc(bytes + 1);
    memset(x, 0xFF, bytes + 1);
    tensor t = lab_given(l, rows, cols, kind, x);
    l->at[l->n - 1].result = name;
    free(x);
    return t;
}

tensor lab_moved(lab *l, const char *name, int rows, int cols, double spread)
{
    tensor t = lab_real(l, rows, cols, 0, spread);
    l->at[l->n - 1].result = name;
    return t;
}

tensor lab_moved_act(lab *l, const char *name, int rows, int cols, double spread)
{
    tensor t = lab_act(l, rows, cols, 0, spread);
    l->at[l->n - 1].result = name;
    return t;
}

ragged lab_ragged(lab *l, int B, const int *lengths)
{
    int32_t start[256] = {0};
    uint32_t who[256];
    ragged at = {.B = B};
    assert_true(B < 256);
    for (int s = 0; s < B; s++) {
        start[s + 1] = start[s] + lengths[s];
        who[s] = 100003u * (uint32_t)s + 17;
        if (lengths[s] > at.longest) at.longest = lengths[s];
    }
    at.N = start[B];
    at.start = lab_given(l, B + 1, 1, I32, start).data;
    at.who = lab_given(l, B, 1, I32, who).data;
    return at;
}

tokens lab_tokens(lab *l, ragged at, int V, int T)
{
    int32_t start[256];
    int32_t *place = calloc((size_t)at.N, sizeof *place);
    l->be->download(start, at.start, 0, (size_t)(at.B + 1) * sizeof *start);
    for (int s = 0; s < at.B; s++)
        for (int i = start[s]; i < start[s + 1]; i++) place[i] = i - start[s];
    tokens in = {lab_whole(l, at.N, 1, 0, V).data, lab_whole(l, at.N, 1, 0, T).data,
                 lab_given(l, at.N, 1, I32, place).data};
    free(place);
    return in;
}

dropout lab_dropout(lab *l, double rate, int site)
{
    chance_now now = {0x0123456789abcdefu ^ l->seed, 77, 0};
    return (dropout){(float)rate, site, lab_given(l, 1, (int)sizeof now, U8, &now).data};
}

void lab_check_guards(const lab *l)
{
    for (int i = 0; i < l->n; i++) {
        unsigned char guard[2 * GUARD];
        size_t bytes = tensor_bytes(l->at[i].t);
        l->be->download(guard, l->at[i].raw, 0, GUARD);
        l->be->download(guard + GUARD, l->at[i].raw, GUARD + bytes, GUARD);
        for (int b = 0; b < 2 * GUARD; b++)
            if (guard[b] != GUARD_BYTE)
                fail_msg("byte %d of the guards around tensor %d (%s) was written", b, i,
                         l->at[i].result ? l->at[i].result : "an input");
    }
}

double *lab_values(tensor t, const backend *be)
{
    size_t n = tensor_count(t), bytes = tensor_bytes(t);
    char *raw = malloc(bytes + 1);
    double *x = calloc(n + 1, sizeof *x);
    be->download(raw, t.data, 0, bytes);
    tensor host = {(devmem *)raw, t.rows, t.cols, t.kind};
    for (int r = 0, i = 0; r < t.rows; r++)
        for (int c = 0; c < t.cols; c++) x[i++] = oracle_get(host, r, c);
    free(raw);
    return x;
}

double lab_nmse(tensor t, const backend *be, tensor right, const backend *right_be)
{
    assert_int_equal(tensor_count(t), tensor_count(right));
    double *a = lab_values(t, be), *b = lab_values(right, right_be), off = 0, all = 0;
    for (size_t i = 0; i < tensor_count(t); i++) {
        if (isnan(b[i]) && isnan(a[i])) continue;
        if (isinf(b[i]) && a[i] == b[i]) continue;
        off += (a[i] - b[i]) * (a[i] - b[i]);
        all += b[i] * b[i];
    }
    free(a), free(b);
    return off == 0 ? 0 : off / (all + 1e-30);
}

const backend *lab_variant(const char *name)
{
    if (!strcmp(name, "oracle")) return &oracle_backend;
    const backend *be = backend_variant(name);
    static char why[100];
    snprintf(why, sizeof why, "this processor cannot run the variant %s", name);
    if (!be) test_skip(why);
    return be;
}

const backend *lab_best(void)
{
    const backend *be = NULL;
    err e = {0};
    if (!backend_open(&be, "cpu", &e)) fail_msg("%s", e.text);
    return be;
}
