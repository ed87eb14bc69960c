/* Building documents, and finding in which unit a file counted. See document.h. */
#include "corpus/document.h"
#include "base/table.h"
#include <string.h>

void infon_add(infons *to, arena *mem, str key, str value)
{
    GROW(mem, to->at, to->n, to->cap);
    to->at[to->n++] = (infon){key, value};
}

void infon_set(infons *to, arena *mem, const char *key, str value)
{
    for (int i = 0; i < to->n; i++)
        if (str_is(to->at[i].key, key)) {
            to->at[i].value = value;
            return;
        }
    infon_add(to, mem, str_of(str_keep(mem, str_of(key))), value);
}

str infon_get(const infons *of, const char *key)
{
    for (int i = 0; i < of->n; i++)
        if (str_is(of->at[i].key, key)) return of->at[i].value;
    return (str){0};
}

document *document_add(document_list *to, arena *mem, const char *id, const char *path, int line)
{
    GROW(mem, to->at, to->n, to->cap);
    document *d = &to->at[to->n++];
    *d = (document){.id = id, .path = path, .line = line, .text = {"", 0}, .unit = UNIT_POINT};
    return d;
}

static section *section_add(section **list, int *n, size_t *cap, arena *mem, span at)
{
    GROW(mem, *list, *n, *cap);
    section *s = &(*list)[(*n)++];
    *s = (section){.at = at, .offset = SIZE_MAX};
    return s;
}

section *document_passage(document *d, arena *mem, span at)
{
    return section_add(&d->passages, &d->n_passages, &d->cap_passages, mem, at);
}

section *document_sentence(document *d, arena *mem, span at)
{
    return section_add(&d->sentences, &d->n_sentences, &d->cap_sentences, mem, at);
}

doc_mention *document_mention(document *d, arena *mem, str id, str type, int line)
{
    GROW(mem, d->mentions, d->n_mentions, d->cap_mentions);
    doc_mention *m = &d->mentions[d->n_mentions++];
    *m = (doc_mention){.id = id, .type = type, .line = line};
    return m;
}

/* Lists of pieces and arguments have room for a power of two: is there none for one more behind n? */
static bool full(int n)
{
    return (n & (n - 1)) == 0;
}

static size_t room_behind(int n)
{
    size_t room = 1;
    while (room <= (size_t)n) room *= 2;
    return room;
}

void mention_piece(doc_mention *m, arena *mem, size_t start, size_t end)
{
    if (full(m->n)) {
        span *at = TAKE(mem, span, room_behind(m->n));
        if (m->n) memcpy(at, m->at, (size_t)m->n * sizeof *at);
        m->at = at;
    }
    m->at[m->n++] = (span){start, end};
}

void mention_piece_from(doc_mention *m, arena *mem, span at, span from)
{
    if (!m->from || full(m->n)) {
        span *all = TAKE(mem, span, room_behind(m->n)); /* zeros */
        if (m->from) memcpy(all, m->from, (size_t)m->n * sizeof *all);
        m->from = all;
    }
    m->from[m->n] = from;
    mention_piece(m, mem, at.start, at.end);
}

relation *document_relation(document *d, arena *mem, str id, str type, int line)
{
    GROW(mem, d->relations, d->n_relations, d->cap_relations);
    relation *r = &d->relations[d->n_relations++];
    *r = (relation){.id = id, .type = type, .line = line};
    return r;
}

void relation_argument(relation *r, arena *mem, str role, str ref)
{
    if (full(r->n)) {
        argument *args = TAKE(mem, argument, room_behind(r->n));
        if (r->n) memcpy(args, r->args, (size_t)r->n * sizeof *args);
        r->args = args;
    }
    r->args[r->n++] = (argument){role, ref, -1};
}

int document_link(document *d)
{
    arena mem = {0};
    table ids = {0};
    int loose = 0;
    for (int i = d->n_mentions; i-- > 0;)
        if (d->mentions[i].id.len) table_set(&ids, &mem, d->mentions[i].id, i);
    for (int i = 0; i < d->n_relations; i++)
        for (int k = 0; k < d->relations[i].n; k++) {
            argument *a = &d->relations[i].args[k];
            a->mention = table_get(&ids, a->ref);
            loose += a->mention < 0;
        }
    arena_close(&mem);
    return loose;
}

str mention_text(const document *d, const doc_mention *m, arena *mem)
{
    size_t len = 0, at = 0;
    if (m->n == 1) return str_sub(d->text, m->at[0].start, m->at[0].end);
    for (int i = 0; i < m->n; i++) len += m->at[i].end - m->at[i].start + 1;
    char *to = TAKE(mem, char, len + 1);
    for (int i = 0; i < m->n; i++) {
        str piece = str_sub(d->text, m->at[i].start, m->at[i].end);
        if (i) to[at++] = ' ';
        memcpy(to + at, piece.at, piece.len);
        at += piece.len;
    }
    return (str){to, at};
}

span mention_hull(const doc_mention *m)
{
    span all = m->at[0];
    for (int i = 1; i < m->n; i++) {
        if (m->at[i].start < all.start) all.start = m->at[i].start;
        if (m->at[i].end > all.end) all.end = m->at[i].end;
    }
    return all;
}

/* Two texts without their blanks, and without the dots that some files put between pieces. */
static bool same_but_blanks(str a, str b, bool dots)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.len && ((unsigned char)a.at[i] <= ' ' || (dots && a.at[i] == '.'))) i++;
        while (k < b.len && ((unsigned char)b.at[k] <= ' ' || (dots && b.at[k] == '.'))) k++;
        if (i == a.len || k == b.len) return i == a.len && k == b.len;
        if (a.at[i++] != b.at[k++]) return false;
    }
}

static bool fits(const document *d, const doc_mention *m, arena *mem)
{
    if (!m->text.at) return true;
    return same_but_blanks(mention_text(d, m, mem), m->text, m->n > 1);
}

bool mention_fits(const document *d, const doc_mention *m)
{
    arena mem = {0};
    bool yes = fits(d, m, &mem);
    arena_close(&mem);
    return yes;
}

/* The bytes of a mention's pieces; false if one is no place in the text. */
static bool place(const document *d, const doc_mention *m, const unit_map *o, span *to)
{
    for (int i = 0; i < m->n; i++) {
        span from = m->from ? m->from[i] : (span){0, 0};
        if (!unit_map_byte(o, from.start, m->at[i].start, &to[i].start) ||
            !unit_map_byte(o, from.end, m->at[i].end, &to[i].end) || to[i].start > to[i].end ||
            to[i].end > d->text.len)
            return false;
    }
    return true;
}

/* How many mentions do not stand where the file says, if it counted in this unit; *nowhere: how many of them are no places in the text at all. */
static int misses_in(const document *d, const unit_map *o, int *nowhere, arena *mem)
{
    int misses = 0;
    *nowhere = 0;
    for (int i = 0; i < d->n_mentions; i++) {
        arena_mark here = arena_here(mem);
        doc_mention m = d->mentions[i];
        span *to = TAKE(mem, span, m.n);
        bool placed = place(d, &m, o, to);
        m.at = to;
        misses += !placed || !fits(d, &m, mem);
        *nowhere += !placed;
        arena_rewind(mem, here);
    }
    return misses;
}

static bool convert(document *d, const unit_map *o, err *e)
{
    for (int i = 0; i < d->n_mentions; i++) {
        doc_mention *m = &d->mentions[i];
        ASSERT(m->n >= 1, "mention %d of %s has no piece", i, d->id);
        if (!place(d, m, o, m->at)) {
            span at = m->at[0]; /* as the file has it, unless the first piece was fine */
            return fail(e,
                        "%s:%d: a mention that lies inside the text of document %s is expected, "
                        "here is one at %zu to %zu (%.*s)",
                        d->path, m->line, d->id, at.start, at.end,
                        (int)(m->text.len < 60 ? m->text.len : 60), m->text.at ? m->text.at : "");
        }
    }
    return true;
}

bool document_settle(document *d, int unit, err *e)
{
    static const enum unit order[] = {UNIT_POINT, UNIT_UTF16, UNIT_BYTE};
    arena mem = {0};
    unit_map best = {0};
    int off =
        INT32_MAX; /* a unit in which each number is a place comes before one in which more texts fit */
    d->misses = INT32_MAX;
    for (int i = 0; i < 3 && d->misses; i++) {
        if (unit >= 0 && order[i] != (enum unit)unit) continue;
        unit_map o = unit_map_of(d->text, order[i], &mem);
        int nowhere, misses = misses_in(d, &o, &nowhere, &mem);
        if (nowhere < off || (nowhere == off && misses < d->misses))
            best = o, off = nowhere, d->misses = misses, d->unit = order[i];
        if (!o.unit_of && unit < 0) break; /* the three are one */
    }
    bool ok = convert(d, &best, e);
    arena_close(&mem);
    return ok;
}
