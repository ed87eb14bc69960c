/* A checkpoint is the old one or the new one, whole, whenever the writer is killed: at each of its system
 * calls by ptrace, and at random times while it writes one after another. */
#include "persist/helpers.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char place[400]; /* test_dir is of the process that asks */

static void write_step(running *r, int k)
{
    err e = {0};
    checkpoint_state s = {.step = (uint32_t)k};
    fill_slab(r->n, SLAB_MASTER, k);
    fill_slab(r->n, SLAB_M, k + 100);
    fill_slab(r->n, SLAB_V, k + 200);
    r->o.steps = (uint32_t)k;
    if (!checkpoint_write(&r->from, r->n, &r->o, two_tasks, 2, &s, place, &e)) {
        fprintf(stderr, "%s\n", e.text);
        _exit(3);
    }
}

/* Reads it into net `r`; all of it must be of one step, which is the result. */
static int whole_step(running *r, running *want)
{
    err e = {0};
    checkpoint_state t;
    works(checkpoint_read(place, r->n, &r->o, &t, &e), &e);
    int k = (int)t.step;
    fill_slab(want->n, SLAB_MASTER, k);
    fill_slab(want->n, SLAB_M, k + 100);
    fill_slab(want->n, SLAB_V, k + 200);
    assert_same_slab(r->n, want->n, SLAB_MASTER);
    assert_same_slab(r->n, want->n, SLAB_M);
    assert_same_slab(r->n, want->n, SLAB_V);
    assert_int_equal(r->o.steps, k);
    return k;
}

/* Runs the child to its system call `stop`, entry or exit, and kills it there; false if it ended before. */
static bool kill_at(pid_t child, int stop)
{
    int status;
    for (int i = 0; i <= stop; i++) {
        if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            return false;
        }
        if (i < stop) ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    return true;
}

void checkpoint_killed_at_each_system_call(void **state)
{
    (void)state;
    running a = running_open(two_tasks, false), b = running_open(two_tasks, false),
            c = running_open(two_tasks, false);
    int now = 1, news = 0, olds = 0, stop = 1;
    snprintf(place, sizeof place, "%s", own("c"));
    write_step(&a, now);
    for (bool stopped = true; stopped; stop += 3) {
        int next = 3 - now;
        fflush(NULL);
        pid_t child = fork();
        if (!child) {
            if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) _exit(4);
            raise(SIGSTOP);
            write_step(&a, next);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, WUNTRACED), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 4) test_skip("ptrace is not allowed here");
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        stopped = kill_at(child, stop);
        int k = whole_step(&b, &c);
        assert_true(k == now || k == next);
        if (!stopped) assert_int_equal(k, next);
        news += k == next, olds += k == now;
        now = k;
    }
    print_message("%d moments: %d times the old one, %d times the new one\n", stop / 3, olds, news);
    assert_true(olds > 20 && news > 2);
    running_close(&a);
    running_close(&b);
    running_close(&c);
}

void checkpoint_killed_at_random_times(void **state)
{
    (void)state;
    running a = running_open(two_tasks, false), b = running_open(two_tasks, false),
            c = running_open(two_tasks, false);
    snprintf(place, sizeof place, "%s", own("c"));
    int *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    write_step(&a, *done = 1);
    srand(20);
    for (int round = 0; round < 25; round++) {
        int first = *done;
        fflush(NULL);
        pid_t child = fork();
        if (!child)
            for (int k = first + 1;; k++) {
                write_step(&a, k);
                *(volatile int *)done = k;
            }
        struct timespec wait = {0, (rand() % 200) * 1000000L};
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        int k = whole_step(&b, &c);
        assert_true(k == *done || k == *done + 1);
        *done = k;
    }
    munmap(done, sizeof *done);
    running_close(&a);
    running_close(&b);
    running_close(&c);
}
