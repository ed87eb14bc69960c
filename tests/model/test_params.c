/* The registry of parameters: names, parts, starting values, padding, both kinds. */
#include "base/str.h"
#include "model/tiny.h"
#include "tests.h"
#include <math.h>
#include <string.h>

static const backend *device(void)
{
    const backend *be;
    err e = {0};
    if (!backend_open(&be, "cpu", &e)) die("%s", e.text);
    return be;
}

static void place(params *ps, enum kind kind, bool train)
{
    err e = {0};
    assert_true(params_place(ps, device(), kind, train, &e));
}

void params_names_of_parts(void **state)
{
    (void)state;
    params ps = {0};
    const param *qkv =
        params_add(&ps, 6, 2, false, INIT_NORMAL, 1, -1, "layer.%d.{query,key,value}.weight", 3);
    const param *one = params_add(&ps, 1, 2, true, INIT_ZERO, 1, -1, "bias");
    char name[200];
    assert_int_equal(param_parts(qkv), 3);
    assert_int_equal(param_parts(one), 1);
    assert_string_equal(param_part_name(qkv, 0, name), "layer.3.query.weight");
    assert_string_equal(param_part_name(qkv, 1, name), "layer.3.key.weight");
    assert_string_equal(param_part_name(qkv, 2, name), "layer.3.value.weight");
    assert_string_equal(param_part_name(one, 0, name), "bias");
    params_close(&ps);
}

void params_found_by_any_name(void **state)
{
    (void)state;
    params ps = {0};
    const param *qkv =
        params_add(&ps, 6, 2, false, INIT_NORMAL, 1, -1, "a.{query,key,value}.weight");
    const param *one = params_add(&ps, 1, 2, true, INIT_ZERO, 1, -1, "bias");
    assert_ptr_equal(params_find(&ps, "a.{query,key,value}.weight"), qkv);
    assert_ptr_equal(params_find(&ps, "a.key.weight"), qkv);
    assert_ptr_equal(params_find(&ps, "bias"), one);
    assert_null(params_find(&ps, "a.keys.weight"));
    params_close(&ps);
}

void params_parts_are_rows(void **state)
{
    (void)state;
    params ps = {0};
    const param *qkv = params_add(&ps, 6, 2, false, INIT_ZERO, 1, -1, "{query,key,value}");
    place(&ps, F32, true);
    const float key[4] = {1, 2, 3, 4}, want[12] = {0, 0, 0, 0, 1, 2, 3, 4};
    params_put(&ps, qkv, 1, key);
    float all[12], back[4];
    params_slab_get(&ps, qkv, SLAB_MASTER, all);
    assert_memory_equal(all, want, sizeof want);
    params_get(&ps, qkv, 1, back);
    assert_memory_equal(back, key, sizeof key);
    params_close(&ps);
}

void params_do_not_overlap(void **state)
{
    (void)state;
    params ps = {0};
    for (int i = 0; i < 5; i++) params_add(&ps, 3 + i, 37, false, INIT_ZERO, 0, -1, "p%d", i);
    place(&ps, F32, true);
    float values[7 * 37], back[7 * 37];
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ps.list[i]->at % GROUP_BLOCK, 0);
        for (int k = 0; k < 7 * 37; k++) values[k] = (float)(1000 * i + k);
        params_put(&ps, ps.list[i], 0, values);
    }
    for (int i = 0; i < 5; i++) {
        params_get(&ps, ps.list[i], 0, back);
        for (size_t k = 0; k < tensor_count(ps.list[i]->value); k++)
            assert_true(back[k] == (float)(1000 * i) + (float)k);
    }
    params_close(&ps);
}

void params_start_is_normal(void **state)
{
    (void)state;
    params ps = {0};
    const param *w = params_add(&ps, 200, 100, false, INIT_NORMAL, 0, -1, "w");
    const param *g = params_add(&ps, 1, 100, true, INIT_ONE, 0, -1, "g");
    place(&ps, F32, true);
    params_start(&ps, 1, 0.02f, -1);
    static float v[20000];
    params_get(&ps, w, 0, v);
    double sum = 0, squares = 0, within = 0;
    for (int i = 0; i < 20000; i++) {
        sum += (double)v[i], squares += (double)v[i] * (double)v[i], within += fabsf(v[i]) < 0.02f;
    }
    assert_true(fabs(sum / 20000) < 4 * 0.02 / sqrt(20000));
    assert_true(fabs(squares / 20000 / 0.0004 - 1) < 0.05);
    assert_true(fabs(within / 20000 - 0.6827) < 0.015);
    double pairs = 0; /* neighbors have nothing to do with each other */
    for (int i = 0; i + 1 < 20000; i++) pairs += (double)v[i] * (double)v[i + 1];
    assert_true(fabs(pairs / squares) < 0.03);
    params_get(&ps, g, 0, v);
    for (int i = 0; i < 100; i++) assert_true(v[i] == 1);
    params_close(&ps);
}

static float *started(tiny *t, uint64_t seed, const char *name)
{
    params_start(t->ps, seed, 0.02f, -1);
    return tiny_copy(t, tiny_param(t, name), SLAB_MASTER);
}

void params_start_by_name(void **state)
{
    (void)state;
    net_plan plan = tiny_plan(), fewer = tiny_plan();
    fewer.heads += TINY_WORDS, fewer.n_heads = 1;
    tiny a, b;
    tiny_open(&a, &plan);
    tiny_open(&b, &fewer);
    const char *names[] = {"bert.encoder.layer.1.attention.self.query.weight",
                           "tasks.tag.classifier.weight"};
    for (int i = 0; i < 2; i++) {
        size_t n = tensor_count(tiny_param(&a, names[i])->value);
        assert_true(tiny_same(started(&a, 5, names[i]), started(&b, 5, names[i]), n));
        assert_false(tiny_same(started(&a, 5, names[i]), started(&b, 6, names[i]), n));
    }
    size_t n = tensor_count(tiny_param(&a, "bert.encoder.layer.0.output.dense.weight")->value);
    assert_false(tiny_same(started(&a, 5, "bert.encoder.layer.0.output.dense.weight"),
                           started(&a, 5, "bert.encoder.layer.1.output.dense.weight"), n));
    tiny_close(&a);
    tiny_close(&b);
}

void params_start_one_task(void **state)
{
    (void)state;
    net_plan plan = tiny_plan();
    tiny t;
    tiny_open(&t, &plan);
    size_t n;
    float *before = tiny_all(&t, SLAB_MASTER, &n);
    params_start(t.ps, 9, 0.02f, TINY_SCORE);
    float *after = tiny_all(&t, SLAB_MASTER, &n), *at = after;
    for (int i = 0; i < t.ps->n; i++) {
        size_t count = tensor_count(t.ps->list[i]->value);
        bool same = tiny_same(at, before + (at - after), count);
        assert_int_equal(same, t.ps->list[i]->task != TINY_SCORE);
        at += count;
    }
    tiny_close(&t);
}

void params_decay_spares_biases_and_norms(void **state)
{
    (void)state;
    net_plan plan = tiny_plan();
    tiny t;
    tiny_open(&t, &plan);
    for (int i = 0; i < t.ps->n; i++) {
        const param *p = t.ps->list[i];
        bool spared = strstr(p->name, "bias") || strstr(p->name, "LayerNorm");
        assert_int_equal(p->decay, !spared);
        assert_int_equal(p->flat, spared);
    }
    tiny_close(&t);
}

void params_bf16_keeps_masters(void **state)
{
    (void)state;
    params ps = {0};
    const param *w = params_add(&ps, 1, 8, false, INIT_ZERO, 0, -1, "w");
    place(&ps, BF16, true);
    /* The last three: a tie to even below, a tie to even above, and one that is nearer to what is above. */
    const float values[8] = {1.0f,     1.001953125f, -3.14159265f, 1e-30f,
                             INFINITY, 1.00390625f,  1.01171875f,  1.005859375f};
    params_put(&ps, w, 0, values);
    float back[8];
    params_get(&ps, w, 0, back);
    assert_memory_equal(back, values, sizeof values);
    uint16_t half[8];
    ps.be->download(half, w->value.data, 0, sizeof half);
    const uint16_t want[8] = {0x3f80, 0x3f80, 0xc049, 0x0da2, 0x7f80, 0x3f80, 0x3f82, 0x3f81};
    assert_memory_equal(half, want, sizeof want);
    params_close(&ps);
}

void params_bf16_inference_rounds(void **state)
{
    (void)state;
    params ps = {0};
    const param *w = params_add(&ps, 2, 2, false, INIT_ZERO, 0, -1, "{a,b}");
    place(&ps, BF16, false);
    assert_null(ps.masters.data);
    const float values[2] = {1.01f, -2.0f};
    params_put(&ps, w, 1, values);
    float back[2];
    params_get(&ps, w, 1, back);
    assert_true(back[0] == 1.0078125f && back[1] == -2.0f);
    params_close(&ps);
}
