/* Reading. Each complaint names the file and, for a vocab.txt, the line. */
#include "encode/vocab_files.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include <string.h>

const char *const special_keys[SPECIALS] = {"pad_token", "unk_token", "cls_token", "sep_token",
                                            "mask_token"};
enum { PIECES_MOST = 1 << 24 };

/* A piece without the blanks that editors leave behind it; a blank line is a piece of no bytes. */
static str piece_of(str line)
{
    while (line.len && strchr(" \t\r", line.at[line.len - 1])) line.len--;
    return line;
}

bool vocab_files_txt(vocab *v, const char *path, err *e)
{
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    str rest = str_copy(&v->mem, f.bytes), line;
    file_close(&f);
    if (str_starts(rest, "\xEF\xBB\xBF")) rest = str_sub(rest, 3, rest.len);
    size_t lines = 0;
    for (str all = rest; str_line(&all, &line);) lines++;
    if (!lines) return fail(e, "%s: a piece a line is expected, here is nothing", path);
    if (lines > PIECES_MOST)
        return fail(e, "%s: at most %d pieces are possible, here are %zu", path, PIECES_MOST,
                    lines);
    v->pieces = TAKE(&v->mem, str, lines);
    while (str_line(&rest, &line)) {
        str piece = piece_of(line);
        if (utf8_invalid(piece) < piece.len || memchr(piece.at, 0, piece.len))
            return fail(e, "%s:%d: a piece in UTF-8 is expected, here are other bytes", path,
                        v->n + 1);
        v->pieces[v->n] = piece;
        table_set(&v->ids, &v->mem, piece, v->n++);
    }
    return true;
}

static bool put_piece(vocab *v, int64_t most, str piece, int64_t id, const char *path, err *e)
{
    int shown = piece.len > 60 ? 60 : (int)piece.len;
    if (id < 0 || id >= most)
        return fail(e, "%s: the id of '%.*s' must be from 0 to %lld, here is %lld", path, shown,
                    piece.at, (long long)most - 1, (long long)id);
    if (v->pieces[id].at && !str_eq(v->pieces[id], piece))
        return fail(e, "%s: both '%.*s' and '%.*s' have the id %lld", path,
                    (int)(v->pieces[id].len > 60 ? 60 : v->pieces[id].len), v->pieces[id].at, shown,
                    piece.at, (long long)id);
    int old = table_get(&v->ids, piece);
    if (old >= 0 && old != id)
        return fail(e, "%s: '%.*s' has two ids, %d and %lld", path, shown, piece.at, old,
                    (long long)id);
    v->pieces[id] = str_copy(&v->mem, piece);
    table_set(&v->ids, &v->mem, v->pieces[id], (int)id);
    if (id >= v->n) v->n = (int)id + 1;
    return true;
}

/* model.vocab: piece -> id. added_tokens: those outside of it. Some ids may be left out, not many. */
static bool read_pieces(vocab *v, const json *all, const json *list, const char *path, err *e)
{
    if (json_type_of(list) != JSON_IS_OBJECT || !json_count(list))
        return fail(e, "%s: model.vocab: an object of pieces with their ids is expected", path);
    const json *added = json_at(all, "added_tokens");
    size_t n_added = json_type_of(added) == JSON_IS_LIST ? json_count(added) : 0;
    size_t some = json_count(list) + n_added;
    if (some > PIECES_MOST)
        return fail(e, "%s: model.vocab: more than %d pieces", path, PIECES_MOST);
    int64_t most = (int64_t)some * 2 + 1000;
    v->pieces = TAKE(&v->mem, str, most);
    for (void *i = json_first(list); i; i = json_next(list, i)) {
        if (json_type_of(json_value(i)) != JSON_IS_INT)
            return fail(e, "%s: model.vocab: a whole number is expected for '%.60s'", path,
                        str_keep(&v->mem, json_key(i)));
        if (!put_piece(v, most, json_key(i), json_int(json_value(i)), path, e)) return false;
    }
    int plain = 0;
    for (size_t i = 0; i < n_added; i++) {
        const json *a = json_item(added, i), *id = json_at(a, "id"), *name = json_at(a, "content");
        if (json_type_of(id) != JSON_IS_INT || json_type_of(name) != JSON_IS_TEXT)
            return fail(e, "%s: added_tokens: an id and a content are expected in entry %zu", path,
                        i);
        if (!put_piece(v, most, json_text(name), json_int(id), path, e)) return false;
        plain += json_type_of(json_at(a, "special")) == JSON_IS_BOOL &&
                 !json_true(json_at(a, "special"));
    }
    if (plain)
        warn("%s: %d added tokens that are not special are cut like other text", path, plain);
    return true;
}

/* A type that must be `wanted` where the file names one. */
static bool check_type(const json *part, const char *what, const char *wanted, const char *path,
                       err *e)
{
    const json *type = json_at(part, "type");
    if (json_type_of(part) == JSON_IS_OBJECT && (!type || str_is(json_text(type), wanted)))
        return true;
    str found = json_text(type);
    return fail(e, "%s: %s: only the type %s can be used, here is '%.*s'", path, what, wanted,
                found.len > 60 ? 60 : (int)found.len, found.len ? found.at : "");
}

static bool get_bool(const json *from, const char *key, int *to, const char *path, err *e)
{
    const json *j = json_at(from, key);
    if (!j || json_type_of(j) == JSON_IS_NULL) return true;
    if (json_type_of(j) != JSON_IS_BOOL)
        return fail(e, "%s: %s: true or false is expected", path, key);
    *to = json_true(j);
    return true;
}

static bool read_normalizer(vocab_says *says, const json *all, const char *path, err *e)
{
    const json *n = json_at(all, "normalizer");
    if (!n) return true;
    says->lower_by = "tokenizer.json";
    if (json_type_of(n) == JSON_IS_NULL) {
        says->lower = says->strip = says->chinese = says->clean = 0;
        return true;
    }
    if (!check_type(n, "normalizer", "BertNormalizer", path, e)) return false;
    says->lower = says->chinese = says->clean = 1;
    return get_bool(n, "lowercase", &says->lower, path, e) &&
           get_bool(n, "strip_accents", &says->strip, path, e) &&
           get_bool(n, "handle_chinese_chars", &says->chinese, path, e) &&
           get_bool(n, "clean_text", &says->clean, path, e);
}

static bool read_model(vocab *v, vocab_says *says, const json *all, const char *path, err *e)
{
    const json *model = json_at(all, "model"), *split = json_at(all, "pre_tokenizer");
    if (!model) return fail(e, "%s: a model is expected, here is none", path);
    if (!check_type(model, "model", "WordPiece", path, e)) return false;
    if (split && !check_type(split, "pre_tokenizer", "BertPreTokenizer", path, e)) return false;
    const json *tail = json_at(model, "continuing_subword_prefix");
    if (tail && !str_is(json_text(tail), "##"))
        return fail(e, "%s: model.continuing_subword_prefix: only ## can be used", path);
    int64_t most = 0;
    if (!json_get_int(model, "max_input_chars_per_word", 1, WORD_MOST, &most, path, e))
        return false;
    says->word_most = (int)most;
    const char *unk = NULL;
    if (!json_get_text(model, "unk_token", &v->mem, &unk, path, e)) return false;
    if (unk) says->names[SPECIAL_UNK] = unk;
    return read_pieces(v, all, json_at(model, "vocab"), path, e);
}

bool vocab_files_json(vocab *v, vocab_says *says, const char *path, err *e)
{
    json *all;
    if (!json_read(&all, path, e)) return false;
    bool ok = json_type_of(all) == JSON_IS_OBJECT || fail(e, "%s: a JSON object is expected", path);
    ok = ok && read_normalizer(says, all, path, e) && read_model(v, says, all, path, e);
    json_close(all);
    return ok;
}

/* A special token's text: "[CLS]", or an object with a content. */
static bool read_names(vocab *v, vocab_says *says, const json *from, const char *path, err *e)
{
    for (int i = 0; i < SPECIALS; i++) {
        const json *j = json_at(from, special_keys[i]);
        if (json_type_of(j) == JSON_IS_OBJECT) j = json_at(j, "content");
        if (!j || json_type_of(j) == JSON_IS_NULL) continue;
        if (json_type_of(j) != JSON_IS_TEXT || !json_text(j).len)
            return fail(e, "%s: %s: a token is expected", path, special_keys[i]);
        says->names[i] = str_keep(&v->mem, json_text(j));
    }
    return true;
}

static bool read_config(vocab_says *says, const json *c, const char *path, err *e)
{
    int lower = SAYS_NOTHING;
    if (!get_bool(c, "do_lower_case", &lower, path, e) ||
        !get_bool(c, "strip_accents", &says->strip, path, e) ||
        !get_bool(c, "tokenize_chinese_chars", &says->chinese, path, e))
        return false;
    if (lower != SAYS_NOTHING) {
        says->lower = lower;
        says->lower_by = "tokenizer_config.json";
    }
    const json *mode = json_at(c, "wordpiece_mode"); /* our own key, see vocab_write */
    for (int i = 0; i < 3; i++)
        if (mode && str_is(json_text(mode), wordpiece_mode_names[i])) says->mode = i;
    if (mode && says->mode == SAYS_NOTHING)
        return fail(e, "%s: wordpiece_mode: hf, google or bluebert is expected", path);
    return true;
}

bool vocab_files_configs(vocab *v, vocab_says *says, const char *dir, err *e)
{
    static const char *const files[2] = {"special_tokens_map.json", "tokenizer_config.json"};
    for (int i = 0; i < 2; i++) {
        const char *path = path_join(&v->mem, dir, files[i]);
        json *c;
        if (!path_exists(path)) continue;
        if (!json_read(&c, path, e)) return false;
        bool ok =
            json_type_of(c) == JSON_IS_OBJECT || fail(e, "%s: a JSON object is expected", path);
        ok = ok && read_names(v, says, c, path, e) && (i == 0 || read_config(says, c, path, e));
        json_close(c);
        if (!ok) return false;
    }
    return true;
}
