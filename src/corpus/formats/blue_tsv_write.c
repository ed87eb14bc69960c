/* Writes BLUE's relations: index, sentence, label. Rows are the pairs of mentions of a sentence, the two masked, as a study would be given them: those of
 * types between which the documents have a relation somewhere (all, if they have none), without one under the negative label. */
#include "base/file.h"
#include "base/table.h"
#include "corpus/candidates.h"
#include "corpus/formats/blue.h"
#include "corpus/formats/readers.h"
#include <string.h>

typedef struct writer {
    FILE *to;
    losses *l;
    candidate_rules rules; /* any types, in text order */
    str negative;
    table seen; /* pairs of types */
    arena mem;  /* of all documents */
} writer;

static bool is_negative(str type)
{
    return str_is(type, "false") || str_ends(type, "-false");
}

static str pair_of(const document *d, const candidate *c, arena *mem)
{
    str a = d->mentions[c->first].type, b = d->mentions[c->second].type;
    if (str_cmp(a, b) > 0) a = d->mentions[c->second].type, b = d->mentions[c->first].type;
    return str_of(
        str_format(mem, "%.*s\t%.*s", (int)a.len, a.at ? a.at : "", (int)b.len, b.at ? b.at : ""));
}

/* Between which types there are relations, and what the documents call a pair without one. */
static void look(writer *w, const document *d)
{
    arena mem = {0};
    candidates found;
    candidates_of(&found, d, &w->rules, &mem);
    for (int i = 0; i < found.n; i++) {
        const candidate *c = &found.at[i];
        if (c->gold < 0) continue;
        if (is_negative(d->relations[c->gold].type))
            w->negative = d->relations[c->gold].type;
        else
            table_set(&w->seen, &w->mem, pair_of(d, c, &w->mem), 0);
    }
    arena_close(&mem);
}

static void put_row(writer *w, const document *d, const candidate *c, arena *mem)
{
    span args[2];
    str masked = candidate_text(d, c, &w->rules, mem, args),
        label = c->gold >= 0 ? d->relations[c->gold].type : w->negative;
    bool cut = blue_cell_put(w->to, str_of(candidate_id(d, c, mem)), false);
    putc('\t', w->to);
    cut |= blue_cell_put(w->to, masked, false);
    putc('\t', w->to);
    cut |= blue_cell_put(w->to, label, false);
    putc('\n', w->to);
    if (cut) loss_note(w->l, "tabs and line ends in sentences, ids and labels (blanks now)", d);
}

static void put_document(writer *w, const document *d)
{
    arena mem = {0};
    candidates found;
    candidates_of(&found, d, &w->rules, &mem);
    for (int i = 0; i < found.n; i++) {
        const candidate *c = &found.at[i];
        if (c->gold >= 0 && !d->relations[c->gold].type.len)
            loss_note(w->l, "relations without a type", d);
        else if (d->pairs_given || !w->seen.n || table_get(&w->seen, pair_of(d, c, &mem)) >= 0)
            put_row(w, d, c, &mem);
    }
    for (int i = 0; i < found.n_lost; i++)
        loss_note(w->l, "relations between mentions that are not in one sentence", d);
    arena_close(&mem);
}

bool blue_tsv_write(const document_list *all, const char *path, losses *l, err *e)
{
    writer w = {.l = l, .negative = STR("false")};
    out o = {0};
    if (!out_open(&o, path, e)) return false;
    w.to = o.to;
    fputs("index\tsentence\tlabel\n", o.to);
    for (int i = 0; i < all->n; i++) look(&w, &all->at[i]);
    for (int i = 0; i < all->n; i++) put_document(&w, &all->at[i]);
    arena_close(&w.mem);
    return out_close(&o, e);
}
