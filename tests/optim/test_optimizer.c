/* Which parameters a step moves, how far, and what happens where the gradient is no number. */
#include "model/tiny.h"
#include "optim/clip.h"
#include "optim/optimizer.h"
#include "tests.h"
#include <math.h>
#include <string.h>

typedef struct bench {
    tiny t;
    optimizer o;
} bench;

static optimizer_plan plain(void)
{
    return (optimizer_plan){.rule = RULE_BERTADAM,
                            .b1 = 0.9,
                            .b2 = 0.999,
                            .eps = -1,
                            .decay = 0.01,
                            .clip = 1,
                            .layer_decay = 1,
                            .schedule = {SCHEDULE_CONSTANT, 1e-3, 0, 10}};
}

static void open_bench(bench *b, const optimizer_plan *how, bool frozen)
{
    net_plan plan = tiny_plan();
    plan.freeze_encoder = frozen;
    tiny_open(&b->t, &plan);
    err e = {0};
    assert_true(optimizer_open(&b->o, how, b->t.ps, plan.d.L, TINY_HEADS, &e));
}

static void close_bench(bench *b)
{
    optimizer_close(&b->o);
    tiny_close(&b->t);
}

static void step(bench *b, int head)
{
    err e = {0};
    tiny_step(&b->t, head, 0);
    assert_true(optimizer_step(&b->o, head, head != TINY_WORDS, &e));
}

/* Largest movement of a parameter during one step of head's batch. */
static double moved_by(bench *b, const char *name, int head)
{
    const param *p = tiny_param(&b->t, name);
    float *before = tiny_copy(&b->t, p, SLAB_MASTER);
    step(b, head);
    return largest_difference(tiny_copy(&b->t, p, SLAB_MASTER), before, tensor_count(p->value));
}

void idle_heads_rest(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    assert_true(moved_by(&b, "tasks.mood.classifier.weight", TINY_SENTENCE) > 0);
    assert_true(moved_by(&b, "tasks.mood.classifier.weight", TINY_WORDS) == 0);
    assert_true(moved_by(&b, "tasks.mood.classifier.bias", TINY_PAIR) == 0);
    assert_true(moved_by(&b, "tasks.topics.classifier.weight", TINY_PAIR) == 0);
    assert_int_equal(b.o.steps, 4);
    assert_int_equal(b.o.head_steps[TINY_SENTENCE], 1);
    assert_int_equal(b.o.head_steps[TINY_LABELS], 0);
    close_bench(&b);
}

void idle_pooler_rests(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    assert_true(moved_by(&b, "bert.pooler.dense.weight", TINY_SENTENCE) > 0);
    assert_true(moved_by(&b, "bert.pooler.dense.weight", TINY_WORDS) == 0);
    assert_true(moved_by(&b, "bert.encoder.layer.0.output.dense.weight", TINY_WORDS) > 0);
    assert_int_equal(b.o.pooler_steps, 1);
    close_bench(&b);
}

void coasting_moves_what_was_touched(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    how.coast = true;
    open_bench(&b, &how, false);
    assert_true(moved_by(&b, "tasks.mood.classifier.weight", TINY_SENTENCE) > 0);
    assert_true(moved_by(&b, "tasks.mood.classifier.weight", TINY_WORDS) > 0);
    assert_true(moved_by(&b, "bert.pooler.dense.weight", TINY_WORDS) > 0);
    assert_true(moved_by(&b, "tasks.topics.classifier.weight", TINY_WORDS) == 0);
    assert_int_equal(b.o.head_steps[TINY_SENTENCE], 4); /* it counts on */
    assert_int_equal(b.o.head_steps[TINY_LABELS], 0);
    close_bench(&b);
}

void all_heads_move_together(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    err e = {0};
    for (int h = 0; h < TINY_HEADS; h++) tiny_step(&b.t, h, 0);
    const param *p = tiny_param(&b.t, "tasks.topics.classifier.weight");
    float *before = tiny_copy(&b.t, p, SLAB_MASTER);
    assert_true(optimizer_step(&b.o, -1, true, &e));
    assert_true(
        largest_difference(tiny_copy(&b.t, p, SLAB_MASTER), before, tensor_count(p->value)) > 0);
    for (int h = 0; h < TINY_HEADS; h++) assert_int_equal(b.o.head_steps[h], 1);
    close_bench(&b);
}

void frozen_encoder_stays(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, true);
    size_t n;
    float *before = tiny_all(&b.t, SLAB_MASTER, &n), *at = before;
    for (int k = 0; k < 5; k++) step(&b, k % TINY_HEADS);
    float *after = tiny_all(&b.t, SLAB_MASTER, &n);
    for (int i = 0; i < b.t.ps->n; i++) {
        const param *p = b.t.ps->list[i];
        size_t count = tensor_count(p->value);
        bool learns = p->part == 3 && p->task != TINY_LABELS;
        assert_int_equal(tiny_same(at, after + (at - before), count), !learns);
        at += count;
    }
    close_bench(&b);
}

/* In its first step every value of a rule without decay moves by the same multiple of the rate. */
void layer_decay_scales_the_rate(void **state)
{
    (void)state;
    double whole[3], scaled[3];
    const char *names[3] = {"bert.embeddings.LayerNorm.weight",
                            "bert.encoder.layer.1.attention.output.LayerNorm.weight",
                            "bert.pooler.dense.bias"};
    for (int i = 0; i < 3; i++) {
        bench b;
        optimizer_plan how = plain();
        open_bench(&b, &how, false);
        whole[i] = moved_by(&b, names[i], TINY_SENTENCE);
        close_bench(&b);
        how.layer_decay = 0.5;
        open_bench(&b, &how, false);
        scaled[i] = moved_by(&b, names[i], TINY_SENTENCE);
        close_bench(&b);
    }
    const double want[3] = {0.125, 0.5,
                            1}; /* 0.5 to the power of L + 1 - part: parts 0, 2, 3 of L = 2 */
    for (int i = 0; i < 3; i++) {
        printf("%s: %g of %g\n", names[i], scaled[i], whole[i]);
        assert_true(fabs(scaled[i] / whole[i] - want[i]) < 1e-3);
    }
}

void own_counters_schedule_heads_apart(void **state)
{
    (void)state;
    for (int own = 0; own < 2; own++) {
        bench b;
        optimizer_plan how = plain();
        how.schedule = (schedule_plan){SCHEDULE_LINEAR, 1e-3, 0.5, 10};
        how.own_counters = own;
        open_bench(&b, &how, false);
        step(&b, TINY_WORDS);
        step(&b, TINY_WORDS);
        double moved = moved_by(&b, "tasks.mood.classifier.bias", TINY_SENTENCE);
        assert_int_equal(moved == 0, own); /* its own first step has rate 0 */
        assert_true(fabs(b.o.rate - 4e-4) < 1e-12);
        close_bench(&b);
    }
}

void decay_pulls_weights_only(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    how.decay = 0.5;
    open_bench(&b, &how, false);
    err e = {0};
    size_t n;
    float *before = tiny_all(&b.t, SLAB_MASTER, &n), *at = before;
    assert_true(optimizer_step(&b.o, -1, true, &e)); /* no gradient: decay is all that moves */
    float *after = tiny_all(&b.t, SLAB_MASTER, &n);
    for (int i = 0; i < b.t.ps->n; i++) {
        const param *p = b.t.ps->list[i];
        for (size_t k = 0; k < tensor_count(p->value); k++) {
            double want = (double)at[k] * (p->decay ? 1 - 1e-3 * 0.5 : 1);
            assert_true(fabs((double)after[(at - before) + (ptrdiff_t)k] - want) < 1e-7);
        }
        at += tensor_count(p->value);
    }
    close_bench(&b);
}

void padding_stays_zero(void **state)
{
    (void)state;
    for (int rule = 0; rule < 4; rule++) {
        bench b;
        optimizer_plan how = plain();
        how.rule = (enum rule)rule;
        open_bench(&b, &how, false);
        for (int k = 0; k < 3; k++) step(&b, TINY_SCORE); /* one bias in a block of 64 */
        const param *p = tiny_param(&b.t, "tasks.similar.classifier.bias");
        float block[GROUP_BLOCK];
        b.t.be->download(block, b.t.ps->values.data, p->at * sizeof(float), sizeof block);
        assert_true(block[0] != 0);
        for (int i = 1; i < GROUP_BLOCK; i++) assert_true(block[i] == 0);
        close_bench(&b);
    }
}

void gradients_are_zero_behind_a_step(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    step(&b, TINY_WORDS);
    size_t n;
    float *g = tiny_all(&b.t, SLAB_GRAD, &n);
    for (size_t i = 0; i < n; i++) assert_true(g[i] == 0);
    close_bench(&b);
}

static void spoil(bench *b, const char *name, float with)
{
    const param *p = tiny_param(&b->t, name);
    float *g = tiny_copy(&b->t, p, SLAB_GRAD);
    g[33] = with;
    params_slab_put(b->t.ps, p, SLAB_GRAD, g);
}

void bad_gradient_is_named_and_nothing_moves(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    step(&b, TINY_WORDS);
    size_t n;
    float *values = tiny_all(&b.t, SLAB_MASTER, &n), *m = tiny_all(&b.t, SLAB_M, &n),
          *v = tiny_all(&b.t, SLAB_V, &n);
    tiny_step(&b.t, TINY_WORDS, 1);
    spoil(&b, "bert.encoder.layer.1.output.dense.weight", INFINITY);
    spoil(&b, "bert.encoder.layer.0.output.dense.weight", NAN);
    err e = {0};
    assert_false(optimizer_step(&b.o, TINY_WORDS, false, &e));
    assert_non_null(strstr(e.text, "bert.encoder.layer.0.output.dense.weight"));
    assert_non_null(strstr(e.text, "row 0, column 33"));
    assert_true(tiny_same(tiny_all(&b.t, SLAB_MASTER, &n), values, n));
    assert_true(tiny_same(tiny_all(&b.t, SLAB_M, &n), m, n));
    assert_true(tiny_same(tiny_all(&b.t, SLAB_V, &n), v, n));
    assert_int_equal(b.o.steps, 1);
    assert_int_equal(b.o.head_steps[TINY_WORDS], 1);
    float *g = tiny_all(&b.t, SLAB_GRAD, &n);
    for (size_t i = 0; i < n; i++) assert_true(g[i] == 0);
    close_bench(&b);
}

void overflowing_norm_is_named(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    tiny_step(&b.t, TINY_WORDS, 1);
    spoil(&b, "bert.encoder.layer.0.intermediate.dense.weight", 1e30f);
    err e = {0};
    assert_false(optimizer_step(&b.o, TINY_WORDS, false, &e));
    assert_non_null(strstr(e.text, "intermediate.dense.weight has 1e+30"));
    close_bench(&b);
}

void clipping_bounds_the_norm(void **state)
{
    (void)state;
    bench b;
    optimizer_plan how = plain();
    open_bench(&b, &how, false);
    tiny_step(&b.t, TINY_SCORE, 0);
    err e = {0};
    double norm, sum = 0;
    size_t n;
    float *g = tiny_all(&b.t, SLAB_GRAD, &n);
    for (size_t i = 0; i < n; i++) sum += (double)g[i] * (double)g[i];
    const double most[3] = {0, 1, 1e6};
    for (int i = 0; i < 3; i++) {
        float factor[2];
        assert_true(clip_gradients(b.t.ps, b.o.factor, most[i], &norm, &e));
        b.t.be->download(factor, b.o.factor.data, 0, sizeof factor);
        assert_true(fabs(norm / sqrt(sum) - 1) < 1e-5);
        double want = i == 1 ? 1 / (norm + 1e-6) : 1;
        assert_true(norm > 1 && fabs((double)factor[0] / want - 1) < 1e-6);
    }
    close_bench(&b);
}

void too_many_groups_are_refused(void **state)
{
    (void)state;
    params ps = {0};
    for (int t = 0; t < 300; t++) params_add(&ps, 1, 1, true, INIT_ZERO, 3, t, "t%d", t);
    const backend *be;
    err e = {0};
    assert_true(backend_open(&be, "cpu", &e) && params_place(&ps, be, F32, true, &e));
    optimizer_plan how = plain();
    optimizer o;
    assert_false(optimizer_open(&o, &how, &ps, 2, 300, &e));
    assert_non_null(strstr(e.text, "300 tasks"));
    params_close(&ps);
}

void eps_follows_the_rule(void **state)
{
    (void)state;
    const double want[4] = {1e-6, 1e-8, 1e-6, 1e-8}; /* adamax adamaxw bertadam adamw */
    for (int rule = 0; rule < 4; rule++) {
        bench b;
        optimizer_plan how = plain();
        how.rule = (enum rule)rule;
        open_bench(&b, &how, false);
        assert_true(b.o.plan.eps == want[rule]);
        close_bench(&b);
    }
}
