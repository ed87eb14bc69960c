/* BioC XML: collection, document, passage, sentence, annotation, relation, as in BioC.dtd, which is never loaded. */
#include "base/file.h"
#include "base/xml.h"
#include "corpus/formats/bioc.h"
#include "corpus/formats/readers.h"
#include <string.h>

static str inside(const xml *x, const char *name)
{
    const xml *child = xml_child(x, name);
    return child ? child->text : (str){0};
}

static void read_infons(const xml *x, infons *to, arena *mem)
{
    for (const xml *i = xml_child(x, "infon"); i; i = xml_next(i, "infon")) {
        str key = xml_attribute(i, "key");
        infon_add(to, mem, key.at ? key : (str){"", 0}, i->text);
    }
}

static bool whole(const source *s, const xml *x, str of, const char *what, int64_t *to, err *e)
{
    if (str_int(str_trim(of), to)) return true;
    return fail(e, "%s:%d: a whole number as %s is expected, here is '%.*s'", s->path, x->line,
                what, (int)(of.len < 40 ? of.len : 40), of.at ? of.at : "");
}

static bool read_annotation(bioc *b, const xml *x, err *e)
{
    str id = xml_attribute(x, "id");
    doc_mention *m =
        document_mention(b->d, b->s->mem, id.at ? id : (str){"", 0}, (str){"", 0}, x->line);
    int64_t offset, length;
    read_infons(x, &m->more, b->s->mem);
    m->text = inside(x, "text");
    bioc_mention_done(b, m);
    for (const xml *l = xml_child(x, "location"); l; l = xml_next(l, "location"))
        if (!whole(b->s, l, xml_attribute(l, "offset"), "offset", &offset, e) ||
            !whole(b->s, l, xml_attribute(l, "length"), "length", &length, e) ||
            !bioc_piece(b, m, offset, length, e))
            return false;
    return m->n || fail(e, "%s:%d: a location is expected in an annotation", b->s->path, x->line);
}

static void read_relation(bioc *b, const xml *x)
{
    arena *mem = b->s->mem;
    str id = xml_attribute(x, "id"), none = {"", 0};
    relation *r = document_relation(b->d, mem, id.at ? id : none, none, x->line);
    read_infons(x, &r->more, mem);
    for (const xml *n = xml_child(x, "node"); n; n = xml_next(n, "node")) {
        str role = xml_attribute(n, "role"), ref = xml_attribute(n, "refid");
        relation_argument(r, mem, role.at ? role : none, ref.at ? ref : none);
    }
    bioc_relation_done(b, r);
}

static bool read_notes(bioc *b, const xml *x, err *e)
{
    for (const xml *a = xml_child(x, "annotation"); a; a = xml_next(a, "annotation"))
        if (!read_annotation(b, a, e)) return false;
    for (const xml *r = xml_child(x, "relation"); r; r = xml_next(r, "relation"))
        read_relation(b, r);
    return true;
}

static bool read_section(bioc *b, const xml *x, bool sentence, err *e)
{
    int64_t offset = 0;
    const xml *at = xml_child(x, "offset");
    if (!at || !whole(b->s, at, at->text, "offset", &offset, e) || offset < 0)
        return fail(e, "%s:%d: an offset of 0 or more is expected in a %s", b->s->path, x->line,
                    sentence ? "sentence" : "passage");
    section *s = bioc_section(b, sentence, (size_t)offset);
    read_infons(x, &s->more, b->s->mem);
    const xml *words = xml_child(x, "text");
    if (words) bioc_text(b, words->text);
    if (!sentence)
        for (const xml *i = xml_child(x, "sentence"); i; i = xml_next(i, "sentence"))
            if (!read_section(b, i, true, e)) return false;
    return read_notes(b, x, e);
}

static bool read_document(document_list *to, const source *s, const xml *x, err *e)
{
    bioc b;
    str id = str_trim(inside(x, "id"));
    bioc_begin(&b, to, s, str_keep(s->mem, id.at ? id : (str){"", 0}), x->line);
    read_infons(x, &b.d->more, s->mem);
    bool ok = true;
    for (const xml *p = xml_child(x, "passage"); ok && p; p = xml_next(p, "passage"))
        ok = read_section(&b, p, false, e);
    ok = ok && read_notes(&b, x, e);
    if (ok) return bioc_end(&b, e);
    text_close(&b.text);
    return false;
}

bool bioc_xml_documents(document_list *to, const source *s, err *e)
{
    xml *root;
    static const char *const head[] = {"source", "date", "key"};
    if (!xml_parse(&root, s->bytes, s->path, s->mem, e)) return false;
    if (!str_is(root->name, "collection"))
        return fail(e, "%s:%d: a <collection> is expected, here is <%.*s>", s->path, root->line,
                    (int)(root->name.len < 40 ? root->name.len : 40), root->name.at);
    if (!to->more.n) {
        for (int i = 0; i < 3; i++) {
            str found = inside(root, head[i]);
            if (found.at) infon_add(&to->more, s->mem, str_of(head[i]), found);
        }
        read_infons(root, &to->more, s->mem);
    }
    for (const xml *x = xml_child(root, "document"); x; x = xml_next(x, "document"))
        if (!read_document(to, s, x, e)) return false;
    return true;
}
