/* The DDI corpus of 2013: a file a document, with sentences that have a text each, entities in them (charOffset="3-9;15-20", the last character
 * included, counted from the start of the sentence) and every pair of entities, interacting or not. The document's text is its sentences with a
 * blank between. A pair's type is BLUE's label: DDI-advise, DDI-effect, DDI-int, DDI-mechanism, DDI-false; the corpus has one that interacts without a
 * type, and that is empty here. */
#include "base/xml.h"
#include "corpus/formats/readers.h"
#include <string.h>

typedef struct ddi {
    const source *s;
    document *d;
} ddi;

static bool required(const ddi *r, const xml *x, const char *name, str *to, err *e)
{
    *to = xml_attribute(x, name);
    return to->at || fail(e, "%s:%d: an attribute %s is expected in <%.*s>", r->s->path, x->line,
                          name, (int)x->name.len, x->name.at);
}

static bool pieces(ddi *r, doc_mention *m, const xml *x, str offsets, size_t from, err *e)
{
    for (str rest = offsets; rest.at;) {
        str end = str_cut(&rest, ';'), start = str_cut(&end, '-');
        int64_t a, b;
        if (!end.at || !str_int(str_trim(start), &a) || !str_int(str_trim(end), &b) || a < 0 ||
            b < a || b == INT64_MAX)
            return fail(e, "%s:%d: charOffset as 3-9 or 3-9;15-20 is expected, here is '%.*s'",
                        r->s->path, x->line, (int)(offsets.len < 40 ? offsets.len : 40),
                        offsets.at);
        mention_piece_from(m, r->s->mem, (span){(size_t)a, (size_t)b + 1}, (span){from, from});
    }
    return true;
}

static bool entity(ddi *r, const xml *x, size_t from, err *e)
{
    str id, type, offsets;
    if (!required(r, x, "id", &id, e) || !required(r, x, "type", &type, e) ||
        !required(r, x, "charOffset", &offsets, e))
        return false;
    doc_mention *m = document_mention(r->d, r->s->mem, id, type, x->line);
    m->text = xml_attribute(x, "text");
    infon_add(&m->more, r->s->mem, STR("tag"), STR("DRUG"));
    return pieces(r, m, x, offsets, from, e);
}

static bool pair(ddi *r, const xml *x, err *e)
{
    arena *mem = r->s->mem;
    str id, one, two, yes, type = xml_attribute(x, "type");
    if (!required(r, x, "id", &id, e) || !required(r, x, "e1", &one, e) ||
        !required(r, x, "e2", &two, e) || !required(r, x, "ddi", &yes, e))
        return false;
    bool is = str_is(yes, "true");
    if (!is && !str_is(yes, "false"))
        return fail(e, "%s:%d: ddi=\"true\" or ddi=\"false\" is expected", r->s->path, x->line);
    str name = !is       ? STR("DDI-false")
               : type.at ? str_of(str_format(mem, "DDI-%.*s", (int)type.len, type.at))
                         : (str){"", 0};
    relation *to = document_relation(r->d, mem, id, name, x->line);
    relation_argument(to, mem, STR("e1"), one);
    relation_argument(to, mem, STR("e2"), two);
    return true;
}

static bool sentence(ddi *r, const xml *x, size_t from, size_t len, err *e)
{
    str id = xml_attribute(x, "id");
    section *s = document_sentence(r->d, r->s->mem, (span){from, from + len});
    if (id.at) infon_add(&s->more, r->s->mem, STR("id"), id);
    for (const xml *i = xml_child(x, "entity"); i; i = xml_next(i, "entity"))
        if (!entity(r, i, from, e)) return false;
    for (const xml *i = xml_child(x, "pair"); i; i = xml_next(i, "pair"))
        if (!pair(r, i, e)) return false;
    return true;
}

static bool linked(const ddi *r, err *e)
{
    if (!document_link(r->d)) return true;
    for (int i = 0; i < r->d->n_relations; i++) {
        const relation *x = &r->d->relations[i];
        for (int k = 0; k < x->n; k++)
            if (x->args[k].mention < 0)
                return fail(e, "%s:%d: an entity of this document is expected, '%.*s' is none",
                            r->s->path, x->line, (int)x->args[k].ref.len, x->args[k].ref.at);
    }
    return true;
}

bool ddi_xml_documents(document_list *to, const source *s, err *e)
{
    xml *root;
    if (!xml_parse(&root, s->bytes, s->path, s->mem, e)) return false;
    if (!str_is(root->name, "document"))
        return fail(e, "%s:%d: <document> is expected, here is <%.*s>", s->path, root->line,
                    (int)(root->name.len < 40 ? root->name.len : 40), root->name.at);
    ddi r = {.s = s};
    str id, t;
    size_t len = 0, at = 0;
    if (!required(&r, root, "id", &id, e)) return false;
    for (const xml *x = xml_child(root, "sentence"); x; x = xml_next(x, "sentence")) {
        if (!required(&r, x, "text", &t, e)) return false;
        len += t.len + 1;
    }
    char *all = TAKE(s->mem, char, len + 1);
    r.d = document_add(to, s->mem, str_keep(s->mem, id), s->path, root->line);
    r.d->pairs_given = true;
    r.d->text = (str){all, len ? len - 1 : 0};
    for (const xml *x = xml_child(root, "sentence"); x; x = xml_next(x, "sentence")) {
        t = xml_attribute(x, "text");
        memcpy(all + at, t.at, t.len);
        if (!sentence(&r, x, at, t.len, e)) return false;
        at += t.len;
        if (x->next) all[at++] = ' ';
    }
    return linked(&r, e) && document_settle(r.d, -1, e);
}
