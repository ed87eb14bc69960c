/* The model against PyTorch's, number by number. */
#include "model/tiny.h"
#include "tests.h"
#include "tolerances.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static net_plan plan_of(const char *name)
{
    net_plan plan = tiny_plan();
    if (!strcmp(name, "gelu_new")) plan.d.act = ACT_GELU_TANH;
    if (!strcmp(name, "relu")) plan.d.act = ACT_RELU;
    return plan;
}

static void check_logits(const char *name)
{
    tiny t;
    net_plan plan = plan_of(name);
    tiny_open(&t, &plan);
    err e = {0};
    for (int h = 0; h < TINY_HEADS; h++) {
        const golden_entry *want = golden_get(&t.g, "%s.logits.%s", name, tiny_names[h]);
        size_t n = (size_t)want->rows * (size_t)want->cols;
        float *got = TAKE(&t.mem, float, n);
        assert_true(net_encode(t.net, &t.batches[h], &e) &&
                    net_logits(t.net, &t.batches[h], h, got, &e));
        double off = largest_difference(got, want->f32, n);
        printf("%s: %.2g\n", tiny_names[h], off);
        assert_true(off < 1e-5);
    }
    tiny_close(&t);
}

static void check_losses(const char *name)
{
    tiny t;
    net_plan plan = plan_of(name);
    tiny_open(&t, &plan);
    for (int h = 0; h < TINY_HEADS; h++) {
        double want = (double)golden_get(&t.g, "%s.loss.%s", name, tiny_names[h])->f32[0];
        double got = tiny_loss(&t, h);
        printf("%s: %.9g, PyTorch %.9g\n", tiny_names[h], got, want);
        assert_true(fabs(got - want) < 1e-6 * (1 + fabs(want)));
    }
    tiny_close(&t);
}

/* Each tensor as a checkpoint has it, but q, k and v together: the gradient of the keys' bias is zero in truth and noise in any arithmetic. */
static void compare_gradients(tiny *t, const char *name, double most)
{
    int compared = 0;
    for (int i = 0; i < t->ps->n; i++) {
        const param *p = t->ps->list[i];
        size_t n = tensor_count(p->value), each = n / (size_t)param_parts(p);
        char full[300], part_name[200];
        snprintf(full, sizeof full, "%s.grad.%s", name, param_part_name(p, 0, part_name));
        if (!golden_has(&t->g, full)) continue;
        float *want = TAKE(&t->mem, float, n);
        for (int part = 0; part < param_parts(p); part++) {
            const golden_entry *one =
                golden_get(&t->g, "%s.grad.%s", name, param_part_name(p, part, part_name));
            memcpy(want + (size_t)part * each, one->f32, each * sizeof *want);
        }
        double off = nmse(tiny_copy(t, p, SLAB_GRAD), want, n);
        printf("%s: %.2g\n", p->name, off);
        assert_true(off < most);
        compared++;
    }
    bool all = !strcmp(name, "gelu");
    assert_int_equal(compared, all ? t->ps->n : 18);
}

static void check_gradients(const char *name)
{
    tiny t;
    net_plan plan = plan_of(name);
    tiny_open(&t, &plan);
    for (int h = 0; h < TINY_HEADS; h++) tiny_step(&t, h, 0);
    compare_gradients(&t, name, 1e-9);
    tiny_close(&t);
}

/* All heads in bf16: logits, losses, gradients. */
void golden_bf16(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    plan.kind = BF16;
    tiny_open(&t, &plan);
    err e = {0};
    for (int h = 0; h < TINY_HEADS; h++) {
        const golden_entry *want = golden_get(&t.g, "gelu.logits.%s", tiny_names[h]);
        size_t n = (size_t)want->rows * (size_t)want->cols;
        float *got = TAKE(&t.mem, float, n);
        assert_true(net_encode(t.net, &t.batches[h], &e) &&
                    net_logits(t.net, &t.batches[h], h, got, &e));
        double off = nmse(got, want->f32, n);
        printf("%s: %.2g\n", tiny_names[h], off);
        assert_true(off < NMSE_BF16_MODEL);
        double right = (double)golden_get(&t.g, "gelu.loss.%s", tiny_names[h])->f32[0];
        assert_true(fabs(tiny_loss(&t, h) - right) < RELATIVE_BF16_LOSS * right);
    }
    for (int h = 0; h < TINY_HEADS; h++) tiny_step(&t, h, 0);
    compare_gradients(&t, "gelu", NMSE_BF16_GRADIENT);
    tiny_close(&t);
}

void golden_logits(void **state)
{
    (void)state;
    check_logits("gelu");
}

void golden_losses(void **state)
{
    (void)state;
    check_losses("gelu");
}

void golden_gradients(void **state)
{
    (void)state;
    check_gradients("gelu");
}

void golden_gelu_tanh(void **state)
{
    (void)state;
    check_logits("gelu_new");
    check_losses("gelu_new");
    check_gradients("gelu_new");
}

void golden_relu(void **state)
{
    (void)state;
    check_logits("relu");
    check_losses("relu");
    check_gradients("relu");
}

void golden_hidden(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    plan.train = false, plan.keep_hidden = true;
    tiny_open(&t, &plan);
    err e = {0};
    for (int h = 0; h < TINY_HEADS; h++) {
        if (h != TINY_WORDS && h != TINY_PAIR) continue;
        assert_true(net_encode(t.net, &t.batches[h], &e));
        for (int layer = 0; layer <= plan.d.L; layer++) {
            const golden_entry *want = golden_get(&t.g, "gelu.hidden.%s.%d", tiny_names[h], layer);
            size_t n = (size_t)want->rows * (size_t)want->cols;
            float *got = TAKE(&t.mem, float, n);
            assert_true(net_hidden(t.net, layer, got, &e));
            assert_true(largest_difference(got, want->f32, n) < 1e-5);
        }
    }
    tiny_close(&t);
}

void golden_pooled(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    err e = {0};
    const batch *b = &t.batches[TINY_WORDS];
    const golden_entry *want = golden_get(&t.g, "gelu.pooled.tag");
    float *got = TAKE(&t.mem, float, b->B *plan.d.H);
    assert_true(net_encode(t.net, b, &e) && net_pooled(t.net, b, got, &e));
    assert_int_equal(want->rows, b->B);
    assert_true(largest_difference(got, want->f32, (size_t)(b->B * plan.d.H)) < 1e-5);
    tiny_close(&t);
}

/* The masks of the golden file are drawn by its own Philox, key and step as in tiny_step(.., 7). */
static net_plan dropping_plan(arena *mem)
{
    net_plan plan = tiny_plan();
    head_plan *heads = TAKE(mem, head_plan, TINY_HEADS);
    for (int h = 0; h < TINY_HEADS; h++) {
        heads[h] = plan.heads[h];
        heads[h].dropout = 0.2f;
    }
    plan.heads = heads;
    plan.d.drop_hidden = plan.d.drop_attention = 0.2f;
    return plan;
}

void golden_dropout(void **state)
{
    (void)state;
    tiny t;
    arena mem = {0};
    net_plan plan = dropping_plan(&mem);
    tiny_open(&t, &plan);
    for (int h = 0; h < TINY_HEADS; h++) {
        double want = (double)golden_get(&t.g, "dropout.loss.%s", tiny_names[h])->f32[0];
        double got = tiny_step(&t, h, 7);
        printf("%s: %.9g, PyTorch %.9g\n", tiny_names[h], got, want);
        assert_true(fabs(got - want) < 1e-6 * (1 + fabs(want)));
    }
    compare_gradients(&t, "dropout", 1e-9);
    tiny_close(&t);
    arena_close(&mem);
}

void golden_shared_mask(void **state)
{
    (void)state;
    tiny t;
    arena mem = {0};
    net_plan plan = dropping_plan(&mem);
    plan.head_mask_shared = true;
    tiny_open(&t, &plan);
    double want = (double)golden_get(&t.g, "shared.loss.tag")->f32[0],
           got = tiny_step(&t, TINY_WORDS, 7);
    assert_true(fabs(got - want) < 1e-6 * (1 + fabs(want)));
    tiny_close(&t);
    arena_close(&mem);
}
