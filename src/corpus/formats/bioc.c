/* See bioc.h. */
#include "corpus/formats/bioc.h"
#include <string.h>

enum { GAP_MOST = 64 };

void bioc_begin(bioc *b, document_list *to, const source *s, const char *id, int line)
{
    *b = (bioc){.s = s, .d = document_add(to, s->mem, id, s->path, line), .apart = -1};
}

section *bioc_section(bioc *b, bool sentence, size_t offset)
{
    document *d = b->d;
    section *s;
    if (sentence) {
        bool first =
            !d->n_sentences || !d->n_passages ||
            d->sentences[d->n_sentences - 1].at.start < d->passages[d->n_passages - 1].at.start;
        size_t gap = offset > b->end ? offset - b->end : 0;
        if (!first && !gap && offset < b->end) gap = 1; /* counted in another way */
        for (size_t i = 0; !first && i < gap && i < GAP_MOST; i++) text_char(&b->text, ' ');
        if (d->n_passages)
            d->passages[d->n_passages - 1].at.end = b->text.len; /* it may be empty */
        s = document_sentence(d, b->s->mem, (span){b->text.len, b->text.len});
    } else {
        if (d->n_passages && offset != b->end && b->apart < 0) b->apart = b->n_starts;
        s = document_passage(d, b->s->mem, (span){b->text.len, b->text.len});
    }
    GROW(b->s->mem, b->starts, b->n_starts, b->cap_starts);
    b->starts[b->n_starts++] = (bioc_start){offset, b->text.len, sentence,
                                            (sentence ? d->n_sentences : d->n_passages) - 1};
    s->offset = offset;
    b->open = s;
    b->end = offset;
    return s;
}

/* The newline in front of a passage, now that it or one behind it has text. */
static void part(bioc *b)
{
    text_char(&b->text, '\n');
    for (int i = b->apart; i < b->n_starts; i++) {
        bioc_start *x = &b->starts[i];
        section *of = x->sentence ? b->d->sentences : b->d->passages;
        x->from = b->text.len;
        of[x->index].at = (span){b->text.len, b->text.len};
    }
    b->apart = -1;
}

void bioc_text(bioc *b, str s)
{
    document *d = b->d;
    if (s.len && b->apart >= 0) part(b);
    text_add(&b->text, s);
    b->open->at.end = b->text.len;
    if (d->n_passages) d->passages[d->n_passages - 1].at.end = b->text.len;
    b->end += utf8_points(s);
}

/* As in the file; bioc_end tells the bytes, once all sections are known. Until then `from` is the section that is open, from 1. */
bool bioc_piece(bioc *b, doc_mention *m, int64_t offset, int64_t length, err *e)
{
    if (offset < 0 || length < 0 || length > INT64_MAX - offset)
        return fail(e, "%s:%d: a location with offset and length of 0 or more is expected",
                    b->s->path, m->line);
    size_t home = (size_t)b->n_starts;
    mention_piece_from(m, b->s->mem, (span){(size_t)offset, (size_t)(offset + length)},
                       (span){home, home});
    return true;
}

/* The section that a place counts from, by the file's numbers: the one it was read in, the last before that which begins before the place, or one behind
 * it that the place reaches into. NULL: it lies before the first. */
static const bioc_start *start_of(const bioc *b, size_t home, size_t place, bool end)
{
    if (!b->n_starts) return NULL;
    const bioc_start *x = b->starts, *last = x + b->n_starts - 1;
    if (home) x += home - 1;
    while (x > b->starts && x->offset > place) x--;
    if (x->offset > place) return NULL;
    while (x < last && (x[1].offset > x->offset || x[1].from == x->from) &&
           (end ? x[1].offset < place : x[1].offset <= place))
        x++;
    return x;
}

static bool resolve(const bioc *b, doc_mention *m, err *e)
{
    for (int i = 0; i < m->n; i++) {
        span *at = &m->at[i], *from = &m->from[i];
        bool empty = at->start == at->end;
        const bioc_start *one = start_of(b, from->start, at->start, false),
                         *two = empty ? one : start_of(b, from->end, at->end, true);
        if (!one || !two)
            return fail(e,
                        "%s:%d: a location inside a passage is expected, %zu is before the first",
                        b->s->path, m->line, at->start);
        *at = (span){at->start - one->offset, at->end - two->offset};
        *from = (span){one->from, two->from};
    }
    return true;
}

/* Does a place lie in the section that it counts from, or at its end? What lies between two sections belongs to the first. */
static bool reaches(const bioc *b, size_t from, size_t at)
{
    int low = 0, high = b->n_starts; /* of the first section that begins behind `from` */
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (b->starts[middle].from <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low == b->n_starts || at <= b->starts[low].from;
}

static bool inside(const bioc *b, err *e)
{
    for (int i = 0; i < b->d->n_mentions; i++) {
        const doc_mention *m = &b->d->mentions[i];
        for (int k = 0; m->from && k < m->n; k++)
            if (!reaches(b, m->from[k].start, m->at[k].start) ||
                !reaches(b, m->from[k].end, m->at[k].end))
                return fail(e, "%s:%d: a location inside a passage is expected", b->s->path,
                            m->line);
    }
    return true;
}

/* Are these numbers those of sections one behind the other, and of sentences in them? */
static bool orderly(const document *d, const unit_map *o)
{
    const section *p = d->passages, *s = d->sentences;
    for (int i = 1; i < d->n_passages; i++) {
        size_t long_ = unit_map_units(o, p[i - 1].at.end) - unit_map_units(o, p[i - 1].at.start);
        if (p[i].offset < p[i - 1].offset || p[i].offset - p[i - 1].offset < long_) return false;
    }
    for (int i = 0, k = 0; i < d->n_sentences; i++) {
        while (k + 1 < d->n_passages && p[k + 1].at.start <= s[i].at.start) k++;
        size_t behind = unit_map_units(o, s[i].at.start) - unit_map_units(o, p[k].at.start);
        if (s[i].offset != p[k].offset + behind) return false;
    }
    return true;
}

/* Numbers of the file are kept where they are other than the places in the text, and can be told. */
static void keep_offsets(document *d)
{
    arena mem = {0};
    unit_map o = unit_map_of(d->text, d->unit, &mem);
    bool keep = orderly(d, &o);
    section *lists[] = {d->passages, d->sentences};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < (k ? d->n_sentences : d->n_passages); i++) {
            section *s = &lists[k][i];
            if (!keep || s->offset == unit_map_units(&o, s->at.start)) s->offset = SIZE_MAX;
        }
    arena_close(&mem);
}

static str take(infons *of, const char *key)
{
    for (int i = 0; i < of->n; i++)
        if (str_is(of->at[i].key, key)) {
            str value = of->at[i].value;
            memmove(of->at + i, of->at + i + 1, (size_t)(of->n - i - 1) * sizeof *of->at);
            of->n--;
            return value;
        }
    return (str){0};
}

void bioc_mention_done(bioc *b, doc_mention *m)
{
    (void)b;
    str type = take(&m->more, "type");
    m->type = type.at ? type : (str){"", 0};
    m->part = str_is(infon_get(&m->more, "CompositeRole"), "IndividualMention");
}

void bioc_relation_done(bioc *b, relation *r)
{
    str type = take(&r->more, "type");
    if (!type.at) type = infon_get(&r->more, "relation");
    r->type = type.at ? type : (str){"", 0};
    if (r->n) return;
    infons kept = {0}; /* BC5CDR names concepts in infons and has no nodes */
    for (int i = 0; i < r->more.n; i++) {
        infon *x = &r->more.at[i];
        if (str_is(x->key, "relation"))
            infon_add(&kept, b->s->mem, x->key, x->value);
        else
            relation_argument(r, b->s->mem, x->key, x->value);
    }
    r->more = kept;
}

bool bioc_end(bioc *b, err *e)
{
    document *d = b->d;
    d->text = str_copy(b->s->mem, text_str(&b->text));
    if (!d->text.at) d->text = (str){"", 0};
    text_close(&b->text);
    for (int i = 0; i < d->n_mentions; i++)
        if (!resolve(b, &d->mentions[i], e)) return false;
    document_link(d);
    if (!document_settle(d, -1, e) || !inside(b, e)) return false;
    keep_offsets(d);
    return true;
}

bool bioc_sentences_hold(const document *d, const section *passage, losses *l)
{
    size_t at = passage->at.start;
    bool any = false, hold = true;
    for (int i = 0; i < d->n_sentences; i++) {
        span s = d->sentences[i].at;
        if (s.start < passage->at.start || s.end > passage->at.end) continue;
        hold = hold && s.start >= at && s.start - at <= GAP_MOST && (any || s.start == at);
        for (size_t k = at; hold && k < s.start; k++) hold = d->text.at[k] == ' ';
        at = s.end, any = true;
    }
    hold = hold && at == passage->at.end;
    if (any && !hold) loss_note(l, "sentences that have more than blanks between them", d);
    return any && hold;
}

void bioc_note_gaps(const document *d, losses *l)
{
    size_t at = 0;
    for (int i = 0; d->n_passages && i <= d->n_passages; i++) {
        size_t next = i < d->n_passages ? d->passages[i].at.start : d->text.len;
        bool newline = i > 0 && i < d->n_passages && next == at + 1 && d->text.at[at] == '\n' &&
                       d->passages[i].at.end > next;
        if (next > at && !newline) loss_note(l, "text outside passages", d);
        if (i < d->n_passages) at = d->passages[i].at.end;
    }
}

static bool in_passages(const document *d, size_t at)
{
    for (int i = 0; i < d->n_passages; i++)
        if (d->passages[i].at.start <= at && at <= d->passages[i].at.end) return true;
    return !d->n_passages;
}

void bioc_leave_out(const document *d, bool *done, losses *l)
{
    for (int i = 0; i < d->n_mentions; i++) {
        const doc_mention *m = &d->mentions[i];
        for (int k = 0; k < m->n && !done[i]; k++)
            done[i] = !in_passages(d, m->at[k].start) || !in_passages(d, m->at[k].end);
        if (done[i]) loss_note(l, "mentions outside passages", d);
    }
    static const char *const said = "notes called type where there is no type (a type now)";
    for (int i = 0; i < d->n_mentions; i++)
        if (!d->mentions[i].type.len && infon_get(&d->mentions[i].more, "type").at)
            loss_note(l, said, d);
    for (int i = 0; i < d->n_relations; i++) {
        const relation *r = &d->relations[i];
        if (!bioc_type_is_infon(&r->more, r->type) && infon_get(&r->more, "type").at)
            loss_note(l, said, d);
    }
}

bool bioc_is_node(const document *d, const argument *a)
{
    if (a->mention >= 0) return true;
    for (int i = 0; i < d->n_relations; i++)
        if (d->relations[i].id.len && str_eq(d->relations[i].id, a->ref)) return true;
    return false;
}

bool bioc_type_is_infon(const infons *more, str type)
{
    str said = infon_get(more, "relation");
    return type.len && !(said.at && str_eq(said, type));
}

size_t bioc_offset(const document *d, const unit_map *o, const section *s)
{
    size_t units = unit_map_units(o, s->at.start);
    if (d->unit != UNIT_POINT) return units;
    if (s->offset != SIZE_MAX) return s->offset;
    for (int i = d->n_passages; i-- > 0;) { /* it counts on from the last one that has a number */
        const section *p = &d->passages[i];
        if (p->offset != SIZE_MAX && p->at.start <= s->at.start)
            return p->offset + units - unit_map_units(o, p->at.start);
    }
    return units;
}

size_t bioc_place(const document *d, const unit_map *o, size_t byte, bool end)
{
    size_t units = unit_map_units(o, byte);
    const section *in = NULL;
    for (int i = 0; i < d->n_passages; i++) {
        size_t start = d->passages[i].at.start;
        if (end && i ? start < byte : start <= byte) in = &d->passages[i];
    }
    return in ? units - unit_map_units(o, in->at.start) + bioc_offset(d, o, in) : units;
}
