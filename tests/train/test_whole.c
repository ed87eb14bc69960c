/* Whole runs in a small invented world: what is promised about bytes, kills, protocols. */
#include "base/file.h"
#include "world.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

static void set(world *w, int which)
{
    w->o.given.at[which] = true;
}

void whole_run_learns(void **state)
{
    (void)state;
    world w;
    world_open(&w, "learns");
    w.o.s.epochs = 12, set(&w, SETTING_epochs);
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "run");
    assert_int_equal(world_run(&p, 1), 0);
    assert_true(world_score(&w, "run", "course", SPLIT_TEST) > 0.85);
    assert_true(world_score(&w, "run", "drugs", SPLIT_TEST) > 0.85);
    world_close(&w);
}

void whole_run_leaves_all_its_files(void **state)
{
    (void)state;
    static const char *const files[] = {"settings.yaml",
                                        "steps.tsv",
                                        "log.tsv",
                                        "scores.tsv",
                                        "record.yaml",
                                        "best/config.json",
                                        "best/vocab.txt",
                                        "best/model.safetensors",
                                        "best/tasks.yaml",
                                        "checkpoint/model.safetensors",
                                        "predictions/course.dev.tsv",
                                        "predictions/course.test.tsv",
                                        "predictions/drugs.test.tsv"};
    world w;
    world_open(&w, "files");
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "run");
    assert_int_equal(world_run(&p, 1), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!path_exists(str_format(&w.mem, "%s/run/%s", w.dir, files[i])))
            fail_msg("%s is missing", files[i]);
    err e = {0};
    run_record r;
    assert_true(record_read(p.to, &w.mem, &r, &e));
    assert_int_equal(r.test_scored, 1);
    assert_string_equal(r.warning, "");
    world_close(&w);
}

void whole_run_done_is_not_done_again(void **state)
{
    (void)state;
    world w;
    world_open(&w, "again");
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    assert_int_equal(world_run(&p, 1), 0);
    file before, after;
    err e = {0};
    const char *path = path_join(&w.mem, p.to, "record.yaml");
    assert_true(file_open(&before, path, &e));
    assert_int_equal(world_run(&p, 1), 0);
    assert_true(file_open(&after, path, &e));
    assert_true(str_eq(before.bytes, after.bytes));
    world_close(&w);
}

void whole_run_of_another_plan_is_in_the_way(void **state)
{
    (void)state;
    world w;
    world_open(&w, "other");
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    assert_int_equal(world_run(&p, 1), 0);
    p.s.rate = 1e-4;
    assert_int_equal(world_run(&p, 1), 1);
    err e = {0};
    assert_false(loop_train(&p, false, &e));
    assert_non_null(strstr(e.text, "--overwrite"));
    e = (err){0};
    assert_true(loop_train(&p, true, &e));
    world_close(&w);
}

void whole_run_foreign_directory_is_left_alone(void **state)
{
    (void)state;
    world w;
    world_open(&w, "foreign");
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "home");
    err e = {0};
    assert_true(dir_make(p.to, &e) &&
                file_write(path_join(&w.mem, p.to, "letter.txt"), STR("dear"), &e));
    assert_false(loop_train(&p, false, &e));
    assert_non_null(strstr(e.text, "no run"));
    e = (err){0};
    assert_false(loop_train(&p, true, &e)); /* not even with --overwrite */
    assert_true(path_exists(path_join(&w.mem, p.to, "letter.txt")));
    world_close(&w);
}

void whole_run_shuffled_test_changes_no_weights(void **state)
{
    (void)state;
    world w;
    world_open(&w, "shuffled");
    run_plan a = world_plan(&w, STAGE_SINGLE, "course", "right"), b = a;
    b.to = path_join(&w.mem, w.dir, "wrong");
    assert_int_equal(world_run(&a, 1), 0);
    file f;
    err e = {0};
    const char *path = path_join(&w.mem, w.dir, "course.2.tsv");
    assert_true(file_open(&f, path, &e));
    text turned = {0};
    str rest = f.bytes, line;
    for (int i = 0; str_line(&rest, &line); i++) { /* every second answer is turned round */
        bool up = str_ends(line, "\tup"), down = str_ends(line, "\tdown");
        size_t keep = line.len - (i % 2 && up ? 2 : i % 2 && down ? 4 : 0);
        text_add(&turned, str_sub(line, 0, keep));
        text_format(&turned, "%s\n", i % 2 && up ? "down" : i % 2 && down ? "up" : "");
    }
    file_close(&f);
    assert_true(file_write(path, text_str(&turned), &e));
    text_close(&turned);
    assert_int_equal(world_run(&b, 1), 0);
    assert_true(world_same_file(&w, "right", "wrong", "best/model.safetensors"));
    assert_true(world_same_file(&w, "right", "wrong", "checkpoint/model.safetensors"));
    assert_true(world_same_file(&w, "right", "wrong", "log.tsv"));
    assert_true(world_same_file(&w, "right", "wrong", "predictions/course.dev.tsv"));
    assert_false(world_same_file(&w, "right", "wrong", "scores.tsv"));
    world_close(&w);
}

void whole_run_authors_select_on_test_and_say_so(void **state)
{
    (void)state;
    world w;
    world_open(&w, "authors");
    w.o.preset = "authors";
    w.o.s.wordpiece = "hf", set(&w, SETTING_wordpiece);
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "run");
    assert_int_equal(world_run(&p, 1), 0);
    err e = {0};
    run_record r;
    assert_true(record_read(p.to, &w.mem, &r, &e));
    assert_true(r.test_scored > 1);
    assert_non_null(strstr(r.warning, "SELECTED ON TEST"));
    world_close(&w);
}

void whole_run_accumulation_equals_one_batch(void **state)
{
    (void)state;
    world w;
    world_open(&w, "parts");
    w.o.s.clip = 0, set(&w, SETTING_clip);
    run_plan a = world_plan(&w, STAGE_REFINE, NULL, "one"), b = a;
    b.to = path_join(&w.mem, w.dir, "parts");
    b.s.batch = 2, b.s.accumulate = 4;
    assert_int_equal(world_run(&a, 1), 0);
    assert_int_equal(world_run(&b, 1), 0);
    file f, g;
    err e = {0};
    assert_true(file_open(&f, path_join(&w.mem, a.to, "steps.tsv"), &e) &&
                file_open(&g, path_join(&w.mem, b.to, "steps.tsv"), &e));
    str x = f.bytes, y = g.bytes, lx, ly;
    int rows = 0;
    while (str_line(&x, &lx) && str_line(&y, &ly)) {
        if (!rows++) continue;
        double one, two;
        for (int i = 0; i < 2; i++) (void)str_cut(&lx, '\t'), (void)str_cut(&ly, '\t');
        assert_true(str_real(str_cut(&lx, '\t'), &one) && str_real(str_cut(&ly, '\t'), &two));
        if (rows < 12) assert_true(fabs(one - two) < 1e-4 * (1 + fabs(one)));
    }
    assert_true(rows > 40 && !x.at == !y.at);
    world_close(&w);
}

void whole_run_patience_stops(void **state)
{
    (void)state;
    world w;
    world_open(&w, "patience");
    w.o.s.epochs = 60, set(&w, SETTING_epochs);
    w.o.s.patience = 2, set(&w, SETTING_patience);
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    assert_int_equal(world_run(&p, 1), 0);
    file f;
    err e = {0};
    assert_true(file_open(&f, path_join(&w.mem, p.to, "log.tsv"), &e));
    int lines = 0;
    str rest = f.bytes, line;
    while (str_line(&rest, &line)) lines++;
    assert_true(lines > 3 && lines < 50);
    world_close(&w);
}

void whole_run_refine_then_finetune(void **state)
{
    (void)state;
    world w;
    world_open(&w, "both");
    w.o.s.epochs = 8, set(&w, SETTING_epochs);
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "refined");
    assert_int_equal(world_run(&p, 1), 0);
    w.o.from = path_join(&w.mem, w.dir, "refined");
    w.o.s.epochs = 2;
    run_plan q = world_plan(&w, STAGE_FINETUNE, "course", "tuned");
    assert_int_equal(world_run(&q, 1), 0);
    assert_true(world_score(&w, "tuned", "course", SPLIT_TEST) >
                0.8); /* two epochs alone would not do */
    world_close(&w);
}

void whole_run_settings_file_repeats_it(void **state)
{
    (void)state;
    world w;
    world_open(&w, "repeat");
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "first");
    assert_int_equal(world_run(&p, 1), 0);
    err e = {0};
    study s;
    study_options none = {0};
    run_plan again;
    assert_true(study_read(&s, path_join(&w.mem, p.to, "settings.yaml"), &w.mem, &e));
    assert_true(study_run(&s, STAGE_REFINE, NULL, 0, &none, &w.mem, &again, &e));
    again.to = path_join(&w.mem, w.dir, "second");
    assert_int_equal(world_run(&again, 1), 0);
    assert_true(world_same_file(&w, "first", "second", "best/model.safetensors"));
    assert_true(world_same_file(&w, "first", "second", "scores.tsv"));
    world_close(&w);
}

void whole_run_bad_data_leaves_nothing(void **state)
{
    (void)state;
    world w;
    world_open(&w, "bad");
    err e = {0};
    assert_true(file_write(path_join(&w.mem, w.dir, "course.1.tsv"),
                           STR("id\ttext\tlabel\n1\tthe cells\tsideways\n"), &e));
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    assert_false(loop_train(&p, false, &e));
    assert_non_null(strstr(e.text, "course.1.tsv:2"));
    assert_false(path_exists(p.to));
    world_close(&w);
}

void whole_run_locked_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, "locked");
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    lock l = {0};
    err e = {0};
    assert_true(dir_make(p.to, &e) && lock_open(&l, p.to, &e));
    assert_int_equal(world_run(&p, 1), 1);
    lock_close(&l);
    assert_int_equal(world_run(&p, 1), 0);
    world_close(&w);
}
