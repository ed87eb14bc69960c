/* Slices, numbers, UTF-8, tables of names. */
#include "base/json.h"
#include "base/random.h"
#include "base/str.h"
#include "base/table.h"
#include "base/utf8.h"
#include "tests.h"
#include <math.h>
#include <string.h>

void str_cuts_fields_and_lines(void **state)
{
    (void)state;
    str rest = STR("a,,b,"), part;
    const char *want[] = {"a", "", "b", ""};
    int n = 0;
    for (; rest.at; n++) {
        part = str_cut(&rest, ',');
        assert_true(n < 4 && str_is(part, want[n]));
    }
    assert_int_equal(n, 4);
    rest = STR("one\r\n\ntwo\rx\nlast\r");
    const char *lines[] = {"one", "", "two\rx", "last\r"};
    for (n = 0; str_line(&rest, &part); n++) assert_true(n < 4 && str_is(part, lines[n]));
    assert_int_equal(n, 4);
    rest = STR("");
    assert_false(str_line(&rest, &part));
}

void str_finds_compares_and_trims(void **state)
{
    (void)state;
    assert_int_equal(str_find_str(STR("interleukin-2"), STR("leu")), 5);
    assert_int_equal(str_find_str(STR("ab"), STR("abc")), -1);
    assert_int_equal(str_find((str){NULL, 0}, 'x'), -1);
    assert_true(str_is(str_trim(STR(" \t a b \r\n\v\f")), "a b"));
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0 && str_cmp(STR("\x80"), STR("a")) > 0);
    assert_true(str_starts(STR("abc"), "ab") && !str_starts(STR("a"), "ab"));
    assert_true(str_ends(STR("abc"), "bc") && !str_ends(STR("c"), "bc"));
    assert_true(str_is(str_sub(STR("abc"), 1, 99), "bc") && !str_sub(STR("abc"), 7, 2).len);
}

void str_reads_whole_numbers_and_nothing_else(void **state)
{
    (void)state;
    int64_t x = 5;
    assert_true(str_int(STR("-9223372036854775808"), &x) && x == INT64_MIN);
    assert_true(str_int(STR("9223372036854775807"), &x) && x == INT64_MAX);
    static const char *const bad[] = {"9223372036854775808",
                                      "-9223372036854775809",
                                      "",
                                      "-",
                                      "+",
                                      "1 ",
                                      " 1",
                                      "1.0",
                                      "0x10",
                                      "1e3",
                                      "١",
                                      "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(str_int(str_of(bad[i]), &x));
    assert_true(str_int(STR("0012"), &x) && x == 12);
}

void str_reads_reals_and_nothing_else(void **state)
{
    (void)state;
    double x;
    assert_true(str_real(STR("5e-5"), &x) && x == 5e-5);
    assert_true(str_real(STR("-.5"), &x) && x == -0.5);
    assert_true(str_real(STR("3."), &x) && x == 3);
    static const char *const bad[] = {"",   ".",   "nan",   "inf", "1e400", "0x1p3", "1e",
                                      "1,", "1e+", "1.2.3", "- 1", "1 ",    "e5",    "infinity"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_real(str_of(bad[i]), &x));
    assert_false(str_real((str){"1\0002", 3}, &x));
}

void str_suggests_the_nearest_name(void **state)
{
    (void)state;
    static const char *const names[] = {"max-pieces", "batch", "epochs", "to"};
    assert_string_equal(str_nearest("max_peices", names, 4), "max-pieces");
    assert_string_equal(str_nearest("bacth", names, 4), "batch");
    assert_string_equal(str_nearest("epoch", names, 4), "epochs");
    assert_string_equal(str_nearest("epochss", names, 4), "epochs");
    assert_string_equal(str_nearest("bxtch", names, 4), "batch");
    assert_string_equal(str_nearest("max", names, 4), "max-pieces");
    assert_null(str_nearest("learning-rate", names, 4));
    assert_null(str_nearest("xy", names, 4));
    assert_null(str_nearest("", names, 4));
}

void text_grows(void **state)
{
    (void)state;
    text t = {0};
    assert_int_equal(text_str(&t).len, 0);
    for (int i = 0; i < 5000; i++) text_format(&t, "%d,", i);
    text_char(&t, '.');
    assert_int_equal(t.len, 5000 + 10 + 180 + 2700 + 16000 + 1);
    assert_int_equal(t.at[t.len], 0);
    text_close(&t);
    assert_null(t.at);
    static char bytes[1100];
    for (size_t n = 0; n < sizeof bytes; n++) { /* around each size that memory comes in */
        text_add(&t, (str){bytes, n});
        assert_true(t.cap > t.len && t.at[t.len] == 0);
        text_close(&t);
    }
}

void utf8_knows_what_is_valid(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t first; /* invalid byte */
    } known[] = {
        {"IL-2Rα 中 😀 \xF4\x8F\xBF\xBF", 21},
        {"a\x80", 1},
        {"\xC0\xAF", 0},
        {"\xE0\x9F\xBF", 0},
        {"x\xED\xA0\x80", 1},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF4\x90\x80\x80", 0},
        {"ab\xE4\xB8", 2},
        {"\xF5\x80\x80\x80", 0},
        {"\xC3(", 0},
        {"\xEF\xBF\xBD", 3},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(utf8_invalid(str_of(known[i].text)), known[i].first);
    size_t at = 0;
    assert_int_equal(utf8_next(STR("\xE4\xB8x"), &at), 0xFFFD);
    assert_int_equal(at, 1);
}

void utf8_puts_back_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x11000 ? 1 : 97) {
        if (c >= 0xD800 && c < 0xE000) continue;
        char bytes[4];
        str s = {bytes, (size_t)utf8_put(c, bytes)};
        size_t at = 0;
        if (utf8_next(s, &at) != c || at != s.len || utf8_invalid(s) != s.len)
            fail_msg("U+%04X", c);
    }
}

void utf8_converts_offsets_both_ways(void **state)
{
    (void)state;
    str s = STR("aα中😀z");
    size_t bytes[] = {0, 1, 3, 6, 10, 11}, to[6];
    static const size_t points[] = {0, 1, 2, 3, 4, 5}, units[] = {0, 1, 2, 3, 5, 6};
    utf8_offsets(s, UNIT_POINT, bytes, to, 6);
    assert_memory_equal(to, points, sizeof to);
    utf8_offsets(s, UNIT_UTF16, bytes, to, 6);
    assert_memory_equal(to, units, sizeof to);
    for (int i = 0; i < 6; i++) {
        size_t byte = 99;
        assert_true(utf8_byte_at(s, UNIT_UTF16, units[i], &byte) && byte == bytes[i]);
        assert_true(utf8_byte_at(s, UNIT_POINT, points[i], &byte) && byte == bytes[i]);
    }
    size_t byte;
    assert_false(utf8_byte_at(s, UNIT_UTF16, 4, &byte)); /* between two surrogates */
    assert_false(utf8_byte_at(s, UNIT_BYTE, 2, &byte));
    assert_false(utf8_byte_at(s, UNIT_POINT, 6, &byte)); /* behind the end */
    assert_int_equal(utf8_units16(s), 6);
}

void table_holds_many_names(void **state)
{
    (void)state;
    arena mem = {0};
    table t = {0};
    int old = -1;
    assert_int_equal(table_get(&t, STR("x")), -1);
    for (int i = 0; i < 20000; i++)
        assert_true(table_add(&t, &mem, str_of(str_format(&mem, "piece%d", i)), i, NULL));
    assert_false(table_add(&t, &mem, STR("piece77"), 5, &old));
    assert_int_equal(old, 77);
    table_set(&t, &mem, STR("piece77"), 5);
    table_set(&t, &mem, (str){"a\0b", 3}, 6);
    table_set(&t, &mem, STR(""), 0);
    assert_int_equal(t.n, 20002);
    for (int i = 0; i < 20000; i++)
        assert_int_equal(table_get(&t, str_of(str_format(&mem, "piece%d", i))), i == 77 ? 5 : i);
    assert_int_equal(table_get(&t, STR("a")), -1);
    assert_int_equal(table_get(&t, (str){"a\0c", 3}), -1);
    assert_int_equal(table_get(&t, STR("")), 0);
    arena_close(&mem);
}

void random_gives_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint64_t key;
        uint32_t counter[4], answer[4];
    } known[] = {
        {0, {0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {0xffffffffffffffff,
         {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {0x299f31d0a4093822,
         {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int i = 0; i < 3; i++) {
        const uint32_t *c = known[i].counter;
        random4 r = random_philox(known[i].key, c[0], c[1], c[2], c[3]);
        assert_memory_equal(r.v, known[i].answer, sizeof r.v);
    }
}

void random_draws_evenly_and_by_name(void **state)
{
    (void)state;
    int seen[10] = {0};
    for (uint32_t i = 0; i < 100000; i++)
        seen[random_below(random_u32(1, CHANCE_TEST, 2, 3, i), 10)]++;
    for (int k = 0; k < 10; k++) assert_in_range(seen[k], 9500, 10500); /* 5 standard deviations */
    uint32_t a = random_u32(1, CHANCE_TEST, 2, 3, 4);
    assert_int_equal(a, random_u32(1, CHANCE_TEST, 2, 3, 4));
    assert_true(
        a != random_u32(2, CHANCE_TEST, 2, 3, 4) && a != random_u32(1, CHANCE_MIX, 2, 3, 4) &&
        a != random_u32(1, CHANCE_TEST, 3, 3, 4) && a != random_u32(1, CHANCE_TEST, 2, 4, 4) &&
        a != random_u32(1, CHANCE_TEST, 2, 3, 5));
}
