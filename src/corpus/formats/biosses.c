/* BIOSSES with its five annotators: a table with sentence_id, sentence_1, sentence_2, annotator_a .. annotator_e; the gold is their mean. */
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/rows.h"

enum { ANNOTATORS_MOST = 16 };

typedef struct header {
    int n, id, first, second, annotators, at[ANNOTATORS_MOST];
} header;

static bool find_header(header *h, const reading *r, const row *w, err *e)
{
    *h = (header){.n = w->n, .id = -1, .first = -1, .second = -1};
    for (int i = 0; i < w->n; i++) {
        str name = str_trim(w->at[i]);
        if (str_is(name, "sentence_id")) h->id = i;
        if (str_is(name, "sentence_1")) h->first = i;
        if (str_is(name, "sentence_2")) h->second = i;
        if (str_starts(name, "annotator_") && h->annotators < ANNOTATORS_MOST)
            h->at[h->annotators++] = i;
    }
    return (h->first >= 0 && h->second >= 0 && h->annotators) ||
           fail(e,
                "%s:%d: columns sentence_id, sentence_1, sentence_2, annotator_a .. are expected",
                r->path, w->line);
}

static bool read_row(collect *c, const header *h, const row *w, err *e)
{
    if (w->n != h->n)
        return fail(e, "%s:%d: %d columns are expected, here are %d", c->r->path, w->line, h->n,
                    w->n);
    example *x = collect_add(c, w->line);
    double sum = 0;
    for (int i = 0; i < h->annotators; i++) {
        double one;
        str cell = str_trim(w->at[h->at[i]]);
        if (!str_real(cell, &one))
            return fail(e, "%s:%d: a number is expected, here is '%.*s'", c->r->path, w->line,
                        (int)(cell.len < 40 ? cell.len : 40), cell.at);
        sum += one;
    }
    str mean = str_of(str_format(c->r->mem, "%.17g", sum / h->annotators));
    return collect_text(c, x, w->at[h->first], w->at[h->second], e) &&
           collect_label(c, x, mean, e) &&
           collect_id(c, x, h->id < 0 ? (str){0} : w->at[h->id], (str){0}, e);
}

bool biosses_read(examples *to, const reading *r, err *e)
{
    rows s = rows_of(r, '\t', r->t->quoting);
    row w = {0};
    header h;
    bool more;
    if (!rows_next(&s, &w, &more, e)) return false;
    if (!more) return fail(e, "%s: a header is expected, the file is empty", r->path);
    if (!find_header(&h, r, &w, e)) return false;
    collect c = collect_of(to, r);
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (!read_row(&c, &h, &w, e)) return false;
    }
}
