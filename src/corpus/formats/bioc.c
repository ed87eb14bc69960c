/* See bioc.h. */
#include "corpus/formats/bioc.h"
#include <string.h>

enum { GAP_MOST = 64 };

void bioc_begin(bioc *b, document_list *to, const source *s, const char *id, int line)
{
    *b = (bioc){.s = s, .d = document_add(to, s->mem, id, s->path, line)};
}

section *bioc_section(bioc *b, bool sentence, size_t offset)
{
    document *d = b->d;
    size_t at = b->text.len;
    section *s;
    if (sentence) {
        bool first =
            !d->n_sentences || !d->n_passages ||
            d->sentences[d->n_sentences - 1].at.start < d->passages[d->n_passages - 1].at.start;
        size_t gap = offset > b->end ? offset - b->end : 0;
        if (!first && !gap && offset < b->end) gap = 1; /* counted in another way */
        for (size_t i = 0; !first && i < gap && i < GAP_MOST; i++) text_char(&b->text, ' ');
        at = b->text.len;
        if (d->n_passages) d->passages[d->n_passages - 1].at.end = at; /* it may be empty */
        s = document_sentence(d, b->s->mem, (span){at, at});
    } else {
        if (d->n_passages && offset != b->end) text_char(&b->text, '\n'), at++;
        s = document_passage(d, b->s->mem, (span){at, at});
    }
    s->offset = offset;
    b->open = s, b->in_sentence = sentence;
    b->base = offset, b->from = at;
    b->end = offset;
    return s;
}

void bioc_text(bioc *b, str s)
{
    document *d = b->d;
    text_add(&b->text, s);
    b->open->at.end = b->text.len;
    if (d->n_passages) d->passages[d->n_passages - 1].at.end = b->text.len;
    b->end += utf8_points(s);
}

bool bioc_piece(bioc *b, doc_mention *m, int64_t offset, int64_t length, err *e)
{
    size_t base = b->base, from = b->from;
    if (offset < 0 || length < 0)
        return fail(e, "%s:%d: a location with offset and length of 0 or more is expected",
                    b->s->path, m->line);
    for (int i = b->d->n_passages; (size_t)offset < base && i-- > 0;)
        base = b->d->passages[i].offset, from = b->d->passages[i].at.start;
    if ((size_t)offset < base)
        return fail(
            e, "%s:%d: a location inside a passage is expected, %lld is before the first (%zu)",
            b->s->path, m->line, (long long)offset, base);
    if (!m->n) m->from = from;
    /* All pieces count from one place; a piece of an earlier section than the first piece's cannot be told. */
    size_t shift = from == m->from ? (size_t)offset - base : (size_t)offset - b->base;
    if (from != m->from && (size_t)offset < b->base)
        return fail(e, "%s:%d: locations of one passage are expected", b->s->path, m->line);
    mention_piece(m, b->s->mem, shift, shift + (size_t)length);
    return true;
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
    arena mem = {0};
    d->text = str_copy(b->s->mem, text_str(&b->text));
    if (!d->text.at) d->text = (str){"", 0};
    text_close(&b->text);
    for (int i = 0; i < d->n_mentions; i++)
        if (!d->mentions[i].n) {
            mention_piece(&d->mentions[i], b->s->mem, 0, 0);
            d->mentions[i].from = 0;
        }
    document_link(d);
    if (!document_settle(d, -1, e)) return false;
    unit_map o = unit_map_of(d->text, d->unit, &mem);
    section *lists[] = {d->passages, d->sentences};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < (k ? d->n_sentences : d->n_passages); i++) {
            section *s = &lists[k][i];
            if (s->offset == unit_map_units(&o, s->at.start)) s->offset = SIZE_MAX;
        }
    arena_close(&mem);
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
        bool newline = i > 0 && i < d->n_passages && next == at + 1 && d->text.at[at] == '\n';
        if (next > at && !newline) loss_note(l, "text outside passages", d);
        if (i < d->n_passages) at = d->passages[i].at.end;
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

size_t bioc_offset(const unit_map *o, const section *s)
{
    return s->offset == SIZE_MAX ? unit_map_units(o, s->at.start) : s->offset;
}
