/* Study files, plans, and whole studies as a user runs them: with the program itself. */
#include "base/file.h"
#include "train/history.h"
#include "train/world.h"
#include "trials/results.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static arena mem;

static const char *put(const char *name, const char *content)
{
    err e = {0};
    const char *path = path_join(&mem, test_dir(), name);
    if (!dir_make(path_dir(&mem, path), &e) || !file_write(path, str_of(content), &e))
        fail_msg("%s", e.text);
    return path;
}

static const char minimal[] = "from: m\ntasks:\n  a: {kind: sentence, labels: [x, y], train: "
                              "t.tsv}\n  b: {kind: score, train: u.tsv}\n";

static study read_study(const char *more)
{
    study s;
    err e = {0};
    const char *path = put("s.yaml", str_format(&mem, "%s%s", minimal, more));
    if (!study_read(&s, path, &mem, &e)) fail_msg("%s", e.text);
    return s;
}

void study_files_with_faults_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *more, *want;
    } cases[] = {
        {"stagse: []\n", "stages"},
        {"seeds: 3\n", "s.yaml:5"},
        {"seeds: [1, 2, 1]\n", "twice"},
        {"stages:\n  - pretend: {}\n", "s.yaml:6"},
        {"stages:\n  - refine: {tasks: each}\n", "all or a list"},
        {"stages:\n  - single: {epocs: 3}\n", "epochs"},
        {"stages:\n  - single: {tasks: [a, bb]}\n", "no task 'bb'"},
        {"stages:\n  - single: {from: refine}\n", "only finetune"},
        {"settings: {batch: none}\n", "s.yaml:5"},
        {"preset: papers\n", "preset"},
        {"data: x\n", "task-def"},
        {"task-def: x\n", "tasks, or task-def"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        study s;
        err e = {0};
        const char *path = put("s.yaml", str_format(&mem, "%s%s", minimal, cases[i].more));
        if (study_read(&s, path, &mem, &e)) fail_msg("taken: %s", cases[i].more);
        if (!strstr(e.text, cases[i].want)) fail_msg("%s: %s", cases[i].more, e.text);
    }
}

void study_paths_are_relative_to_the_file(void **state)
{
    (void)state;
    study s = read_study("");
    assert_string_equal(s.from, path_join(&mem, test_dir(), "m"));
    assert_string_equal(s.tasks[0].files[SPLIT_TRAIN], path_join(&mem, test_dir(), "t.tsv"));
}

void study_settings_have_their_order(void **state)
{
    (void)state;
    study s = read_study(
        "settings: {batch: 8, rate: 1, overlap: 4}\nstages:\n  - single: {rate: 2, epochs: 6}\n");
    study_options o = {0};
    run_plan p;
    err e = {0};
    o.s.epochs = 9, o.given.at[SETTING_epochs] = true;
    assert_true(study_run(&s, STAGE_SINGLE, NULL, 0, &o, &mem, &p, &e));
    assert_int_equal(p.s.batch, 8);
    assert_int_equal(p.s.epochs, 9);
    assert_true(p.s.rate == 2 && p.s.overlap == 4);
    assert_int_equal(p.s.max_pieces, 128);
    o.preset = "paper";
    assert_true(study_run(&s, STAGE_REFINE, NULL, 0, &o, &mem, &p, &e));
    assert_string_equal(p.s.optimizer, "adamax");
    assert_true(p.s.rate == 1);
}

void study_plan_lists_single_refine_finetune(void **state)
{
    (void)state;
    study s = read_study("seeds: [4, 7]\n");
    study_options o = {0};
    planned *p;
    int n;
    study_plan(&s, &o, "D", &mem, &p, &n);
    static const char *const want[] = {
        "D/single/a/seed-4",   "D/single/b/seed-4",  "D/refine/seed-4",   "D/finetune/a/seed-4",
        "D/finetune/b/seed-4", "D/single/a/seed-7",  "D/single/b/seed-7", "D/refine/seed-7",
        "D/finetune/a/seed-7", "D/finetune/b/seed-7"};
    assert_int_equal(n, 10);
    for (int i = 0; i < 10; i++) assert_string_equal(p[i].to, want[i]);
    o.s.seed = 3, o.given.at[SETTING_seed] = true;
    study_plan(&s, &o, "D", &mem, &p, &n);
    assert_int_equal(n, 5);
    assert_true(p[0].seed == 3);
}

void study_plan_finetunes_from_refine(void **state)
{
    (void)state;
    study s = read_study("seeds: [4]\n");
    study_options o = {0};
    planned *p;
    int n;
    study_plan(&s, &o, "D", &mem, &p, &n);
    assert_string_equal(p[3].from, "D/refine/seed-4");
    assert_null(p[0].from);
    s = read_study("seeds: [4]\nstages:\n  - finetune: {}\n");
    study_plan(&s, &o, "D", &mem, &p, &n);
    assert_int_equal(n, 2);
    assert_null(p[0].from);
}

void study_commands_are_quoted(void **state)
{
    (void)state;
    char *words[] = {"mtbert", "refine", "it's.yaml", "--to", "a b", "", NULL};
    assert_string_equal(runs_line(words, &mem), "mtbert refine 'it'\\''s.yaml' --to 'a b' ''");
}

void study_takes_a_task_def_unchanged(void **state)
{
    (void)state;
    put("def.yml", "toy:\n  data_format: PremiseOnly\n  encoder_type: BERT\n  dropout_p: 0.2\n  "
                   "enable_san: false\n  labels: [no, yes]\n  metric_meta: [ACC]\n"
                   "  loss: CeCriterion\n  n_class: 2\n  task_type: Classification\n");
    put("data/toy_train.tsv", "1\tno\tnothing here\n2\tyes\tsomething\n");
    study s;
    err e = {0};
    const char *path = put("s.yaml", "from: m\ntask-def: def.yml\ndata: data\n");
    if (!study_read(&s, path, &mem, &e)) fail_msg("%s", e.text);
    assert_int_equal(s.n_tasks, 1);
    assert_int_equal(s.tasks[0].n_labels, 2);
    assert_int_equal(s.tasks[0].kind, KIND_SENTENCE);
    assert_non_null(s.tasks[0].files[SPLIT_TRAIN]);
    assert_true(s.tasks[0].dropout > 0.19 && s.tasks[0].dropout < 0.21);
}

/* The program that was built beside this test. */
static const char *program(void)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 8);
    assert_true(n > 0);
    path[n] = 0;
    strcpy(strrchr(path, '/') + 1, "mtbert");
    return path;
}

/* Exit status of "mtbert ARGUMENTS"; its stdout is in DIR/out. */
static int run_mtbert(const char *arguments)
{
    const char *line =
        str_format(&mem, "%s %s >%s/out 2>%s/err", program(), arguments, test_dir(), test_dir());
    int status = system(line);
    return WEXITSTATUS(status);
}

static str read_whole(const char *path)
{
    file f;
    err e = {0};
    if (!file_open(&f, path, &e)) fail_msg("%s", e.text);
    str s = str_copy(&mem, f.bytes);
    file_close(&f);
    return s;
}

static str read_out(const char *name)
{
    return read_whole(path_join(&mem, test_dir(), name));
}

static world w;
static const char *study_of(const char *name)
{
    world_open(&w, name);
    return str_format(&mem, "%s/study.yaml", w.dir);
}

void study_whole_makes_the_table(void **state)
{
    (void)state;
    const char *path = study_of("study");
    assert_int_equal(run_mtbert(str_format(&mem, "study %s --to %s/runs --epochs 2", path, w.dir)),
                     0);
    str tsv = read_whole(str_format(&mem, "%s/runs/table.tsv", w.dir)), line;
    static const char *const want[] = {"task\tmetric\tmodel\tseeds\tmean\tsd\tlow\thigh",
                                       "course\taccuracy\tsingle\t1\t",
                                       "course\taccuracy\trefined\t1\t",
                                       "course\taccuracy\tfinetuned\t1\t",
                                       "drugs\tspan-f1\tsingle\t1\t",
                                       "drugs\tspan-f1\trefined\t1\t",
                                       "drugs\tspan-f1\tfinetuned\t1\t",
                                       "average\tmean\tsingle\t1\t",
                                       "average\tmean\trefined\t1\t",
                                       "average\tmean\tfinetuned\t1\t"};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_true(str_line(&tsv, &line));
        if (!str_starts(line, want[i]))
            fail_msg("'%.*s' should begin with '%s'", (int)line.len, line.at, want[i]);
    }
    assert_false(str_line(&tsv, &line));
    assert_true(str_find_str(read_out("out"), STR("majority")) >= 0);
    assert_true(path_exists(str_format(&mem, "%s/runs/table.md", w.dir)));
}

void study_planned_commands_make_the_same(void **state)
{
    (void)state;
    const char *path = study_of("planned");
    assert_int_equal(run_mtbert(str_format(&mem, "study %s --to %s/a --epochs 1", path, w.dir)), 0);
    assert_int_equal(
        run_mtbert(str_format(&mem, "study %s --to %s/b --epochs 1 --plan", path, w.dir)), 0);
    str plan = read_out("out"), line;
    int n = 0;
    for (; str_line(&plan, &line); n++) {
        assert_true(str_starts(line, "mtbert "));
        assert_int_equal(run_mtbert(str_keep(&mem, str_sub(line, 7, line.len))), 0);
    }
    assert_int_equal(n, 5);
    assert_int_equal(run_mtbert(str_format(&mem, "study %s --to %s/b --epochs 1", path, w.dir)), 0);
    assert_true(str_find_str(read_out("err"), STR("5 of 5 runs were done already")) >= 0);
    assert_true(world_same_file(&w, "a", "b", "table.tsv"));
}

void study_skips_what_is_done(void **state)
{
    (void)state;
    const char *path = study_of("skips");
    const char *command = str_format(&mem, "study %s --to %s/runs --epochs 1", path, w.dir);
    const char *one = str_format(&mem,
                                 "finetune %s --task drugs --stage single --to "
                                 "%s/runs/single/drugs/seed-1 --seed 1 --epochs 1",
                                 path, w.dir);
    assert_int_equal(run_mtbert(one), 0);
    str before = read_whole(str_format(&mem, "%s/runs/single/drugs/seed-1/record.yaml", w.dir));
    assert_int_equal(run_mtbert(command), 0);
    assert_true(str_eq(
        before, read_whole(str_format(&mem, "%s/runs/single/drugs/seed-1/record.yaml", w.dir))));
}

void study_with_one_failed_run_says_which(void **state)
{
    (void)state;
    const char *path = study_of("fails");
    err e = {0};
    assert_true(file_write(str_format(&mem, "%s/drugs.1.conll", w.dir), STR("a\tB-Poison\n"), &e));
    assert_int_equal(run_mtbert(str_format(&mem, "study %s --to %s/runs --epochs 1", path, w.dir)),
                     1);
    str said = read_out("err");
    assert_true(str_find_str(said, STR("drugs.1.conll:1")) >= 0);
    assert_true(str_find_str(said, STR("single/drugs/seed-1 failed")) >= 0);
}

void study_report_makes_the_tables_again(void **state)
{
    (void)state;
    const char *path = study_of("report");
    assert_int_equal(run_mtbert(str_format(&mem, "study %s --to %s/runs --epochs 1", path, w.dir)),
                     0);
    str first = read_out("out");
    assert_int_equal(run_mtbert(str_format(&mem, "report %s/runs", w.dir)), 0);
    assert_true(str_eq(first, read_out("out")) && first.len > 100);
    assert_int_equal(run_mtbert("report build"), 1);
}

void study_stamps_the_authors_protocol(void **state)
{
    (void)state;
    const char *path = study_of("stamp");
    assert_int_equal(
        run_mtbert(str_format(
            &mem, "study %s --to %s/runs --epochs 1 --preset authors --wordpiece hf", path, w.dir)),
        0);
    assert_true(str_find_str(read_out("out"), STR("SELECTED ON TEST")) >= 0);
    assert_true(str_find_str(read_whole(str_format(&mem, "%s/runs/table.md", w.dir)),
                             STR("SELECTED ON TEST")) >= 0);
}

void history_holds_every_finished_run(void **state)
{
    (void)state;
    world_open(&w, "history");
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "one");
    assert_int_equal(world_run(&p, 1), 0);
    const char *dirs[] = {p.to, "build/nowhere"};
    const char *path = str_format(&mem, "%s/runs.sqlite", w.dir);
    err e = {0};
    for (int twice = 0; twice < 2; twice++)
        if (!history_write(path, dirs, 2, &e)) fail_msg("%s", e.text);
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT COUNT(*), SUM(split = 'test') FROM runs JOIN scores USING (dir)",
                           -1, &s, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(s, 0), 2);
    assert_int_equal(sqlite3_column_int(s, 1), 1);
    sqlite3_finalize(s);
    sqlite3_close(db);
}
