/* Settings, presets and the record of a run. */
#include "base/file.h"
#include "tests.h"
#include "train/presets.h"
#include "train/record.h"
#include <math.h>
#include <string.h>

static arena mem;

static bool take(const char *yaml_text_, settings *s, settings_given *g, err *e)
{
    yaml *y;
    return yaml_parse(str_of(yaml_text_), "t.yaml", &mem, &y, e) &&
           settings_read(s, g, y, NULL, 0, e);
}

void settings_have_their_defaults(void **state)
{
    (void)state;
    settings s;
    settings_start(&s, PRESET_NONE);
    assert_int_equal(s.batch, 32);
    assert_int_equal(s.max_pieces, 128);
    assert_string_equal(s.optimizer, "bertadam");
    assert_string_equal(s.select, "dev");
    assert_true(s.warmup == 0.1 && s.clip == 1 && s.decay == 0.01);
}

void settings_presets_differ_where_they_should(void **state)
{
    (void)state;
    settings paper, authors;
    settings_start(&paper, PRESET_PAPER);
    settings_start(&authors, PRESET_AUTHORS);
    assert_string_equal(paper.optimizer, "adamax");
    assert_string_equal(paper.select, "dev");
    assert_string_equal(paper.long_words, "cut30");
    assert_string_equal(authors.select, "test");
    assert_string_equal(authors.schedule, "released");
    assert_string_equal(authors.long_words, "gold");
    assert_true(is_on(authors.train_on_dev) && is_on(authors.swap_pair) && is_on(authors.coast) &&
                !is_on(authors.redraw));
}

void settings_from_a_file_know_what_was_given(void **state)
{
    (void)state;
    settings a, b, all;
    settings_given ga = {0}, gb = {0};
    err e = {0};
    settings_start(&all, PRESET_NONE);
    assert_true(take("{batch: 4, rate: 1e-3}", &a, &ga, &e) && take("{batch: 8}", &b, &gb, &e));
    settings_take(&all, NULL, &a, &ga);
    settings_take(&all, NULL, &b, &gb);
    assert_int_equal(all.batch, 8);
    assert_true(all.rate == 1e-3 && all.max_pieces == 128);
}

void settings_unknown_key_names_line_and_neighbor(void **state)
{
    (void)state;
    settings s;
    err e = {0};
    assert_false(take("batch: 4\nmax-peices: 64\n", &s, NULL, &e));
    assert_non_null(strstr(e.text, "t.yaml:2"));
    assert_non_null(strstr(e.text, "max-pieces"));
}

void settings_out_of_range_are_refused(void **state)
{
    (void)state;
    settings s;
    err e = {0};
    assert_false(take("batch: 0", &s, NULL, &e));
    e = (err){0};
    assert_false(take("optimizer: sgd", &s, NULL, &e));
    assert_non_null(strstr(e.text, "adamax|adamaxw"));
}

void settings_switches_take_yaml_truth(void **state)
{
    (void)state;
    settings s;
    err e = {0};
    assert_true(take("{pooler: false, coast: yes}", &s, NULL, &e));
    assert_string_equal(s.pooler, "off");
    assert_string_equal(s.coast, "on");
}

void settings_hash_ignores_the_machine(void **state)
{
    (void)state;
    settings a, b;
    settings_start(&a, PRESET_NONE);
    b = a;
    b.device = "cpu", b.save_every = 1;
    assert_true(settings_hash(&a) == settings_hash(&b));
}

void settings_hash_knows_what_matters(void **state)
{
    (void)state;
    settings a, b;
    settings_start(&a, PRESET_NONE);
    b = a, b.rate = 1e-4;
    assert_true(settings_hash(&a) != settings_hash(&b));
    b = a, b.seed = 2;
    assert_true(settings_hash(&a) != settings_hash(&b));
    b = a, b.mix = "uniform";
    assert_true(settings_hash(&a) != settings_hash(&b));
}

void settings_written_are_read_back(void **state)
{
    (void)state;
    settings a, b;
    err e = {0};
    text t = {0};
    settings_start(&a, PRESET_AUTHORS);
    a.rate = 1.0 / 3, a.mix = "weights", a.mix_weights = "x=1,y=2", a.new_heads = "off";
    settings_start(&b, PRESET_NONE);
    settings_put(&t, &a);
    assert_true(take(t.at, &b, NULL, &e));
    assert_true(settings_hash(&a) == settings_hash(&b));
    assert_true(a.rate == b.rate);
    text_close(&t);
}

void settings_words_repeat_the_given(void **state)
{
    (void)state;
    settings s;
    settings_given g = {0};
    const char *words[2 * SETTINGS];
    settings_start(&s, PRESET_NONE);
    s.batch = 5, g.at[SETTING_batch] = true;
    s.mix = "uniform", g.at[SETTING_mix] = true;
    assert_int_equal(settings_words(&s, &g, &mem, words), 4);
    assert_string_equal(words[0], "--batch");
    assert_string_equal(words[1], "5");
    assert_string_equal(words[3], "uniform");
}

void settings_that_contradict_are_refused(void **state)
{
    (void)state;
    settings s;
    err e = {0};
    settings_start(&s, PRESET_NONE);
    assert_true(settings_check(&s, &e));
    s.train_on_dev = "on";
    assert_false(settings_check(&s, &e));
    settings_start(&s, PRESET_NONE);
    s.mix = "weights";
    e = (err){0};
    assert_false(settings_check(&s, &e));
}

static task task_of(const char *name)
{
    return (task){.name = name, .kind = KIND_PAIR, .rate = -1, .epochs = -1, .dropout = -1};
}

void presets_choose_the_released_rates(void **state)
{
    (void)state;
    settings s;
    task t = task_of("bc5cdr-disease");
    settings_start(&s, PRESET_AUTHORS);
    presets_choose(&s, PRESET_AUTHORS, STAGE_FINETUNE, &t, 1, 768, 100);
    assert_true(s.rate == 6e-5 && s.epochs == 20);
    settings_start(&s, PRESET_AUTHORS);
    presets_choose(&s, PRESET_AUTHORS, STAGE_REFINE, &t, 1, 768, 100);
    assert_true(s.rate == 5e-5 && s.epochs == 100);
}

void presets_default_rate_follows_width(void **state)
{
    (void)state;
    settings s;
    task t = task_of("mine");
    settings_start(&s, PRESET_NONE);
    presets_choose(&s, PRESET_NONE, STAGE_SINGLE, &t, 1, 384, 100);
    assert_true(fabs(s.rate - 1e-4) < 1e-12);
    assert_int_equal(s.epochs, 15);
    settings_start(&s, PRESET_NONE);
    presets_choose(&s, PRESET_NONE, STAGE_SINGLE, &t, 1, 768, 100000);
    assert_true(fabs(s.rate - 5e-5) < 1e-12);
    assert_int_equal(s.epochs, 3);
}

void presets_leave_what_was_said(void **state)
{
    (void)state;
    settings s;
    task t = task_of("bc5cdr-disease");
    settings_start(&s, PRESET_AUTHORS);
    s.rate = 1, s.epochs = 2;
    presets_choose(&s, PRESET_AUTHORS, STAGE_FINETUNE, &t, 1, 768, 100);
    assert_true(s.rate == 1 && s.epochs == 2);
    t.rate = 3, t.epochs = 4;
    settings_start(&s, PRESET_NONE);
    presets_choose(&s, PRESET_NONE, STAGE_FINETUNE, &t, 1, 768, 100);
    assert_true(s.rate == 3 && s.epochs == 4);
}

void presets_stamp_says_selected_on_test(void **state)
{
    (void)state;
    settings s;
    settings_start(&s, PRESET_AUTHORS);
    assert_non_null(strstr(presets_stamp(&mem, &s, PRESET_AUTHORS), "SELECTED ON TEST"));
    assert_non_null(strstr(presets_warning(&s), "SELECTED ON TEST"));
    settings_start(&s, PRESET_PAPER);
    assert_string_equal(presets_warning(&s), "");
}

void record_scores_round_trip(void **state)
{
    (void)state;
    err e = {0};
    run_score rows[2] = {{"a", SPLIT_DEV, "accuracy", 0.1, NAN, NAN, 10, 9, 0.5, 3},
                         {"b", SPLIT_TEST, "pearson", -1.0 / 3, -0.5, 0.25, 1, 1, NAN, 0}},
              *back;
    int n;
    assert_true(dir_make("build/tmp/record", &e) && record_scores("build/tmp/record", rows, 2, &e));
    assert_true(record_scores_read("build/tmp/record", &mem, &back, &n, &e));
    assert_int_equal(n, 2);
    assert_true(back[1].value == rows[1].value && isnan(back[0].low) && back[0].epoch == 3);
    assert_int_equal(back[1].split, SPLIT_TEST);
    assert_string_equal(back[1].metric, "pearson");
}

void record_tells_done_from_running(void **state)
{
    (void)state;
    err e = {0};
    bool done = true;
    uint64_t plan = 0;
    assert_true(dir_make("build/tmp/done", &e));
    (void)remove("build/tmp/done/record.yaml");
    assert_true(record_done("build/tmp/done", &done, NULL, &e) && !done);
    run_record r = {"refine", "none", "x",
                    "a: 'b'", "",     "mtbert refine \"x\"",
                    "avx2",   "bf16", 0xfedcba9876543210u,
                    1,        1,      2,
                    3e6};
    assert_true(record_write("build/tmp/done", &r, &e));
    assert_true(record_done("build/tmp/done", &done, &plan, &e) && done);
    assert_true(plan == r.plan);
    run_record back;
    assert_true(record_read("build/tmp/done", &mem, &back, &e));
    assert_string_equal(back.stamp, r.stamp);
    assert_string_equal(back.command, r.command);
}

void record_bad_scores_name_the_line(void **state)
{
    (void)state;
    err e = {0};
    run_score *rows;
    int n;
    assert_true(dir_make("build/tmp/badscores", &e));
    assert_true(
        file_write("build/tmp/badscores/scores.tsv", STR("head\na\tdev\taccuracy\tmuch\n"), &e));
    assert_false(record_scores_read("build/tmp/badscores", &mem, &rows, &n, &e));
    assert_non_null(strstr(e.text, "scores.tsv:2"));
}

void settings_hash_takes_defaults_for_granted(void **state)
{
    (void)state;
    settings s;
    settings_start(&s, PRESET_NONE);
    assert_true(settings_hash(&s) == str_hash(STR("")));
    s.batch = 7;
    assert_true(settings_hash(&s) == str_hash(STR("batch=7\n")));
}
