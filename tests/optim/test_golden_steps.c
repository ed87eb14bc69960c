/* Ten steps of each optimizer against PyTorch's: six tasks in turn, heads and pooler idle in between, clipping, warm-up. */
#include "model/tiny.h"
#include "optim/optimizer.h"
#include "tests.h"
#include <math.h>
#include <string.h>

enum { STEPS = 10 };
static const int order[STEPS] = {4, 0, 4, 3, 1, 4, 5, 2, 0, 4}; /* as in make_golden.py */

static optimizer_plan base_plan(enum rule rule, enum schedule kind)
{
    return (optimizer_plan){
        .rule = rule,
        .b1 = 0.9,
        .b2 = 0.999,
        .eps = -1,
        .decay = 0.01,
        .clip = 1,
        .layer_decay = 1,
        .schedule = {kind, 1e-3, 0.3, STEPS},
    };
}

/* The keys' bias has no gradient but rounding noise, which every rule divides by itself; its steps stay below the rate each. */
static double tolerance(const char *name)
{
    return strstr(name, "key.bias") ? STEPS * 1e-3 : 1e-6;
}

static void compare(tiny *t, const optimizer_plan *plan)
{
    for (int i = 0; i < t->ps->n; i++) {
        const param *p = t->ps->list[i];
        for (int part = 0; part < param_parts(p); part++) {
            char name[200];
            const golden_entry *want = golden_get(&t->g, "%s.after.%s", rule_names[plan->rule],
                                                  param_part_name(p, part, name));
            size_t n = (size_t)want->rows * (size_t)want->cols;
            float *got = TAKE(&t->mem, float, n);
            params_get(t->ps, p, part, got);
            double off = largest_difference(got, want->f32, n);
            printf("%s: %.2g\n", name, off);
            assert_true(off < tolerance(name));
        }
    }
}

static void check(const optimizer_plan *plan)
{
    tiny t;
    net_plan model = tiny_plan();
    tiny_open(&t, &model);
    err e = {0};
    optimizer o;
    assert_true(optimizer_open(&o, plan, t.ps, model.d.L, TINY_HEADS, &e));
    const golden_entry *losses = golden_get(&t.g, "%s.losses", rule_names[plan->rule]),
                       *norms = golden_get(&t.g, "%s.norms", rule_names[plan->rule]);
    for (int k = 0; k < STEPS; k++) {
        double loss = tiny_step(&t, order[k], (uint32_t)k), want = (double)losses->f32[k];
        assert_true(optimizer_step(&o, order[k], order[k] != TINY_WORDS, &e));
        printf("step %d: loss %.9g, PyTorch %.9g; norm %.9g, PyTorch %.9g\n", k, loss, want, o.norm,
               (double)norms->f32[k]);
        assert_true(fabs(loss - want) < 1e-5 * (1 + fabs(want)));
        assert_true(fabs(o.norm - (double)norms->f32[k]) < 1e-4 * (double)norms->f32[k]);
    }
    compare(&t, plan);
    optimizer_close(&o);
    tiny_close(&t);
}

void golden_adamax(void **state)
{
    (void)state;
    optimizer_plan plan = base_plan(RULE_ADAMAX, SCHEDULE_LINEAR);
    check(&plan);
}

void golden_adamaxw(void **state)
{
    (void)state;
    optimizer_plan plan = base_plan(RULE_ADAMAXW, SCHEDULE_CONSTANT);
    plan.clip = 0, plan.layer_decay = 0.8;
    check(&plan);
}

void golden_bertadam(void **state)
{
    (void)state;
    optimizer_plan plan = base_plan(RULE_BERTADAM, SCHEDULE_RELEASED);
    plan.coast = plan.own_counters = true;
    plan.schedule.rate = 3e-4;
    check(&plan);
}

void golden_adamw(void **state)
{
    (void)state;
    optimizer_plan plan = base_plan(RULE_ADAMW, SCHEDULE_LINEAR);
    check(&plan);
}
