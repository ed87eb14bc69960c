/* PubTator: PMID|t|title, PMID|a|abstract, then lines of tabs: PMID, start, end, mention, type[, identifier[, parts]], or PMID, type,
 * identifier, identifier of a relation between concepts; a blank line ends a document. The text is title, one newline, abstract (the
 * character that separates them counts one, whichever it is); without an abstract it is the title alone. Lines are not trimmed. */
#include "corpus/formats/readers.h"
#include <string.h>

enum { FIELDS = 8 };

typedef struct pubtator {
    const source *s;
    document_list *to;
    document *d; /* being read, or NULL */
    str title, abstract;
    bool has_title, has_abstract, has_rest;
    int number;
} pubtator;

static bool finish(pubtator *p, err *e)
{
    document *d = p->d;
    p->d = NULL;
    if (!d) return true;
    document_link(d); /* of nothing but identifiers, unless mentions have ids */
    return document_settle(d, -1, e);
}

/* Puts the text together, once the first line that is neither title nor abstract comes. */
static void text_of(pubtator *p)
{
    arena *mem = p->s->mem;
    document *d = p->d;
    size_t n = p->title.len, m = p->abstract.len;
    char *to = TAKE(mem, char, n + m + 1);
    memcpy(to, p->title.at, n);
    if (m) to[n] = '\n', memcpy(to + n + 1, p->abstract.at, m);
    d->text = (str){to, m ? n + 1 + m : n};
    if (p->has_title || p->has_abstract)
        infon_add(&document_passage(d, mem, (span){0, n})->more, mem, STR("type"), STR("title"));
    if (p->has_abstract) {
        section *of = document_passage(d, mem, (span){m ? n + 1 : n, d->text.len});
        infon_add(&of->more, mem, STR("type"), STR("abstract"));
        if (!m)
            of->offset =
                utf8_points(p->title) + 1; /* the newline counts, though the text ends before it */
    }
}

static void begin(pubtator *p, str id)
{
    p->d = document_add(p->to, p->s->mem, str_keep(p->s->mem, id), p->s->path, p->number);
    p->title = p->abstract = (str){"", 0};
    p->has_title = p->has_abstract = p->has_rest = false;
}

/* "PMID|t|text": the two bars must come before any tab. */
static bool cut_text_line(str line, str *id, char *which, str *rest)
{
    ptrdiff_t bar = str_find(line, '|'), tab = str_find(line, '\t');
    if (bar < 1 || (tab >= 0 && tab < bar) || (size_t)bar + 2 >= line.len) return false;
    *which = line.at[bar + 1];
    *id = str_sub(line, 0, (size_t)bar);
    *rest = str_sub(line, (size_t)bar + 3, line.len);
    return line.at[bar + 2] == '|' && (*which == 't' || *which == 'a');
}

static bool text_line(pubtator *p, str id, char which, str s, err *e)
{
    bool same = p->d && str_is(id, p->d->id);
    if (!same || p->has_rest || (which == 't' && (p->has_title || p->has_abstract))) {
        if (p->d && same)
            return fail(e,
                        "%s:%d: a blank line between documents, or one line |%c| of document %.*s, "
                        "is expected",
                        p->s->path, p->number, which, (int)(id.len < 40 ? id.len : 40), id.at);
        if (p->d && !p->has_rest) text_of(p);
        if (!finish(p, e)) return false;
        begin(p, id);
    } else if (which == 'a' && p->has_abstract) {
        return fail(e, "%s:%d: one line |a| a document is expected, here is a second", p->s->path,
                    p->number);
    }
    if (which == 't')
        p->title = s, p->has_title = true;
    else
        p->abstract = s, p->has_abstract = true;
    return true;
}

static bool mention_line(pubtator *p, const str *f, int n, err *e)
{
    arena *mem = p->s->mem;
    int64_t start, end;
    if (!str_int(f[1], &start) || !str_int(f[2], &end) || start < 0 || end < start)
        return fail(e, "%s:%d: PMID, start, end, mention, type are expected, with start before end",
                    p->s->path, p->number);
    if (!f[4].len) return fail(e, "%s:%d: a type is expected in column 5", p->s->path, p->number);
    doc_mention *m = document_mention(p->d, mem, (str){"", 0}, f[4], p->number);
    m->text = f[3];
    mention_piece(m, mem, (size_t)start, (size_t)end);
    if (n > 5) infon_add(&m->more, mem, STR("identifier"), f[5]);
    if (n > 6) infon_add(&m->more, mem, STR("parts"), f[6]);
    if (n > 7) infon_add(&m->more, mem, STR("more"), f[7]);
    return true;
}

static bool tab_line(pubtator *p, str line, err *e)
{
    str f[FIELDS];
    int n = 0;
    str rest = line;
    for (; rest.at && n < FIELDS - 1; n++) f[n] = str_cut(&rest, '\t');
    if (rest.at) f[n++] = rest;
    if (!p->d || !str_is(f[0], p->d->id))
        return fail(
            e, "%s:%d: a line PMID|t|title, or one of the document above with tabs, is expected",
            p->s->path, p->number);
    if (!p->has_rest) text_of(p), p->has_rest = true;
    int64_t number;
    if (n >= 5 && str_int(f[1], &number)) return mention_line(p, f, n, e);
    if (n < 4 || str_int(f[1], &number) || !f[1].len)
        return fail(e,
                    "%s:%d: PMID, start, end, mention, type[, identifier] or PMID, type, "
                    "identifier, identifier are expected, with tabs between",
                    p->s->path, p->number);
    arena *mem = p->s->mem;
    relation *r = document_relation(p->d, mem, (str){"", 0}, f[1], p->number);
    relation_argument(r, mem, STR("Arg1"), f[2]);
    relation_argument(r, mem, STR("Arg2"), f[3]);
    for (int i = 4; i < n; i++)
        infon_add(&r->more, mem, str_of(str_format(mem, "column%d", i + 1)), f[i]);
    return true;
}

bool pubtator_documents(document_list *to, const source *s, err *e)
{
    pubtator p = {.s = s, .to = to};
    for (str rest = utf8_body(s->bytes), line, id, t; str_line(&rest, &line);) {
        char which;
        bool ok;
        p.number++;
        if (!str_trim(line).len) {
            if (p.d && !p.has_rest) text_of(&p), p.has_rest = true;
            ok = finish(&p, e);
        } else if (cut_text_line(line, &id, &which, &t)) {
            ok = text_line(&p, id, which, t, e);
        } else {
            ok = tab_line(&p, line, e);
        }
        if (!ok) return false;
    }
    if (p.d && !p.has_rest) text_of(&p);
    return finish(&p, e);
}
