/* What people and programs are shown. */
#include "base/json.h"
#include "score/given.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static arena mem;

static score score_of(const predictions *p)
{
    err e = {0};
    score s;
    if (!score_compute(&s, p, &mem, &e) || !score_bootstrap(&s, p, 1, 200, 0.95, &e))
        fail_msg("%s", e.text);
    return s;
}

static const char *printed(const predictions *p)
{
    char *at = NULL;
    size_t n;
    FILE *to = open_memstream(&at, &n);
    score s = score_of(p);
    score_print(&s, p->t, to);
    fclose(to);
    const char *kept = str_keep(&mem, str_of(at));
    free(at);
    return kept;
}

static const char *errors(const predictions *p)
{
    char *at = NULL;
    size_t n;
    err e = {0};
    FILE *to = open_memstream(&at, &n);
    if (!score_errors(p, to, &e)) fail_msg("%s", e.text);
    fclose(to);
    const char *kept = str_keep(&mem, str_of(at));
    free(at);
    return kept;
}

static void has(const char *all, const char *line)
{
    if (!strstr(all, line)) fail_msg("\"%s\" is not in:\n%s", line, all);
}

void a_report_of_mentions_says_how_many_were_scored(void **state)
{
    (void)state;
    predictions *p =
        given_tags(given_task(KIND_WORDS, "O B-D I-D", NULL), "B O | B I", "B O | B O");
    p->mentions = 3;
    const char *all = printed(p);
    has(all, "task given: span-f1 0.5000");
    has(all, "2 of 3 gold mentions scored");
    has(all, "label  precision  recall      f1    gold      tp      fp      fn\n"
             "D         0.5000  0.5000  0.5000       2       1       1       1\n");
}

void a_report_of_classes_has_their_matrix(void **state)
{
    (void)state;
    const task *t = given_task(KIND_RELATION, "up αβ false", "false");
    const char *all =
        printed(given(t, "id gold predicted\n1 up up\n2 αβ up\n3 αβ up\n4 false false\n"));
    has(all, "gold \\ predicted      up      αβ   false\n"
             "up                     1       0       0\n"
             "αβ                     2       0       0\n"
             "false                  0       0       1\n");
    has(all, "micro with false");
    has(all, "95 % interval [");
    has(all, "resamples of 4 examples");
}

void a_report_says_why_a_score_is_undefined(void **state)
{
    (void)state;
    has(printed(given(given_task(KIND_SCORE, "", NULL), "id gold predicted\n1 1 1\n2 2 1\n")),
        "pearson 0.0000 (undefined: predictions do not vary), no interval");
}

void a_report_for_programs_is_json(void **state)
{
    (void)state;
    const task *t = given_task(KIND_RELATION, "up \"q\" false", "false");
    predictions *p = given(t, "id doc gold predicted\n1 d up up\n2 d \"q\" up\n3 e false false\n");
    text to = {0};
    score s = score_of(p);
    score_json(&s, t, &to);
    json *j;
    err e = {0};
    if (!json_parse(&j, str_trim(text_str(&to)), "score", 1, &e))
        fail_msg("%s in %s", e.text, to.at);
    assert_true(json_real(json_at(j, "value")) == s.value);
    assert_true(fabs(s.value - 0.5) < 1e-12);
    assert_int_equal(json_int(json_at(j, "units")), 2);
    assert_int_equal(json_count(json_at(j, "rows")), 3 + 4);
    assert_true(str_is(json_text(json_item(json_at(j, "labels"), 1)), "\"q\""));
    assert_int_equal(json_int(json_item(json_item(json_at(j, "confusion"), 1), 0)), 1);
    assert_true(json_real(json_at(json_at(j, "also"), "accuracy")) > 0.66);
    json_close(j);
    text_close(&to);
}

void errors_of_mentions_say_what_kind(void **state)
{
    (void)state;
    const task *t = given_task(KIND_WORDS, "O B-A I-A B-B I-B", NULL);
    const char *list = errors(given(t, "id doc word gold predicted\n"
                                       "s d w0 B-A B-B\ns d w1 O O\n"               /* type */
                                       "s d w2 B-A B-A\ns d w3 I-A O\n"             /* border */
                                       "s d w4 B-A O\n"                             /* missed */
                                       "s d w5 O B-A\n"                             /* spurious */
                                       "s d w6 B-A O\ns d w7 I-A B-B\ns d w8 O O\n" /* both */
                                       "s d w9 B-B B-B\n"));                        /* right */
    has(list, "s\td\ttype\tA\t0-0\tw0\tB\t0-0\tw0\n");
    has(list, "s\td\tborder\tA\t2-3\tw2 w3\tA\t2-2\tw2\n");
    has(list, "s\td\tmissed\tA\t4-4\tw4\t\t\t\n");
    has(list, "s\td\tspurious\t\t\t\tA\t5-5\tw5\n");
    has(list, "s\td\ttype+border\tA\t6-7\tw6 w7\tB\t7-7\tw7\n");
    int lines = 0;
    for (const char *at = list; *at; at++) lines += *at == '\n';
    assert_int_equal(lines, 1 + 5);
}

void errors_of_numbers_come_largest_first(void **state)
{
    (void)state;
    const char *list = errors(
        given(given_task(KIND_SCORE, "", NULL), "id gold predicted\na 1 1.5\nb 3 1\nc 2 2\n"));
    assert_string_equal(list, "id\tdoc\tgold\tpredicted\tdifference\n"
                              "b\tb\t3.0000\t1.0000\t-2.0000\n"
                              "a\ta\t1.0000\t1.5000\t+0.5000\n");
}

void errors_of_labels_say_what_is_missed_and_spurious(void **state)
{
    (void)state;
    assert_string_equal(errors(given(given_task(KIND_LABELS, "a b c", NULL),
                                     "id doc gold predicted\n1 d a|b b|c\n2 d a a\n")),
                        "id\tdoc\tmissed\tspurious\n1\td\ta\tc\n");
}

void errors_of_classes_show_the_score(void **state)
{
    (void)state;
    assert_string_equal(
        errors(given(given_task(KIND_SENTENCE, "a b", NULL),
                     "id gold predicted score:a score:b\n1 a b .25 .75\n2 b b 0 1\n")),
        "id\tdoc\tgold\tpredicted\tscore\n1\t1\ta\tb\t0.7500\n");
}
