#include "optim/schedule.h"
#include "tests.h"
#include <math.h>

static void expect(const schedule_plan *s, uint32_t k, double want)
{
    double got = schedule_rate(s, k);
    printf("%s at %u: %g, wanted %g\n", schedule_names[s->kind], k, got, want);
    assert_true(fabs(got - want) < 1e-12);
}

void schedule_linear(void **state)
{
    (void)state;
    const schedule_plan s = {SCHEDULE_LINEAR, 2, 0.1, 100};
    expect(&s, 0, 0);
    expect(&s, 5, 1);
    expect(&s, 10, 2);
    expect(&s, 55, 1);
    expect(&s, 100, 0);
    expect(&s, 101, 0);
}

void schedule_released(void **state)
{
    (void)state;
    const schedule_plan s = {SCHEDULE_RELEASED, 2, 0.1, 100};
    expect(&s, 0, 0);
    expect(&s, 5, 1);
    expect(&s, 10, 1.8); /* falls at once to 0.9 of the peak */
    expect(&s, 50, 1);
    expect(&s, 100, 0);
    expect(&s, 120, 0);
}

void schedule_constant(void **state)
{
    (void)state;
    const schedule_plan s = {SCHEDULE_CONSTANT, 2, 0.1, 100};
    expect(&s, 0, 0);
    expect(&s, 5, 1);
    expect(&s, 10, 2);
    expect(&s, 500, 2);
}

void schedule_without_warmup_or_steps(void **state)
{
    (void)state;
    const schedule_plan linear = {SCHEDULE_LINEAR, 2, 0, 10},
                        released = {SCHEDULE_RELEASED, 2, 0, 10},
                        nothing = {SCHEDULE_LINEAR, 2, 0.1, 0}, all = {SCHEDULE_LINEAR, 2, 1, 10};
    expect(&linear, 0, 2);
    expect(&released, 0, 2);
    expect(&nothing, 0, 0);
    expect(&all, 9, 1.8);
    expect(&all, 10, 0);
    const schedule_plan longer = {SCHEDULE_LINEAR, 2, 1.5, 10}; /* warms up beyond its end */
    expect(&longer, 20, 0);
}
