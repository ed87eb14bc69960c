/* The thread pool: each tile once, whatever the number of threads. */
#include "base/pool.h"
#include "tests.h"
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 3000 };
typedef struct seen {
    int times[MOST]; /* plain on purpose: the pool has to order them */
    int thread[MOST];
    atomic_int bad;
    int threads;
} seen;

static void see(void *ctx, int tile, int thread)
{
    seen *s = ctx;
    s->times[tile]++;
    s->thread[tile] = thread;
    if (thread < 0 || thread >= s->threads) atomic_fetch_add(&s->bad, 1);
}

static void check_run(int tiles)
{
    static seen s;
    memset(&s, 0, sizeof s);
    s.threads = pool_threads();
    pool_run(tiles, see, &s);
    assert_int_equal(atomic_load(&s.bad), 0);
    for (int i = 0; i < tiles; i++)
        if (s.times[i] != 1) fail_msg("tile %d of %d ran %d times", i, tiles, s.times[i]);
}

void pool_runs_each_tile_once(void **state)
{
    (void)state;
    assert_int_equal(pool_threads(), 1);
    check_run(10);
    for (int n = 1; n <= 8; n++) {
        pool_open(n);
        assert_int_equal(pool_threads(), n);
        for (int round = 0; round < 300; round++) check_run(round % 37);
        check_run(MOST);
    }
    pool_close();
    pool_close();
    check_run(5);
}

void pool_changes_its_number(void **state)
{
    (void)state;
    static const int numbers[] = {4, 1, 8, 2, 2, 0, 3, 16, 1};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        pool_open(numbers[i]);
        for (int round = 0; round < 20; round++) check_run(round);
    }
    pool_close();
    pool_open(2);
    check_run(100);
    pool_close();
}

void pool_wakes_sleepers(void **state)
{
    (void)state;
    pool_open(3);
    for (int round = 0; round < 40; round++) {
        usleep(2000); /* longer than anybody spins */
        check_run(7);
    }
    pool_close();
}

static void slow_first(void *ctx, int tile, int thread)
{
    (void)thread;
    if (!tile) usleep(3000); /* the caller, or a worker, sleeps until this one is done */
    atomic_fetch_add((atomic_int *)ctx, 1);
}

void pool_waits_for_the_last_tile(void **state)
{
    (void)state;
    pool_open(2);
    for (int round = 1; round <= 50; round++) {
        atomic_int done = 0;
        pool_run(2, slow_first, &done);
        assert_int_equal(atomic_load(&done), 2);
    }
    pool_close();
}

static void pause_in(void *ctx, int tile, int thread)
{
    (void)tile;
    ((int *)ctx)[thread] = 1;
    usleep(2000);
}

void pool_shares_work(void **state)
{
    (void)state;
    int took[2] = {0};
    pool_open(2);
    pool_run(40, pause_in, took);
    pool_close();
    assert_true(took[0] && took[1]);
}
