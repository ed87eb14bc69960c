/* Vocabularies as real directories have them, and as damaged ones do. */
#include "encode_tests.h"
#include <stdlib.h>

#define LINES "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"

void vocab_reads_lines_of_any_kind(void **state)
{
    (void)state;
    vocab v;
    vocab_file("vocab.txt", STR("[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n\r\na b \r\n##x\r"));
    open_vocab(&v, -1);
    assert_int_equal(v.n, 7);
    assert_int_equal(vocab_id(&v, STR("")), 4); /* a blank line counts */
    assert_int_equal(vocab_id(&v, STR("a b")), 5);
    assert_int_equal(vocab_id(&v, STR("##x")), 6); /* no newline behind the last */
    assert_int_equal(vocab_id(&v, STR("x")), -1);
    assert_int_equal(v.mask, -1);
    vocab_close(&v);
}

void vocab_gives_equal_lines_the_last_id(void **state)
{
    (void)state;
    vocab v;
    vocab_file("vocab.txt", STR(LINES "a\nb\na\n##b\n##b\n"));
    open_vocab(&v, -1);
    assert_int_equal(v.n, 10);
    assert_int_equal(vocab_id(&v, STR("a")), 7);
    assert_string_equal(cut_shown(&v, STR("ab"), false), "a ##b|0-1 1-2");
    arena mem = {0};
    pieces p = {0};
    wordpiece_cut(&v, STR("ab"), false, &mem, &p);
    assert_int_equal(p.at[0].id, 7);
    assert_int_equal(p.at[1].id, 9);
    arena_close(&mem);
    vocab_close(&v);
}

static bool lower_of(const char *why)
{
    vocab v;
    open_vocab(&v, -1);
    if (strcmp(v.why_lower, why)) fail_msg("'%s' is not '%s'", v.why_lower, why);
    bool lower = v.lower;
    assert_int_equal(v.strip_accents, lower);
    vocab_close(&v);
    return lower;
}

void vocab_tells_casing_from_the_pieces_where_no_file_does(void **state)
{
    (void)state;
    vocab_file("vocab.txt", STR(LINES "[unused1]\nplay\n\xC3\x89t\xC3\xA9\n"));
    assert_false(lower_of("the vocabulary has capitals"));
    vocab_file("vocab.txt", STR(LINES "[Unused1]\nplay\n\xC3\xA9t\xC3\xA9\n"));
    assert_true(lower_of("the vocabulary has no capitals"));
    text t = {0};
    text_add(&t, STR(LINES "NOTE\n")); /* one added by hand decides nothing */
    for (int i = 0; i < 200; i++) text_format(&t, "p%d\n", i);
    vocab_file("vocab.txt", text_str(&t));
    assert_true(lower_of("the vocabulary has no capitals"));
    text_close(&t);
}

void vocab_hears_the_files_in_their_order(void **state)
{
    (void)state;
    vocab_file("vocab.txt", STR(LINES "Play\n"));
    vocab_file(
        "tokenizer_config.json",
        STR("{\"do_lower_case\": true, \"model_max_length\": 1000000000000000019884624838656}"));
    assert_true(lower_of("tokenizer_config.json"));
    static const char whole[] =
        "{\"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\": true, "
        "\"handle_chinese_chars\": true, \"strip_accents\": null, \"lowercase\": false},"
        "\"truncation\": {\"max_length\": 4}, \"padding\": {\"strategy\": {\"Fixed\": 4}},"
        "\"model\": {\"unk_token\": \"[UNK]\", \"vocab\": {\"[PAD]\": 0, \"[UNK]\": 1, \"[CLS]\": "
        "2, \"[SEP]\": 3, \"play\": 4}}}";
    vocab_file("tokenizer.json", str_of(whole));
    assert_true(lower_of("tokenizer_config.json"));
    vocab_file("tokenizer_config.json", STR("{\"model_max_length\": 512}"));
    assert_false(lower_of("tokenizer.json"));
    vocab v;
    open_vocab(&v, -1);
    assert_int_equal(v.n, 5); /* tokenizer.json, not vocab.txt */
    assert_string_equal(cut_shown(&v, STR("play play play play play play"), false),
                        "play play play play play play|0-4 5-9 10-14 15-19 20-24 25-29");
    vocab_close(&v);
}

void vocab_follows_the_switches_of_tokenizer_json(void **state)
{
    (void)state;
    vocab v;
    vocab_file(
        "tokenizer.json",
        STR("{\"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\": true, "
            "\"handle_chinese_chars\": false, \"strip_accents\": false, \"lowercase\": true},"
            "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}, \"added_tokens\": [{\"id\": "
            "9, \"content\": \"[NEW]\", \"special\": true}],"
            "\"model\": {\"type\": \"WordPiece\", \"max_input_chars_per_word\": 3, \"vocab\": "
            "{\"[UNK]\": 0, \"[CLS]\": 1, \"[SEP]\": 2, \"\\u00e9\": 3, \"##t\": 4, "
            "\"\\u4e2d\\u6587\": 5, \"i\": 6, \"##\\u0307\": 7}}}"));
    open_vocab(&v, -1);
    assert_int_equal(v.n, 10);
    assert_null(v.pieces[8].at); /* a hole */
    assert_int_equal(vocab_id(&v, STR("[NEW]")), 9);
    assert_int_equal(v.pad, -1);
    assert_string_equal(cut_shown(&v, STR("\xC3\x89t \xC3\x89ttt"), false),
                        "\xC3\xA9 ##t [UNK]|0-2 2-3 4-9");
    assert_string_equal(cut_shown(&v, STR("\xE4\xB8\xAD\xE6\x96\x87"), false),
                        "\xE4\xB8\xAD\xE6\x96\x87|0-6");
    assert_string_equal(cut_shown(&v, STR("\xC4\xB0"), false), "i ##\xCC\x87|0-2 0-2"); /* U+0130 */
    vocab_close(&v);
    open_vocab(&v, WORDPIECE_GOOGLE); /* has no such switches */
    assert_true(v.strip_accents && v.chinese);
    assert_int_equal(v.word_most, 200);
    vocab_close(&v);
}

void vocab_takes_a_file_alone(void **state)
{
    (void)state;
    vocab v;
    err e = {0};
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": false}"));
    const char *path = vocab_file("words.txt", STR(LINES "play\n"));
    if (!vocab_open(&v, path, -1, &e)) fail_msg("%s", e.text);
    assert_true(v.lower);
    vocab_close(&v);
    vocab_close(&v); /* again: nothing */
}

void vocab_refuses_a_directory_without_one(void **state)
{
    (void)state;
    refuse_vocab("a vocab.txt or a tokenizer.json is expected");
}

void vocab_refuses_damaged_lists(void **state)
{
    (void)state;
    vocab_file("vocab.txt", STR(""));
    refuse_vocab("vocab.txt: a piece a line is expected, here is nothing");
    vocab_file("vocab.txt", STR("[PAD]\n[UNK]\nna\xC3\n[CLS]\n"));
    refuse_vocab("vocab.txt:3: a piece in UTF-8 is expected");
    vocab_file("vocab.txt", ((str){"[UNK]\na\0b\n", 10}));
    refuse_vocab("vocab.txt:2: ");
    vocab_file("vocab.txt", STR("[PAD]\n[UNK]\n[SEP]\n[MASK]\n"));
    refuse_vocab("must have the piece [CLS], which it lacks");
    vocab_file("vocab.txt", STR("[PAD]\n[CLS]\n[SEP]\n[MASK]\n"));
    refuse_vocab("must have the piece [UNK], which it lacks");
    vocab_file("vocab.txt", STR("[PAD]\n[CLS]\n[UNK]\n[MASK]\n"));
    refuse_vocab("must have the piece [SEP], which it lacks");
}

static void refuse_json(const char *json_bytes, const char *part)
{
    vocab_file("tokenizer.json", str_of(json_bytes));
    refuse_vocab(part);
}

void vocab_refuses_damaged_tokenizer_json(void **state)
{
    (void)state;
    refuse_json("", "tokenizer.json:1: ");
    refuse_json("[1]", "a JSON object is expected");
    refuse_json("{\"model\": {\"vocab\": {\"[UNK]\": 0,\n \"[CLS]\"", "tokenizer.json:2: ");
    refuse_json("{}", "a model is expected, here is none");
    refuse_json("{\"model\": 3}", "model: only the type WordPiece");
    refuse_json("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}", "here is 'BPE'");
    refuse_json("{\"model\": {}}", "model.vocab: an object");
    refuse_json("{\"model\": {\"vocab\": {}}}", "model.vocab: an object");
    refuse_json("{\"model\": {\"vocab\": [\"a\"]}}", "model.vocab: an object");
    refuse_json("{\"model\": {\"vocab\": {\"a\": \"0\"}}}", "a whole number is expected for 'a'");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 0.5}}}", "a whole number is expected for 'a'");
    refuse_json("{\"model\": {\"vocab\": {\"a\": -1}}}",
                "the id of 'a' must be from 0 to 1001, here is -1");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 2000000000}}}",
                "the id of 'a' must be from 0 to 1001");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 99999999999999999999}}}", "for 'a'");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 1, \"b\": 1}}}", "both 'a' and 'b' have the id 1");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 1, \"a\": 2}}}", "tokenizer.json:1: ");
    refuse_json(
        "{\"model\": {\"vocab\": {\"a\": 1}}, \"added_tokens\": [{\"id\": 2, \"content\": \"a\"}]}",
        "'a' has two ids, 1 and 2");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 1}}, \"added_tokens\": [{\"id\": \"2\", "
                "\"content\": \"b\"}]}",
                "added_tokens: an id and a content");
    refuse_json("{\"model\": {\"vocab\": {\"a\": 1}}}", "must have the piece [UNK]");
    refuse_json("{\"model\": {\"continuing_subword_prefix\": \"@@\", \"vocab\": {\"a\": 1}}}",
                "only ## can be used");
    refuse_json("{\"model\": {\"max_input_chars_per_word\": 0, \"vocab\": {\"a\": 1}}}",
                "max_input_chars_per_word");
    refuse_json("{\"model\": {\"max_input_chars_per_word\": 1000000, \"vocab\": {\"a\": 1}}}",
                "max_input_chars_per_word");
    refuse_json("{\"normalizer\": {\"type\": \"NFC\"}, \"model\": {}}",
                "normalizer: only the type BertNormalizer can be used, here is 'NFC'");
    refuse_json("{\"normalizer\": {\"lowercase\": 1}, \"model\": {}}",
                "lowercase: true or false is expected");
    refuse_json("{\"pre_tokenizer\": {\"type\": \"Whitespace\"}, \"model\": {}}",
                "pre_tokenizer: only the type BertPreTokenizer");
}

void vocab_refuses_damaged_configs(void **state)
{
    (void)state;
    vocab_file("vocab.txt", STR(LINES "a\n"));
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": \"yes\"}"));
    refuse_vocab("tokenizer_config.json: do_lower_case: true or false is expected");
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": tru"));
    refuse_vocab("tokenizer_config.json:1: ");
    vocab_file("tokenizer_config.json", STR("{\"cls_token\": 7}"));
    refuse_vocab("cls_token: a token is expected");
    vocab_file("tokenizer_config.json", STR("{\"cls_token\": \"<s>\"}"));
    refuse_vocab("must have the piece <s>, which it lacks");
    vocab_file("tokenizer_config.json", STR("{\"wordpiece_mode\": \"mine\"}"));
    refuse_vocab("wordpiece_mode: hf, google or bluebert is expected");
    vocab_file("tokenizer_config.json", STR("{}"));
    vocab_file("special_tokens_map.json", STR("[]"));
    refuse_vocab("special_tokens_map.json: a JSON object is expected");
}

/* What is written must be read back the same, from either list. */
static void same(const vocab *a, const vocab *b)
{
    assert_int_equal(a->n, b->n);
    for (int i = 0; i < a->n; i++) assert_true(str_eq(a->pieces[i], b->pieces[i]));
    assert_int_equal(a->cls, b->cls);
    assert_int_equal(a->unk, b->unk);
    assert_int_equal(a->sep, b->sep);
    assert_int_equal(a->mask, b->mask);
    assert_int_equal(a->pad, b->pad);
    assert_int_equal(a->lower, b->lower);
    assert_int_equal(a->strip_accents, b->strip_accents);
    assert_int_equal(a->chinese, b->chinese);
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->word_most, b->word_most);
}

void vocab_writes_what_it_reads_back(void **state)
{
    (void)state;
    err e = {0};
    vocab_file("vocab.txt", STR("\"\\\n[UNK]\n<s>\n[SEP]\n\xC3\xA9\n##\x7F\nPlay\n"));
    vocab_file("special_tokens_map.json", STR("{\"cls_token\": \"<s>\"}"));
    vocab_file("tokenizer_config.json", STR("{\"do_lower_case\": true, \"strip_accents\": false, "
                                            "\"tokenize_chinese_chars\": false}"));
    for (int mode = 0; mode < 3; mode++) {
        vocab a, b;
        char dir[600], path[700];
        open_vocab(&a, mode);
        snprintf(dir, sizeof dir, "%s/out%d", test_dir(), mode);
        if (!dir_make(dir, &e) || !vocab_write(&a, dir, 512, &e) || !vocab_open(&b, dir, -1, &e))
            fail_msg("%s", e.text);
        same(&a, &b);
        vocab_close(&b);
        snprintf(path, sizeof path, "%s/tokenizer.json", dir);
        remove(path);
        if (!vocab_open(&b, dir, -1, &e)) fail_msg("%s", e.text);
        same(&a, &b);
        vocab_close(&b);
        vocab_close(&a);
    }
}

void vocab_write_refuses_what_lines_cannot_hold(void **state)
{
    (void)state;
    vocab v;
    err e = {0};
    vocab_file(
        "tokenizer.json",
        STR("{\"model\": {\"vocab\": {\"[UNK]\": 0, \"[CLS]\": 1, \"[SEP]\": 2, \"a\\nb\": 3}}}"));
    open_vocab(&v, -1);
    assert_false(vocab_write(&v, test_dir(), 512, &e));
    assert_non_null(strstr(e.text, "piece 3 holds a line break"));
    vocab_close(&v);
}

void vocab_reads_the_bert_vocabularies(void **state)
{
    (void)state;
    const char *path = test_corpora();
    char name[600];
    err e = {0};
    vocab v;
    snprintf(name, sizeof name, "%s/bert-vocab/bert-base-uncased", path);
    if (!vocab_open(&v, name, -1, &e)) fail_msg("%s", e.text);
    assert_true(v.lower);
    assert_int_equal(v.n, 30522);
    assert_int_equal(v.unk, 100);
    assert_int_equal(v.mask, 103);
    assert_string_equal(cut_shown(&v, STR("IL-2R\xCE\xB1"), false),
                        "il - 2 ##r ##\xCE\xB1|0-2 2-3 3-4 4-5 5-7");
    vocab_close(&v);
    snprintf(name, sizeof name, "%s/bert-vocab/bert-base-cased", path);
    if (!vocab_open(&v, name, -1, &e)) fail_msg("%s", e.text);
    assert_false(v.lower);
    assert_int_equal(v.n, 28996);
    vocab_close(&v);
}
