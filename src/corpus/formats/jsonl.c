/* JSON lines, an object each, by key: text, text2, label, id, or as the task maps them; of words the lists words and tags (the
 * task's text and label), or documents with mentions (jsonl_documents.c). A label may be a text, a number of the list that the study gives, true or false; several are a list. */
#include "corpus/formats/jsonl.h"
#include "base/json.h"
#include "corpus/examples_documents.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"
#include "corpus/split.h"
#include <string.h>

static const char *const words_names[] = {"words", "tokens", NULL};
static const char *const tags_names[] = {"tags", "ner_tags", "labels", NULL};

static json *member(const json *o, const char *own, const char *const *names)
{
    if (own) return json_at(o, own);
    for (; *names; names++)
        if (json_at(o, *names)) return json_at(o, *names);
    return NULL;
}

static json *of_role(const json *o, const task *t, enum role role)
{
    const char *const own[ROLES] = {t->column_text, t->column_text2, t->column_label, t->column_id};
    static const char *const pair_id[] = {"id", "pairID", "pair_ID", "index", "uid", NULL};
    return member(o, own[role], role == ROLE_ID ? pair_id : columns_usual.of[role]);
}

static bool expected(const reading *r, int line, const char *own, const char *usual,
                     const char *what, err *e)
{
    return fail(e, "%s:%d: a key \"%s\" with %s is expected", r->path, line, own ? own : usual,
                what);
}

/* A text or a number as the text of a cell. A text with U+0000 inside is none. */
static bool as_text(const json *j, arena *mem, str *to)
{
    switch (json_type_of(j)) {
    case JSON_IS_TEXT: *to = str_copy(mem, json_text(j)); return str_find(*to, 0) < 0;
    case JSON_IS_BOOL: *to = json_true(j) ? STR("true") : STR("false"); return true;
    case JSON_IS_INT: *to = str_of(str_format(mem, "%lld", (long long)json_int(j))); return true;
    case JSON_IS_REAL: *to = str_of(str_format(mem, "%.17g", json_real(j))); return true;
    default: return false;
    }
}

/* A label that is a whole number is a place in the study's list, unless a label has that very name. */
static bool as_label(const reading *r, const json *j, str *to)
{
    const task *t = r->t;
    if (!as_text(j, r->mem, to)) return false;
    if (json_type_of(j) != JSON_IS_INT || !t->listed || t->kind == KIND_SCORE ||
        task_label(t, *to) >= 0)
        return true;
    int64_t i = json_int(j);
    if (i >= 0 && i < t->n_listed) *to = str_of(t->listed[i]);
    return true;
}

/* A list of texts (or of tags, which may be numbers). */
static bool as_list(const reading *r, const json *j, bool labels, str **to, int *n)
{
    if (json_type_of(j) != JSON_IS_LIST) return false;
    *n = (int)json_count(j);
    *to = TAKE(r->mem, str, *n);
    for (int i = 0; i < *n; i++) {
        json *item = json_item(j, (size_t)i);
        if (labels ? !as_label(r, item, &(*to)[i])
                   : json_type_of(item) != JSON_IS_TEXT || !as_text(item, r->mem, &(*to)[i]))
            return false;
    }
    return true;
}

static bool read_words(collect *c, example *x, const json *o, err *e)
{
    const reading *r = c->r;
    const task *t = r->t;
    json *words = member(o, t->column_text, words_names),
         *tags = member(o, t->column_label, tags_names);
    str *word = NULL, *tag = NULL, whole;
    int n = 0, n_tags = 0;
    if (!words && !r->gold &&
        as_text(of_role(o, t, ROLE_TEXT), r->mem, &whole)) { /* for prediction a text will do */
        if (!collect_text(c, x, whole, (str){0}, e)) return false;
        x->n_words = split_words(whole, r->mem, &x->words);
        return true;
    }
    if (!as_list(r, words, false, &word, &n))
        return expected(r, x->line, t->column_text, "words", "a list of texts", e);
    if (!collect_words(c, x, word, n, 0, e)) return false;
    if (!tags && !r->gold) return true;
    if (!as_list(r, tags, true, &tag, &n_tags))
        return expected(r, x->line, t->column_label, "tags", "a list of tags", e);
    if (n != n_tags)
        return fail(e, "%s:%d: as many tags as words are expected, here are %d for %d", r->path,
                    x->line, n_tags, n);
    return collect_tags(c, x, tag, 0, e);
}

static bool read_texts(collect *c, example *x, const json *o, err *e)
{
    const reading *r = c->r;
    bool two = r->t->kind == KIND_PAIR || r->t->kind == KIND_SCORE;
    str first = {0}, second = {0};
    json *a = of_role(o, r->t, ROLE_TEXT), *b = of_role(o, r->t, ROLE_TEXT2);
    if (json_type_of(a) != JSON_IS_TEXT || !as_text(a, r->mem, &first))
        return expected(r, x->line, r->t->column_text, "text", "a text", e);
    if (two && (json_type_of(b) != JSON_IS_TEXT || !as_text(b, r->mem, &second)))
        return expected(r, x->line, r->t->column_text2, "text2", "a text", e);
    return collect_text(c, x, first, second, e);
}

static bool read_label(collect *c, example *x, const json *j, err *e)
{
    const reading *r = c->r;
    const char *own = r->t->column_label;
    str *labels, label;
    int n;
    if (!r->gold && (!j || json_type_of(j) == JSON_IS_NULL)) return true;
    if (r->t->kind == KIND_LABELS && json_type_of(j) == JSON_IS_LIST) {
        if (!as_list(r, j, true, &labels, &n))
            return expected(r, x->line, own, "label", "a list of labels", e);
        collect_set(c, x);
        for (int i = 0; i < n; i++)
            if (!collect_member(c, x, str_trim(labels[i]), e)) return false;
        return true;
    }
    if (!as_label(r, j, &label))
        return expected(r, x->line, own, "label", r->t->kind == KIND_SCORE ? "a number" : "a label",
                        e);
    return collect_label(c, x, label, e);
}

/* Annotators of MedNLI and SNLI who did not agree left "-". */
static bool no_agreement(const task *t, const json *o)
{
    return t->kind == KIND_PAIR && json_at(o, "gold_label") &&
           str_is(json_text(of_role(o, t, ROLE_LABEL)), "-") && task_label(t, STR("-")) < 0;
}

static bool read_object(collect *c, const json *o, int line, err *e)
{
    const reading *r = c->r;
    if (json_type_of(o) != JSON_IS_OBJECT)
        return fail(e, "%s:%d: an object {..} is expected", r->path, line);
    if (no_agreement(r->t, o)) {
        c->to->skipped++;
        return true;
    }
    example *x = collect_add(c, line);
    bool words = r->t->kind == KIND_WORDS;
    if (words ? !read_words(c, x, o, e)
              : !read_texts(c, x, o, e) || !read_label(c, x, of_role(o, r->t, ROLE_LABEL), e))
        return false;
    json *j = of_role(o, r->t, ROLE_ID);
    str id = {0};
    if (j ? !as_text(j, r->mem, &id) : r->t->column_id != NULL)
        return expected(r, line, r->t->column_id, "id", "a text or a number", e);
    return collect_id(c, x, id, (str){0}, e);
}

/* Is the first line a document with mentions, as jsonl_write makes them, and not a row? */
static bool holds_documents(const reading *r)
{
    const task *t = r->t;
    if ((t->kind != KIND_WORDS && t->kind != KIND_RELATION) || t->column_text) return false;
    str rest = r->bytes, line = {"", 0};
    while (!str_trim(line).len)
        if (!str_line(&rest, &line)) return false;
    json *o = NULL;
    err e = {0};
    bool yes = json_parse(&o, line, r->path, 1, &e) &&
               json_type_of(json_at(o, "text")) == JSON_IS_TEXT &&
               json_type_of(json_at(o, "mentions")) == JSON_IS_LIST;
    json_close(o);
    return yes;
}

bool jsonl_read(examples *to, const reading *r, err *e)
{
    if (holds_documents(r)) {
        document_list d = {0};
        return jsonl_documents(&d, &(source){r->path, r->bytes, r->mem}, e) &&
               examples_of_documents(to, r, &d, NULL, e);
    }
    collect c = collect_of(to, r);
    int number = 0;
    for (str rest = r->bytes, line; str_line(&rest, &line);) {
        number++;
        if (!str_trim(line).len) continue;
        json *o = NULL;
        if (!json_parse(&o, line, r->path, number, e)) return false;
        bool ok = read_object(&c, o, number, e);
        json_close(o);
        if (!ok) return false;
    }
    return collect_close(&c, e);
}
