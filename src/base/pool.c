/* The thread pool. Two counters make a job: `left`, tiles that nobody took yet, and `open`, tiles that
 * are not finished. A tile is taken by a compare-and-swap on `left`, which also brings the job's fields
 * with it: the caller writes them before it sets `left`, and changes them only when `open` is 0 again, so
 * a thread that holds a tile reads the fields of that tile's job, however late it woke up.
 *
 * Threads that find nothing spin for SPIN seconds, since the next operation of a step is usually some
 * microseconds away, and then sleep. Where there are more threads than processors they do not spin. */
#include "base/pool.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/str.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

static const double SPIN = 40e-6;

static struct pool {
    int n; /* threads, the caller included; 0 before pool_open */
    bool spins;
    pthread_t *threads; /* [n - 1] */
    pool_job *job;      /* of the job that runs; see above for who may read these three */
    void *ctx;
    int tiles;
    atomic_int left, open;
    atomic_int sleeping; /* workers that wait for wake */
    atomic_bool waits;   /* the caller waits for done */
    atomic_bool quit;
    pthread_mutex_t lock; /* only around sleeping */
    pthread_cond_t wake, done;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .done = PTHREAD_COND_INITIALIZER};
static _Thread_local bool inside; /* this thread is in a job */

static void pause_shortly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Takes the next tile, or returns -1. */
static int take_tile(void)
{
    int left = atomic_load(&pool.left);
    while (left > 0)
        if (atomic_compare_exchange_weak(&pool.left, &left, left - 1)) return pool.tiles - left;
    return -1;
}

static void work(int thread)
{
    int tile;
    inside = true;
    while ((tile = take_tile()) >= 0) {
        pool.job(pool.ctx, tile, thread);
        if (atomic_fetch_sub(&pool.open, 1) > 1 || !atomic_load(&pool.waits)) continue;
        pthread_mutex_lock(&pool.lock);
        pthread_cond_signal(&pool.done);
        pthread_mutex_unlock(&pool.lock);
    }
    inside = false;
}

static bool awake(void)
{
    return atomic_load(&pool.left) > 0 || atomic_load(&pool.quit);
}

static bool finished(void)
{
    return atomic_load(&pool.open) == 0;
}

/* Waits a little for a condition; whether it came. */
static bool spin_for(bool (*condition)(void))
{
    if (condition()) return true;
    if (!pool.spins) return false;
    for (double until = clock_now() + SPIN; clock_now() < until;) {
        for (int i = 0; i < 16; i++) pause_shortly();
        if (condition()) return true;
    }
    return false;
}

static void *worker(void *number)
{
    int thread = (int)(intptr_t)number;
    while (!atomic_load(&pool.quit)) {
        work(thread);
        if (spin_for(awake)) continue;
        pthread_mutex_lock(&pool.lock);
        atomic_fetch_add(&pool.sleeping,
                         1); /* before the look at left: pool_run does both in turn */
        while (!awake()) pthread_cond_wait(&pool.wake, &pool.lock);
        atomic_fetch_sub(&pool.sleeping, 1);
        pthread_mutex_unlock(&pool.lock);
    }
    return NULL;
}

static void wake_up(int wanted)
{
    int asleep = atomic_load(&pool.sleeping);
    if (!asleep) return;
    pthread_mutex_lock(&pool.lock);
    if (wanted >= asleep)
        pthread_cond_broadcast(&pool.wake);
    else
        for (int i = 0; i < wanted; i++) pthread_cond_signal(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
}

/* What a container's quota allows (cgroup v2: "max 100000" or "200000 100000"), or a large number. */
static int quota(void)
{
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
    char line[100] = "";
    if (!f) return INT32_MAX;
    str rest = str_of(fgets(line, sizeof line, f) ? line : "");
    (void)!fclose(f);
    rest = str_trim(rest);
    str most = str_cut(&rest, ' ');
    int64_t share, period;
    if (!str_int(most, &share) || !str_int(rest, &period) || share <= 0 || period <= 0)
        return INT32_MAX;
    int64_t n = (share + period - 1) / period;
    return n < INT32_MAX ? (int)n : INT32_MAX;
}

static int processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set), most = quota();
    return n > most ? most : n > 0 ? n : 1;
}

void pool_open(int n)
{
    ASSERT(n >= 0 && !inside, "%d threads, or a job that opens the pool", n);
    int has = processors();
    if (!n) n = has;
    if (n == pool.n) return;
    pool_close();
    pool.n = n;
    pool.spins = n <= has;
    pool.threads = calloc((size_t)n, sizeof *pool.threads);
    if (!pool.threads) die("no memory for %d threads", n);
    sigset_t all, old; /* signals are the main thread's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (int i = 1; i < n; i++)
        if (pthread_create(&pool.threads[i - 1], NULL, worker, (void *)(intptr_t)i))
            die("the system gives no more than %d of %d threads", i, n);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

int pool_threads(void)
{
    return pool.n ? pool.n : 1;
}

void pool_run(int tiles, pool_job *job, void *ctx)
{
    ASSERT(!inside, "a job starts a job");
    if (tiles <= 0) return;
    if (pool.n < 2 || tiles == 1) {
        inside = true;
        for (int i = 0; i < tiles; i++) job(ctx, i, 0);
        inside = false;
        return;
    }
    pool.job = job, pool.ctx = ctx, pool.tiles = tiles;
    atomic_store(&pool.open, tiles);
    atomic_store(&pool.left, tiles);
    wake_up(tiles - 1);
    work(0);
    if (spin_for(finished)) return;
    pthread_mutex_lock(&pool.lock);
    atomic_store(&pool.waits,
                 true); /* before the look at open: the last worker does both in turn */
    while (!finished()) pthread_cond_wait(&pool.done, &pool.lock);
    atomic_store(&pool.waits, false);
    pthread_mutex_unlock(&pool.lock);
}

void pool_close(void)
{
    if (!pool.n) return;
    pthread_mutex_lock(&pool.lock);
    atomic_store(&pool.quit, true);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
    for (int i = 1; i < pool.n; i++) pthread_join(pool.threads[i - 1], NULL);
    free(pool.threads);
    pool.threads = NULL, pool.n = 0;
    atomic_store(&pool.quit, false);
}
