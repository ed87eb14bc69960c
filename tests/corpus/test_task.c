#include "base/file.h"
#include "reading.h"

static void task_refuses(const char *map, const char *says)
{
    bench b = {0};
    if (task_from(&b, map)) fail_msg("this was read: %s", map);
    if (!strstr(b.e.text, says)) fail_msg("'%s' does not say '%s'", b.e.text, says);
    assert_non_null(strstr(b.e.text, "study.yaml:1"));
    arena_close(&b.mem);
}

void task_takes_every_key(void **state)
{
    (void)state;
    bench b = {0};
    assert_true(task_from(&b, "kind: relation, format: blue-tsv, labels: [a, b, \"false\"], "
                              "negative: b, metric: macro-f1, train: t.tsv, "
                              "dev: /d.tsv, test: x.tsv, text: s, label: l, id: i, quoting: csv, "
                              "rate: 2e-5, epochs: 3, dropout: 0.2"));
    assert_int_equal(b.t.kind, KIND_RELATION);
    assert_int_equal(b.t.negative, 1);
    assert_int_equal(b.t.metric, METRIC_MACRO_F1);
    assert_int_equal(b.t.quoting, 1);
    assert_int_equal(b.t.epochs, 3);
    assert_float_equal(b.t.rate, 2e-5, 0);
    assert_float_equal(b.t.dropout, 0.2, 0);
    assert_string_equal(b.t.column_text, "s");
    assert_string_equal(b.t.files[SPLIT_TRAIN], "t.tsv");
    assert_string_equal(b.t.labels[2], "false");
    arena_close(&b.mem);
}

void task_defaults_follow_the_kind(void **state)
{
    (void)state;
    static const enum metric usual[KINDS] = {METRIC_ACCURACY, METRIC_ACCURACY, METRIC_MICRO_F1,
                                             METRIC_PEARSON,  METRIC_SPAN_F1,  METRIC_DOCUMENT_F1};
    for (int k = 0; k < KINDS; k++) {
        bench b = {0};
        assert_true(task_from(&b, str_format(&b.mem, "kind: %s", kind_names[k])));
        assert_int_equal(b.t.metric, usual[k]);
        assert_int_equal(b.t.open_labels, k != KIND_SCORE);
        assert_int_equal(b.t.negative, -1);
        assert_int_equal(b.t.quoting, -1);
        assert_true(b.t.rate < 0 && b.t.epochs < 0 && b.t.dropout < 0);
        arena_close(&b.mem);
    }
}

void task_labels_of_words(void **state)
{
    (void)state;
    static const struct {
        const char *labels, *tags;
    } cases[] = {{"[Disease]", "O B-Disease I-Disease"},
                 {"[Drug, Gene]", "O B-Drug I-Drug B-Gene I-Gene"},
                 {"[O, B-Drug, I-Drug]", "O B-Drug I-Drug"},
                 {"[B-Drug, B-Gene, I-Drug, I-Gene, O]", "O B-Drug I-Drug B-Gene I-Gene"},
                 {"[O, B, I]", "O B I"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b = {0};
        assert_true(task_from(&b, str_format(&b.mem, "kind: words, labels: %s", cases[i].labels)));
        text all = {0};
        for (int k = 0; k < b.t.n_labels; k++)
            text_format(&all, "%s%s", k ? " " : "", b.t.labels[k]);
        assert_string_equal(all.at, cases[i].tags);
        text_close(&all);
        arena_close(&b.mem);
    }
}

void task_faults_name_their_line(void **state)
{
    (void)state;
    task_refuses("kind: wrods", "did you mean 'words'?");
    task_refuses("metric: accuracy", "kind is missing");
    task_refuses("kind: words, formt: conll", "format");
    task_refuses("kind: words, format: hoc",
                 "format: hoc cannot hold a task of kind words; conll,");
    task_refuses("kind: words, format: excel", "format: one of conll, blue-tsv");
    task_refuses("kind: words, metric: accuracy", "metric: accuracy does not fit kind words");
    task_refuses("kind: words, labels: [O, B-D, Drug]", "here are both");
    task_refuses("kind: pair, labels: [a]", "at least two classes");
    task_refuses("kind: pair, labels: [a, b, a]", "'a' is listed twice");
    task_refuses("kind: pair, labels: [a, b], negative: c", "negative: 'c' is none of the labels");
    task_refuses("kind: score, labels: [a, b]", "a task of kind score has none");
    task_refuses("kind: score, range: [5, 1]", "the lower number comes first");
    task_refuses("kind: score, range: [5]", "two numbers are needed");
    task_refuses("kind: pair, range: [0, 1]", "only a task of kind score");
    task_refuses("kind: pair, rate: fast", "rate");
    task_refuses("kind: pair, epochs: 1.5", "epochs");
    task_refuses("kind: words, negative: O", "has no negative class");
    task_refuses("kind: pair, quoting: maybe", "one of auto, none, csv");
}

void task_names_become_file_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"a/b", "..", ".a", "a b", "", "\xc3\xa4", "a_b"};
    bench b = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err e = {0};
        assert_false(task_named(&b.t, str_of(bad[i]), "study.yaml", 3, &b.mem, &e));
        assert_non_null(strstr(e.text, "study.yaml:3"));
    }
    assert_true(task_named(&b.t, STR("i2b2-2010.re"), "study.yaml", 3, &b.mem, &b.e));
    arena_close(&b.mem);
}

void task_comes_back_as_it_was_put(void **state)
{
    (void)state;
    static const char *const maps[] = {
        "kind: relation, labels: [a, \"false\", \"x, y\", \"q: [z]\"], negative: a, metric: "
        "macro-f1, text: \"my text\", quoting: none, rate: 3e-05",
        "kind: words, labels: [O, B-Drug, B-Gene, I-Drug, I-Gene], format: jsonl, train: "
        "a/b.jsonl, epochs: 4",
        "kind: score, range: [-0.5, 5], dropout: 0, text: a, text2: b, label: c, id: d",
        "kind: labels, labels: [one two, \"3\"]",
        "kind: sentence, negative: other",
        "kind: relation, labels: [a, b], seen-arguments: [DRUG DRUG, DRUG GENE, DRUG-DRUG], "
        "both-tag: X",
        "kind: pair, labels: [\"true\", \"false\", \"~\"]",
    };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        bench b = {0};
        task back;
        yaml *all;
        text first = {0}, second = {0};
        if (!task_from(&b, maps[i])) fail_msg("%s", b.e.text);
        task_put(&first, &b.t);
        if (!yaml_parse(text_str(&first), "tasks.yaml", &b.mem, &all, &b.e) ||
            !task_read(&back, all->first, "", &b.mem, &b.e))
            fail_msg("%s in\n%s", b.e.text, first.at);
        task_put(&second, &back);
        assert_string_equal(first.at, second.at);
        assert_int_equal(back.n_labels, b.t.n_labels);
        for (int k = 0; k < back.n_labels; k++) assert_string_equal(back.labels[k], b.t.labels[k]);
        assert_int_equal(back.negative, b.t.negative);
        assert_int_equal(back.n_seen, b.t.n_seen);
        assert_int_equal(back.n_listed, b.t.n_listed ? b.t.n_listed : back.n_listed);
        text_close(&first), text_close(&second);
        arena_close(&b.mem);
    }
}

void task_files_are_relative_to_the_study(void **state)
{
    (void)state;
    bench b = {0};
    yaml *all;
    assert_true(yaml_parse(STR("it: {kind: words, train: ../a.tsv, dev: /b.tsv}\n"), "s.yaml",
                           &b.mem, &all, &b.e));
    assert_true(task_read(&b.t, all->first, "studies", &b.mem, &b.e));
    assert_string_equal(b.t.files[SPLIT_TRAIN], "studies/../a.tsv");
    assert_string_equal(b.t.files[SPLIT_DEV], "/b.tsv");
    assert_null(b.t.files[SPLIT_TEST]);
    assert_true(task_read(&b.t, all->first, NULL, &b.mem, &b.e)); /* a model that was moved */
    assert_null(b.t.files[SPLIT_TRAIN]);
    arena_close(&b.mem);
}

/* Labels that train fixed are those of dev; what is new in dev is an error of dev's file. */
void open_labels_come_from_train(void **state)
{
    (void)state;
    bench b = {0};
    const char *dir = test_dir();
    const char *train = path_join(&b.mem, dir, "train.tsv"),
               *dev = path_join(&b.mem, dir, "dev.tsv"), *test = path_join(&b.mem, dir, "test.tsv");
    assert_true(file_write(train, STR("text\tlabel\na\tyes\nb\tno\n"), &b.e));
    assert_true(file_write(dev, STR("text\tlabel\na\tyes\n"), &b.e));
    assert_true(file_write(test, STR("text\tlabel\na\tmaybe\n"), &b.e));
    assert_true(task_from(&b, "kind: sentence"));
    b.t.files[SPLIT_TRAIN] = train, b.t.files[SPLIT_DEV] = dev, b.t.files[SPLIT_TEST] = test;
    if (!examples_read(&b.x, &b.t, SPLIT_DEV, true, &b.mem, &b.e))
        fail_msg("%s", b.e.text); /* reads train first */
    assert_int_equal(b.t.n_labels, 2);
    assert_int_equal(b.x.at[0].label, 1);
    assert_false(examples_read(&b.x, &b.t, SPLIT_TEST, true, &b.mem, &b.e));
    assert_non_null(strstr(
        b.e.text, "test.tsv:2: a label of this task (no, yes) is expected, here is 'maybe'"));
    arena_close(&b.mem);
}
