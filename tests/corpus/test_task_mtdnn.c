#include "base/file.h"
#include "reading.h"

/* As mt-bluebert has it, with its spellings. */
static const char bluebert[] =
    "clinicalsts:\n  data_format: PremiseAndOneHypothesis\n  encoder_type: BERT\n  dropout_p: "
    "0.1\n  enable_san: false\n"
    "  metric_meta:\n  - Pearson\n  n_class: 1\n  loss: MseCriterion\n  kd_loss: MseCriterion\n  "
    "task_type: Regression\n"
    "mednli:\n  data_format: PremiseAndOneHypothesis\n  encoder_type: BERT\n  enable_san: true\n  "
    "labels: [contradiction, neutral, entailment]\n"
    "  metric_meta: [MicroF1]\n  n_class: 3\n  task_type: Classification\n"
    "ddi2013-type:\n  data_format: PremiseOnly\n  enable_san: false\n"
    "  labels: [DDI-advise, DDI-effect, DDI-int, DDI-mechanism, DDI-false]\n"
    "  metric_meta: [MacroF1WithoutLastOne, MicroF1WithoutLastOne]\n  n_class: 5\n  task_type: "
    "Classification\n"
    "bc5cdr-disease:\n  data_format: Sequence\n  enable_san: false\n  labels: [O, B-Disease, "
    "I-Disease, X, CLS, SEP]\n"
    "  metric_meta: [SeqEval]\n  n_class: 6\n  task_type: SequenceLabeling\n";

static bool read_def(bench *b, const char *bytes, const char *data, const char *only, task **tasks,
                     int *n)
{
    const char *path = path_join(&b->mem, test_dir(), "task_def.yml");
    assert_true(file_write(path, str_of(bytes), &b->e));
    return task_read_mtdnn(path, data, &only, only ? 1 : -1, &b->mem, tasks, n, &b->e);
}

void mtdnn_tasks_of_mt_bluebert(void **state)
{
    (void)state;
    bench b = {0};
    task *t;
    int n;
    if (!read_def(&b, bluebert, NULL, NULL, &t, &n)) fail_msg("%s", b.e.text);
    assert_int_equal(n, 4);
    assert_int_equal(t[0].kind, KIND_SCORE);
    assert_int_equal(t[0].metric, METRIC_PEARSON);
    assert_float_equal(t[0].dropout, 0.1, 0);
    assert_int_equal(t[1].kind, KIND_PAIR);
    assert_int_equal(t[1].metric, METRIC_ACCURACY);
    assert_string_equal(t[1].labels[1], "neutral");
    assert_int_equal(t[2].kind, KIND_RELATION);
    assert_int_equal(t[2].metric, METRIC_MICRO_F1);
    assert_int_equal(t[2].negative, 4);
    assert_int_equal(t[3].kind, KIND_WORDS);
    assert_int_equal(t[3].n_labels, 3); /* without X, CLS, SEP */
    assert_string_equal(t[3].name, "bc5cdr-disease");
    arena_close(&b.mem);
}

void mtdnn_tasks_of_mt_dnn(void **state)
{
    (void)state;
    bench b = {0};
    task *t;
    int n;
    const char *def =
        "cola: {n_class: 2, data_format: PremiseOnly, task_type: Classification, metric_meta: "
        "[ACC, MCC], enable_san: false, loss: CeCriterion}\n"
        "qqp: {n_class: 2, data_format: PremiseAndOneHypothesis, task_type: Classification, "
        "metric_meta: [F1, ACC], enable_san: true, labels: [no, yes]}\n"
        "ner: {n_class: 3, data_format: Seqence, task_type: SeqenceLabeling, metric_meta: "
        "[SeqEval], enable_san: false, labels: [O, B-D, I-D], loss: SeqCeCriterion}\n";
    if (!read_def(&b, def, NULL, NULL, &t, &n)) fail_msg("%s", b.e.text);
    assert_int_equal(t[0].kind, KIND_SENTENCE);
    assert_string_equal(t[0].labels[1], "1"); /* files hold numbers where no labels are listed */
    assert_int_equal(t[1].metric, METRIC_MICRO_F1);
    assert_int_equal(t[1].negative, 0); /* F1 of two classes is that of the second */
    assert_int_equal(t[2].kind, KIND_WORDS);
    arena_close(&b.mem);
}

void mtdnn_files_are_found(void **state)
{
    (void)state;
    bench b = {0};
    task *t;
    int n;
    const char *data = test_dir();
    assert_false(read_def(&b, bluebert, data, "mednli", &t, &n));
    assert_non_null(strstr(b.e.text, "mednli_train.tsv"));
    b.e = (err){0};
    assert_true(
        file_write(path_join(&b.mem, data, "mednli_train.tsv"), STR("1\tneutral\ta\tb\n"), &b.e));
    const char *folder = path_join(&b.mem, data, "bc5cdr-disease");
    assert_true(dir_make(folder, &b.e));
    assert_true(file_write(path_join(&b.mem, folder, "train.tsv"), STR("a\t1\t0\tB\n"), &b.e));
    assert_true(file_write(path_join(&b.mem, folder, "devel.tsv"), STR("a\t1\t0\tB\n"), &b.e));
    assert_true(read_def(&b, bluebert, data, "mednli", &t, &n));
    assert_int_equal(n, 1);
    assert_string_equal(t[0].format, "mt-dnn");
    if (!examples_read(&b.x, &t[0], SPLIT_TRAIN, true, &b.mem, &b.e)) fail_msg("%s", b.e.text);
    assert_true(read_def(&b, bluebert, data, "bc5cdr-disease", &t, &n));
    assert_non_null(strstr(t[0].files[SPLIT_DEV], "devel.tsv"));
    assert_null(t[0].files[SPLIT_TEST]);
    if (!examples_read(&b.x, &t[0], SPLIT_DEV, true, &b.mem, &b.e)) fail_msg("%s", b.e.text);
    assert_int_equal(b.x.mentions, 1);
    arena_close(&b.mem);
}

void mtdnn_def_faults_name_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *def, *says;
    } cases[] = {
        {"a:\n  n_class: 2\n  data_format: PremiseOnly\n  task_type: Ranking\n  metric_meta: "
         "[ACC]\n  enable_san: false\n",
         "task_def.yml:4: task_type Ranking"},
        {"a:\n  n_class: 2\n  data_format: PremiseOnly\n  task_type: Classification\n  "
         "metric_meta: [EmF1]\n  enable_san: false\n",
         "task_def.yml:5: metric_meta"},
        {"a:\n  n_class: 3\n  data_format: PremiseOnly\n  task_type: Classification\n  "
         "metric_meta: [ACC]\n  labels: [x, y]\n",
         "task_def.yml:2: n_class is 3, but 2 labels"},
        {"a:\n  n_class: 2\n  data_format: PremiseOnly\n  task_type: Classification\n  "
         "metric_meta: [ACC]\n  encoder_type: ROBERTA\n",
         "task_def.yml:6: encoder_type"},
        {"a:\n  n_class: 2\n  data_format: PremiseOnly\n  task_type: Classification\n  "
         "metric_meta: [SeqEval]\n",
         "does not fit"},
        {"a:\n  n_class: 2\n  data_format: PremiseOnly\n  task_type: Classification\n  "
         "metric_meta: [ACC]\n  droput_p: 0.1\n",
         "dropout_p"},
        {"a_b:\n  n_class: 2\n", "task_def.yml:1"},
        {"- a\n", "a map of tasks is needed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b = {0};
        task *t;
        int n;
        if (read_def(&b, cases[i].def, NULL, NULL, &t, &n)) fail_msg("%zu was read", i);
        if (!strstr(b.e.text, cases[i].says))
            fail_msg("'%s' does not say '%s'", b.e.text, cases[i].says);
        arena_close(&b.mem);
    }
    bench b = {0};
    task *t;
    int n;
    assert_false(read_def(&b, bluebert, NULL, "mednlu", &t, &n));
    assert_non_null(strstr(b.e.text, "did you mean 'mednli'?"));
    arena_close(&b.mem);
}
