/* A vocabulary as Hugging Face's tools want it: four files that say the same. */
#include "base/file.h"
#include "encode/vocab_files.h"
#include <string.h>

static bool write_txt(const vocab *v, const char *path, err *e)
{
    out o = {0};
    for (int i = 0; i < v->n; i++)
        if (v->pieces[i].at && memchr(v->pieces[i].at, '\n', v->pieces[i].len))
            return fail(e, "%s: piece %d holds a line break, which a vocab.txt cannot hold", path,
                        i);
    if (!out_open(&o, path, e)) return false;
    for (int i = 0; i < v->n; i++) {
        if (v->pieces[i].at) fwrite(v->pieces[i].at, 1, v->pieces[i].len, o.to);
        fputc('\n', o.to);
    }
    return out_close(&o, e);
}

static const char *yes_no(bool b)
{
    return b ? "true" : "false";
}

static void put_specials(text *t, const vocab *v)
{
    const int ids[SPECIALS] = {v->pad, v->unk, v->cls, v->sep, v->mask};
    bool first = true;
    for (int i = 0; i < SPECIALS; i++) {
        if (ids[i] < 0) continue;
        text_format(t, "%s\n  \"%s\": ", first ? "" : ",", special_keys[i]);
        json_put_str(t, v->pieces[ids[i]]);
        first = false;
    }
}

static bool write_text(const char *dir, const char *name, text *t, err *e)
{
    arena mem = {0};
    bool ok = file_write(path_join(&mem, dir, name), text_str(t), e);
    arena_close(&mem);
    text_close(t);
    return ok;
}

static bool write_configs(const vocab *v, const char *dir, int longest, err *e)
{
    text t = {0};
    text_add(&t, STR("{"));
    put_specials(&t, v);
    text_add(&t, STR("\n}\n"));
    if (!write_text(dir, "special_tokens_map.json", &t, e)) return false;
    t = (text){0};
    text_format(&t,
                "{\n  \"tokenizer_class\": \"BertTokenizer\",\n  \"do_lower_case\": %s,\n"
                "  \"strip_accents\": %s,\n  \"tokenize_chinese_chars\": %s,\n"
                "  \"model_max_length\": %d,\n",
                yes_no(v->lower), yes_no(v->strip_accents), yes_no(v->chinese), longest);
    if (v->mode != WORDPIECE_HF)
        text_format(&t, "  \"wordpiece_mode\": \"%s\",\n", wordpiece_mode_names[v->mode]);
    put_specials(&t, v);
    text_add(&t, STR("\n}\n"));
    return write_text(dir, "tokenizer_config.json", &t, e);
}

/* The special tokens by id, as the reference writes them. */
static void put_added(text *t, const vocab *v)
{
    bool first = true;
    for (int id = 0; id < v->n; id++) {
        bool special = false;
        for (int i = 0; i < v->n_special; i++) special |= v->special[i] == id;
        if (!special) continue;
        text_format(t, "%s\n    {\"id\": %d, \"content\": ", first ? "" : ",", id);
        json_put_str(t, v->pieces[id]);
        text_add(t, STR(", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, "
                        "\"normalized\": false, \"special\": true}"));
        first = false;
    }
}

static void put_template(text *t, const vocab *v, const char *name, bool pair)
{
    str cls = v->pieces[v->cls], sep = v->pieces[v->sep];
    text_format(t, "    \"%s\": [{\"SpecialToken\": {\"id\": ", name);
    json_put_str(t, cls);
    text_add(t, STR(", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, "
                    "{\"SpecialToken\": {\"id\": "));
    json_put_str(t, sep);
    text_add(t, STR(", \"type_id\": 0}}"));
    if (pair) {
        text_add(
            t,
            STR(", {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}, {\"SpecialToken\": {\"id\": "));
        json_put_str(t, sep);
        text_add(t, STR(", \"type_id\": 1}}"));
    }
    text_add(t, STR("],\n"));
}

static void put_used(text *t, str piece, int id)
{
    json_put_str(t, piece);
    text_add(t, STR(": {\"id\": "));
    json_put_str(t, piece);
    text_format(t, ", \"ids\": [%d], \"tokens\": [", id);
    json_put_str(t, piece);
    text_add(t, STR("]}"));
}

static bool write_json(const vocab *v, const char *dir, err *e)
{
    text t = {0};
    text_add(&t, STR("{\n  \"version\": \"1.0\",\n  \"truncation\": null,\n  \"padding\": null,\n"
                     "  \"added_tokens\": ["));
    put_added(&t, v);
    text_format(&t,
                "\n  ],\n  \"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\": %s, "
                "\"handle_chinese_chars\": %s, \"strip_accents\": %s, \"lowercase\": %s},\n"
                "  \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"},\n"
                "  \"post_processor\": {\n    \"type\": \"TemplateProcessing\",\n",
                yes_no(v->clean), yes_no(v->chinese), yes_no(v->strip_accents), yes_no(v->lower));
    put_template(&t, v, "single", false);
    put_template(&t, v, "pair", true);
    text_add(&t, STR("    \"special_tokens\": {"));
    put_used(&t, v->pieces[v->cls], v->cls);
    text_add(&t, STR(", "));
    if (v->sep != v->cls) put_used(&t, v->pieces[v->sep], v->sep);
    text_format(
        &t,
        "}\n  },\n  \"decoder\": {\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": "
        "true},\n"
        "  \"model\": {\n    \"type\": \"WordPiece\",\n    \"continuing_subword_prefix\": \"##\",\n"
        "    \"max_input_chars_per_word\": %d,\n    \"unk_token\": ",
        v->word_most);
    json_put_str(&t, v->pieces[v->unk]);
    text_add(&t, STR(",\n    \"vocab\": {"));
    bool first = true;
    for (int i = 0; i < v->n; i++) {
        if (!v->pieces[i].at || vocab_id(v, v->pieces[i]) != i) continue;
        text_add(&t, first ? STR("\n      ") : STR(",\n      "));
        json_put_str(&t, v->pieces[i]);
        text_format(&t, ": %d", i);
        first = false;
    }
    text_add(&t, STR("\n    }\n  }\n}\n"));
    return write_text(dir, "tokenizer.json", &t, e);
}

bool vocab_write(const vocab *v, const char *dir, int longest, err *e)
{
    arena mem = {0};
    bool ok = write_txt(v, path_join(&mem, dir, "vocab.txt"), e) &&
              write_configs(v, dir, longest, e) && write_json(v, dir, e);
    arena_close(&mem);
    return ok;
}
