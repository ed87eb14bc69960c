/* Resamples, intervals, pairs, and the baseline. */
#include "base/random.h"
#include "score/given.h"
#include <math.h>
#include <string.h>

static arena mem;

/* n sentences in documents of `each`; right with the given chance, drawn by document where sticky.
 */
static predictions *sentences(int n, int each, double skill, bool sticky, uint32_t seed)
{
    text tsv = {0};
    text_add(&tsv, STR("id doc gold predicted\n"));
    for (int i = 0; i < n; i++) {
        uint32_t u = random_u32(seed, CHANCE_TEST, 0, 0, (uint32_t)(sticky ? i / each : i));
        bool right = u < skill * 4294967296.0;
        text_format(&tsv, "e%d d%d %s %s\n", i, i / each, i % 3 ? "a" : "b",
                    (i % 3 ? right : !right) ? "a" : "b");
    }
    predictions *p = given(given_task(KIND_SENTENCE, "a b", NULL), tsv.at);
    text_close(&tsv);
    return p;
}

void draws_are_named_and_complete(void **state)
{
    (void)state;
    enum { UNITS = 101 };
    int a[UNITS], b[UNITS], sum = 0, zeros = 0;
    score_draw(7, 3, 0, UNITS, a);
    score_draw(7, 3, 0, UNITS, b);
    assert_memory_equal(a, b, sizeof a);
    for (int i = 0; i < UNITS; i++) sum += a[i], zeros += !a[i];
    assert_int_equal(sum, UNITS);
    assert_in_range(zeros, 20, 55); /* 1/e of them on average, 37 */
    score_draw(7, 4, 0, UNITS, b);
    assert_memory_not_equal(a, b, sizeof a);
    score_draw(8, 3, 0, UNITS, b);
    assert_memory_not_equal(a, b, sizeof a);
    score_draw(7, 3, 1, UNITS, b);
    assert_memory_not_equal(a, b, sizeof a);
    memset(b, 0, sizeof b);
    for (uint32_t i = 0; i < UNITS; i++)
        b[random_below(random_u32(7, CHANCE_BOOTSTRAP, 3, 0, i), UNITS)]++;
    assert_memory_equal(a, b, sizeof a);
}

/* The same predictions, each as often as its document was drawn. */
static double replicated(const predictions *p, enum metric metric, const int *weight,
                         const int *unit_of)
{
    predictions q = *p;
    int n = 0;
    for (int i = 0; i < p->n; i++) n += weight[unit_of[i]];
    q.at = TAKE(&mem, predicted, n), q.n = 0;
    for (int copy = 0; copy < 100; copy++)
        for (int i = 0; i < p->n; i++) {
            if (copy >= weight[unit_of[i]]) continue;
            q.at[q.n] = p->at[i];
            q.at[q.n++].doc = str_format(&mem, "%s copy %d", p->at[i].doc, copy);
        }
    return metric_of(&q, metric);
}

static void check_resamples(const predictions *p, enum metric metric)
{
    err e = {0};
    score_stats s;
    if (!score_stats_of(&s, p, metric, &mem, &e)) fail_msg("%s", e.text);
    int *unit_of = TAKE(&mem, int, p->n), *weight = TAKE(&mem, int, s.units), units = 0;
    for (int i = 0; i < p->n; i++) {
        unit_of[i] = i && !strcmp(p->at[i].doc, p->at[i - 1].doc) ? unit_of[i - 1] : units++;
    }
    assert_int_equal(units, s.units);
    for (uint32_t r = 0; r < 20; r++) {
        score_draw(1, r, 0, s.units, weight);
        double got = score_value(&s, weight, NULL), want = replicated(p, metric, weight, unit_of);
        if (fabs(got - want) > 1e-12)
            fail_msg("%s: %.17g is expected, here is %.17g", metric_names[metric], want, got);
    }
    assert_true(fabs(score_value(&s, NULL, NULL) - metric_of(p, metric)) < 1e-15);
}

void a_resample_scores_like_its_examples_written_out(void **state)
{
    (void)state;
    predictions *p = sentences(60, 4, 0.7, false, 1);
    check_resamples(p, METRIC_ACCURACY);
    check_resamples(p, METRIC_MICRO_F1);
    check_resamples(p, METRIC_MACRO_F1);
    text tsv = {0};
    text_add(&tsv, STR("id doc gold predicted\n"));
    for (uint32_t i = 0; i < 40; i++)
        text_format(&tsv, "e%u d%u %u %g\n", i, i / 3, random_u32(5, CHANCE_TEST, 0, 0, i) % 6,
                    1e-9 * random_u32(5, CHANCE_TEST, 0, 1, i));
    p = given(given_task(KIND_SCORE, "", NULL), tsv.at);
    check_resamples(p, METRIC_PEARSON);
    check_resamples(p, METRIC_SPEARMAN);
    tsv.len = 0;
    text_add(&tsv, STR("id doc gold predicted\n"));
    static const char *const sets[] = {"", "a", "b|c", "a|c", "c"}, *const tags[] = {"O", "B-D",
                                                                                     "I-D", "O",
                                                                                     "B-E"};
    for (uint32_t i = 0; i < 60; i++)
        text_format(&tsv, "e%u d%u %s %s\n", i, i / 4,
                    sets[random_u32(5, CHANCE_TEST, 1, 0, i) % 5],
                    sets[random_u32(5, CHANCE_TEST, 1, 1, i) % 5]);
    p = given(given_task(KIND_LABELS, "a b c", NULL), tsv.at);
    check_resamples(p, METRIC_DOCUMENT_F1);
    check_resamples(p, METRIC_MICRO_F1);
    check_resamples(p, METRIC_MACRO_F1);
    check_resamples(p, METRIC_ACCURACY);
    tsv.len = 0;
    text_add(&tsv, STR("id doc gold predicted\n"));
    for (uint32_t i = 0; i < 120; i++)
        text_format(&tsv, "e%u d%u %s %s\n", i / 5, i / 20,
                    tags[random_u32(6, CHANCE_TEST, 1, 0, i) % 5],
                    tags[random_u32(6, CHANCE_TEST, 1, 1, i) % 5]);
    p = given(given_task(KIND_WORDS, "O B-D I-D B-E I-E", NULL), tsv.at);
    check_resamples(p, METRIC_SPAN_F1);
    check_resamples(p, METRIC_MACRO_F1);
    check_resamples(p, METRIC_ACCURACY);
    text_close(&tsv);
}

static double width(const predictions *p, double level, double *low)
{
    err e = {0};
    double high;
    if (!score_interval(p, METRIC_ACCURACY, 11, 2000, level, low, &high, &e))
        fail_msg("%s", e.text);
    return high - *low;
}

void an_interval_is_as_wide_as_theory_says(void **state)
{
    (void)state;
    predictions *p = sentences(400, 1, 0.8, false, 3);
    double a = metric_of(p, METRIC_ACCURACY), low, theory = 2 * 1.959964 * sqrt(a * (1 - a) / 400);
    double w = width(p, 0.95, &low);
    assert_true(fabs(w / theory - 1) < 0.1);
    assert_true(low < a && a < low + w);
    assert_true(fabs(width(p, 0.8, &low) / w - 1.2816 / 1.96) < 0.1);
}

void an_interval_draws_documents_not_sentences(void **state)
{
    (void)state;
    double low;
    double by_sentence = width(sentences(600, 1, 0.8, true, 3), 0.95, &low);
    double by_document = width(sentences(600, 20, 0.8, true, 3), 0.95, &low);
    assert_true(by_document >
                3 * by_sentence); /* sqrt(20) times in theory: 20 sentences are as good as one */
}

void an_interval_is_repeatable(void **state)
{
    (void)state;
    err e = {0};
    predictions *p = sentences(50, 2, 0.8, false, 3);
    double low[3], high[3];
    for (int i = 0; i < 3; i++)
        assert_true(score_interval(p, METRIC_MACRO_F1, i / 2, 500, .9, &low[i], &high[i], &e));
    assert_true(low[0] == low[1] && high[0] == high[1]);
    assert_true(low[0] != low[2] || high[0] != high[2]);
}

void an_interval_needs_two_documents(void **state)
{
    (void)state;
    err e = {0};
    double low, high;
    assert_true(score_interval(sentences(20, 20, 0.8, false, 3), METRIC_ACCURACY, 1, 100, .95, &low,
                               &high, &e));
    assert_true(isnan(low) && isnan(high));
    assert_false(score_interval(sentences(20, 2, 0.8, false, 3), METRIC_ACCURACY, 1, 0, .95, &low,
                                &high, &e));
    assert_non_null(strstr(e.text, "at least 1 resample"));
}

void an_interval_leaves_undefined_resamples_out(void **state)
{
    (void)state;
    err e = {0};
    double low, high;
    /* two of three pairs are equal: a resample of these two alone has no correlation (8 of 27) */
    predictions *p =
        given(given_task(KIND_SCORE, "", NULL), "id gold predicted\na 1 1\nb 1 1\nc 2 2\n");
    assert_true(score_interval(p, METRIC_PEARSON, 1, 1000, .95, &low, &high, &e));
    assert_true(low > 0.999 && high <= 1);
}

typedef struct pair {
    double diff, low, high, p;
} pair;

static pair paired(const predictions *a, const predictions *b)
{
    err e = {0};
    pair r;
    if (!score_paired(a, b, METRIC_ACCURACY, 5, 1000, .95, &r.diff, &r.low, &r.high, &r.p, &e))
        fail_msg("%s", e.text);
    return r;
}

void a_system_does_not_differ_from_itself(void **state)
{
    (void)state;
    predictions *a = sentences(100, 1, 0.7, false, 3);
    pair r = paired(a, a);
    assert_true(r.diff == 0 && r.low == 0 && r.high == 0 && r.p == 1);
}

void a_better_system_is_found_by_pairs(void **state)
{
    (void)state;
    predictions *a = sentences(200, 1, 0.7, false, 3), *b = sentences(200, 1, 0.7, false, 3);
    for (int i = 0, mended = 0; i < 200 && mended < 10; i++)
        if (b->at[i].best != b->at[i].gold) b->at[i].best = b->at[i].gold, mended++;
    pair r = paired(a, b), back = paired(b, a);
    assert_true(fabs(r.diff - 0.05) < 1e-12 && r.low > 0 && r.p < 0.01);
    assert_true(fabs(r.low + back.high) < 1e-12 && fabs(r.high + back.low) < 1e-12 &&
                r.p == back.p);
    double low; /* the two intervals overlap widely: it is the pairing that tells */
    assert_true(width(a, .95, &low) > 2 * (r.high - r.low));
}

void pairs_are_of_the_same_examples(void **state)
{
    (void)state;
    err e = {0};
    double d, low, high, p;
    predictions *a = sentences(20, 2, 0.7, false, 3), *b = sentences(20, 2, 0.7, false, 3);
    b->at[7].gold = !b->at[7].gold;
    assert_false(score_paired(a, b, METRIC_ACCURACY, 1, 10, .95, &d, &low, &high, &p, &e));
    assert_non_null(strstr(e.text, "not of the same examples"));
    b->at[7].gold = !b->at[7].gold;
    predicted first = b->at[0];
    b->at[0] = b->at[1], b->at[1] = first;
    assert_false(score_paired(a, b, METRIC_ACCURACY, 1, 10, .95, &d, &low, &high, &p, &e));
}

static double majority(const examples *train, const predictions *p, enum metric metric)
{
    err e = {0};
    double value;
    if (!score_majority(train, p, metric, &value, &e)) fail_msg("%s", e.text);
    return value;
}

void the_baseline_is_the_most_frequent_answer_of_train(void **state)
{
    (void)state;
    example x[3] = {{.label = 1, .has_gold = true},
                    {.label = 0, .has_gold = true},
                    {.label = 1, .has_gold = true}};
    examples train = {.at = x, .n = 3};
    predictions *p = given(given_task(KIND_SENTENCE, "a b", NULL),
                           "id gold predicted\n1 a a\n2 a a\n3 b a\n4 b a\n5 b b\n");
    assert_true(majority(&train, p, METRIC_ACCURACY) == 0.6);
    assert_int_equal(p->at[0].best, 0);
    train.n = 2; /* a tie: the first class */
    assert_true(majority(&train, p, METRIC_ACCURACY) == 0.4);
    train.n = 3;
    p = given(given_task(KIND_RELATION, "a b", "b"), "id gold predicted\n1 a a\n2 b a\n");
    assert_true(majority(&train, p, METRIC_MICRO_F1) ==
                0); /* the negative class is the most frequent */
}

void the_baseline_of_numbers_and_mentions_is_zero(void **state)
{
    (void)state;
    example x = {.score = 2, .has_gold = true};
    examples train = {.at = &x, .n = 1};
    predictions *p = given(given_task(KIND_SCORE, "", NULL), "id gold predicted\n1 1 1\n2 2 2\n");
    assert_true(majority(&train, p, METRIC_PEARSON) == 0);
    int tags[] = {1, 1, 1, 0};
    example w = {.tags = tags, .n_words = 4, .has_gold = true};
    train.at = &w;
    p = given_tags(given_task(KIND_WORDS, "O B-D I-D", NULL), "B B O B", "O O O O");
    assert_true(majority(&train, p, METRIC_SPAN_F1) == 0);
    assert_true(majority(&train, p, METRIC_ACCURACY) == 0.75);
}

void the_baseline_of_label_sets_is_a_set(void **state)
{
    (void)state;
    uint64_t sets[] = {4, 3, 3, 4, 1, 3};
    example x[6];
    for (int i = 0; i < 6; i++) x[i] = (example){.set = &sets[i], .has_gold = true};
    examples train = {.at = x, .n = 6};
    predictions *p =
        given(given_task(KIND_LABELS, "a b c", NULL), "id gold predicted\n1 a|b \n2 a|b|c \n");
    assert_true(majority(&train, p, METRIC_ACCURACY) == 0.5);
    train.n = 5; /* now {c} and {a,b} are equal, and {c} came first */
    assert_true(majority(&train, p, METRIC_ACCURACY) == 0);
}
