/* Predictions as TSV: both ways, and what is refused. */
#include "base/file.h"
#include "score/given.h"
#include <math.h>
#include <string.h>

static const task *classes(void)
{
    return given_task(KIND_SENTENCE, "yes no maybe", NULL);
}

static const task *tags(void)
{
    return given_task(KIND_WORDS, "O B-D I-D", NULL);
}

static const char *path_of(const char *name)
{
    static arena mem;
    return path_join(&mem, test_dir(), name);
}

/* Writes, reads back. */
static predictions again(const predictions *p)
{
    err e = {0};
    static predictions back; /* once a test, which ends its process */
    const char *path = path_of("back.tsv");
    if (!predictions_write(p, path, &e) || !predictions_read(&back, p->t, path, &e))
        fail_msg("%s", e.text);
    assert_int_equal(back.n, p->n);
    for (int i = 0; i < p->n; i++) {
        assert_string_equal(back.at[i].id, p->at[i].id);
        assert_string_equal(back.at[i].doc, p->at[i].doc);
    }
    return back;
}

void predictions_of_classes_come_back(void **state)
{
    (void)state;
    float scores[2][3] = {{0.1f, 0.7f, 0.2f}, {1.0f / 3, 1e-8f, 0.9999999f}};
    predicted at[2] = {{.id = "a\tb", .doc = "d\\1", .gold = 0, .best = 1, .scores = scores[0]},
                       {.id = "c\nd\r", .doc = "d", .gold = 2, .best = 2, .scores = scores[1]}};
    predictions p = {.t = classes(), .at = at, .n = 2}, q = again(&p);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(q.at[i].gold, at[i].gold);
        assert_int_equal(q.at[i].best, at[i].best);
        assert_memory_equal(q.at[i].scores, scores[i], sizeof scores[i]);
    }
}

void predictions_of_words_come_back(void **state)
{
    (void)state;
    const char *words[] = {"\"", "IL-2Rα", "\\"};
    int gold[] = {0, 1, 2}, said[] = {TAG_FOREIGN, 1, 0};
    predicted at[2] = {
        {.id = "s1", .doc = "d", .gold_tags = gold, .tags = said, .words = words, .n_words = 3},
        {.id = "s2", .doc = "d", .gold_tags = gold, .tags = gold, .words = words, .n_words = 2}};
    predictions p = {.t = tags(), .at = at, .n = 2}, q = again(&p);
    assert_int_equal(q.at[0].n_words, 3);
    assert_int_equal(q.at[1].n_words, 2);
    assert_memory_equal(q.at[0].tags, said, sizeof said);
    assert_memory_equal(q.at[0].gold_tags, gold, sizeof gold);
    for (int i = 0; i < 3; i++) assert_string_equal(q.at[0].words[i], words[i]);
}

void predictions_of_label_sets_come_back(void **state)
{
    (void)state;
    task t = *given_task(KIND_LABELS, "a", NULL);
    for (int i = 0; i < 70; i++) t.labels[i] = "x";
    static char names[70][24];
    for (int i = 0; i < 70; i++)
        t.labels[i] = names[i], snprintf(names[i], sizeof names[i], "l|%d", i);
    t.n_labels = 70;
    uint64_t gold[2] = {5, 1u << 5}, said[2] = {0, 0};
    predicted at = {.id = "e", .doc = "e", .gold_set = gold, .set = said};
    predictions p = {.t = &t, .at = &at, .n = 1}, q = again(&p);
    assert_memory_equal(q.at[0].gold_set, gold, sizeof gold);
    assert_memory_equal(q.at[0].set, said, sizeof said);
}

void predictions_of_numbers_come_back(void **state)
{
    (void)state;
    predicted at[3] = {{.id = "a", .doc = "a", .gold_score = 1.0 / 3, .score = -1e-300},
                       {.id = "b", .doc = "b", .gold_score = 4, .score = 0.1 + 0.2},
                       {.id = "c", .doc = "c", .gold_score = 5e15 + 1, .score = -0.0}};
    predictions p = {.t = given_task(KIND_SCORE, "", NULL), .at = at, .n = 3}, q = again(&p);
    for (int i = 0; i < 3; i++) {
        assert_true(q.at[i].gold_score == at[i].gold_score);
        assert_true(q.at[i].score == at[i].score);
    }
}

void predictions_without_gold_leave_the_column_out(void **state)
{
    (void)state;
    predicted at = {.id = "a", .doc = "a", .gold = -1, .best = 1};
    predictions p = {.t = classes(), .at = &at, .n = 1}, q = again(&p);
    assert_int_equal(q.at[0].gold, -1);
}

void predictions_columns_may_stand_in_any_order(void **state)
{
    (void)state;
    predictions *p = given(classes(), "note predicted score:no score:maybe gold score:yes id\n"
                                      "? no .7 .2 yes .1 e1\n");
    assert_string_equal(p->at[0].id, "e1");
    assert_string_equal(p->at[0].doc, "e1"); /* its own document */
    assert_int_equal(p->at[0].gold, 0);
    assert_int_equal(p->at[0].best, 1);
    assert_true(p->at[0].scores[0] == 0.1f && p->at[0].scores[1] == 0.7f &&
                p->at[0].scores[2] == 0.2f);
    assert_int_equal(p->at[0].line, 2);
}

void predictions_lines_may_end_as_elsewhere(void **state)
{
    (void)state;
    predictions *p = given(classes(), "\xEF\xBB\xBFid gold predicted\r\na yes no\r\nb no no");
    assert_int_equal(p->n, 2);
    assert_int_equal(p->at[1].best, 1);
}

void predictions_want_their_columns(void **state)
{
    (void)state;
    assert_string_equal(complaint(classes(), "id gold\na yes\n"),
                        "given.tsv:1: a header with the columns id, gold, predicted is expected, "
                        "'predicted' is missing");
    assert_non_null(strstr(complaint(classes(), "id id predicted\n"),
                           "given.tsv:1: two columns are called 'id'"));
    assert_non_null(strstr(complaint(classes(), "id predicted score:yes\na yes 1\n"),
                           "given.tsv:1: there are score columns for 1 of 3 labels"));
    assert_non_null(
        strstr(complaint(classes(), "id predicted score:yes score:yes score:no\n"), "score:yes"));
}

void predictions_rows_are_as_wide_as_the_header(void **state)
{
    (void)state;
    assert_string_equal(complaint(classes(), "id gold predicted\na yes no\nb yes\n"),
                        "given.tsv:3: 3 columns are expected, as in the header, here are 2");
    assert_string_equal(complaint(classes(), "id gold predicted\na yes no x\n"),
                        "given.tsv:2: 3 columns are expected, as in the header, here are 4");
    assert_string_equal(complaint(classes(), "id gold predicted\na yes no\n\n"),
                        "given.tsv:3: 3 columns are expected, as in the header, here are 1");
}

void predictions_unknown_labels_are_refused(void **state)
{
    (void)state;
    assert_string_equal(complaint(classes(), "id gold predicted\na yes no\nb yes mayby\n"),
                        "given.tsv:3: predicted: 'mayby' is none of the 3 labels of task given; "
                        "did you mean 'maybe'?");
    assert_non_null(
        strstr(complaint(classes(), "id gold predicted\na  no\n"), "given.tsv:2: gold: ''"));
}

void predictions_tags_of_unknown_type_are_refused(void **state)
{
    (void)state;
    assert_non_null(strstr(complaint(tags(), "id gold predicted\ns O O\ns B-D B-Gene\n"),
                           "given.tsv:3: predicted: 'B-Gene'"));
    assert_non_null(
        strstr(complaint(tags(), "id gold predicted\ns X O\n"), "given.tsv:2: gold: 'X'"));
}

void predictions_foreign_tags_are_kept_apart(void **state)
{
    (void)state;
    predictions *p =
        given(tags(), "id gold predicted\ns O X\ns O CLS\ns O SEP\ns O [CLS]\ns O [SEP]\ns O O\n");
    for (int i = 0; i < 5; i++) assert_int_equal(p->at[0].tags[i], TAG_FOREIGN);
    assert_int_equal(p->at[0].tags[5], 0);
}

void predictions_an_id_stands_once(void **state)
{
    (void)state;
    assert_string_equal(complaint(classes(), "id gold predicted\na yes no\nb no no\na yes no\n"),
                        "given.tsv:4: the id 'a' stands in line 2 already");
    assert_non_null(strstr(complaint(tags(), "id gold predicted\na O O\nb O O\na O O\n"),
                           "given.tsv:4: the id 'a'"));
}

void predictions_a_pair_may_have_two_relations(void **state)
{
    (void)state;
    const task *t = given_task(KIND_RELATION, "up down false", "false");
    assert_int_equal(given(t, "id gold predicted\na up up\na down up\n")->n, 2);
    assert_non_null(
        strstr(complaint(t, "id gold predicted\na up up\na up down\n"), "given.tsv:3: the id 'a'"));
}

void predictions_a_sentence_is_of_one_document(void **state)
{
    (void)state;
    assert_string_equal(complaint(tags(), "id doc gold predicted\ns d O O\ns e O O\n"),
                        "given.tsv:3: the sentence 's' is of two documents");
}

static const char *complaint_of_bytes(str bytes)
{
    static err e;
    predictions p;
    e = (err){0};
    assert_false(predictions_parse(&p, classes(), bytes, "given.tsv", &e));
    return e.text;
}

void predictions_must_be_text(void **state)
{
    (void)state;
    assert_string_equal(complaint_of_bytes(STR("id\tpredicted\na\tyes\nb\xff\tno\n")),
                        "given.tsv:3: this is not UTF-8 text (byte 21 of the file)");
    assert_string_equal(complaint_of_bytes(STR("id\tpredicted\na\0\tyes\n")),
                        "given.tsv:2: this is not UTF-8 text (byte 15 of the file)");
}

void predictions_must_not_be_empty(void **state)
{
    (void)state;
    assert_non_null(strstr(complaint(classes(), ""), "given.tsv:1: a header"));
    assert_non_null(strstr(complaint(classes(), "id predicted\n"),
                           "given.tsv:2: a row for each example is expected"));
}

void predictions_numbers_are_finite_numbers(void **state)
{
    (void)state;
    const task *t = given_task(KIND_SCORE, "", NULL);
    assert_string_equal(complaint(t, "id gold predicted\na 1 2\nb 1 2.5x\n"),
                        "given.tsv:3: predicted: '2.5x' is no number");
    complaint(t, "id gold predicted\na 1 nan\n");
    complaint(t, "id gold predicted\na inf 1\n");
    complaint(t, "id gold predicted\na  1\n");
    complaint(classes(), "id predicted score:yes score:no score:maybe\na yes 1 2 high\n");
}

void predictions_escapes_are_the_known_ones(void **state)
{
    (void)state;
    assert_string_equal(given(classes(), "id predicted\na\\tb\\\\\\n yes\n")->at[0].id, "a\tb\\\n");
    assert_non_null(
        strstr(complaint(classes(), "id predicted\na\\x yes\n"), "given.tsv:2: in 'a\\x'"));
    complaint(classes(), "id predicted\na\\ yes\n");
}

void predictions_label_sets_name_each_label_once(void **state)
{
    (void)state;
    const task *t = given_task(KIND_LABELS, "a b c", NULL);
    predictions *p = given(t, "id gold predicted\nx c|a \ny  b\n");
    assert_int_equal(p->at[0].gold_set[0], 5);
    assert_int_equal(p->at[0].set[0], 0);
    assert_int_equal(p->at[1].set[0], 2);
    assert_non_null(
        strstr(complaint(t, "id gold predicted\nx a|b|a b\n"), "'a' stands there twice"));
    complaint(t, "id gold predicted\nx a|| b\n");
    complaint(t, "id gold predicted\nx a|d b\n");
}

static void refused(const predictions *p, const char *what)
{
    err e = {0};
    const char *path = path_of("refused.tsv");
    assert_false(predictions_write(p, path, &e));
    if (!strstr(e.text, what)) fail_msg("%s", e.text);
    assert_false(path_exists(path));
}

void predictions_are_not_written_unreadable(void **state)
{
    (void)state;
    predicted half[2] = {{.id = "a", .doc = "a", .gold = 1}, {.id = "b", .doc = "b", .gold = -1}};
    refused(&(predictions){.t = classes(), .at = half, .n = 2}, "some have none");
    predicted number = {.id = "a", .doc = "a", .gold_score = 1, .score = NAN};
    refused(&(predictions){.t = given_task(KIND_SCORE, "", NULL), .at = &number, .n = 1},
            "a finite score");
    int one[] = {0};
    predicted twins[2] = {{.id = "s", .doc = "d", .tags = one, .gold_tags = one, .n_words = 1},
                          {.id = "s", .doc = "d", .tags = one, .gold_tags = one, .n_words = 1}};
    refused(&(predictions){.t = tags(), .at = twins, .n = 2}, "two sentences in a row");
}

static example class_examples[] = {
    {.id = "a", .doc = "d1", .line = 2, .label = 0, .has_gold = true},
    {.id = "b", .doc = "d2", .line = 3, .label = 1, .has_gold = true}};
static const examples class_corpus = {.at = class_examples, .n = 2, .path = "corpus.tsv"};

void predictions_against_a_corpus_take_its_order_and_gold(void **state)
{
    (void)state;
    err e = {0};
    predictions *p = given(classes(), "id predicted\nb maybe\na no\n");
    if (!predictions_against(p, &class_corpus, &e)) fail_msg("%s", e.text);
    assert_string_equal(p->at[0].id, "a");
    assert_string_equal(p->at[1].doc, "d2");
    assert_int_equal(p->at[0].best, 1);
    assert_int_equal(p->at[1].best, 2);
    assert_int_equal(p->at[1].gold, 1);
}

static const char *against(const task *t, const char *tsv, const examples *x)
{
    static err e;
    e = (err){0};
    predictions *p = given(t, tsv);
    if (predictions_against(p, x, &e)) fail_msg("it was taken: %s", tsv);
    return e.text;
}

void predictions_against_a_corpus_lack_nothing(void **state)
{
    (void)state;
    assert_string_equal(against(classes(), "id predicted\nb no\n", &class_corpus),
                        "given.tsv: there is no row for example 'a' (corpus.tsv:2)");
    assert_string_equal(against(classes(), "id predicted\na no\nb no\nc no\n", &class_corpus),
                        "given.tsv:4: 'c' is no example of corpus.tsv");
}

void predictions_against_a_corpus_have_its_gold(void **state)
{
    (void)state;
    assert_non_null(
        strstr(against(classes(), "id gold predicted\na yes no\nb maybe no\n", &class_corpus),
               "given.tsv:3: the gold answer of 'b' is another"));
}

void predictions_against_a_corpus_have_its_words(void **state)
{
    (void)state;
    span words[] = {{0, 2}, {3, 4}};
    int gold[] = {0, 1};
    example x[2] = {{.id = "s",
                     .doc = "d",
                     .line = 9,
                     .text = STR("no x"),
                     .words = words,
                     .n_words = 2,
                     .tags = gold,
                     .has_gold = true},
                    {.id = "empty", .doc = "d", .has_gold = true}};
    examples corpus = {.at = x, .n = 2, .path = "corpus", .mentions = 1};
    assert_non_null(strstr(against(tags(), "id predicted\ns O\n", &corpus),
                           "has 1 words, in corpus:9 it has 2"));
    assert_non_null(strstr(against(tags(), "id word predicted\ns no O\ns y O\n", &corpus),
                           "given.tsv:3: the word is 'y', in corpus:9 it is 'x'"));
    assert_non_null(strstr(against(tags(), "id gold predicted\ns O O\ns O O\n", &corpus),
                           "given.tsv:3: the gold answer"));
    err e = {0};
    predictions *p = given(tags(), "id predicted\ns O\ns B-D\n");
    if (!predictions_against(p, &corpus, &e)) fail_msg("%s", e.text);
    assert_int_equal(p->n, 2);
    assert_int_equal(p->mentions, 1);
    assert_string_equal(p->at[0].words[1], "x");
    assert_int_equal(p->at[0].gold_tags[1], 1);
}
