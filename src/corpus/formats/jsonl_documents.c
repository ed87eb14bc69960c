/* Documents as JSON lines, an object each:
 *   {"id", "text", "mentions": [{"id", "type", "start", "end", "text", "infons"}], "relations": [{"id", "type", "args": [{"role", "ref", "mention"}], "infons"}],
 *    "passages": [{"start", "end", "offset", "infons"}], "sentences": [the same], "pairs_given": true, "unit", "infons"}
 * All but the text may be missing. A mention in pieces has "spans": [[start, end], ..] instead of start and end; places count code points of the text, or the
 * unit that fits the mentions' texts, or is named. Infons are an object, or a list of [key, value] where a key stands twice; keys that are not known become infons. */
#include "base/json.h"
#include "corpus/formats/readers.h"
#include "corpus/tree.h"
#include <string.h>

typedef struct reader {
    const source *s;
    document *d;
    int line;
    bool zero; /* a text had U+0000 */
} reader;

static bool expected(const reader *r, const char *what, err *e)
{
    return fail(e, "%s:%d: %s expected", r->s->path, r->line, what);
}

static str kept(reader *r, const json *j)
{
    str s = json_as_text(j, r->s->mem);
    r->zero |= str_find(s, 0) >= 0;
    return s;
}

/* Infons, and whatever key is not among those known. */
static bool infons_of(reader *r, const json *o, const char *const *known, infons *to, err *e)
{
    arena *mem = r->s->mem;
    const json *list = json_at(o, "infons");
    enum json_type type = json_type_of(list);
    for (void *i = type == JSON_IS_OBJECT ? json_first(list) : NULL; i; i = json_next(list, i))
        infon_add(to, mem, str_copy(mem, json_key(i)), kept(r, json_value(i)));
    for (size_t i = 0; type == JSON_IS_LIST && i < json_count(list); i++) {
        const json *pair = json_item(list, i);
        if (json_type_of(pair) != JSON_IS_LIST || json_count(pair) != 2)
            return expected(r, "a list of [key, value] as infons is", e);
        infon_add(to, mem, kept(r, json_item(pair, 0)), kept(r, json_item(pair, 1)));
    }
    for (void *i = json_first(o); i; i = json_next(o, i)) {
        str key = json_key(i);
        bool own = str_is(key, "infons");
        for (const char *const *k = known; *k && !own; k++) own = str_is(key, *k);
        if (!own) infon_add(to, mem, str_copy(mem, key), kept(r, json_value(i)));
    }
    return true;
}

static bool place(const json *from, const json *to, span *at)
{
    if (json_type_of(from) != JSON_IS_INT || json_type_of(to) != JSON_IS_INT) return false;
    *at = (span){(size_t)json_int(from), (size_t)json_int(to)};
    return json_int(from) >= 0 && json_int(to) >= json_int(from);
}

static bool spans_of(reader *r, const json *o, doc_mention *m, err *e)
{
    const json *spans = json_at(o, "spans");
    span at;
    if (!spans && place(json_at(o, "start"), json_at(o, "end"), &at))
        mention_piece(m, r->s->mem, at.start, at.end);
    for (size_t i = 0; json_type_of(spans) == JSON_IS_LIST && i < json_count(spans); i++) {
        const json *pair = json_item(spans, i);
        if (json_type_of(pair) != JSON_IS_LIST || json_count(pair) != 2 ||
            !place(json_item(pair, 0), json_item(pair, 1), &at))
            return expected(r, "spans [[start, end], ..] of whole numbers are", e);
        mention_piece(m, r->s->mem, at.start, at.end);
    }
    return m->n ||
           expected(r, "a mention with start and end, 0 <= start <= end, or with spans, is", e);
}

static bool mention_of(reader *r, const json *o, err *e)
{
    static const char *const known[] = {"id",    "type", "start", "end",
                                        "spans", "text", "part",  NULL};
    if (json_type_of(o) != JSON_IS_OBJECT)
        return expected(r, "a list of objects as mentions is", e);
    doc_mention *m = document_mention(r->d, r->s->mem, kept(r, json_at(o, "id")),
                                      kept(r, json_at(o, "type")), r->line);
    if (json_type_of(json_at(o, "text")) == JSON_IS_TEXT) m->text = kept(r, json_at(o, "text"));
    m->part = json_true(json_at(o, "part"));
    return infons_of(r, o, known, &m->more, e) && spans_of(r, o, m, e);
}

static bool relation_of(reader *r, const json *o, err *e)
{
    static const char *const known[] = {"id", "type", "args", NULL};
    const json *args = json_at(o, "args");
    if (json_type_of(o) != JSON_IS_OBJECT || (args && json_type_of(args) != JSON_IS_LIST))
        return expected(r, "a list of objects as relations, each with a list args, is", e);
    relation *x = document_relation(r->d, r->s->mem, kept(r, json_at(o, "id")),
                                    kept(r, json_at(o, "type")), r->line);
    for (size_t i = 0; i < json_count(args); i++)
        relation_argument(x, r->s->mem, kept(r, json_at(json_item(args, i), "role")),
                          kept(r, json_at(json_item(args, i), "ref")));
    return infons_of(r, o, known, &x->more, e);
}

/* An argument is of the mention that its ref names, unless "mention" has the number of another, or null. */
static bool numbers_of(const reader *r, const json *o, err *e)
{
    const json *relations = json_at(o, "relations");
    for (int i = 0; i < r->d->n_relations; i++) {
        relation *x = &r->d->relations[i];
        const json *args = json_at(json_item(relations, (size_t)i), "args");
        for (int k = 0; k < x->n; k++) {
            const json *number = json_at(json_item(args, (size_t)k), "mention");
            enum json_type type = json_type_of(number);
            if (type == JSON_NONE) continue;
            int64_t m = type == JSON_IS_NULL ? -1 : json_int(number);
            if (type != JSON_IS_NULL && (type != JSON_IS_INT || m < 0 || m >= r->d->n_mentions))
                return expected(r, "the number of a mention from 0 on, or null, under mention is",
                                e);
            x->args[k].mention = (int)m;
        }
    }
    return true;
}

typedef bool item_reader(reader *r, const json *o, err *e);
static bool each(reader *r, const json *o, const char *key, item_reader *read, err *e)
{
    const json *list = json_at(o, key);
    enum json_type type = json_type_of(list);
    if (type != JSON_NONE && type != JSON_IS_NULL && type != JSON_IS_LIST)
        return fail(e, "%s:%d: a list of %s is expected", r->s->path, r->line, key);
    for (size_t i = 0; type == JSON_IS_LIST && i < json_count(list); i++)
        if (!read(r, json_item(list, i), e)) return false;
    return true;
}

/* Passages or sentences, once the unit is known. */
static bool sections_of(reader *r, const json *o, bool sentences, const unit_map *map, err *e)
{
    static const char *const known[] = {"start", "end", "offset", NULL};
    const json *list = json_at(o, sentences ? "sentences" : "passages");
    size_t before = 0;
    for (size_t i = 0; json_type_of(list) == JSON_IS_LIST && i < json_count(list); i++) {
        const json *one = json_item(list, i), *offset = json_at(one, "offset");
        span at, bytes = {0, 0};
        bool fits = place(json_at(one, "start"), json_at(one, "end"), &at) &&
                    unit_map_byte(map, 0, at.start, &bytes.start) &&
                    unit_map_byte(map, 0, at.end, &bytes.end) && bytes.start >= before;
        if (!fits) return expected(r, "passages and sentences in order, inside the text, are", e);
        before = bytes.end;
        section *s = sentences ? document_sentence(r->d, r->s->mem, bytes)
                               : document_passage(r->d, r->s->mem, bytes);
        if (!sentences && json_type_of(offset) == JSON_IS_INT && json_int(offset) >= 0)
            s->offset = (size_t)json_int(offset);
        if (!infons_of(r, one, known, &s->more, e)) return false;
    }
    return true;
}

static bool unit_of(const reader *r, const json *o, int *unit, err *e)
{
    static const char *const names[] = {
        [UNIT_BYTE] = "bytes", [UNIT_POINT] = "points", [UNIT_UTF16] = "utf16"};
    const json *named = json_at(o, "unit");
    *unit = -1;
    for (int i = 0; i < 3; i++)
        if (str_is(json_text(named), names[i])) *unit = i;
    return !named || *unit >= 0 || expected(r, "points, utf16 or bytes as unit is", e);
}

static bool document_of(document_list *to, const source *s, const json *o, int line, err *e)
{
    static const char *const known[] = {"id",          "text",     "mentions",
                                        "relations",   "passages", "sentences",
                                        "pairs_given", "unit",     NULL};
    reader r = {.s = s, .line = line};
    int unit;
    const json *id = json_at(o, "id"), *words = json_at(o, "text");
    str stem = tree_stem(s->path);
    if (json_type_of(o) != JSON_IS_OBJECT || json_type_of(words) != JSON_IS_TEXT)
        return expected(&r, "an object with a text under \"text\" is", e);
    const char *name = id ? str_keep(s->mem, kept(&r, id))
                          : str_format(s->mem, "%.*s-%d", (int)stem.len, stem.at, line);
    r.d = document_add(to, s->mem, name, s->path, line);
    r.d->text = kept(&r, words);
    r.d->pairs_given = json_true(json_at(o, "pairs_given"));
    if (!each(&r, o, "mentions", mention_of, e) || !each(&r, o, "relations", relation_of, e) ||
        !infons_of(&r, o, known, &r.d->more, e))
        return false;
    document_link(r.d);
    if (!numbers_of(&r, o, e) || !unit_of(&r, o, &unit, e) || !document_settle(r.d, unit, e))
        return false;
    arena mem = {0};
    unit_map map = unit_map_of(r.d->text, r.d->unit, &mem);
    bool ok = sections_of(&r, o, false, &map, e) && sections_of(&r, o, true, &map, e);
    arena_close(&mem);
    return ok && (!r.zero || expected(&r, "texts without U+0000 are", e));
}

bool jsonl_documents(document_list *to, const source *s, err *e)
{
    int number = 0;
    for (str rest = utf8_body(s->bytes), line; str_line(&rest, &line);) {
        json *o = NULL;
        number++;
        if (!str_trim(line).len) continue;
        bool ok = json_parse(&o, line, s->path, number, e) && document_of(to, s, o, number, e);
        json_close(o);
        if (!ok) return false;
    }
    return true;
}
