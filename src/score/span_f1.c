/* Entity F1: a predicted mention counts if first word, last word and type are those of a gold
 * mention. What a mention is, is conlleval's (corpus/tags.h, docs/scoring.md). Counts are summed
 * over types (span-f1), or each type's F1 is averaged (macro-f1).
 *
 * A foreign tag (X, CLS, SEP) is O. With as_authors it counts as in the scorer of the paper's
 * authors: as a tag of neither B, I nor O with a type of its own, so that behind a mention it opens
 * another, always wrong, and behind O nothing. */
#include "score/family.h"

enum { TP, FP, FN, PARTS };

bool span_tags(tagset *to, const task *t, arena *mem, err *e)
{
    tagset plain;
    if (!tagset_of(&plain, t, mem, e)) return false;
    *to = plain;
    to->n = plain.n + 1;
    to->prefix = TAKE(mem, char, to->n);
    to->type = TAKE(mem, int, to->n);
    for (int i = 0; i < plain.n; i++) to->prefix[i] = plain.prefix[i], to->type[i] = plain.type[i];
    to->prefix[plain.n] = 'X';
    to->type[plain.n] = plain.n_types;
    return true;
}

void span_predicted(const tagset *s, const predicted *x, bool as_authors, int *tags)
{
    int outside = 0;
    while (s->prefix[outside] != 'O' && outside < s->n - 1) outside++;
    for (int i = 0; i < x->n_words; i++)
        tags[i] = x->tags[i] != TAG_FOREIGN ? x->tags[i] : as_authors ? s->n - 1 : outside;
}

/* Room for the longest sentence. */
typedef struct spans {
    tagset s;
    chunk *gold, *said;
    int *tags;
} spans;

static bool spans_of(spans *to, const predictions *p, arena *mem, err *e)
{
    int most = 0;
    for (int i = 0; i < p->n; i++)
        if (p->at[i].n_words > most) most = p->at[i].n_words;
    to->gold = TAKE(mem, chunk, most);
    to->said = TAKE(mem, chunk, most);
    to->tags = TAKE(mem, int, most);
    return span_tags(&to->s, p->t, mem, e);
}

/* by_type [n_types + 1]; the last is that of foreign tags. */
static void count_example(spans *w, const predicted *x, bool as_authors, counts *by_type)
{
    span_predicted(&w->s, x, as_authors, w->tags);
    int n_gold = tags_chunks(&w->s, x->gold_tags, x->n_words, w->gold);
    int n_said = tags_chunks(&w->s, w->tags, x->n_words, w->said);
    for (int i = 0; i < n_gold; i++) by_type[w->gold[i].type].fn++;
    for (int i = 0, g = 0; i < n_said; i++) {
        chunk c = w->said[i];
        while (g < n_gold && w->gold[g].first < c.first) g++;
        bool right = g < n_gold && w->gold[g].first == c.first && w->gold[g].last == c.last &&
                     w->gold[g].type == c.type;
        if (right)
            by_type[c.type].tp++, by_type[c.type].fn--;
        else
            by_type[c.type].fp++;
    }
}

static int width(enum metric metric, const task *t)
{
    if (metric != METRIC_MACRO_F1) return PARTS;
    arena mem = {0};
    err e = {0};
    tagset s;
    int types = tagset_of(&s, t, &mem, &e) ? s.n_types : 0; /* put complains */
    arena_close(&mem);
    return PARTS * types;
}

static bool put(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of, err *e)
{
    arena mem = {0};
    spans w;
    bool ok = spans_of(&w, p, &mem, e);
    counts *by_type = ok ? TAKE(&mem, counts, w.s.n_types + 1) : NULL;
    for (int i = 0; ok && i < p->n; i++) {
        for (int k = 0; k <= w.s.n_types; k++) by_type[k] = (counts){0};
        count_example(&w, &p->at[i], p->as_authors, by_type);
        for (int k = 0; k <= w.s.n_types; k++) {
            int at = metric == METRIC_MACRO_F1 ? PARTS * k : 0;
            if (metric == METRIC_MACRO_F1 && k == w.s.n_types)
                continue; /* the mean is over the task's types */
            stat_add(to, unit_of[i], at + TP, (double)by_type[k].tp);
            stat_add(to, unit_of[i], at + FP, (double)by_type[k].fp);
            stat_add(to, unit_of[i], at + FN, (double)by_type[k].fn);
        }
    }
    arena_close(&mem);
    return ok;
}

static double from(const score_stats *s, const double *sum, const char **undefined)
{
    return class_f1_from(s->metric, sum, s->width / PARTS, -1, undefined);
}

static bool describe(score *to, const predictions *p, arena *mem, err *e)
{
    spans w;
    if (!spans_of(&w, p, mem, e)) return false;
    int types = w.s.n_types;
    counts *by_type = TAKE(mem, counts, types + 1);
    to->rows = TAKE(mem, score_row, types + 3);
    for (int i = 0; i < p->n; i++) {
        count_example(&w, &p->at[i], p->as_authors, by_type);
        for (int k = 0; k < p->at[i].n_words; k++) to->foreign += p->at[i].tags[k] == TAG_FOREIGN;
    }
    for (int k = 0; k <= types; k++) {
        counts c = by_type[k];
        if (k == types && !c.fp) continue;
        const char *label = k == types        ? "(X, CLS, SEP)"
                            : w.s.types[k][0] ? w.s.types[k]
                                              : "mention";
        to->rows[to->n_rows++] = (score_row){.label = label,
                                             .c = c,
                                             .precision = counts_precision(c),
                                             .recall = counts_recall(c),
                                             .f1 = counts_f1(c),
                                             .gold = c.tp + c.fn,
                                             .foreign = k == types};
        to->scored_mentions += c.tp + c.fn;
    }
    rows_average(to, -1, NULL, mem);
    to->gold_mentions = p->mentions ? (long)p->mentions : to->scored_mentions;
    return true;
}

const family span_family = {width, put, from, describe};
