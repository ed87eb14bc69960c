/* The sample that tests/golden/tokenizer.py made: ids and byte offsets of the reference tokenizers. */
#include "encode_tests.h"

static str name_of_mode(int parse, int mode)
{
    return parse ? STR("parse") : str_of(wordpiece_mode_names[mode]);
}

static int compare(const vocab *v, const json *line, const char *casing, int mode, bool parse)
{
    char key[20];
    str name = name_of_mode(parse, mode);
    snprintf(key, sizeof key, "%.*s", (int)name.len, name.at);
    const json *all = json_at(line, casing), *want = json_at(all, key);
    if (!want) want = json_at(all, "hf");
    arena mem = {0};
    pieces p = {0};
    str s = json_text(json_at(line, "text"));
    wordpiece_cut(v, s, parse, &mem, &p);
    bool same = json_count(want) == 3 * (size_t)p.n;
    for (int i = 0; i < p.n && same; i++)
        same = json_int(json_item(want, 3 * (size_t)i)) == p.at[i].id &&
               json_int(json_item(want, 3 * (size_t)i + 1)) == p.at[i].start &&
               json_int(json_item(want, 3 * (size_t)i + 2)) == p.at[i].end;
    if (!same) print_error("%s: '%.*s' gives %s\n", key, (int)s.len, s.at, cut_shown(v, s, parse));
    arena_close(&mem);
    return !same;
}

static void sample(const char *casing, int mode, bool parse)
{
    char path[100];
    err e = {0};
    vocab v;
    file f;
    str line;
    int n = 0, wrong = 0;
    snprintf(path, sizeof path, "tests/golden/tokenizer_%s_vocab.txt", casing);
    if (!vocab_open(&v, path, mode, &e) ||
        !file_open(&f, "tests/golden/tokenizer_sample.jsonl", &e))
        fail_msg("%s", e.text);
    for (str rest = f.bytes; str_line(&rest, &line);) {
        json *j;
        if (!json_parse(&j, line, f.path, ++n, &e)) fail_msg("%s", e.text);
        wrong += compare(&v, j, casing, mode, parse);
        json_close(j);
    }
    assert_true(n > 300);
    assert_int_equal(wrong, 0);
    file_close(&f);
    vocab_close(&v);
}

void golden_hf_uncased(void **state)
{
    (void)state;
    sample("uncased", WORDPIECE_HF, false);
}

void golden_hf_cased(void **state)
{
    (void)state;
    sample("cased", WORDPIECE_HF, false);
}

void golden_hf_special_tokens_in_text(void **state)
{
    (void)state;
    sample("uncased", WORDPIECE_HF, true);
    sample("cased", WORDPIECE_HF, true);
}

void golden_google(void **state)
{
    (void)state;
    sample("uncased", WORDPIECE_GOOGLE, false);
    sample("cased", WORDPIECE_GOOGLE, false);
}

void golden_bluebert(void **state)
{
    (void)state;
    sample("uncased", WORDPIECE_BLUEBERT, false);
    sample("cased", WORDPIECE_BLUEBERT, false);
}
