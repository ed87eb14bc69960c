/* What the sample cannot show: invalid bytes, long texts, hostile ones, threads of the same vocabulary. */
#include "base/log.h"
#include "base/random.h"
#include "base/utf8.h"
#include "encode_tests.h"
#include <pthread.h>
#include <stdlib.h>

#define LINES "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"
static const char uncased[] =
    LINES "play\n##ing\n##ed\nthe\n,\n[\n]\nsep\ncls\na\nb\n##b\nab\nabc\n##d\nx\n\xCE\xB1\n##"
          "\xCE\xB1\n\xCF\x83\n##\xCF\x83\n##\xCF\x82\n\xE4\xB8\xAD\n\xEF\xBF\xBD\n\xE3\x81\x82\n";

static void open_uncased(vocab *v, int mode)
{
    vocab_file("vocab.txt", str_of(uncased));
    open_vocab(v, mode);
}

void wordpiece_takes_the_longest_piece_each_time(void **state)
{
    (void)state;
    vocab v;
    open_uncased(&v, -1);
    assert_string_equal(cut_shown(&v, STR("Playing the played"), false),
                        "play ##ing the play ##ed|0-4 4-7 8-11 12-16 16-18");
    assert_string_equal(cut_shown(&v, STR("abb abd ab abcd"), false),
                        "ab ##b ab ##d ab abc ##d|0-2 2-3 4-6 6-7 8-10 11-14 14-15");
    vocab_close(&v);
}

void wordpiece_makes_a_word_without_a_way_unknown(void **state)
{
    (void)state;
    vocab v;
    open_uncased(&v, -1);
    assert_string_equal(cut_shown(&v, STR("a playx abce, the"), false),
                        "a [UNK] [UNK] , the|0-1 2-7 8-12 12-13 14-17");
    assert_string_equal(cut_shown(&v, STR("a \xCE\xB1\xCE\xB2 the"), false),
                        "a [UNK] the|0-1 2-6 7-10");
    vocab_close(&v);
}

void wordpiece_keeps_special_tokens_literal(void **state)
{
    (void)state;
    vocab v;
    open_uncased(&v, -1);
    assert_string_equal(cut_shown(&v, STR("a[SEP]b"), false), "a [ sep ] b|0-1 1-2 2-5 5-6 6-7");
    assert_string_equal(cut_shown(&v, STR("a[SEP]b [sep][CLS"), true),
                        "a [SEP] b [ sep ] [ cls|0-1 1-6 6-7 8-9 9-12 12-13 13-14 14-17");
    assert_string_equal(cut_shown(&v, STR("[SEP][CLS]"), true), "[SEP] [CLS]|0-5 5-10");
    vocab_close(&v);
}

void wordpiece_never_finds_a_special_token_without_brackets(void **state)
{
    (void)state;
    vocab v;
    vocab_file("vocab.txt", STR("EO\nUNK\nBOS\nEOS\nE\n##O\n##S\n"));
    vocab_file("tokenizer_config.json",
               STR("{\"do_lower_case\": false, \"unk_token\": \"UNK\", \"pad_token\": \"EO\", "
                   "\"cls_token\": {\"content\": \"BOS\"}, \"sep_token\": \"EOS\"}"));
    open_vocab(&v, -1);
    assert_int_equal(v.cls, 2);
    assert_int_equal(v.mask, -1);
    assert_string_equal(cut_shown(&v, STR("EOS BOS"), false), "E ##O ##S UNK|0-1 1-2 2-3 4-7");
    assert_string_equal(cut_shown(&v, STR("EOS"), true), "EOS|0-3");
    vocab_close(&v);
}

void wordpiece_drops_invalid_bytes_and_joins_around_them(void **state)
{
    (void)state;
    vocab v;
    open_uncased(&v, -1);
    assert_string_equal(cut_shown(&v,
                                  STR("pl\xFF"
                                      "ay\xC3 the\xE4\xB8"),
                                  false),
                        "play the|0-5 7-10");
    assert_string_equal(cut_shown(&v,
                                  STR("\xED\xA0\x80"
                                      "a\xC0\x80"
                                      "b"),
                                  false),
                        "ab|3-7");
    assert_string_equal(cut_shown(&v, STR("\xF5\x80\xBF"), false), "");
    vocab_close(&v);
}

void wordpiece_keeps_invalid_bytes_where_nothing_is_cleaned(void **state)
{
    (void)state;
    vocab v;
    vocab_file("tokenizer.json",
               STR("{\"normalizer\": null, \"model\": {\"vocab\": {\"[UNK]\": 0, \"[CLS]\": 1, "
                   "\"[SEP]\": 2, \"a\": 3, \"\\uFFFD\": 4, \"##\\uFFFD\": 5, \"A\": 6}}}"));
    open_vocab(&v, -1);
    assert_string_equal(cut_shown(&v,
                                  STR("a \xFF\xFF\xC2\x85"
                                      "A"),
                                  false),
                        "a \xEF\xBF\xBD ##\xEF\xBF\xBD A|0-1 2-3 3-4 6-7");
    vocab_close(&v);
}

void wordpiece_reads_no_byte_behind_the_text(void **state)
{
    (void)state;
    vocab v;
    open_uncased(&v, WORDPIECE_GOOGLE);
    const char *s = "a\xCE\xA3 play\xE4\xB8\xAD\xF0\x9F\x98\x80 [SEP]";
    for (size_t n = 0; n <= strlen(s); n++) {
        char *exact = malloc(n ? n : 1); /* the sanitizer stands behind its end */
        memcpy(exact, s, n);
        cut_shown(&v, (str){exact, n}, true);
        free(exact);
    }
    assert_string_equal(cut_shown(&v, (str){NULL, 0}, false), "");
    vocab_close(&v);
}

void wordpiece_orders_marks_only_where_accents_go(void **state)
{
    (void)state;
    vocab v;
    /* a, acute (class 230, Mn), single dot tone mark (class 224, Mc): canonical order puts the latter first. */
    str s = STR("a\xCC\x81\xE3\x80\xAE \xCC\x81\xCC\xA3");
    vocab_file("vocab.txt", STR(LINES "a\n##\xCC\x81\n##\xE3\x80\xAE\n\xCC\x81\n##\xCC\xA3\n"));
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": false}"));
    open_vocab(&v, -1);
    assert_string_equal(cut_shown(&v, s, false),
                        "a ##\xCC\x81 ##\xE3\x80\xAE \xCC\x81 ##\xCC\xA3|0-1 1-3 3-6 7-9 9-11");
    vocab_close(&v);
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": true}"));
    open_vocab(&v, -1);
    assert_string_equal(cut_shown(&v, s, false), "a ##\xE3\x80\xAE|0-1 3-6");
    vocab_close(&v);
    /* Two that stay: U+302E (224) behind U+1D16D (226) changes places with it. */
    vocab_file("vocab.txt", STR(LINES "a\n##\xF0\x9D\x85\xAD\n##\xE3\x80\xAE\n"));
    open_vocab(&v, -1);
    assert_string_equal(cut_shown(&v, STR("a\xF0\x9D\x85\xAD\xE3\x80\xAE"), false),
                        "a ##\xE3\x80\xAE ##\xF0\x9D\x85\xAD|0-1 1-5 5-8");
    /* A joiner of class 0 between them keeps them where they are, though it goes itself. */
    assert_string_equal(cut_shown(&v, STR("a\xF0\x9D\x85\xAD\xCD\x8F\xE3\x80\xAE"), false),
                        "a ##\xF0\x9D\x85\xAD ##\xE3\x80\xAE|0-1 1-5 7-10");
    vocab_close(&v);
}

void wordpiece_sets_ideographs_apart_as_each_original(void **state)
{
    (void)state;
    vocab v;
    /* U+4E2D everywhere; U+2B820 not in Hugging Face's. */
    for (int mode = 0; mode < 3; mode++) {
        open_uncased(&v, mode);
        assert_string_equal(cut_shown(&v,
                                      STR("a\xE4\xB8\xAD"
                                          "b"),
                                      false),
                            "a \xE4\xB8\xAD b|0-1 1-4 4-5");
        assert_string_equal(cut_shown(&v,
                                      STR("a\xF0\xAB\xA0\xA0"
                                          "b"),
                                      false),
                            mode == WORDPIECE_HF ? "[UNK]|0-6" : "a [UNK] b|0-1 1-5 5-6");
        vocab_close(&v);
    }
}

void wordpiece_counts_a_words_length_in_code_points(void **state)
{
    (void)state;
    vocab v;
    char word[3 * 201 + 1];
    for (int mode = 0; mode < 3; mode++) {
        int most = mode == WORDPIECE_GOOGLE ? 200 : 100;
        open_uncased(&v, mode);
        for (int more = 0; more < 2; more++) {
            for (int i = 0; i < most + more; i++) memcpy(word + 2 * i, "\xCE\xB1", 2);
            const char *got = cut_shown(&v, (str){word, 2 * (size_t)(most + more)}, false);
            assert_int_equal(!strncmp(got, "[UNK]|", 6), more);
        }
        vocab_close(&v);
    }
}

void wordpiece_tells_the_final_sigma_only_where_the_original_does(void **state)
{
    (void)state;
    static const char *const want[3] = {"\xCE\xB1 ##\xCF\x83|0-2 2-4",
                                        "\xCE\xB1 ##\xCF\x82|0-2 2-4",
                                        "\xCE\xB1 ##\xCF\x82|0-2 2-4"};
    vocab v;
    for (int mode = 0; mode < 3; mode++) {
        open_uncased(&v, mode);
        assert_string_equal(cut_shown(&v, STR("\xCE\x91\xCE\xA3"), false), want[mode]);
        assert_string_equal(cut_shown(&v, STR("\xCE\xA3"), false), "\xCF\x83|0-2");
        /* A letter without case before it does not make it final. */
        assert_string_equal(cut_shown(&v, STR("\xE3\x81\x82\xCE\xA3"), false),
                            "\xE3\x81\x82 ##\xCF\x83|0-3 3-5");
        vocab_close(&v);
    }
}

void wordpiece_is_linear_in_hostile_text(void **state)
{
    (void)state;
    enum { MANY = 1 << 21 };
    vocab v;
    open_uncased(&v, WORDPIECE_BLUEBERT);
    char *s = malloc(MANY);
    static const char *const units[] = {"\xCE\xA3", "a",    "\xCC\x81",     "\xCE\xA3'",
                                        "\x80",     "[SEP", "\xE3\x80\xAE", "\xEA\xB0\x81"};
    double start = clock_cpu();
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t n = strlen(units[u]), len = MANY / n * n;
        for (size_t i = 0; i < len; i += n) memcpy(s + i, units[u], n);
        arena mem = {0};
        pieces p = {0};
        wordpiece_cut(&v, (str){s, len}, true, &mem, &p);
        arena_close(&mem);
    }
    assert_true(clock_cpu() - start < 60);
    free(s);
    vocab_close(&v);
}

void wordpiece_appends_to_what_is_there(void **state)
{
    (void)state;
    vocab v;
    arena mem = {0};
    pieces p = {0};
    open_uncased(&v, -1);
    wordpiece_cut(&v, STR("the"), false, &mem, &p);
    wordpiece_cut(&v, STR("played x"), false, &mem, &p);
    wordpiece_cut(&v, STR("abq"), false, &mem,
                  &p); /* unknown: takes its own pieces back, no others */
    assert_int_equal(p.n, 5);
    assert_int_equal(p.at[0].id, vocab_id(&v, STR("the")));
    assert_int_equal(p.at[2].end, 6);
    assert_int_equal(p.at[4].id, v.unk);
    arena_close(&mem);
    vocab_close(&v);
}

/* Offsets ascend, lie in the text and never inside a valid character. */
static void check_offsets(const vocab *v, str s, bool parse)
{
    arena mem = {0};
    pieces p = {0};
    char *border = calloc(s.len + 1, 1);
    for (size_t at = 0; at < s.len; utf8_next(s, &at)) border[at] = 1;
    border[s.len] = 1;
    wordpiece_cut(v, s, parse, &mem, &p);
    for (int i = 0; i < p.n; i++) {
        assert_in_range(p.at[i].id, 0, v->n - 1);
        assert_true(p.at[i].start < p.at[i].end && p.at[i].end <= s.len);
        assert_true(border[p.at[i].start] && border[p.at[i].end]);
        if (i) assert_true(p.at[i].start >= p.at[i - 1].start && p.at[i].end >= p.at[i - 1].end);
    }
    free(border);
    arena_close(&mem);
}

void wordpiece_offsets_ascend_and_split_no_character(void **state)
{
    (void)state;
    vocab v;
    char s[64];
    for (int mode = 0; mode < 3; mode++) {
        open_uncased(&v, mode);
        for (uint32_t round = 0; round < 20000; round++) {
            size_t n = 0;
            uint32_t many = random_u32(3, CHANCE_TEST, round, 0, 0) % 14;
            for (uint32_t i = 1; i <= many; i++) {
                uint32_t r = random_u32(3, CHANCE_TEST, round, 0, 2 * i),
                         t = random_u32(3, CHANCE_TEST, round, 0, 2 * i + 1);
                static const uint32_t tops[] = {0x80,   0x250,   0x400,    0x3100,
                                                0xD800, 0x30000, 0x110000, 0x100};
                uint32_t code = t % tops[r % 8];
                if (r % 8 == 7)
                    s[n++] = (char)code;
                else
                    n += (size_t)utf8_put(code, s + n);
            }
            check_offsets(&v, (str){s, n}, round % 2);
        }
        vocab_close(&v);
    }
}

static void *cut_often(void *v)
{
    arena mem = {0};
    pieces p = {0};
    size_t wrong = 0;
    for (int i = 0; i < 2000; i++) {
        p.n = 0;
        wordpiece_cut(v, STR("playing \xCE\x91\xCE\xA3 the \xE4\xB8\xAD played"), false, &mem, &p);
        wrong += p.n != 8;
    }
    arena_close(&mem);
    return (void *)wrong;
}

void wordpiece_serves_several_threads(void **state)
{
    (void)state;
    vocab v;
    pthread_t t[4];
    open_uncased(&v, -1);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&t[i], NULL, cut_often, &v), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(t[i], &wrong);
        assert_null(wrong);
    }
    vocab_close(&v);
}

void wordpiece_agrees_with_itself_on_either_path(void **state)
{
    (void)state;
    /* A soft hyphen sends a word down the general path: the same pieces must come out as for plain ASCII. */
    const char *path = test_corpora();
    char name[600];
    err e = {0};
    vocab v;
    file f;
    str line;
    snprintf(name, sizeof name, "%s/bert-vocab/bert-base-uncased", path);
    if (!vocab_open(&v, name, -1, &e)) fail_msg("%s", e.text);
    snprintf(name, sizeof name, "%s/SICK/SICK_test_annotated.txt", path);
    if (!file_open(&f, name, &e)) fail_msg("%s", e.text);
    for (str rest = f.bytes; str_line(&rest, &line);) {
        arena mem = {0};
        pieces plain = {0}, other = {0};
        text t = {0};
        for (size_t i = 0; i < line.len; i++) {
            text_char(&t, line.at[i]);
            text_add(&t, STR("\xC2\xAD"));
        }
        wordpiece_cut(&v, line, false, &mem, &plain);
        wordpiece_cut(&v, text_str(&t), false, &mem, &other);
        assert_int_equal(plain.n, other.n);
        for (int i = 0; i < plain.n; i++) {
            assert_int_equal(plain.at[i].id, other.at[i].id);
            assert_int_equal(plain.at[i].start * 3, other.at[i].start);
        }
        text_close(&t);
        arena_close(&mem);
    }
    file_close(&f);
    vocab_close(&v);
}
