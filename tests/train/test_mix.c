/* The order of mini-batches: what an epoch holds, and that it is a function of the plan alone. */
#include "tests.h"
#include "train/mix.h"
#include <stdlib.h>
#include <string.h>

static const int sizes[3] = {100, 37, 8};
static mix_plan plan_of(enum mix_kind kind)
{
    return (mix_plan){.kind = kind,
                      .temperature = 2,
                      .cap = 40,
                      .redraw = true,
                      .seed = 7,
                      .n_tasks = 3,
                      .epochs = 5,
                      .sequences = sizes,
                      .batch = 8};
}

static void check_all_once(mix *m, int epoch)
{
    int seen[3][100] = {{0}};
    mix_epoch(m, epoch);
    assert_int_equal(m->n, 13 + 5 + 1);
    for (int i = 0; i < m->n; i++) {
        int t, n;
        const int *chosen;
        mix_batch(m, i, &t, &chosen, &n);
        assert_true(n >= 1 && n <= 8);
        for (int k = 0; k < n; k++) seen[t][chosen[k]]++;
    }
    for (int t = 0; t < 3; t++)
        for (int k = 0; k < sizes[t]; k++) assert_int_equal(seen[t][k], 1);
}

void mix_gives_every_sequence_once_an_epoch(void **state)
{
    (void)state;
    for (int redraw = 0; redraw < 2; redraw++) {
        mix m;
        mix_plan p = plan_of(MIX_PAPER);
        p.redraw = redraw;
        mix_open(&m, &p);
        for (int e = 0; e < 4; e++) check_all_once(&m, e);
        mix_close(&m);
    }
}

void mix_order_is_shuffled_over_tasks(void **state)
{
    (void)state;
    mix m;
    mix_plan p = plan_of(MIX_PAPER);
    mix_open(&m, &p);
    int changes = 0;
    mix_epoch(&m, 0);
    for (int i = 1; i < m.n; i++) changes += m.task[i] != m.task[i - 1];
    assert_true(changes > 3);
    mix_close(&m);
}

/* A number for the members of the mini-batch that sequence 0 of task 0 is in. */
static long members(mix *m, int epoch)
{
    mix_epoch(m, epoch);
    for (int i = 0; i < m->n; i++) {
        int t, n;
        const int *chosen;
        long sum = 0;
        bool here = false;
        mix_batch(m, i, &t, &chosen, &n);
        if (t) continue;
        for (int k = 0; k < n; k++)
            here |= !chosen[k], sum += (long)chosen[k] * chosen[k] * chosen[k];
        if (here) return sum;
    }
    return -1;
}

void mix_draws_batches_anew_each_epoch(void **state)
{
    (void)state;
    mix m;
    mix_plan p = plan_of(MIX_PAPER);
    mix_open(&m, &p);
    assert_true(members(&m, 0) != members(&m, 1));
    mix_close(&m);
}

void mix_of_the_authors_keeps_membership(void **state)
{
    (void)state;
    mix m;
    mix_plan p = plan_of(MIX_PAPER);
    p.redraw = false;
    mix_open(&m, &p);
    long first = members(&m, 0);
    for (int e = 1; e < 5; e++) assert_true(members(&m, e) == first);
    int t, n;
    unsigned first_of[2] = {1, 1};
    const int *chosen;
    for (int e = 0; e < 2; e++) { /* but their order changes */
        mix_epoch(&m, e);
        for (int i = 0, k = 0; i < m.n; i++) {
            mix_batch(&m, i, &t, &chosen, &n);
            if (!t) first_of[e] = first_of[e] * 31 + (unsigned)(chosen[0] * ++k);
        }
    }
    assert_true(first_of[0] != first_of[1]);
    mix_close(&m);
}

static long fingerprint(mix *m, int epoch)
{
    unsigned long h = 1;
    mix_epoch(m, epoch);
    for (int i = 0; i < m->n; i++) {
        int t, n;
        const int *chosen;
        mix_batch(m, i, &t, &chosen, &n);
        h = h * 31 + (unsigned long)t;
        for (int k = 0; k < n; k++) h = h * 31 + (unsigned long)chosen[k];
    }
    return (long)h;
}

void mix_epochs_do_not_depend_on_each_other(void **state)
{
    (void)state;
    for (enum mix_kind kind = MIX_PAPER; kind <= MIX_ANNEALED; kind++) {
        mix a, b;
        mix_plan p = plan_of(kind);
        mix_open(&a, &p);
        mix_open(&b, &p);
        for (int e = 0; e < 3; e++) (void)fingerprint(&a, e);
        assert_true(fingerprint(&a, 3) == fingerprint(&b, 3));
        mix_close(&a);
        mix_close(&b);
    }
}

void mix_seeds_differ(void **state)
{
    (void)state;
    mix a, b;
    mix_plan p = plan_of(MIX_PAPER);
    mix_open(&a, &p);
    p.seed = 8;
    mix_open(&b, &p);
    assert_true(fingerprint(&a, 0) != fingerprint(&b, 0));
    mix_close(&a);
    mix_close(&b);
}

static void share_of(mix_plan p, int epoch, double share[3])
{
    mix m;
    p.updates = 20000;
    mix_open(&m, &p);
    mix_epoch(&m, epoch);
    memset(share, 0, 3 * sizeof *share);
    for (int i = 0; i < m.n; i++) share[m.task[i]] += 1.0 / m.n;
    mix_close(&m);
}

void mix_uniform_is_uniform(void **state)
{
    (void)state;
    double s[3];
    share_of(plan_of(MIX_UNIFORM), 0, s);
    for (int t = 0; t < 3; t++) assert_true(s[t] > 0.32 && s[t] < 0.35);
}

void mix_proportional_follows_size(void **state)
{
    (void)state;
    double s[3];
    share_of(plan_of(MIX_PROPORTIONAL), 0, s);
    for (int t = 0; t < 3; t++)
        assert_true(s[t] > sizes[t] / 145.0 - 0.015 && s[t] < sizes[t] / 145.0 + 0.015);
}

void mix_temperature_lies_between(void **state)
{
    (void)state;
    double s[3]; /* roots: 10, 6.08, 2.83 of 18.91 */
    share_of(plan_of(MIX_TEMPERATURE), 0, s);
    assert_true(s[0] > 0.515 && s[0] < 0.543 && s[2] > 0.135 && s[2] < 0.165);
}

void mix_capped_caps(void **state)
{
    (void)state;
    double s[3]; /* 40, 37, 8 of 85 */
    share_of(plan_of(MIX_CAPPED), 0, s);
    assert_true(s[0] > 0.455 && s[0] < 0.487 && s[2] > 0.08 && s[2] < 0.108);
}

void mix_annealed_flattens(void **state)
{
    (void)state;
    double first[3], last[3];
    share_of(plan_of(MIX_ANNEALED), 0, first);
    share_of(plan_of(MIX_ANNEALED), 4, last);
    assert_true(first[0] > 0.67 && first[0] < 0.71);
    assert_true(last[0] < 0.46 && last[2] > 0.2); /* exponent 0.2 */
}

void mix_weights_are_taken(void **state)
{
    (void)state;
    double s[3], w[3] = {1, 0, 3};
    mix_plan p = plan_of(MIX_WEIGHTS);
    p.weights = w;
    share_of(p, 0, s);
    assert_true(s[0] > 0.235 && s[0] < 0.265 && s[1] == 0);
}

void mix_draws_go_round_all_sequences(void **state)
{
    (void)state;
    mix m;
    mix_plan p = plan_of(MIX_UNIFORM);
    p.updates = 400;
    int seen[37] = {0}, most = 0, least = 1000;
    mix_open(&m, &p);
    mix_epoch(&m, 0);
    for (int i = 0; i < m.n; i++) {
        int t, n;
        const int *chosen;
        mix_batch(&m, i, &t, &chosen, &n);
        for (int k = 0; t == 1 && k < n; k++) seen[chosen[k]]++;
    }
    for (int k = 0; k < 37; k++) {
        if (seen[k] > most) most = seen[k];
        if (seen[k] < least) least = seen[k];
    }
    assert_true(least > 5 && most - least <= 1);
    mix_close(&m);
}

void mix_updates_bound_an_epoch(void **state)
{
    (void)state;
    mix m;
    mix_plan p = plan_of(MIX_UNIFORM);
    p.updates = 11;
    mix_open(&m, &p);
    assert_int_equal(m.n, 11);
    mix_close(&m);
    p.kind = MIX_PAPER;
    mix_open(&m, &p);
    assert_int_equal(m.n, 19);
    mix_close(&m);
}
