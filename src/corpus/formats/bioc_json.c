/* BioC JSON: the same as BioC XML with infons as objects, or one document alone, or one a line (as PubTator's service sends). Ids may be numbers. */
#include "base/json.h"
#include "corpus/formats/bioc.h"
#include "corpus/formats/readers.h"

static void read_infons(const json *o, infons *to, arena *mem)
{
    json *of = json_at(o, "infons");
    if (json_type_of(of) != JSON_IS_OBJECT) return;
    for (void *i = json_first(of); i; i = json_next(of, i))
        infon_add(to, mem, str_copy(mem, json_key(i)), json_as_text(json_value(i), mem));
}

/* The list of that name; *n is 0 where there is none. */
static const json *list_of(const json *o, const char *key, size_t *n)
{
    const json *l = json_at(o, key);
    *n = json_type_of(l) == JSON_IS_LIST ? json_count(l) : 0;
    return l;
}

static bool bad(const bioc *b, const char *what, err *e)
{
    return fail(e, "%s:%d: document %s: %s", b->s->path, b->d->line, b->d->id, what);
}

static bool read_annotation(bioc *b, const json *o, err *e)
{
    arena *mem = b->s->mem;
    doc_mention *m =
        document_mention(b->d, mem, json_as_text(json_at(o, "id"), mem), (str){"", 0}, b->d->line);
    size_t n;
    const json *places = list_of(o, "locations", &n);
    read_infons(o, &m->more, mem);
    if (json_type_of(json_at(o, "text")) == JSON_IS_TEXT)
        m->text = json_as_text(json_at(o, "text"), mem);
    bioc_mention_done(b, m);
    for (size_t i = 0; i < n; i++) {
        const json *at = json_item(places, i), *from = json_at(at, "offset"),
                   *length = json_at(at, "length");
        if (json_type_of(from) != JSON_IS_INT || json_type_of(length) != JSON_IS_INT)
            return bad(b, "a location with whole numbers offset and length is expected", e);
        if (!bioc_piece(b, m, json_int(from), json_int(length), e)) return false;
    }
    return n || bad(b, "a location is expected in each annotation", e);
}

static void read_relation(bioc *b, const json *o)
{
    arena *mem = b->s->mem;
    size_t n;
    const json *nodes = list_of(o, "nodes", &n);
    relation *r =
        document_relation(b->d, mem, json_as_text(json_at(o, "id"), mem), (str){"", 0}, b->d->line);
    read_infons(o, &r->more, mem);
    for (size_t i = 0; i < n; i++)
        relation_argument(r, mem, json_as_text(json_at(json_item(nodes, i), "role"), mem),
                          json_as_text(json_at(json_item(nodes, i), "refid"), mem));
    bioc_relation_done(b, r);
}

static bool read_notes(bioc *b, const json *o, err *e)
{
    size_t n;
    const json *l = list_of(o, "annotations", &n);
    for (size_t i = 0; i < n; i++)
        if (!read_annotation(b, json_item(l, i), e)) return false;
    l = list_of(o, "relations", &n);
    for (size_t i = 0; i < n; i++) read_relation(b, json_item(l, i));
    return true;
}

static bool read_section(bioc *b, const json *o, bool sentence, err *e)
{
    const json *offset = json_at(o, "offset"), *words = json_at(o, "text");
    size_t n;
    if (json_type_of(offset) != JSON_IS_INT || json_int(offset) < 0)
        return bad(b, "an offset of 0 or more is expected in each passage and sentence", e);
    section *s = bioc_section(b, sentence, (size_t)json_int(offset));
    read_infons(o, &s->more, b->s->mem);
    if (json_type_of(words) == JSON_IS_TEXT && json_text(words).len) {
        if (str_find(json_text(words), 0) >= 0)
            return bad(b, "a text without U+0000 is expected", e);
        bioc_text(b, json_text(words));
    }
    const json *l = list_of(o, "sentences", &n);
    for (size_t i = 0; !sentence && i < n; i++)
        if (!read_section(b, json_item(l, i), true, e)) return false;
    return read_notes(b, o, e);
}

static bool read_document(document_list *to, const source *s, const json *o, int line, err *e)
{
    bioc b;
    size_t n;
    bool ok = true;
    bioc_begin(&b, to, s, str_keep(s->mem, json_as_text(json_at(o, "id"), s->mem)), line);
    read_infons(o, &b.d->more, s->mem);
    const json *l = list_of(o, "passages", &n);
    for (size_t i = 0; ok && i < n; i++) ok = read_section(&b, json_item(l, i), false, e);
    ok = ok && read_notes(&b, o, e);
    if (ok) return bioc_end(&b, e);
    text_close(&b.text);
    return false;
}

static bool read_collection(document_list *to, const source *s, const json *o, int line, err *e)
{
    static const char *const head[] = {"source", "date", "key"};
    const json *l = json_at(o, "documents");
    if (json_type_of(l) != JSON_IS_LIST) {
        if (json_type_of(json_at(o, "passages")) == JSON_IS_LIST)
            return read_document(to, s, o, line, e);
        return fail(e, "%s:%d: an object with documents, or one with passages, is expected",
                    s->path, line);
    }
    if (!to->more.n) {
        for (int i = 0; i < 3; i++)
            if (json_at(o, head[i]))
                infon_add(&to->more, s->mem, str_of(head[i]),
                          json_as_text(json_at(o, head[i]), s->mem));
        read_infons(o, &to->more, s->mem);
    }
    for (size_t i = 0; i < json_count(l); i++)
        if (!read_document(to, s, json_item(l, i), line, e)) return false;
    return true;
}

/* Is the first line an object of its own? */
static bool is_lines(str bytes)
{
    str rest = bytes, line = {0};
    while (str_line(&rest, &line) && !str_trim(line).len) continue;
    line = str_trim(line);
    return str_trim(rest).len && line.len > 1 && line.at[0] == '{' && line.at[line.len - 1] == '}';
}

bool bioc_json_documents(document_list *to, const source *s, err *e)
{
    json *o = NULL;
    str bytes = utf8_body(s->bytes);
    bool lines = is_lines(bytes), ok = true;
    int number = 0;
    for (str rest = bytes, line; ok && rest.at;) {
        number++;
        if (!lines)
            line = rest, rest = (str){0};
        else if (!str_line(&rest, &line))
            break;
        if (lines && !str_trim(line).len) continue;
        ok = json_parse(&o, line, s->path, number, e) && read_collection(to, s, o, number, e);
        json_close(o);
        o = NULL;
    }
    return ok;
}
