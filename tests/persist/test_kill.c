/* A checkpoint, a model directory, an export is the old one or the new one, whole, whenever the writer is killed: at each of its system
 * calls by ptrace, and at random times while it writes one after another. */
#include "persist/export.h"
#include "persist/helpers.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
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

/* A model directory, and an export, of which step k is read back from the bytes of all its files. */
static bool as_export;
static text
    versions[3]; /* [1], [2]: a directory's files after a write of that step that nobody stopped */

static void write_model(running *r, int k)
{
    err e = {0};
    char note[20];
    snprintf(note, sizeof note, "step %d", k);
    fill_slab(r->n, SLAB_MASTER, k);
    bool done;
    if (as_export) {
        net *n;
        const export_plan plan = {.from = &r->from, .task = &two_tasks[1], .card = str_of(note)};
        done = export_net(&n, &r->from, &two_tasks[1], &e);
        if (done) fill_slab(n, SLAB_MASTER, k);
        done = done && export_write(&plan, n, place, true, &e);
        if (n) net_close(n);
    } else {
        done = model_dir_write(&r->from, r->n, two_tasks, 2, note, place, true, &e);
    }
    if (done) return;
    fprintf(stderr, "%s\n", e.text);
    _exit(3);
}

static text all_files(void)
{
    arena mem = {0};
    err e = {0};
    text t = {0};
    const char **names;
    int n;
    works(dir_list(place, &mem, &names, &n, &e), &e);
    for (int i = 0; i < n; i++) {
        file f;
        works(file_open(&f, path_join(&mem, place, names[i]), &e), &e);
        text_format(&t, "%s %zu ", names[i], f.bytes.len);
        text_add(&t, f.bytes);
        file_close(&f);
    }
    arena_close(&mem);
    return t;
}

static int whole_model(running *r, running *want)
{
    (void)r, (void)want;
    text t = all_files();
    int k = str_eq(text_str(&t), text_str(&versions[1]))   ? 1
            : str_eq(text_str(&t), text_str(&versions[2])) ? 2
                                                           : 0;
    text_close(&t);
    return k;
}

static void killed_at_each_system_call(void (*write)(running *, int),
                                       int (*whole)(running *, running *))
{
    running a = running_open(two_tasks, false), b = running_open(two_tasks, false),
            c = running_open(two_tasks, false);
    int now = 1, news = 0, olds = 0, stop = 1;
    snprintf(place, sizeof place, "%s", own("c"));
    if (whole == whole_model)
        for (int k = 1; k < 3; k++) write(&a, k), versions[k] = all_files();
    write(&a, now);
    for (bool stopped = true; stopped; stop += 3) {
        int next = 3 - now;
        fflush(NULL);
        pid_t child = fork();
        if (!child) {
            if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) _exit(4);
            raise(SIGSTOP);
            write(&a, next);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, WUNTRACED), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 4) test_skip("ptrace is not allowed here");
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        stopped = kill_at(child, stop);
        int k = whole(&b, &c);
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
    text_close(&versions[1]);
    text_close(&versions[2]);
}

void checkpoint_killed_at_each_system_call(void **state)
{
    (void)state;
    killed_at_each_system_call(write_step, whole_step);
}

void model_dir_killed_at_each_system_call(void **state)
{
    (void)state;
    killed_at_each_system_call(write_model, whole_model);
}

void export_killed_at_each_system_call(void **state)
{
    (void)state;
    as_export = true;
    killed_at_each_system_call(write_model, whole_model);
    as_export = false;
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

void a_full_disk_leaves_the_old_export(void **state)
{
    (void)state;
    err e = {0};
    running x = running_open(two_tasks, false);
    net *n;
    const export_plan plan = {.from = &x.from, .task = &two_tasks[1], .card = STR("card")};
    works(export_net(&n, &x.from, &two_tasks[1], &e), &e);
    works(export_write(&plan, n, own("m"), false, &e), &e);
    works(export_write(&plan, n, own("same"), false, &e), &e);
    fill_slab(n, SLAB_MASTER, 5);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, no;
    getrlimit(RLIMIT_FSIZE, &old);
    no = old, no.rlim_cur = 4000;
    setrlimit(RLIMIT_FSIZE, &no);
    bool done = export_write(&plan, n, own("m"), true, &e);
    setrlimit(RLIMIT_FSIZE, &old);
    fails(done, &e, "model.safetensors: cannot be written: File too large");
    assert_same_file(own("m/model.safetensors"), own("same/model.safetensors"));
    assert_false(path_exists(own("m.new")));
    net_close(n);
    running_close(&x);
}
