/* Same bytes whatever happens: other threads, kills, stops; in f32 and in bf16. */
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "world.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void set(world *w, int which)
{
    w->o.given.at[which] = true;
}

static void same_for_threads(const char *in, const char *precision)
{
    world w;
    world_open(&w, in);
    w.o.s.precision = precision, set(&w, SETTING_precision);
    run_plan a = world_plan(&w, STAGE_REFINE, NULL, "one"), b = a;
    b.to = path_join(&w.mem, w.dir, "two");
    assert_int_equal(world_run(&a, 1), 0);
    assert_int_equal(world_run(&b, 2), 0);
    world_same(&w, "one", "two");
    world_close(&w);
}

void whole_run_threads_give_same_bytes(void **state)
{
    (void)state;
    same_for_threads("threads", "f32");
}

void whole_run_threads_give_same_bytes_in_bf16(void **state)
{
    (void)state;
    same_for_threads("threads16", "bf16");
}

void whole_run_in_bf16_learns_and_says_so(void **state)
{
    (void)state;
    world w;
    world_open(&w, "bf16");
    w.o.s.epochs = 12, set(&w, SETTING_epochs);
    w.o.s.precision = "bf16", set(&w, SETTING_precision);
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "run");
    assert_int_equal(world_run(&p, 1), 0);
    assert_true(world_score(&w, "run", "course", SPLIT_TEST) > 0.85);
    assert_true(world_score(&w, "run", "drugs", SPLIT_TEST) > 0.85);
    err e = {0};
    run_record r;
    assert_true(record_read(p.to, &w.mem, &r, &e));
    assert_string_equal(r.precision, "bf16");
    world_close(&w);
}

/* A run of `auto` that began in one precision goes on in it, wherever that is. */
void whole_run_auto_keeps_its_precision(void **state)
{
    (void)state;
    world w;
    world_open(&w, "auto");
    w.o.s.precision = "auto", set(&w, SETTING_precision);
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    p.s.epochs = 2;
    err e = {0};
    run r;
    setenv("MTBERT_CPU", "portable", 1); /* which gains nothing by bf16 */
    assert_true(run_open(&r, &p, &e));
    assert_string_equal(r.s.precision, "f32");
    run_close(&r);
    unsetenv("MTBERT_CPU");
    const char *in = path_join(&w.mem, p.to, "settings.yaml");
    p.s.precision = "bf16";
    assert_true(run_open(&r, &p, &e));
    assert_true(record_settings(p.to, "single", p.preset, p.from, p.tasks, p.n_tasks, &r.s, &e));
    assert_true(run_save(&r, &e));
    run_close(&r);
    assert_true(path_exists(in));
    p.s.precision = "auto"; /* as if it had been so from the start */
    setenv("MTBERT_CPU", "portable", 1);
    bool up = run_open(&r, &p, &e);
    assert_string_equal(r.s.precision, "bf16");
    assert_false(up); /* the plan is another one, as its line says */
    assert_non_null(strstr(e.text, "--overwrite"));
    run_close(&r);
    unsetenv("MTBERT_CPU");
    world_close(&w);
}

static void wait_microseconds(long n)
{
    struct timespec t = {n / 1000000, n % 1000000 * 1000};
    nanosleep(&t, NULL);
}

static void killed_and_resumed(const char *in, const char *precision)
{
    world w;
    world_open(&w, in);
    w.o.s.precision = precision, set(&w, SETTING_precision);
    run_plan a = world_plan(&w, STAGE_REFINE, NULL, "whole"), b = a;
    b.to = path_join(&w.mem, w.dir, "broken");
    b.s.save_every = 0;
    assert_int_equal(world_run(&a, 1), 0);
    double start = clock_now();
    assert_int_equal(world_run(&b, 1), 0);
    uint32_t moments = (uint32_t)((clock_now() - start) * 1e6 / 6) + 1000, draws = 0;
    uint32_t seed = (uint32_t)getpid(); /* other moments every time */
    err e = {0};
    for (int killed = 0, ended = 0;
         killed < 20 && ended < 40;) { /* whole runs and broken ones, until 20 were killed */
        if (!ended && !killed && !dir_remove(b.to, &e)) fail_msg("%s", e.text);
        pid_t child = world_start(&b, 1 + killed % 2);
        wait_microseconds(
            1000 + (long)random_below(random_u32(seed, CHANCE_TEST, 0, 0, draws++), moments));
        kill(child, SIGKILL);
        if (world_wait(child) == -SIGKILL) {
            killed++;
            continue;
        }
        ended++;
        world_same(&w, "whole", "broken");
        if (!dir_remove(b.to, &e)) fail_msg("%s", e.text);
    }
    assert_int_equal(world_run(&b, 2), 0);
    world_same(&w, "whole", "broken");
    world_close(&w);
}

void whole_run_killed_and_resumed_gives_same_bytes(void **state)
{
    (void)state;
    killed_and_resumed("killed", "f32");
}

void whole_run_killed_and_resumed_gives_same_bytes_in_bf16(void **state)
{
    (void)state;
    killed_and_resumed("killed16", "bf16");
}

void whole_run_stopped_by_sigterm_goes_on(void **state)
{
    (void)state;
    world w;
    world_open(&w, "stopped");
    w.o.s.epochs = 40, set(&w, SETTING_epochs);
    run_plan a = world_plan(&w, STAGE_SINGLE, "course", "whole"), b = a;
    b.to = path_join(&w.mem, w.dir, "stopped");
    pid_t child = world_start(&b, 1);
    const char *steps = path_join(&w.mem, b.to, "log.tsv");
    for (int i = 0; i < 2000 && !path_exists(steps); i++) wait_microseconds(2000);
    kill(child, SIGTERM);
    assert_int_equal(world_wait(child), 1);
    assert_true(path_exists(path_join(&w.mem, b.to, "checkpoint")));
    assert_false(path_exists(path_join(&w.mem, b.to, "record.yaml")));
    assert_int_equal(world_run(&b, 1), 0);
    assert_int_equal(world_run(&a, 1), 0);
    world_same(&w, "whole", "stopped");
    world_close(&w);
}
