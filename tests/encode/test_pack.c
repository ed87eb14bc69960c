/* Packing and batches, with examples made by hand. In the vocabulary here each word of letters a to e is as many pieces as it
 * has letters, so lengths can be chosen freely; words of dots only yield pieces too; "\x01" yields none. */
#include "base/random.h"
#include "encode/batch.h"
#include "encode_tests.h"
#include <math.h>

static vocab v;
static arena mem;
static const char *tag_names[] = {"O", "B", "I"};
static const char *class_names[] = {"no", "yes", "maybe"};

static void open_letters(void)
{
    vocab_file(
        "vocab.txt",
        STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\n##a\n##b\n##c\n##d\n##e\n@\n$\n"));
    open_vocab(&v, -1);
}

static void close_all(void)
{
    vocab_close(&v);
    arena_close(&mem);
}

static task task_of(enum task_kind kind)
{
    task t = {.name = "t",
              .kind = kind,
              .labels = kind == KIND_WORDS ? tag_names : class_names,
              .n_labels = 3};
    return t;
}

static examples list_of(example *x, int n)
{
    return (examples){.at = x, .n = n, .path = "x.tsv"};
}

/* n words of `pieces` pieces each, with tags (NULL: none), joined by blanks. */
static example words_of(int n, int n_pieces, const int *tags)
{
    example x = {.id = "w", .line = 7, .n_words = n, .label = -1};
    x.words = TAKE(&mem, span, n);
    x.tags = tags ? TAKE(&mem, int, n) : NULL;
    text s = {0};
    for (int i = 0; i < n; i++) {
        if (i) text_char(&s, ' ');
        x.words[i].start = s.len;
        for (int k = 0; k < n_pieces; k++) text_char(&s, (char)('a' + (i + k) % 5));
        x.words[i].end = s.len;
        if (tags) x.tags[i] = tags[i];
    }
    x.text = str_copy(&mem, text_str(&s));
    text_close(&s);
    return x;
}

static packs pack(const task *t, examples *x, const pack_rules *rules)
{
    packs p;
    err e = {0};
    if (!pack_examples(&p, &v, t, x, rules, &mem, &e)) fail_msg("%s", e.text);
    for (int i = 0; i < p.n; i++) {
        assert_true(p.at[i].n <= rules->most);
        assert_int_equal(p.at[i].ids[0], v.cls);
        assert_int_equal(p.at[i].ids[p.at[i].n - 1], v.sep);
    }
    return p;
}

/* "CLS a b SEP c SEP": the pieces of a sequence. */
static const char *shown(const packed *p)
{
    static char line[4000];
    size_t n = 0;
    line[0] = 0;
    for (int i = 0; i < p->n; i++) {
        str s = v.pieces[p->ids[i]];
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%.*s", i ? " " : "", (int)s.len, s.at);
    }
    return line;
}

void pack_puts_a_sentence_between_cls_and_sep(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_SENTENCE);
    example x[2] = {{.id = "1", .text = STR("ab c")}, {.id = "2", .text = STR("")}};
    examples all = list_of(x, 2);
    pack_rules r = pack_default();
    assert_int_equal(r.most, 128);
    assert_int_equal(r.overlap, 20);
    packs p = pack(&t, &all, &r);
    assert_int_equal(p.n, 2);
    assert_string_equal(shown(&p.at[0]), "[CLS] a ##b c [SEP]");
    assert_string_equal(shown(&p.at[1]), "[CLS] [SEP]");
    assert_true(p.at[0].from[3] == 3 && p.at[0].to[3] == 4 && p.at[0].from[0] == 0 &&
                p.at[0].to[4] == 0);
    assert_true(p.at[0].n_rows == 1 && p.at[0].rows[0] == 0 && !p.at[0].word &&
                p.at[1].example == 1);
    assert_int_equal(p.counts.pieces, 3);
    assert_int_equal(p.counts.cut_examples, 0);
    close_all();
}

void pack_cuts_a_long_sentence_at_its_end(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_LABELS);
    example x[2] = {{.id = "1", .text = STR("a b c d e a b")},
                    {.id = "2", .text = STR("a b c d e a")}};
    examples all = list_of(x, 2);
    pack_rules r = {.most = 8};
    packs p = pack(&t, &all, &r);
    assert_string_equal(shown(&p.at[0]), "[CLS] a b c d e a [SEP]");
    assert_true(p.counts.cut_examples == 1 && p.counts.lost_pieces == 1 && p.counts.pieces == 13 &&
                p.counts.sequences == 2);
    close_all();
}

static packed *one_pair(const char *a, const char *b, int most, bool swap)
{
    static example x;
    static packs p;
    task t = task_of(KIND_PAIR);
    x = (example){.id = "1", .text = str_of(a), .text2 = str_of(b)};
    examples all = list_of(&x, 1);
    pack_rules r = {.most = most, .swap_pair = swap};
    p = pack(&t, &all, &r);
    return &p.at[0];
}

void pack_shortens_the_longer_of_a_pair_and_on_a_tie_the_second(void **state)
{
    (void)state;
    open_letters();
    assert_string_equal(shown(one_pair("a b", "c d", 8, false)), "[CLS] a b [SEP] c d [SEP]");
    assert_string_equal(shown(one_pair("a b c", "d e a", 8, false)), "[CLS] a b c [SEP] d e [SEP]");
    assert_string_equal(shown(one_pair("a b c d e a b", "c", 8, false)),
                        "[CLS] a b c d [SEP] c [SEP]");
    assert_string_equal(shown(one_pair("a", "b c d e a b c", 8, false)),
                        "[CLS] a [SEP] b c d e [SEP]");
    /* 4 and 3: a gives one, then a tie, which takes from b. */
    assert_string_equal(shown(one_pair("a b c d", "e a b", 8, false)),
                        "[CLS] a b c [SEP] e a [SEP]");
    packed *p = one_pair("a b", "cd", 9, false);
    static const int types[] = {0, 0, 0, 0, 1, 1, 1};
    for (int i = 0; i < p->n; i++) assert_int_equal(p->types[i], types[i]);
    assert_true(p->from[4] == 0 && p->to[5] == 2);
    close_all();
}

void pack_swaps_a_pair_after_cutting_it(void **state)
{
    (void)state;
    open_letters();
    assert_string_equal(shown(one_pair("a b c", "d e a", 8, true)), "[CLS] d e [SEP] a b c [SEP]");
    assert_string_equal(shown(one_pair("a b", "", 8, true)), "[CLS] a b [SEP]");
    close_all();
}

void pack_makes_one_text_of_a_pair_without_a_second(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_SCORE);
    example x = {.id = "1", .text = STR("a b c d e a b c"), .text2 = STR(" \x01 ")};
    examples all = list_of(&x, 1);
    pack_rules r = {.most = 8};
    packs p = pack(&t, &all, &r);
    assert_string_equal(shown(&p.at[0]), "[CLS] a b c d e a [SEP]");
    assert_true(p.counts.pieces == 8 && p.counts.lost_pieces == 2 && p.counts.cut_examples == 1);
    close_all();
}

/* A relation of n one-letter words, in which words i and j are the arguments (two pieces each: "@b"). */
static packs relation(int n, int i, int j, int most, enum long_relation rule, example *x)
{
    task t = task_of(KIND_RELATION);
    text s = {0};
    *x = (example){.id = "r", .line = 1};
    for (int k = 0; k < n; k++) {
        if (k) text_char(&s, ' ');
        size_t start = s.len;
        text_add(&s, k == i || k == j ? STR("@b") : STR("a"));
        if (k == i) x->args[0] = (span){start, s.len};
        if (k == j) x->args[1] = (span){start, s.len};
    }
    x->text = str_copy(&mem, text_str(&s));
    text_close(&s);
    examples all = list_of(x, 1);
    pack_rules r = {.most = most, .relation = rule};
    return pack(&t, &all, &r);
}

static int count_at(const packed *p)
{
    int n = 0;
    for (int i = 0; i < p->n; i++) n += p->ids[i] == vocab_id(&v, STR("@"));
    return n;
}

void pack_centers_a_long_relation_on_its_arguments(void **state)
{
    (void)state;
    open_letters();
    example x;
    packs p = relation(30, 20, 22, 13, LONG_CENTERED, &x);
    /* 11 pieces: the arguments with what is between them are 5, 3 on both sides. */
    assert_string_equal(shown(&p.at[0]), "[CLS] a a a @ b a @ b a a a [SEP]");
    assert_int_equal(p.at[0].from[4], x.args[0].start);
    p = relation(30, 1, 3, 13, LONG_CENTERED, &x); /* nothing is left of them: more right */
    assert_string_equal(shown(&p.at[0]), "[CLS] a @ b a @ b a a a a a [SEP]");
    p = relation(30, 29, 27, 13, LONG_CENTERED, &x); /* the second argument first, at the end */
    assert_string_equal(shown(&p.at[0]), "[CLS] a a a a a a @ b a @ b [SEP]");
    assert_true(p.counts.cut_examples == 1 && p.counts.lost_arguments == 0 &&
                p.counts.lost_pieces == 32 - 11);
    close_all();
}

void pack_keeps_both_arguments_however_far_apart(void **state)
{
    (void)state;
    open_letters();
    example x;
    packs p = relation(60, 5, 50, 14, LONG_CENTERED, &x);
    assert_string_equal(shown(&p.at[0]), "[CLS] a a @ b a a a a @ b a a [SEP]");
    for (int i = 2; i < p.at[0].n - 1; i++) assert_true(p.at[0].from[i] >= p.at[0].from[i - 1]);
    p = relation(60, 1, 50, 14, LONG_CENTERED, &x); /* one piece is left of the first argument */
    assert_string_equal(shown(&p.at[0]), "[CLS] a @ b a a a a a @ b a a [SEP]");
    for (int n = 20; n < 70; n++)
        for (int i = 0; i < n; i += 3)
            for (int j = 0; j < n; j += 4) {
                if (i == j) continue;
                p = relation(n, i, j, 12, LONG_CENTERED, &x);
                assert_int_equal(count_at(&p.at[0]), 2);
                assert_int_equal(p.at[0].n, 12);
                assert_int_equal(p.counts.lost_arguments, 0);
            }
    close_all();
}

void pack_counts_arguments_that_do_not_fit(void **state)
{
    (void)state;
    open_letters();
    example x;
    packs p = relation(30, 2, 20, 12, LONG_END, &x);
    assert_int_equal(count_at(&p.at[0]), 1);
    assert_int_equal(p.counts.lost_arguments, 1);
    p = relation(30, 20, 2, 12, LONG_END, &x);
    assert_int_equal(p.counts.lost_arguments, 1);
    p = relation(30, 1, 4, 12, LONG_END, &x);
    assert_int_equal(p.counts.lost_arguments, 0);
    task t = task_of(KIND_RELATION);
    pack_rules r = {.most = 8};
    example huge = {.id = "h", .text = STR("abcdeabc a abcdeabc"), .args = {{0, 8}, {11, 19}}};
    examples all = list_of(&huge, 1);
    p = pack(&t, &all, &r);
    assert_string_equal(shown(&p.at[0]), "[CLS] a ##b ##c a ##b ##c [SEP]"); /* the start of both */
    assert_int_equal(p.counts.lost_arguments, 1);
    huge.args[1] = huge.args[0]; /* one tag for both */
    p = pack(&t, &all, &r);
    assert_string_equal(shown(&p.at[0]), "[CLS] a ##b ##c ##d ##e ##a [SEP]");
    huge.args[0] = huge.args[1] = (span){0, 0}; /* not found: the end is cut */
    p = pack(&t, &all, &r);
    assert_string_equal(shown(&p.at[0]), "[CLS] a ##b ##c ##d ##e ##a [SEP]");
    assert_true(p.counts.lost_arguments == 0 && p.counts.cut_examples == 1);
    close_all();
}

/* Every word with pieces is owned once, rows stand at first pieces, places are right. */
static void check_words(const example *x, const packs *p, int n_owned)
{
    int owned = 0;
    int *owners = TAKE(&mem, int, x->n_words);
    for (int i = 0; i < p->n; i++)
        for (int r = 0; r < p->at[i].n_rows; r++) {
            const packed *s = &p->at[i];
            assert_in_range(s->rows[r], 1, s->n - 2);
            assert_in_range(s->word[r], 0, x->n_words - 1);
            assert_int_equal(s->from[s->rows[r]], x->words[s->word[r]].start);
            owners[s->word[r]] += s->owns[r];
            owned += s->owns[r];
            if (r) assert_true(s->word[r] > s->word[r - 1] && s->rows[r] > s->rows[r - 1]);
        }
    for (int i = 0; i < x->n_words; i++) assert_in_range(owners[i], 0, 1);
    assert_int_equal(owned, n_owned);
}

void pack_makes_overlapping_windows_of_long_sentences(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    example x = words_of(60, 1, NULL);
    examples all = list_of(&x, 1);
    pack_rules r = {.most = 32, .overlap = 10};
    packs p = pack(&t, &all, &r);
    /* 30 words a window, each 20 further: 0..29, 20..49, 40..59. */
    assert_int_equal(p.n, 3);
    assert_int_equal(p.at[1].word[0], 20);
    assert_int_equal(p.at[2].word[0], 40);
    check_words(&x, &p, 60);
    /* Word 24 has 5 words of context in the first and 4 in the second. */
    assert_true(p.at[0].owns[24] && !p.at[0].owns[25] && !p.at[1].owns[4] && p.at[1].owns[5]);
    assert_true(p.counts.cut_windows == 1 && p.counts.cut_examples == 0 &&
                p.counts.lost_pieces == 0 && p.counts.sequences == 3);
    r.overlap = 9; /* words 21 to 29 are in both; 25 sees as much in either: the first answers */
    p = pack(&t, &all, &r);
    assert_true(p.at[0].owns[25] && !p.at[0].owns[26] && !p.at[1].owns[4] && p.at[1].owns[5]);
    r.most = 62;
    p = pack(&t, &all, &r);
    assert_true(p.n == 1 && p.counts.cut_windows == 0);
    close_all();
}

void pack_windows_never_look_at_labels(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    int one[80] = {0}, other[80];
    for (int i = 0; i < 80; i++) other[i] = 1 + i % 2;
    example x[3] = {words_of(80, 2, one), words_of(80, 2, other), words_of(80, 2, NULL)};
    examples all = list_of(x, 3);
    pack_rules r = {.most = 40, .overlap = 6};
    packs p = pack(&t, &all, &r);
    int each = p.n / 3;
    assert_true(each > 3 && p.n == 3 * each);
    for (int i = 0; i < each; i++)
        for (int k = 1; k < 3; k++) {
            const packed *a = &p.at[i], *b = &p.at[i + k * each];
            assert_int_equal(a->n, b->n);
            assert_memory_equal(a->ids, b->ids, (size_t)a->n * sizeof *a->ids);
            assert_memory_equal(a->owns, b->owns, (size_t)a->n_rows);
        }
    close_all();
}

void pack_windows_own_every_word_once_for_any_lengths(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    for (uint32_t round = 0; round < 400; round++) {
        uint32_t n = 1 + random_u32(5, CHANCE_TEST, round, 0, 0) % 120;
        example x = words_of((int)n, 0, NULL);
        text s = {0};
        int with_pieces = 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t draw = random_u32(5, CHANCE_TEST, round, 1, i),
                     len = draw % 16 ? draw % 4 : draw >> 16 & 15;
            x.words[i].start = s.len;
            for (uint32_t k = 0; k < len; k++) text_char(&s, 'a');
            if (!len) text_char(&s, '\x01');
            x.words[i].end = s.len;
            with_pieces += len > 0;
        }
        x.text = text_str(&s);
        examples all = list_of(&x, 1);
        pack_rules r = {.most = 8 + (int)(round % 20), .overlap = (int)(round % 7)};
        packs p = pack(&t, &all, &r);
        check_words(&x, &p, with_pieces);
        for (int i = 1; i < p.n; i++) /* none that adds nothing */
            assert_true(p.at[i].word[p.at[i].n_rows - 1] >
                        p.at[i - 1].word[p.at[i - 1].n_rows - 1]);
        assert_int_equal(p.counts.lost_words, (int)n - with_pieces);
        text_close(&s);
    }
    close_all();
}

void pack_cuts_a_word_longer_than_a_window(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    example x = words_of(3, 40, NULL);
    examples all = list_of(&x, 1);
    pack_rules r = {.most = 10, .overlap = 5};
    packs p = pack(&t, &all, &r);
    assert_int_equal(p.n, 3);
    check_words(&x, &p, 3);
    assert_true(p.counts.lost_pieces == 3 * 32 && p.counts.cut_examples == 1 &&
                p.counts.lost_words == 0);
    close_all();
}

void pack_gives_words_without_pieces_no_row(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    static span words[] = {{0, 1}, {2, 3}, {4, 6}, {6, 7}};
    static span none[] = {{0, 1}, {1, 1}};
    int tags[] = {0, 1, 2, 0};
    example x[3] = {
        {.id = "1", .text = STR("a \x01 bc@"), .words = words, .n_words = 4, .tags = tags},
        {.id = "2", .text = STR("\x01"), .words = none, .n_words = 2},
        {.id = "3", .text = STR("")}};
    examples all = list_of(x, 3);
    pack_rules r = pack_default();
    packs p = pack(&t, &all, &r);
    assert_int_equal(p.n, 1); /* nothing can be asked of the others */
    assert_string_equal(shown(&p.at[0]), "[CLS] a b ##c @ [SEP]");
    assert_int_equal(p.at[0].n_rows, 3);
    assert_true(p.at[0].word[1] == 2 && p.at[0].rows[1] == 2 && p.at[0].word[2] == 3 &&
                p.at[0].rows[2] == 4);
    assert_true(p.counts.lost_words == 3 && p.counts.examples == 3 && p.counts.sequences == 1);
    close_all();
}

static void check_chunks(const example *x, enum long_words rule, const char *want)
{
    char got[200] = "";
    task t = task_of(KIND_WORDS);
    example one = *x;
    examples all = list_of(&one, 1);
    pack_rules r = {.most = 128, .words = rule};
    packs p = pack(&t, &all, &r);
    for (int i = 0; i < p.n; i++) {
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d", i ? "," : "", p.at[i].n_rows);
        for (int k = 0; k < p.at[i].n_rows; k++) assert_true(p.at[i].owns[k]);
    }
    assert_string_equal(got, want);
    check_words(x, &p, x->n_words);
}

void pack_cuts_at_30_words_as_the_paper(void **state)
{
    (void)state;
    open_letters();
    int all_b[65];
    for (int i = 0; i < 65; i++) all_b[i] = 1;
    example x = words_of(65, 1, all_b);
    check_chunks(&x, LONG_CUT30, "30,30,5");
    x = words_of(30, 1, NULL);
    check_chunks(&x, LONG_CUT30, "30");
    x = words_of(31, 1, NULL);
    check_chunks(&x, LONG_CUT30, "30,1");
    close_all();
}

void pack_cuts_behind_a_gold_o_as_the_authors(void **state)
{
    (void)state;
    open_letters();
    int tags[65] = {0};
    example x = words_of(65, 1, tags);
    check_chunks(&x, LONG_GOLD, "30,30,5");
    for (int i = 0; i < 41; i++) tags[i] = i < 20 ? 0 : i == 20 ? 1 : i < 36 ? 2 : 0;
    x = words_of(41, 1, tags);
    check_chunks(&x, LONG_GOLD, "20,21");
    for (int i = 0; i < 35; i++) tags[i] = 1;
    x = words_of(35, 1, tags);
    check_chunks(&x, LONG_GOLD, "1,1,1,1,1,30");
    x = words_of(30, 1, tags);
    check_chunks(&x, LONG_GOLD, "30");
    close_all();
}

void pack_loses_what_of_30_words_does_not_fit(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    example x = words_of(31, 2, NULL);
    examples all = list_of(&x, 1);
    pack_rules r = {.most = 22, .words = LONG_CUT30};
    packs p = pack(&t, &all, &r);
    assert_true(p.n == 2 && p.at[0].n == 22 && p.at[0].n_rows == 10);
    assert_true(p.counts.lost_pieces == 40 && p.counts.lost_words == 20 &&
                p.counts.cut_examples == 1 && p.counts.cut_windows == 1);
    check_words(&x, &p, 11);
    close_all();
}

void pack_refuses_what_it_cannot_do(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    example x = words_of(31, 1, NULL);
    examples all = list_of(&x, 1);
    packs p;
    err e = {0};
    pack_rules r = {.most = 128, .words = LONG_GOLD};
    assert_false(pack_examples(&p, &v, &t, &all, &r, &mem, &e));
    assert_string_equal(e.text,
                        "x.tsv:7: sentences are to be cut behind a gold O, but here are no tags");
    e = (err){0};
    r = (pack_rules){.most = 7};
    assert_false(pack_examples(&p, &v, &t, &all, &r, &mem, &e));
    assert_string_equal(e.text, "max-pieces: at least 8 are needed, here are 7");
    close_all();
}

void batch_lays_sequences_end_to_end(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_PAIR);
    example x[3] = {{.id = "1", .text = STR("a"), .text2 = STR("b c"), .label = 2},
                    {.id = "2", .text = STR("d e"), .text2 = STR("a"), .label = -1},
                    {.id = "3", .text = STR("e"), .label = 1}};
    examples all = list_of(x, 3);
    pack_rules r = pack_default();
    packs p = pack(&t, &all, &r);
    batch b;
    static const int chosen[] = {2, 0, 1};
    batch_make(&b, &t, &all, &p, chosen, 3, 1000, &mem);
    assert_true(b.B == 3 && b.N == 3 + 6 + 6 && b.M == 3 && b.longest == 6);
    assert_true(b.start[0] == 0 && b.start[1] == 3 && b.start[2] == 9 && b.start[3] == 15);
    assert_true(b.who[0] == 1002 && b.who[1] == 1000 && b.who[2] == 1001);
    for (int i = 0; i < 3; i++) {
        const packed *s = b.from[i];
        assert_ptr_equal(s, &p.at[chosen[i]]);
        assert_memory_equal(b.ids + b.start[i], s->ids, (size_t)s->n * 4);
        assert_memory_equal(b.types + b.start[i], s->types, (size_t)s->n * 4);
        for (int k = 0; k < s->n; k++) assert_int_equal(b.places[b.start[i] + k], k);
        assert_int_equal(b.rows[i], b.start[i]);
        assert_true(b.names[2 * i] == (int32_t)b.who[i] && b.names[2 * i + 1] == 0);
    }
    assert_true(b.gold[0] == 1 && b.gold[1] == 2 && b.gold[2] == -1);
    assert_true(b.counted == 2 && b.weight[0] == 0.5f && b.weight[1] == 0.5f && b.weight[2] == 0);
    assert_null(b.target);
    close_all();
}

void batch_weighs_only_the_words_a_window_owns(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_WORDS);
    int tags[40];
    for (int i = 0; i < 40; i++) tags[i] = i % 3;
    example x[2] = {words_of(40, 1, tags), words_of(3, 1, NULL)};
    examples all = list_of(x, 2);
    pack_rules r = {.most = 22, .overlap = 6};
    packs p = pack(&t, &all, &r);
    int chosen[20], n = p.n;
    for (int i = 0; i < n; i++) chosen[i] = i;
    batch b;
    batch_make(&b, &t, &all, &p, chosen, n, 0, &mem);
    assert_int_equal(b.counted, 40);
    assert_true(b.M > 43);
    double sum = 0;
    for (int i = 0, m = 0; i < n; i++)
        for (int k = 0; k < p.at[i].n_rows; k++, m++) {
            const packed *s = &p.at[i];
            assert_int_equal(b.rows[m], b.start[i] + s->rows[k]);
            assert_int_equal(b.names[2 * m + 1], s->rows[k]);
            assert_int_equal(b.gold[m], s->example ? -1 : tags[s->word[k]]);
            assert_int_equal(b.weight[m] > 0, s->owns[k] && !s->example);
            sum += (double)b.weight[m];
        }
    assert_true(fabs(sum - 1) < 1e-6);
    close_all();
}

void batch_carries_scores_and_sets(void **state)
{
    (void)state;
    open_letters();
    task t = task_of(KIND_SCORE);
    example x[2] = {{.id = "1",
                     .text = STR("a"),
                     .text2 = STR("b"),
                     .score = 3.5,
                     .has_gold = true,
                     .label = -1},
                    {.id = "2", .text = STR("a"), .text2 = STR("b"), .label = -1}};
    examples all = list_of(x, 2);
    pack_rules r = pack_default();
    packs p = pack(&t, &all, &r);
    batch b;
    static const int chosen[] = {0, 1};
    batch_make(&b, &t, &all, &p, chosen, 2, 0, &mem);
    assert_true(b.target[0] == 3.5f && b.weight[0] == 1 && b.weight[1] == 0 && b.gold[0] == -1);
    t = task_of(KIND_LABELS);
    uint64_t set = 1 | 4;
    x[1].set = &set;
    p = pack(&t, &all, &r);
    batch_make(&b, &t, &all, &p, chosen, 2, 0, &mem);
    static const float want[] = {0, 0, 0, 1, 0, 1};
    assert_memory_equal(b.target, want, sizeof want);
    assert_true(b.weight[0] == 0 && b.weight[1] == 1 && b.counted == 1);
    close_all();
}

void pack_with_piece_tags_has_a_row_for_every_piece(void **state)
{
    (void)state;
    open_letters();
    const int tags[] = {0, 1, 2};
    example x = words_of(3, 2, tags);
    examples list = list_of(&x, 1);
    task t = task_of(KIND_WORDS);
    t.piece_tags = true;
    pack_rules rules = pack_default();
    packs p = pack(&t, &list, &rules);
    batch b;
    int chosen = 0;
    batch_make(&b, &t, &list, &p, &chosen, 1, 0, &mem);
    const int want[] = {4, 0, 3, 1,
                        3, 2, 3, 5}; /* CLS, each word and its X, SEP: X is 3, behind the labels */
    assert_int_equal(b.M, 8);
    assert_int_equal(b.counted, 8);
    for (int i = 0; i < 8; i++) assert_int_equal(b.gold[i], want[i]);
    assert_int_equal(p.at[0].word[3], 1);
    assert_true(p.at[0].word[2] < 0);
    close_all();
}
