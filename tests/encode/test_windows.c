/* Tagged words -> windows: overlapping ones that look at no label, and the presets' cuts. */
#include "base/random.h"
#include "letters.h"
#include <math.h>
#include <string.h>

/* Every word with pieces is owned once, rows stand at first pieces, places are right. */
static void check_words(const example *x, const packs *p, int n_owned)
{
    int owned = 0;
    int *owners = TAKE(&letters_mem, int, x->n_words);
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
    letters_open();
    task t = letters_task(KIND_WORDS);
    example x = letters_words(60, 1, NULL);
    examples all = letters_list(&x, 1);
    pack_rules r = {.most = 32, .overlap = 10};
    packs p = letters_pack(&t, &all, &r);
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
    p = letters_pack(&t, &all, &r);
    assert_true(p.at[0].owns[25] && !p.at[0].owns[26] && !p.at[1].owns[4] && p.at[1].owns[5]);
    r.most = 62;
    p = letters_pack(&t, &all, &r);
    assert_true(p.n == 1 && p.counts.cut_windows == 0);
    letters_close();
}

void pack_windows_never_look_at_labels(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    int one[80] = {0}, other[80];
    for (int i = 0; i < 80; i++) other[i] = 1 + i % 2;
    example x[3] = {letters_words(80, 2, one), letters_words(80, 2, other),
                    letters_words(80, 2, NULL)};
    examples all = letters_list(x, 3);
    pack_rules r = {.most = 40, .overlap = 6};
    packs p = letters_pack(&t, &all, &r);
    int each = p.n / 3;
    assert_true(each > 3 && p.n == 3 * each);
    for (int i = 0; i < each; i++)
        for (int k = 1; k < 3; k++) {
            const packed *a = &p.at[i], *b = &p.at[i + k * each];
            assert_int_equal(a->n, b->n);
            assert_memory_equal(a->ids, b->ids, (size_t)a->n * sizeof *a->ids);
            assert_memory_equal(a->owns, b->owns, (size_t)a->n_rows);
        }
    letters_close();
}

void pack_windows_own_every_word_once_for_any_lengths(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    for (uint32_t round = 0; round < 400; round++) {
        uint32_t n = 1 + random_u32(5, CHANCE_TEST, round, 0, 0) % 120;
        example x = letters_words((int)n, 0, NULL);
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
        examples all = letters_list(&x, 1);
        pack_rules r = {.most = 8 + (int)(round % 20), .overlap = (int)(round % 7)};
        packs p = letters_pack(&t, &all, &r);
        check_words(&x, &p, with_pieces);
        for (int i = 1; i < p.n; i++) /* none that adds nothing */
            assert_true(p.at[i].word[p.at[i].n_rows - 1] >
                        p.at[i - 1].word[p.at[i - 1].n_rows - 1]);
        assert_int_equal(p.counts.lost_words, (int)n - with_pieces);
        text_close(&s);
    }
    letters_close();
}

void pack_cuts_a_word_longer_than_a_window(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    example x = letters_words(3, 40, NULL);
    examples all = letters_list(&x, 1);
    pack_rules r = {.most = 10, .overlap = 5};
    packs p = letters_pack(&t, &all, &r);
    assert_int_equal(p.n, 3);
    check_words(&x, &p, 3);
    assert_true(p.counts.lost_pieces == 3 * 32 && p.counts.cut_examples == 1 &&
                p.counts.lost_words == 0);
    letters_close();
}

void pack_gives_words_without_pieces_no_row(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    static span words[] = {{0, 1}, {2, 3}, {4, 6}, {6, 7}};
    static span none[] = {{0, 1}, {1, 1}};
    int tags[] = {0, 1, 2, 0};
    example x[3] = {
        {.id = "1", .text = STR("a \x01 bc@"), .words = words, .n_words = 4, .tags = tags},
        {.id = "2", .text = STR("\x01"), .words = none, .n_words = 2},
        {.id = "3", .text = STR("")}};
    examples all = letters_list(x, 3);
    pack_rules r = pack_default();
    packs p = letters_pack(&t, &all, &r);
    assert_int_equal(p.n, 1); /* nothing can be asked of the others */
    assert_string_equal(letters_shown(&p.at[0]), "[CLS] a b ##c @ [SEP]");
    assert_int_equal(p.at[0].n_rows, 3);
    assert_true(p.at[0].word[1] == 2 && p.at[0].rows[1] == 2 && p.at[0].word[2] == 3 &&
                p.at[0].rows[2] == 4);
    assert_true(p.counts.lost_words == 3 && p.counts.examples == 3 && p.counts.sequences == 1);
    letters_close();
}

static void check_chunks(const example *x, enum long_words rule, const char *want)
{
    char got[200] = "";
    task t = letters_task(KIND_WORDS);
    example one = *x;
    examples all = letters_list(&one, 1);
    pack_rules r = {.most = 128, .words = rule};
    packs p = letters_pack(&t, &all, &r);
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
    letters_open();
    int all_b[65];
    for (int i = 0; i < 65; i++) all_b[i] = 1;
    example x = letters_words(65, 1, all_b);
    check_chunks(&x, LONG_CUT30, "30,30,5");
    x = letters_words(30, 1, NULL);
    check_chunks(&x, LONG_CUT30, "30");
    x = letters_words(31, 1, NULL);
    check_chunks(&x, LONG_CUT30, "30,1");
    letters_close();
}

void pack_cuts_behind_a_gold_o_as_the_authors(void **state)
{
    (void)state;
    letters_open();
    int tags[65] = {0};
    example x = letters_words(65, 1, tags);
    check_chunks(&x, LONG_GOLD, "30,30,5");
    for (int i = 0; i < 41; i++) tags[i] = i < 20 ? 0 : i == 20 ? 1 : i < 36 ? 2 : 0;
    x = letters_words(41, 1, tags);
    check_chunks(&x, LONG_GOLD, "20,21");
    for (int i = 0; i < 35; i++) tags[i] = 1;
    x = letters_words(35, 1, tags);
    check_chunks(&x, LONG_GOLD, "1,1,1,1,1,30");
    x = letters_words(30, 1, tags);
    check_chunks(&x, LONG_GOLD, "30");
    letters_close();
}

void pack_loses_what_of_30_words_does_not_fit(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    example x = letters_words(31, 2, NULL);
    examples all = letters_list(&x, 1);
    pack_rules r = {.most = 22, .words = LONG_CUT30};
    packs p = letters_pack(&t, &all, &r);
    assert_true(p.n == 2 && p.at[0].n == 22 && p.at[0].n_rows == 10);
    assert_true(p.at[0].cut && !p.at[1].cut);
    assert_true(p.counts.lost_pieces == 40 && p.counts.lost_words == 20 &&
                p.counts.cut_examples == 1 && p.counts.cut_windows == 1);
    check_words(&x, &p, 11);
    letters_close();
}

void pack_refuses_what_it_cannot_do(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    example x = letters_words(31, 1, NULL);
    examples all = letters_list(&x, 1);
    packs p;
    err e = {0};
    pack_rules r = {.most = 128, .words = LONG_GOLD};
    assert_false(pack_examples(&p, &letters, &t, &all, &r, &letters_mem, &e));
    assert_string_equal(e.text,
                        "x.tsv:7: sentences are to be cut behind a gold O, but here are no tags");
    e = (err){0};
    r = (pack_rules){.most = 7};
    assert_false(pack_examples(&p, &letters, &t, &all, &r, &letters_mem, &e));
    assert_string_equal(e.text, "max-pieces: at least 8 are needed, here are 7");
    letters_close();
}

void pack_with_piece_tags_has_a_row_for_every_piece(void **state)
{
    (void)state;
    letters_open();
    const int tags[] = {0, 1, 2};
    example x = letters_words(3, 2, tags);
    examples list = letters_list(&x, 1);
    task t = letters_task(KIND_WORDS);
    t.piece_tags = true;
    pack_rules rules = pack_default();
    packs p = letters_pack(&t, &list, &rules);
    batch b;
    int chosen = 0;
    batch_make(&b, &t, &list, &p, &chosen, 1, 0, &letters_mem);
    const int want[] = {4, 0, 3, 1,
                        3, 2, 3, 5}; /* CLS, each word and its X, SEP: X is 3, behind the labels */
    assert_int_equal(b.M, 8);
    assert_int_equal(b.counted, 8);
    for (int i = 0; i < 8; i++) assert_int_equal(b.gold[i], want[i]);
    assert_int_equal(p.at[0].word[3], 1);
    assert_true(p.at[0].word[2] < 0);
    letters_close();
}
