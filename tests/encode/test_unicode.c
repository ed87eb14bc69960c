/* The tables behind the tokenizer, and the trie. */
#include "base/random.h"
#include "encode/fold.h"
#include "encode/trie.h"
#include "tests.h"
#include <string.h>

void unicode_is_version_15(void **state)
{
    (void)state;
    err e = {0};
    assert_true(unicode_check(&e));
    assert_string_equal(unicode_version(), "15.0.0");
}

void unicode_knows_the_classes_bert_asks_for(void **state)
{
    (void)state;
    assert_true(unicode_is_punctuation('$') && unicode_is_punctuation('`') &&
                unicode_is_punctuation(0x2019));
    assert_false(unicode_is_punctuation(0xB5) || unicode_is_punctuation(0xB1) ||
                 unicode_is_punctuation(0x2265) || unicode_is_punctuation('a'));
    assert_true(unicode_is_control(0) && unicode_is_control(0xAD) && unicode_is_control(0xFEFF) &&
                unicode_is_control(0x85));
    assert_false(unicode_is_control(0xF0B7) || unicode_is_control(' '));
    assert_true(unicode_is_private(0xF0B7) && unicode_is_unassigned(0x378) &&
                unicode_is_unassigned(0xD800) && unicode_is_unassigned(0x110000));
    assert_true(unicode_is_space(0xA0) && unicode_is_space(0x3000) && unicode_is_space(0x2028) &&
                unicode_is_space('\n'));
    assert_false(unicode_is_space(0x200B) || unicode_is_space(0xFEFF));
    assert_true(unicode_is_mark(0x301) && !unicode_is_mark(0x903) && !unicode_is_mark(0x20DD));
    assert_true(unicode_is_capital('A') && unicode_is_capital(0x1C5) && !unicode_is_capital('a'));
    assert_true(unicode_is_ideograph(0x4E2D, true) && unicode_is_ideograph(0x2B820, false));
    assert_false(unicode_is_ideograph(0x2B820, true) || unicode_is_ideograph(0x3042, true) ||
                 unicode_is_ideograph(0xAC00, true));
}

void unicode_takes_characters_apart(void **state)
{
    (void)state;
    uint32_t to[UNICODE_LONGEST];
    assert_int_equal(unicode_decompose(0xE9, to), 2);
    assert_true(to[0] == 'e' && to[1] == 0x301);
    assert_int_equal(unicode_decompose(0xAC01, to), 3);
    assert_true(to[0] == 0x1100 && to[1] == 0x1161 && to[2] == 0x11A8);
    assert_int_equal(unicode_decompose(0x1F82, to), 4);
    assert_int_equal(unicode_decompose(0xFB01, to), 1); /* compatibility only: stays */
    assert_int_equal(unicode_decompose(0x110000, to), 1);
    int longest = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        int n = unicode_decompose(c, to);
        longest = n > longest ? n : longest;
        for (int i = 0; i < n; i++) assert_true(to[i] < 0x110000);
    }
    assert_int_equal(longest, 4);
}

void unicode_knows_what_a_final_sigma_looks_at(void **state)
{
    (void)state;
    assert_true(unicode_is_cased('a') && unicode_is_cased(0xAA) && unicode_is_cased(0x2160) &&
                unicode_is_cased(0x345));
    assert_false(unicode_is_cased('1') || unicode_is_cased(0x4E2D));
    assert_true(unicode_is_case_ignorable('\'') && unicode_is_case_ignorable(0xAD) &&
                unicode_is_case_ignorable(0x301) && unicode_is_case_ignorable('^'));
    assert_false(unicode_is_case_ignorable('-') || unicode_is_case_ignorable('a'));
}

void fold_table_equals_fold_function(void **state)
{
    (void)state;
    /* The table is what the function says, so the first code point past it must fold as the function would. */
    arena mem = {0};
    fold f = {
        .mode = WORDPIECE_HF, .clean = true, .lower = true, .accents_off = true, .chinese = true};
    fold_fill(&f, &mem);
    assert_int_equal(fold_of(&f, 0xC9).code, 'e');
    assert_int_equal(fold_of(&f, 0x1E00).code, 'a');
    assert_int_equal(fold_of(&f, 0x301).class, FOLD_MARK);
    assert_int_equal(fold_of(&f, 0xAC00).class, FOLD_MANY);
    assert_int_equal(fold_of(&f, 0x4E2D).class, FOLD_ALONE);
    assert_int_equal(fold_of(&f, 0x1FEF).class, FOLD_SPLIT); /* decomposes to ` */
    assert_int_equal(fold_of(&f, 0xFF21).code, 0xFF41);
    assert_int_equal(fold_of(&f, 0xF0B7).class, FOLD_DROP);
    f.mode = WORDPIECE_GOOGLE;
    fold_fill(&f, &mem);
    assert_int_equal(fold_of(&f, 0xF0B7).class, FOLD_WORD);
    assert_int_equal(fold_of(&f, 0x378).class, FOLD_WORD);
    f.mode = WORDPIECE_BLUEBERT;
    fold_fill(&f, &mem);
    assert_int_equal(fold_of(&f, 0x378).class, FOLD_DROP);
    arena_close(&mem);
}

static int find(const trie *t, str s)
{
    int node = TRIE_ROOT;
    for (size_t i = 0; i < s.len && node; i++) node = trie_step(t, node, (unsigned char)s.at[i]);
    return node ? t->at[node].id : -1;
}

void trie_finds_what_was_put_in_and_nothing_else(void **state)
{
    (void)state;
    enum { MANY = 20000, LONGEST = 5 };
    static char bytes[MANY][LONGEST];
    static str keys[MANY];
    static int ids[MANY];
    arena mem = {0};
    for (int i = 0; i < MANY; i++) {
        uint32_t r = random_u32(1, CHANCE_TEST, (uint32_t)i, 0, 0);
        size_t n = 1 + r % LONGEST;
        for (size_t k = 0; k < n; k++) {
            uint32_t b = random_u32(1, CHANCE_TEST, (uint32_t)i, 1, (uint32_t)k);
            bytes[i][k] = (char)(r & 64 ? b : b % 7); /* all bytes, zero included, and dense ones */
        }
        keys[i] = (str){bytes[i], n};
        ids[i] = i;
    }
    trie t;
    int half = MANY / 2;
    trie_build(&t, keys, ids, half, &mem);
    for (int i = 0; i < MANY; i++) {
        int want = -1;
        if (i % 16) continue;
        for (int k = 0; k < half; k++)
            if (str_eq(keys[k], keys[i])) want = k;
        assert_int_equal(find(&t, keys[i]), want);
    }
    trie_build(&t, keys, ids, 0, &mem);
    assert_int_equal(find(&t, STR("a")), -1);
    arena_close(&mem);
}

void trie_is_built_quickly_from_hostile_keys(void **state)
{
    (void)state;
    /* Wide nodes at every depth: 256 x 256 pairs, each with three children far apart. */
    enum { MANY = 3 * 65536 };
    arena mem = {0};
    char *bytes = arena_take(&mem, 3 * (size_t)MANY);
    str *keys = TAKE(&mem, str, MANY);
    int *ids = TAKE(&mem, int, MANY);
    for (int i = 0; i < MANY; i++) {
        bytes[3 * i] = (char)(i / 3 >> 8), bytes[3 * i + 1] = (char)(i / 3),
                  bytes[3 * i + 2] = (char)(i % 3 * 127);
        keys[i] = (str){bytes + 3 * i, 3};
        ids[i] = i;
    }
    trie t;
    trie_build(&t, keys, ids, MANY, &mem);
    for (int i = 0; i < MANY; i++) assert_int_equal(find(&t, keys[i]), i);
    if (t.n > 1000000) fail_msg("%d entries for %d nodes", t.n, MANY + 65536 + 257);
    arena_close(&mem);
}
