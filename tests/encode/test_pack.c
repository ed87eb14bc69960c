/* Sentences, pairs and relations -> sequences. */
#include "base/random.h"
#include "letters.h"
#include <math.h>
#include <string.h>

void pack_puts_a_sentence_between_cls_and_sep(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_SENTENCE);
    example x[2] = {{.id = "1", .text = STR("ab c")}, {.id = "2", .text = STR("")}};
    examples all = letters_list(x, 2);
    pack_rules r = pack_default();
    assert_int_equal(r.most, 128);
    assert_int_equal(r.overlap, 20);
    packs p = letters_pack(&t, &all, &r);
    assert_int_equal(p.n, 2);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a ##b c [SEP]");
    assert_string_equal(letters_shown(&p.at[1]), "[CLS] [SEP]");
    assert_true(p.at[0].from[3] == 3 && p.at[0].to[3] == 4 && p.at[0].from[0] == 0 &&
                p.at[0].to[4] == 0);
    assert_true(p.at[0].n_rows == 1 && p.at[0].rows[0] == 0 && !p.at[0].word &&
                p.at[1].example == 1);
    assert_int_equal(p.counts.pieces, 3);
    assert_int_equal(p.counts.cut_examples, 0);
    letters_close();
}

void pack_cuts_a_long_sentence_at_its_end(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_LABELS);
    example x[2] = {{.id = "1", .text = STR("a b c d e a b")},
                    {.id = "2", .text = STR("a b c d e a")}};
    examples all = letters_list(x, 2);
    pack_rules r = {.most = 8};
    packs p = letters_pack(&t, &all, &r);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a b c d e a [SEP]");
    assert_true(p.counts.cut_examples == 1 && p.counts.lost_pieces == 1 && p.counts.pieces == 13 &&
                p.counts.sequences == 2);
    letters_close();
}

static packed *one_pair(const char *a, const char *b, int most, bool swap)
{
    static example x;
    static packs p;
    task t = letters_task(KIND_PAIR);
    x = (example){.id = "1", .text = str_of(a), .text2 = str_of(b)};
    examples all = letters_list(&x, 1);
    pack_rules r = {.most = most, .swap_pair = swap};
    p = letters_pack(&t, &all, &r);
    return &p.at[0];
}

void pack_shortens_the_longer_of_a_pair_and_on_a_tie_the_second(void **state)
{
    (void)state;
    letters_open();
    assert_string_equal(letters_shown(one_pair("a b", "c d", 8, false)),
                        "[CLS] a b [SEP] c d [SEP]");
    assert_string_equal(letters_shown(one_pair("a b c", "d e a", 8, false)),
                        "[CLS] a b c [SEP] d e [SEP]");
    assert_string_equal(letters_shown(one_pair("a b c d e a b", "c", 8, false)),
                        "[CLS] a b c d [SEP] c [SEP]");
    assert_string_equal(letters_shown(one_pair("a", "b c d e a b c", 8, false)),
                        "[CLS] a [SEP] b c d e [SEP]");
    /* 4 and 3: a gives one, then a tie, which takes from b. */
    assert_string_equal(letters_shown(one_pair("a b c d", "e a b", 8, false)),
                        "[CLS] a b c [SEP] e a [SEP]");
    packed *p = one_pair("a b", "cd", 9, false);
    static const int types[] = {0, 0, 0, 0, 1, 1, 1};
    for (int i = 0; i < p->n; i++) assert_int_equal(p->types[i], types[i]);
    assert_true(p->from[4] == 0 && p->to[5] == 2);
    letters_close();
}

void pack_swaps_a_pair_after_cutting_it(void **state)
{
    (void)state;
    letters_open();
    assert_string_equal(letters_shown(one_pair("a b c", "d e a", 8, true)),
                        "[CLS] d e [SEP] a b c [SEP]");
    assert_string_equal(letters_shown(one_pair("a b", "", 8, true)), "[CLS] a b [SEP]");
    letters_close();
}

void pack_makes_one_text_of_a_pair_without_a_second(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_SCORE);
    example x = {.id = "1", .text = STR("a b c d e a b c"), .text2 = STR(" \x01 ")};
    examples all = letters_list(&x, 1);
    pack_rules r = {.most = 8};
    packs p = letters_pack(&t, &all, &r);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a b c d e a [SEP]");
    assert_true(p.counts.pieces == 8 && p.counts.lost_pieces == 2 && p.counts.cut_examples == 1);
    letters_close();
}

/* A relation of n one-letter words, in which words i and j are the arguments (two pieces each: "@b"). */
static packs relation(int n, int i, int j, int most, enum long_relation rule, example *x)
{
    task t = letters_task(KIND_RELATION);
    text s = {0};
    *x = (example){.id = "r", .line = 1};
    for (int k = 0; k < n; k++) {
        if (k) text_char(&s, ' ');
        size_t start = s.len;
        text_add(&s, k == i || k == j ? STR("@b") : STR("a"));
        if (k == i) x->args[0] = (span){start, s.len};
        if (k == j) x->args[1] = (span){start, s.len};
    }
    x->text = str_copy(&letters_mem, text_str(&s));
    text_close(&s);
    examples all = letters_list(x, 1);
    pack_rules r = {.most = most, .relation = rule};
    return letters_pack(&t, &all, &r);
}

static int count_at(const packed *p)
{
    int n = 0;
    for (int i = 0; i < p->n; i++) n += p->ids[i] == vocab_id(&letters, STR("@"));
    return n;
}

void pack_centers_a_long_relation_on_its_arguments(void **state)
{
    (void)state;
    letters_open();
    example x;
    packs p = relation(30, 20, 22, 13, LONG_CENTERED, &x);
    /* 11 pieces: the arguments with what is between them are 5, 3 on both sides. */
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a a a @ b a @ b a a a [SEP]");
    assert_int_equal(p.at[0].from[4], x.args[0].start);
    p = relation(30, 1, 3, 13, LONG_CENTERED, &x); /* nothing is left of them: more right */
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a @ b a @ b a a a a a [SEP]");
    p = relation(30, 29, 27, 13, LONG_CENTERED, &x); /* the second argument first, at the end */
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a a a a a a @ b a @ b [SEP]");
    assert_true(p.counts.cut_examples == 1 && p.counts.lost_arguments == 0 &&
                p.counts.lost_pieces == 32 - 11);
    letters_close();
}

void pack_keeps_both_arguments_however_far_apart(void **state)
{
    (void)state;
    letters_open();
    example x;
    packs p = relation(60, 5, 50, 14, LONG_CENTERED, &x);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a a @ b a a a a @ b a a [SEP]");
    for (int i = 2; i < p.at[0].n - 1; i++) assert_true(p.at[0].from[i] >= p.at[0].from[i - 1]);
    p = relation(60, 1, 50, 14, LONG_CENTERED, &x); /* one piece is left of the first argument */
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a @ b a a a a a @ b a a [SEP]");
    for (int n = 20; n < 70; n++)
        for (int i = 0; i < n; i += 3)
            for (int j = 0; j < n; j += 4) {
                if (i == j) continue;
                p = relation(n, i, j, 12, LONG_CENTERED, &x);
                assert_int_equal(count_at(&p.at[0]), 2);
                assert_int_equal(p.at[0].n, 12);
                assert_int_equal(p.counts.lost_arguments, 0);
            }
    letters_close();
}

void pack_counts_arguments_that_do_not_fit(void **state)
{
    (void)state;
    letters_open();
    example x;
    packs p = relation(30, 2, 20, 12, LONG_END, &x);
    assert_int_equal(count_at(&p.at[0]), 1);
    assert_int_equal(p.counts.lost_arguments, 1);
    p = relation(30, 20, 2, 12, LONG_END, &x);
    assert_int_equal(p.counts.lost_arguments, 1);
    p = relation(30, 1, 4, 12, LONG_END, &x);
    assert_int_equal(p.counts.lost_arguments, 0);
    task t = letters_task(KIND_RELATION);
    pack_rules r = {.most = 8};
    example huge = {.id = "h", .text = STR("abcdeabc a abcdeabc"), .args = {{0, 8}, {11, 19}}};
    examples all = letters_list(&huge, 1);
    p = letters_pack(&t, &all, &r);
    assert_string_equal(letters_shown(&p.at[0]),
                        "[CLS] a ##b ##c a ##b ##c [SEP]"); /* the start of both */
    assert_int_equal(p.counts.lost_arguments, 1);
    huge.args[1] = huge.args[0]; /* one tag for both */
    p = letters_pack(&t, &all, &r);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a ##b ##c ##d ##e ##a [SEP]");
    huge.args[0] = huge.args[1] = (span){0, 0}; /* not found: the end is cut */
    p = letters_pack(&t, &all, &r);
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a ##b ##c ##d ##e ##a [SEP]");
    assert_true(p.counts.lost_arguments == 0 && p.counts.cut_examples == 1);
    letters_close();
}
