/* Metrics by hand: small enough to check with a pencil. golden.txt has larger ones. */
#include "score/given.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static score score_of(const predictions *p)
{
    static arena mem;
    err e = {0};
    score s;
    if (!score_compute(&s, p, &mem, &e)) fail_msg("%s", e.text);
    return s;
}

static double also(const score *s, const char *name)
{
    for (int i = 0; i < s->n_also; i++)
        if (!strcmp(s->also[i].name, name)) return s->also[i].value;
    fail_msg("there is no %s", name);
    return 0;
}

static score_row row(const score *s, const char *label)
{
    for (int i = 0; i < s->n_rows; i++)
        if (!strcmp(s->rows[i].label, label)) return s->rows[i];
    return (score_row){0};
}

/* What the scorer that the paper's authors released says: tp, fp, fn of type D and of foreign tags. */
typedef struct chunk_case {
    const char *gold, *said;
    counts d, foreign;
} chunk_case;
static const chunk_case chunk_cases[] = {
    {"B O O", "B X O", {1, 0, 0}, {0, 1, 0}},     {"B I O", "B X O", {0, 1, 1}, {0, 1, 0}},
    {"O O", "X O", {0, 0, 0}, {0, 0, 0}},         {"B O", "X O", {0, 0, 1}, {0, 0, 0}},
    {"B O O", "X B O", {0, 1, 1}, {0, 0, 0}},     {"O B O", "X B O", {1, 0, 0}, {0, 0, 0}},
    {"B I O", "X I O", {0, 1, 1}, {0, 0, 0}},     {"B I I O", "B X I O", {0, 2, 1}, {0, 1, 0}},
    {"B O B", "B X B", {2, 0, 0}, {0, 1, 0}},     {"B O O", "B X X", {1, 0, 0}, {0, 1, 0}},
    {"O O O", "O X B", {0, 1, 0}, {0, 0, 0}},     {"O I O", "O B O", {1, 0, 0}, {0, 0, 0}},
    {"B O I", "B O I", {2, 0, 0}, {0, 0, 0}},     {"B O I", "B I I", {0, 1, 2}, {0, 0, 0}},
    {"O B I O", "O I I O", {1, 0, 0}, {0, 0, 0}}, {"I I O", "B I O", {1, 0, 0}, {0, 0, 0}},
    {"B B", "B I", {0, 1, 2}, {0, 0, 0}},         {"B I", "B B", {0, 2, 1}, {0, 0, 0}},
    {"B | I", "B | I", {2, 0, 0}, {0, 0, 0}},     {"B O", "B SEP", {1, 0, 0}, {0, 1, 0}},
};

static void check_counts(const chunk_case *c, const char *label, counts got, counts want)
{
    if (got.tp != want.tp || got.fp != want.fp || got.fn != want.fn)
        fail_msg("%s / %s: %s: tp %ld fp %ld fn %ld", c->gold, c->said, label, got.tp, got.fp,
                 got.fn);
}

void mentions_are_counted_as_conlleval_does(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B-D I-D", NULL);
    for (size_t i = 0; i < sizeof chunk_cases / sizeof *chunk_cases; i++) {
        const chunk_case *c = &chunk_cases[i];
        predictions *p = given_tags(t, c->gold, c->said);
        p->as_authors = true;
        score s = score_of(p);
        check_counts(c, "D", row(&s, "D").c, c->d);
        check_counts(c, "foreign", row(&s, "(X, CLS, SEP)").c, c->foreign);
        counts all = row(&s, "micro").c;
        check_counts(c, "micro", all,
                     (counts){c->d.tp + c->foreign.tp, c->d.fp + c->foreign.fp, c->d.fn});
        NEAR(s.value, counts_f1(all));
    }
}

void mentions_of_another_type_are_wrong(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B-A I-A B-B I-B", NULL);
    static const struct {
        const char *gold, *said;
        counts a, b;
    } cases[] = {{"B-A I-A", "B-A I-B", {0, 1, 1}, {0, 1, 0}},
                 {"B-A O", "B-B O", {0, 0, 1}, {0, 1, 0}}};
    for (int i = 0; i < 2; i++) {
        score s = score_of(given_tags(t, cases[i].gold, cases[i].said));
        chunk_case c = {.gold = cases[i].gold, .said = cases[i].said};
        check_counts(&c, "A", row(&s, "A").c, cases[i].a);
        check_counts(&c, "B", row(&s, "B").c, cases[i].b);
    }
}

void foreign_tags_count_as_outside(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B-D I-D", NULL);
    predictions *p = given_tags(t, "B O B O", "B X B SEP");
    score s = score_of(p);
    NEAR(s.value, 1);
    assert_int_equal(s.foreign, 2);
    p->as_authors = true;
    NEAR(score_of(p).value, 2 * 2.0 / (2 * 2 + 2));
    NEAR(also(&s, "accuracy"), 0.5);
}

void bare_tags_are_one_type(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B I", NULL);
    predictions *p = given_tags(t, "B I O B", "B I O X");
    score s = score_of(p);
    check_counts(&chunk_cases[0], "mention", row(&s, "mention").c, (counts){1, 0, 1});
    p = given_tags(t, "O O I", "X I I");
    p->as_authors = true;
    s = score_of(p);
    assert_int_equal(row(&s, "mention").c.fp, 1);
}

void span_f1_sums_over_types_and_macro_does_not(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B-A I-A B-B I-B B-C I-C", NULL);
    score s = score_of(given_tags(t, "B-A B-A B-A B-B O", "B-A B-A B-A O O"));
    NEAR(s.value, 2 * 3.0 / (2 * 3 + 1));
    NEAR(also(&s, "macro-f1"), (1.0 + 0 + 0) / 3); /* C never occurs and counts as 0 */
    assert_int_equal(s.scored_mentions, 4);
    assert_int_equal(s.gold_mentions, 4);
}

void gold_mentions_are_those_of_the_corpus(void **state)
{
    (void)state;
    predictions *p = given_tags(given_task(KIND_WORDS, "O B-D I-D", NULL), "B O B", "B O O");
    p->mentions = 5;
    score s = score_of(p);
    assert_int_equal(s.scored_mentions, 2);
    assert_int_equal(s.gold_mentions, 5);
}

static const char relations[] =
    "id doc gold predicted\n"
    "1 d up up\n2 d up down\n3 d down false\n4 d false up\n5 e false false\n6 e up up\n";

void micro_f1_leaves_out_the_negative_class(void **state)
{
    (void)state;
    score s = score_of(given(given_task(KIND_RELATION, "up down false", "false"), relations));
    /* up: TP 2, FP 1 (4), FN 1 (2); down: FP 1 (2, the wrong positive once more), FN 1 (3) */
    check_counts(&chunk_cases[0], "micro", row(&s, "micro").c, (counts){2, 2, 2});
    NEAR(s.value, 0.5);
    NEAR(also(&s, "micro-f1 with false"), 0.5);
    NEAR(also(&s, "accuracy"), 0.5);
    NEAR(also(&s, "macro-f1"), (4.0 / 6 + 0) / 2);
    NEAR(also(&s, "macro-f1 with false"), (4.0 / 6 + 0 + 0.5) / 3);
    assert_int_equal(s.confusion[0 * 3 + 1], 1);
    assert_int_equal(s.confusion[2 * 3 + 0], 1);
    assert_int_equal(s.confusion[1 * 3 + 2], 1);
}

void micro_f1_with_all_classes_is_accuracy(void **state)
{
    (void)state;
    const task *t = given_metric(given_task(KIND_RELATION, "up down false", NULL), METRIC_MICRO_F1);
    score s = score_of(given(t, relations));
    NEAR(s.value, also(&s, "accuracy"));
}

void an_absent_class_shifts_no_other(void **state)
{
    (void)state;
    /* `b` occurs nowhere: a matrix of what occurs would take `false` for a class to count */
    const task *t = given_task(KIND_RELATION, "a b false", "false");
    score s =
        score_of(given(t, "id gold predicted\n1 a a\n2 false false\n3 false false\n4 a false\n"));
    NEAR(s.value, 2.0 / 3);
    NEAR(also(&s, "macro-f1"), 1.0 / 3);
    assert_int_equal(row(&s, "false").gold, 2);
}

void the_negative_class_may_stand_anywhere(void **state)
{
    (void)state;
    double last = metric_of(given(given_task(KIND_RELATION, "up down false", "false"), relations),
                            METRIC_MICRO_F1);
    double first = metric_of(given(given_task(KIND_RELATION, "false down up", "false"), relations),
                             METRIC_MICRO_F1);
    NEAR(first, last);
    NEAR(metric_of(given(given_task(KIND_RELATION, "false down up", "false"), relations),
                   METRIC_MACRO_F1),
         1.0 / 3);
}

void an_undefined_metric_is_zero_and_says_so(void **state)
{
    (void)state;
    score s = score_of(
        given(given_task(KIND_SCORE, "", NULL), "id gold predicted\na 1 2.1\nb 2 2.1\nc 3 2.1\n"));
    assert_true(s.value == 0);
    assert_string_equal(s.undefined, "predictions do not vary");
    s = score_of(
        given(given_task(KIND_SCORE, "", NULL), "id gold predicted\na .1 1\nb .1 2\nc .1 3\n"));
    assert_string_equal(s.undefined, "gold does not vary");
    s = score_of(given_tags(given_task(KIND_WORDS, "O B-D I-D", NULL), "O O", "O O"));
    assert_true(s.value == 0);
    assert_non_null(s.undefined);
    s = score_of(given_tags(given_task(KIND_WORDS, "O B-D I-D", NULL), "O O", "B O"));
    assert_null(s.undefined);
}

void pearson_holds_far_from_zero(void **state)
{
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
    predicted at[5];
    for (int i = 0; i < 5; i++)
        at[i] = (predicted){.id = "a", .doc = "a", .gold_score = 1e9 + x[i], .score = -1e9 + y[i]};
    predictions p = {.t = given_task(KIND_SCORE, "", NULL), .at = at, .n = 5};
    NEAR(metric_of(&p, METRIC_PEARSON), 0.8);
    NEAR(metric_of(&p, METRIC_SPEARMAN), 0.8);
}

void spearman_ties_share_their_mean_rank(void **state)
{
    (void)state;
    predictions *p =
        given(given_task(KIND_SCORE, "", NULL), "id gold predicted\na 1 1\nb 1 2\nc 2 3\nd 3 3\n");
    /* ranks 1.5 1.5 3 4 and 1 2 3.5 3.5 */
    double r = 3.75 / (sqrt(4.5) *
                       sqrt(4.5)); /* products of differences from 2.5: 1.5 + 0.5 + 0.5 + 1.5 = 4 */
    r = 4.0 / 4.5;
    NEAR(metric_of(p, METRIC_SPEARMAN), r);
    NEAR(metric_of(given(p->t, "id gold predicted\na 1 5\nb 2 100\nc 3 101\n"), METRIC_SPEARMAN),
         1);
}

static const char hallmarks[] = "id doc gold predicted\n"
                                "1 d1 a a|c\n2 d1 b \n" /* d1: {a,b} against {a,c}: p 1/2, r 1/2 */
                                "3 d2 c c\n4 d2 c \n"   /* d2: right */
                                "5 d3 a|b|c \n";        /* d3: nothing predicted: p 0, r 0 */

void document_f1_unites_sentences(void **state)
{
    (void)state;
    const task *t = given_task(KIND_LABELS, "a b c", NULL);
    score s = score_of(given(t, hallmarks));
    NEAR(s.value, 0.5); /* P = R = (1/2 + 1 + 0) / 3 */
    NEAR(row(&s, "document").precision, 0.5);
    NEAR(also(&s, "micro-f1 by document"), 2 * 2.0 / (2 * 2 + 1 + 4));
    NEAR(also(&s, "micro-f1"), 2 * 2.0 / (2 * 2 + 1 + 5));
    NEAR(also(&s, "accuracy"), 1.0 / 5);
    assert_int_equal(row(&s, "c").c.tp, 1);
    assert_int_equal(row(&s, "c").gold, 2);
}

void document_f1_is_that_of_the_means(void **state)
{
    (void)state;
    /* P: 1, 1/2; R: 1/2, 1; F1 of the means 3/4, mean of the F1s 2/3 */
    score s = score_of(
        given(given_task(KIND_LABELS, "a b", NULL), "id gold predicted\nd1 a|b a\nd2 a a|b\n"));
    NEAR(s.value, 0.75);
}

void document_f1_gives_nothing_for_silence(void **state)
{
    (void)state;
    const task *t = given_task(KIND_LABELS, "a b", NULL);
    double without = metric_of(given(t, "id gold predicted\nd1 a|b a\n"), METRIC_DOCUMENT_F1);
    NEAR(metric_of(given(t, "id gold predicted\nd1 a|b a\nd2  \n"), METRIC_DOCUMENT_F1), without);
    NEAR(metric_of(given(t, "id gold predicted\nd1 a|b a\nd2  b\n"), METRIC_DOCUMENT_F1),
         2 * .5 * .5 / (.5 + .5));
    score s = score_of(given(t, "id gold predicted\nd2  b\n"));
    assert_string_equal(s.undefined, "no document has a gold label");
}

void sentence_metrics_of_labels_have_rows_by_sentence(void **state)
{
    (void)state;
    const task *t = given_metric(given_task(KIND_LABELS, "a b c", NULL), METRIC_MICRO_F1);
    score s = score_of(given(t, hallmarks));
    NEAR(s.value, row(&s, "micro").f1);
    assert_int_equal(row(&s, "c").gold, 3);
}

void a_metric_must_fit_its_kind(void **state)
{
    (void)state;
    err e = {0};
    double value;
    predictions *p =
        given(given_task(KIND_SENTENCE, "yes no", NULL), "id gold predicted\na yes yes\n");
    assert_false(score_metric(p, METRIC_PEARSON, &value, &e));
    assert_string_equal(e.text, "task given: the metric pearson does not fit the kind sentence");
    assert_true(score_fits(METRIC_SPAN_F1, KIND_WORDS) && !score_fits(METRIC_SPAN_F1, KIND_LABELS));
}

void without_gold_there_is_no_score(void **state)
{
    (void)state;
    err e = {0};
    double value;
    predictions *p = given(given_task(KIND_SENTENCE, "yes no", NULL), "id predicted\na yes\n");
    assert_false(score_metric(p, METRIC_ACCURACY, &value, &e));
    assert_string_equal(e.text, "task given: example a has no gold answer");
    e = (err){0};
    predictions none = {.t = p->t};
    assert_false(score_metric(&none, METRIC_ACCURACY, &value, &e));
}

void the_most_classes_fit(void **state)
{
    (void)state;
    static char names[LABELS_MOST][24];
    static predicted at[LABELS_MOST];
    task t = *given_task(KIND_SENTENCE, "a", NULL);
    for (int i = 0; i < LABELS_MOST; i++) {
        snprintf(names[i], sizeof names[i], "c%d", i);
        t.labels[i] = names[i];
        at[i] = (predicted){.id = names[i], .doc = names[i], .gold = i, .best = i & ~1};
    }
    t.n_labels = LABELS_MOST, t.metric = METRIC_MACRO_F1;
    NEAR(score_of(&(predictions){.t = &t, .at = at, .n = LABELS_MOST}).value, (2.0 / 3) / 2);
}

void a_real_corpus_scores_one_against_itself(void **state)
{
    (void)state;
    const char *folder = test_corpora();
    static arena mem;
    err e = {0};
    task t = *given_task(KIND_WORDS, "O B-Disease I-Disease", NULL);
    t.quoting = -1;
    examples x = {0};
    const char *path = str_format(&mem, "%s/BC5CDR/BC5CDR-disease-IOB/test.tsv", folder);
    const char *file = str_format(&mem, "%s/self.tsv", test_dir());
    if (!examples_read_file(&x, &t, path, true, &mem, &e)) fail_msg("%s", e.text);
    predictions p = {.t = &t, .n = x.n, .mentions = x.mentions}, q;
    p.at = TAKE(&mem, predicted, x.n);
    for (int i = 0; i < x.n; i++)
        p.at[i] = (predicted){.id = x.at[i].id,
                              .doc = x.at[i].doc,
                              .n_words = x.at[i].n_words,
                              .tags = x.at[i].tags,
                              .gold_tags = x.at[i].tags};
    if (!predictions_write(&p, file, &e) || !predictions_read(&q, &t, file, &e) ||
        !predictions_against(&q, &x, &e))
        fail_msg("%s", e.text);
    score s = score_of(&q);
    assert_true(s.value == 1);
    assert_int_equal(s.scored_mentions, 4424);
    assert_int_equal(s.gold_mentions, 4424);
    predictions_close(&q);
}
