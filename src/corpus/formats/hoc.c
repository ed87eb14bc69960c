/* Hallmarks of Cancer as BLUE has it: a sentence a row, its labels as k_v for each of the ten (v is 1 where label k holds), or
 * as names. The trainers' files have labels, sentence, index; the script writes a header of four names (index, sentence1,
 * sentence2, label) above rows of three values, the last of which are the labels. The index is pmid_sN. */
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"
#include "corpus/labels.h"

static const column_names names = {{
    [ROLE_TEXT] = {"sentence", "sentence1", "text"},
    [ROLE_LABEL] = {"labels", "label"},
    [ROLE_ID] = {"index", "id"},
}};

static const char *hallmarks[] = {"activating invasion and metastasis",
                                  "avoiding immune destruction",
                                  "cellular energetics",
                                  "enabling replicative immortality",
                                  "evading growth suppressors",
                                  "genomic instability and mutation",
                                  "inducing angiogenesis",
                                  "resisting cell death",
                                  "sustaining proliferative signaling",
                                  "tumor promoting inflammation"};
enum { HALLMARKS = sizeof hallmarks / sizeof *hallmarks };

/* "7_1": 7 and 1. False if the part has another form. */
static bool cut_pair(str part, int *label, int *value)
{
    str rest = part, k = str_cut(&rest, '_');
    int64_t a, b;
    if (!rest.at || !str_int(k, &a) || !str_int(rest, &b) || a < 0 || a >= LABELS_MOST || b < 0 ||
        b > 1)
        return false;
    *label = (int)a, *value = (int)b;
    return true;
}

static bool is_pairs(str cell)
{
    int label, value;
    str rest = str_trim(cell);
    return rest.len && cut_pair(str_trim(str_cut(&rest, ',')), &label, &value);
}

static bool labels_of(collect *c, example *x, str cell, err *e)
{
    const task *t = c->r->t;
    if (!is_pairs(cell)) return collect_label(c, x, cell, e);
    collect_set(c, x);
    for (str rest = str_trim(cell); rest.at;) {
        str part = str_trim(str_cut(&rest, ','));
        int label, value;
        if (!cut_pair(part, &label, &value) || label >= t->n_labels)
            return fail(
                e, "%s:%d: labels as 0_1,1_0,.. with numbers below %d are expected, here is '%.*s'",
                c->r->path, x->line, t->n_labels, (int)(part.len < 60 ? part.len : 60), part.at);
        if (value && !collect_member(c, x, str_of(t->labels[label]), e)) return false;
    }
    return true;
}

static bool read_row(collect *c, const columns *k, const row *w, err *e)
{
    columns here = *k;
    if (k->n == 4 && w->n == 3)
        here.n = 3, here.at[ROLE_LABEL] = 2; /* the script's header, see above */
    if (w->n != here.n)
        return fail(e, "%s:%d: %d columns are expected, here are %d", c->r->path, w->line, here.n,
                    w->n);
    example *x = collect_add(c, w->line);
    str label = here.at[ROLE_LABEL] < 0 ? (str){NULL, 0} : w->at[here.at[ROLE_LABEL]];
    str id = here.at[ROLE_ID] < 0 ? (str){NULL, 0} : w->at[here.at[ROLE_ID]];
    if (here.at[ROLE_TEXT] >= w->n)
        return fail(e, "%s:%d: a sentence is expected", c->r->path, w->line);
    if (label.at && !labels_of(c, x, label, e)) return false;
    return collect_text(c, x, w->at[here.at[ROLE_TEXT]], (str){NULL, 0}, e) &&
           collect_id(c, x, id, (str){0}, e);
}

bool hoc_read(examples *to, const reading *r, err *e)
{
    rows s = rows_of(r, '\t', r->t->quoting);
    row w = {0};
    columns k = {0};
    bool more;
    if (!rows_next(&s, &w, &more, e)) return false;
    if (!more)
        return fail(e, "%s: a header (index, sentence, labels) is expected, the file is empty",
                    r->path);
    if (!columns_find(&k, r, &w, &names, e)) return false;
    rows first = s;
    row one = {0};
    if (!rows_next(&first, &one, &more, e)) return false;
    if (r->t->open_labels && more && one.n) {
        int at = k.n == 4 && one.n == 3 ? 2 : k.at[ROLE_LABEL];
        if (at >= 0 && at < one.n && is_pairs(one.at[at]) &&
            !labels_set(r->t, hallmarks, HALLMARKS, r->path, 1, r->mem, e))
            return false;
    }
    collect c = collect_of(to, r);
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (!read_row(&c, &k, &w, e)) return false;
    }
}
