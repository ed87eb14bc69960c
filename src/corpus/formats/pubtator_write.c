/* Writes PubTator. It holds two pieces of text, each one line; mentions of one piece; relations between concepts. */
#include "base/file.h"
#include "corpus/formats/readers.h"
#include <string.h>

/* Title and abstract: the two passages, or what stands before and behind the first newline. What lies between is one character. */
static void cut_text(const document *d, losses *l, str *title, str *abstract)
{
    str t = d->text;
    ptrdiff_t at = str_find(t, '\n');
    size_t end = at < 0 ? t.len : (size_t)at;
    if (d->n_passages == 2 && d->passages[0].at.start == 0 && d->passages[1].at.end == t.len &&
        (d->passages[1].at.start == d->passages[0].at.end + 1 || d->passages[1].at.start == t.len))
        end = d->passages[0].at.end;
    else if (d->n_passages > 1)
        loss_note(l, "passages other than title and abstract", d);
    *title = str_sub(t, 0, end);
    *abstract = str_sub(t, end + 1, t.len);
    if (end < t.len && !abstract->len) loss_note(l, "newlines at the end of a text", d);
    if (end < t.len && t.at[end] != '\n')
        loss_note(l, "the blank between title and abstract (a newline now)", d);
}

/* Line ends inside become blanks: the places of all mentions stay. */
static void put_line(FILE *to, const document *d, losses *l, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        bool end = s.at[i] == '\n' || (s.at[i] == '\r' && i + 1 == s.len);
        if (end) loss_note(l, "line ends inside title or abstract (blanks now)", d);
        putc(end ? ' ' : s.at[i], to);
    }
    putc('\n', to);
}

/* Tabs and line ends become blanks. */
static bool put_blanked(FILE *to, str s)
{
    bool any = false;
    for (size_t i = 0; i < s.len; i++) {
        bool cut = s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r';
        putc(cut ? ' ' : s.at[i], to);
        any |= cut;
    }
    return any;
}

static void put_field(FILE *to, const document *d, losses *l, str s)
{
    if (put_blanked(to, s))
        loss_note(l, "tabs and line ends in types and identifiers (blanks now)", d);
}

/* A type that a reader takes for one. */
static void put_type(FILE *to, const document *d, losses *l, str type)
{
    if (!type.len) loss_note(l, "mentions without a type (\"none\" now)", d);
    put_field(to, d, l, type.len ? type : STR("none"));
}

/* The id in front of each line of a document: one without bars and tabs. */
static const char *line_id(const document *d, int number, losses *l, arena *mem)
{
    str plain =
        utf8_body(str_of(d->id)); /* a mark in front of the first line would be one of the file */
    char *id = (char *)str_keep(mem, plain);
    bool changed = !*id || plain.at != d->id;
    for (char *c = id; *c; c++)
        if (*c == '|' || *c == '\t' || *c == '\n' || *c == '\r') *c = '_', changed = true;
    if (changed) loss_note(l, "ids that are empty or have bars, tabs, line ends (others now)", d);
    return *id ? id : str_format(mem, "document-%d", number + 1);
}

static str identifier(const infons *more)
{
    static const char *const keys[] = {"identifier", "MESH", "MeSH"};
    for (int i = 0; i < 3; i++) {
        str found = infon_get(more, keys[i]);
        if (found.at) return found;
    }
    return (str){0};
}

static bool known(str key)
{
    static const char *const keys[] = {"identifier", "MESH", "MeSH", "parts", "more"};
    for (int i = 0; i < 5; i++)
        if (str_is(key, keys[i])) return true;
    return false;
}

static void put_mention(FILE *to, const document *d, const char *doc, const doc_mention *m,
                        const unit_map *o, size_t written, losses *l)
{
    span at = mention_hull(m);
    if (m->n > 1) loss_note(l, "mentions in several pieces (one from first to last now)", d);
    if (m->part) {
        loss_note(l, "mentions that repeat a part of another", d);
        return;
    }
    if (at.end > written) {
        loss_note(l, "mentions behind the last letter", d);
        return;
    }
    if (m->id.len) loss_note(l, "ids of mentions", d);
    str s = str_sub(d->text, at.start, at.end);
    fprintf(to, "%s\t%zu\t%zu\t", doc, unit_map_units(o, at.start), unit_map_units(o, at.end));
    put_blanked(to, m->text.at && m->n == 1 ? m->text : s);
    putc('\t', to);
    put_type(to, d, l, m->type);
    str id = identifier(&m->more), parts = infon_get(&m->more, "parts"),
        more = infon_get(&m->more, "more");
    const str columns[] = {id, parts, more};
    int last = more.at ? 3 : parts.at ? 2 : id.at ? 1 : 0;
    for (int i = 0; i < last; i++) putc('\t', to), put_field(to, d, l, columns[i]);
    putc('\n', to);
    for (int i = 0; i < m->more.n; i++)
        if (!known(m->more.at[i].key)) loss_note(l, "notes on mentions", d);
}

static void put_relation(FILE *to, const document *d, const char *doc, const relation *r, losses *l)
{
    int64_t number;
    if (r->n != 2) {
        loss_note(l, "relations of other than two arguments", d);
        return;
    }
    if (!r->type.len || str_int(r->type, &number)) {
        loss_note(l, "relations whose type is a number, or none", d);
        return;
    }
    str refs[2];
    for (int i = 0; i < 2; i++) {
        refs[i] = r->args[i].ref;
        if (r->args[i].mention < 0) continue;
        loss_note(l, "which mention an argument is (the identifier of its concept now)", d);
        str id = identifier(&d->mentions[r->args[i].mention].more);
        if (id.len) refs[i] = id;
    }
    fprintf(to, "%s\t", doc);
    put_field(to, d, l, r->type);
    for (int i = 0; i < 2; i++) putc('\t', to), put_field(to, d, l, refs[i]);
    for (int i = 0; i < r->more.n; i++)
        if (str_starts(r->more.at[i].key, "column"))
            putc('\t', to), put_field(to, d, l, r->more.at[i].value);
    putc('\n', to);
}

bool pubtator_write(const document_list *all, const char *path, losses *l, err *e)
{
    out o = {0};
    arena mem = {0};
    if (!out_open(&o, path, e)) return false;
    if (all->more.n && all->n) loss_note(l, "notes on the collection", &all->at[0]);
    for (int i = 0; i < all->n; i++) {
        const document *d = &all->at[i];
        arena_mark here = arena_here(&mem);
        unit_map points = unit_map_of(d->text, UNIT_POINT, &mem);
        str title, abstract;
        cut_text(d, l, &title, &abstract);
        size_t written = abstract.len ? d->text.len : title.len;
        if (d->n_sentences) loss_note(l, "sentences", d);
        if (d->more.n) loss_note(l, "notes on documents", d);
        const char *doc = line_id(d, i, l, &mem);
        fprintf(o.to, "%s|t|", doc);
        put_line(o.to, d, l, title);
        fprintf(o.to, "%s|a|", doc);
        put_line(o.to, d, l, abstract);
        for (int k = 0; k < d->n_mentions; k++)
            put_mention(o.to, d, doc, &d->mentions[k], &points, written, l);
        for (int k = 0; k < d->n_relations; k++) put_relation(o.to, d, doc, &d->relations[k], l);
        putc('\n', o.to);
        arena_rewind(&mem, here);
    }
    arena_close(&mem);
    return out_close(&o, e);
}
