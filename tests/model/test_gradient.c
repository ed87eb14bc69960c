/* The whole model's backward against central differences of its loss: every parameter moved along a direction, dropout on and its masks the same
 * on both sides, a task of each kind. */
#include "base/random.h"
#include "model/tiny.h"
#include "tests.h"
#include <math.h>
#include <string.h>

enum { STEP = 7 };

static net_plan dropping(arena *mem)
{
    net_plan plan = tiny_plan();
    head_plan *heads = TAKE(mem, head_plan, TINY_HEADS);
    memcpy(heads, plan.heads, TINY_HEADS * sizeof *heads);
    for (int h = 0; h < TINY_HEADS; h++) heads[h].dropout = 0.1f;
    plan.heads = heads;
    plan.d.drop_hidden = plan.d.drop_attention = 0.1f;
    return plan;
}

static double slope(tiny *t, int head, const param *p, const float *from, const float *u)
{
    size_t n = tensor_count(p->value);
    float *moved = TAKE(&t->mem, float, n);
    double d[2];
    for (int k = 0; k < 2; k++) {
        double h = k ? 1e-2 : 2e-2, side[2];
        for (int s = 0; s < 2; s++) {
            for (size_t i = 0; i < n; i++)
                moved[i] = (float)((double)from[i] + (s ? h : -h) * (double)u[i]);
            params_slab_put(t->ps, p, SLAB_MASTER, moved);
            side[s] = tiny_step(t, head, STEP);
        }
        d[k] = (side[1] - side[0]) / (2 * h);
    }
    params_slab_put(t->ps, p, SLAB_MASTER, from);
    return (4 * d[1] - d[0]) / 3;
}

/* Along the gradient and a random direction of the same length together. */
static void check_one(tiny *t, int head, const param *p, const float *g)
{
    size_t n = tensor_count(p->value);
    float *from = tiny_copy(t, p, SLAB_MASTER), *u = TAKE(&t->mem, float, n);
    double norm = 0, length = 0, along = 0;
    for (size_t i = 0; i < n; i++) norm += (double)g[i] * (double)g[i];
    norm = sqrt(norm);
    for (size_t i = 0; i < n; i++) {
        double r =
            (double)random_u32(1, CHANCE_TEST, (uint32_t)p->at, 0, (uint32_t)i) / 4294967296.0 * 2 -
            1;
        u[i] = (float)((double)g[i] / (norm + 1e-20) + r / sqrt((double)n / 3));
        length += (double)u[i] * (double)u[i], along += (double)u[i] * (double)g[i];
    }
    double got = slope(t, head, p, from, u);
    printf("%s: slope %.6g, gradient %.6g\n", p->name, got, along);
    assert_true(fabs(got - along) < 1e-3 * norm * sqrt(length) + 5e-5);
}

static void check(int head, bool pooler, bool shared)
{
    tiny t;
    arena mem = {0};
    net_plan plan = dropping(&mem);
    plan.pooler = pooler, plan.head_mask_shared = shared;
    tiny_open(&t, &plan);
    tiny_step(&t, head, STEP);
    float **grads = TAKE(&t.mem, float *, t.ps->n);
    for (int i = 0; i < t.ps->n; i++) grads[i] = tiny_copy(&t, t.ps->list[i], SLAB_GRAD);
    for (int i = 0; i < t.ps->n; i++) check_one(&t, head, t.ps->list[i], grads[i]);
    tiny_close(&t);
    arena_close(&mem);
}

void gradient_of_sentence(void **state)
{
    (void)state;
    check(TINY_SENTENCE, true, false);
}

void gradient_of_pair(void **state)
{
    (void)state;
    check(TINY_PAIR, true, false);
}

void gradient_of_relation_without_pooler(void **state)
{
    (void)state;
    check(TINY_RELATION, false, false);
}

void gradient_of_score(void **state)
{
    (void)state;
    check(TINY_SCORE, true, false);
}

void gradient_of_words(void **state)
{
    (void)state;
    check(TINY_WORDS, true, false);
}

void gradient_of_words_with_shared_mask(void **state)
{
    (void)state;
    check(TINY_WORDS, true, true);
}

void gradient_of_labels(void **state)
{
    (void)state;
    check(TINY_LABELS, true, false);
}
