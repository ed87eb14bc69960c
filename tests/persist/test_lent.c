/* Large weights of a net that only answers stay in the mapped file. */
#include "persist/helpers.h"
#include <string.h>

enum { WIDE = 4096 }; /* feed-forward: 8 x 4,096 values are worth lending */

static float *hidden_of(net *n, arena *mem)
{
    static int32_t ids[5] = {1, 5, 9, 3, 2}, types[5], places[5] = {0, 1, 2, 3, 4},
                   start[2] = {0, 5};
    static uint32_t who[1];
    const batch b = {.B = 1,
                     .N = 5,
                     .longest = 5,
                     .ids = ids,
                     .types = types,
                     .places = places,
                     .start = start,
                     .who = who};
    float *x = TAKE(mem, float, 5 * 8);
    err e = {0};
    works(net_encode(n, &b, &e) && net_hidden(n, 1, x, &e), &e);
    return x;
}

/* Writes a model with other values for each seed, over the one before; returns what it computes, from copies. */
static const float *write_wide(model_dir *m, int seed, arena *mem)
{
    err e = {0};
    net *n = net_of(&m->d, NULL, 0, true);
    params_start(net_params(n), (uint64_t)seed, 0.5f, START_ALL);
    works(model_dir_write(m, n, NULL, 0, "", own("wide"), true, &e), &e);
    const float *right = hidden_of(n, mem);
    net_close(n);
    return right;
}

void lent_weights_compute_the_same(void **state)
{
    (void)state;
    arena mem = {0};
    model_dir m;
    err e = {0};
    opened(&m, DATA "plain");
    m.d.F = WIDE;
    for (int seed = 1; seed <= 3;
         seed++) { /* the next file is likely to be mapped where the last one was */
        const float *right = write_wide(&m, seed, &mem);
        model_dir wide;
        opened(&wide, own("wide"));
        net *n = net_of(&wide.d, NULL, 0, false);
        works(model_dir_load(&wide, n, false, true, &e), &e);
        assert_int_equal(net_params(n)->n_lenders, 1);
        model_dir_close(&wide);
        assert_memory_equal(hidden_of(n, &mem), right, 5 * 8 * sizeof *right);
        net_close(n);
    }
    model_dir_close(&m);
    arena_close(&mem);
}

void lent_weights_are_never_written(void **state)
{
    (void)state;
    arena mem = {0};
    model_dir m, wide;
    err e = {0};
    opened(&m, DATA "plain");
    m.d.F = WIDE;
    (void)write_wide(&m, 1, &mem);
    opened(&wide, own("wide"));
    net *n = net_of(&wide.d, NULL, 0, false);
    works(model_dir_load(&wide, n, false, true, &e), &e);
    params_start(net_params(n), 7, 0.5f,
                 START_ALL); /* would end the process: the mapping is read only */
    const float *now = hidden_of(n, &mem);
    net *other = net_of(&wide.d, NULL, 0, true);
    params_start(net_params(other), 7, 0.5f, START_ALL);
    assert_memory_equal(now, hidden_of(other, &mem), 5 * 8 * sizeof *now);
    net_close(n), net_close(other);
    model_dir_close(&wide), model_dir_close(&m);
    arena_close(&mem);
}

void lent_weights_are_not_for_training(void **state)
{
    (void)state;
    arena mem = {0};
    model_dir m, wide;
    err e = {0};
    opened(&m, DATA "plain");
    m.d.F = WIDE;
    (void)write_wide(&m, 1, &mem);
    opened(&wide, own("wide"));
    net *n = net_of(&wide.d, NULL, 0, true);
    works(model_dir_load(&wide, n, false, true, &e), &e);
    assert_int_equal(net_params(n)->n_lenders, 0);
    net_close(n);
    model_dir_close(&wide), model_dir_close(&m);
    arena_close(&mem);
}
