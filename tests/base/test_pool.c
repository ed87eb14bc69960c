/* The thread pool: each tile once, whatever the number of threads. */
#include "base/pool.h"
#include "tests.h"
#include <stdatomic.h>
#include <string.h>
#include <time.h>
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

enum { PATIENCE = 10000 }; /* milliseconds, for a busy machine */
typedef struct meeting {
    atomic_int here, done;
} meeting;

/* Both threads have to be in a tile at the same time; a worker then takes much longer than the caller. */
static void meet(void *ctx, int tile, int thread)
{
    (void)tile;
    meeting *m = ctx;
    atomic_fetch_add(&m->here, 1);
    for (int ms = 0; atomic_load(&m->here) < 2 && ms < PATIENCE; ms++) usleep(1000);
    if (thread) usleep(3000);
    atomic_fetch_add(&m->done, 1);
}

static void check_meeting(void)
{
    meeting m = {0};
    pool_run(2, meet, &m);
    assert_int_equal(atomic_load(&m.done), 2);
}

void pool_waits_for_the_last_tile(void **state)
{
    (void)state;
    pool_open(2);
    for (int round = 0; round < 20; round++) check_meeting();
    pool_close();
}

void pool_wakes_sleepers(void **state)
{
    (void)state;
    pool_open(2);
    for (int round = 0; round < 20; round++) {
        usleep(3000); /* longer than anybody spins */
        time_t start = time(NULL);
        check_meeting();
        assert_true(time(NULL) - start <
                    PATIENCE / 1000 - 1); /* nobody came, and the wait ran out */
    }
    pool_close();
}
