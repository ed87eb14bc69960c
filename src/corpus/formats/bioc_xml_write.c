/* Writes BioC XML; offsets are code points, as PubTator's files and most readers have them. */
#include "base/file.h"
#include "base/xml.h"
#include "corpus/formats/bioc.h"
#include "corpus/formats/readers.h"
#include <string.h>

typedef struct writer {
    text t;
    const document *d;
    unit_map points;
    losses *l;
} writer;

static void put(writer *w, str s, bool attribute)
{
    if (xml_put(&w->t, s, attribute)) loss_note(w->l, "control characters (blanks now)", w->d);
}

static void element(writer *w, const char *name, str s)
{
    text_format(&w->t, "<%s>", name);
    put(w, s, false);
    text_format(&w->t, "</%s>\n", name);
}

static void put_infon(writer *w, str key, str value)
{
    text_add(&w->t, STR("<infon key=\""));
    put(w, key, true);
    text_add(&w->t, STR("\">"));
    put(w, value, false);
    text_add(&w->t, STR("</infon>\n"));
}

static void put_infons(writer *w, const infons *of)
{
    for (int i = 0; i < of->n; i++) put_infon(w, of->at[i].key, of->at[i].value);
}

/* An id for what has none: readers of BioC want one. */
static void open_with_id(writer *w, const char *name, str id, char letter, int number)
{
    text_format(&w->t, "<%s id=\"", name);
    if (id.len)
        put(w, id, true);
    else
        text_format(&w->t, "%c%d", letter, number);
    text_add(&w->t, STR("\">\n"));
}

static void put_mention(writer *w, const doc_mention *m, int number)
{
    open_with_id(w, "annotation", m->id, 'M', number);
    if (m->type.len) put_infon(w, STR("type"), m->type);
    put_infons(w, &m->more);
    for (int i = 0; i < m->n; i++) {
        span at = m->at[i];
        size_t start = bioc_place(w->d, &w->points, at.start, false), end = start;
        if (at.end > at.start) end = bioc_place(w->d, &w->points, at.end, true);
        text_format(&w->t, "<location offset=\"%zu\" length=\"%zu\"/>\n", start, end - start);
    }
    arena mem = {0};
    element(w, "text", m->text.at ? m->text : mention_text(w->d, m, &mem));
    arena_close(&mem);
    text_add(&w->t, STR("</annotation>\n"));
}

static void put_relation(writer *w, const relation *r, int number)
{
    open_with_id(w, "relation", r->id, 'R', number);
    if (bioc_type_is_infon(&r->more, r->type)) put_infon(w, STR("type"), r->type);
    put_infons(w, &r->more);
    for (int i = 0; i < r->n; i++)
        if (!bioc_is_node(w->d, &r->args[i])) put_infon(w, r->args[i].role, r->args[i].ref);
    for (int i = 0; i < r->n; i++) {
        const argument *a = &r->args[i];
        if (!bioc_is_node(w->d, a)) continue;
        text_add(&w->t, STR("<node refid=\""));
        if (a->mention >= 0 && !w->d->mentions[a->mention].id.len)
            text_format(&w->t, "M%d", a->mention);
        else
            put(w, a->ref, true);
        text_add(&w->t, STR("\" role=\""));
        put(w, a->role, true);
        text_add(&w->t, STR("\"/>\n"));
    }
    text_add(&w->t, STR("</relation>\n"));
}

static bool holds(span in, const doc_mention *m)
{
    return m->at[0].start >= in.start && m->at[0].start <= in.end;
}

/* Mentions belong to the last section that begins before them; done[] says which are written. */
static void put_mentions(writer *w, span in, bool *done)
{
    for (int i = 0; i < w->d->n_mentions; i++) {
        const doc_mention *m = &w->d->mentions[i];
        if (done[i] || !holds(in, m)) continue;
        done[i] = true;
        put_mention(w, m, i);
    }
}

static void put_section(writer *w, const section *s, bool sentence, bool *done)
{
    text_add(&w->t, sentence ? STR("<sentence>\n") : STR("<passage>\n"));
    put_infons(w, &s->more);
    text_format(&w->t, "<offset>%zu</offset>\n", bioc_offset(w->d, &w->points, s));
    int n = 0;
    bool cut = !sentence && bioc_sentences_hold(w->d, s, w->l);
    for (int i = 0; cut && i < w->d->n_sentences; i++) {
        const section *k = &w->d->sentences[i];
        if (k->at.start < s->at.start || k->at.end > s->at.end) continue;
        put_section(w, k, true, done);
        n++;
    }
    if (!n) {
        element(w, "text", str_sub(w->d->text, s->at.start, s->at.end));
        put_mentions(w, s->at, done);
    }
    text_add(&w->t, sentence ? STR("</sentence>\n") : STR("</passage>\n"));
}

static void put_document(writer *w)
{
    const document *d = w->d;
    arena mem = {0};
    bool *done = TAKE(&mem, bool, d->n_mentions + 1);
    section whole = {.at = {0, d->text.len}, .offset = SIZE_MAX};
    w->points = unit_map_of(d->text, UNIT_POINT, &mem);
    bioc_note_gaps(d, w->l);
    bioc_leave_out(d, done, w->l);
    text_add(&w->t, STR("<document>\n"));
    element(w, "id", str_of(d->id));
    put_infons(w, &d->more);
    for (int i = 0; i < d->n_passages; i++) put_section(w, &d->passages[i], false, done);
    if (!d->n_passages) put_section(w, &whole, false, done);
    put_mentions(w, whole.at, done); /* between passages, or between sentences */
    for (int i = 0; i < d->n_relations; i++) put_relation(w, &d->relations[i], i);
    text_add(&w->t, STR("</document>\n"));
    arena_close(&mem);
}

bool bioc_xml_write(const document_list *all, const char *path, losses *l, err *e)
{
    out o = {0};
    writer w = {.l = l};
    static const char *const head[] = {"source", "date", "key"};
    document none = {.id = ""};
    if (!out_open(&o, path, e)) return false;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE collection SYSTEM "
          "\"BioC.dtd\">\n<collection>\n",
          o.to);
    w.d = &none;
    for (int i = 0; i < 3; i++) {
        str s = infon_get(&all->more, head[i]);
        element(&w, head[i], s.at ? s : (str){"", 0});
    }
    for (int i = 0; i < all->more.n; i++) {
        str key = all->more.at[i].key;
        if (!str_is(key, "source") && !str_is(key, "date") && !str_is(key, "key"))
            put_infon(&w, key, all->more.at[i].value);
    }
    for (int i = 0; i < all->n; i++) {
        w.d = &all->at[i];
        put_document(&w);
        fwrite(w.t.at, 1, w.t.len, o.to);
        w.t.len = 0;
    }
    if (w.t.len) fwrite(w.t.at, 1, w.t.len, o.to);
    fputs("</collection>\n", o.to);
    text_close(&w.t);
    return out_close(&o, e);
}
