/* Example-based F1 by document, as BLUE scores HoC: the labels of a document's sentences are
 * united, in gold and in predictions; a document's precision is the share of its predicted labels
 * that are gold, its recall the share of its gold labels that were predicted; both are averaged
 * over documents, and F1 is that of the two means (not the mean of F1s).
 *
 * BLUE's documents all have gold labels; where none were predicted its precision is 0. For corpora
 * that have documents without gold: such a document has no recall and is left out of that mean, and
 * of the mean of precision too where nothing was predicted. So silence about an empty document
 * earns nothing, and a label given to it costs. */
#include "score/family.h"

enum { SUM_P, SUM_N_P, SUM_R, SUM_N_R, SUMS };

typedef struct united {
    int units;
    uint64_t *gold, *said; /* [units, set_words] */
} united;

static united unite(const predictions *p, const int *unit_of, arena *mem)
{
    united d = {0};
    int W = set_words(p->t);
    for (int i = 0; i < p->n; i++)
        if (unit_of[i] >= d.units) d.units = unit_of[i] + 1;
    d.gold = arena_take_n(mem, size_mul((size_t)d.units, (size_t)W), sizeof *d.gold);
    d.said = arena_take_n(mem, size_mul((size_t)d.units, (size_t)W), sizeof *d.said);
    for (int i = 0; i < p->n; i++) {
        for (int k = 0; k < W; k++) {
            d.gold[(size_t)unit_of[i] * (size_t)W + (size_t)k] |= p->at[i].gold_set[k];
            d.said[(size_t)unit_of[i] * (size_t)W + (size_t)k] |= p->at[i].set[k];
        }
    }
    return d;
}

static int width(enum metric metric, const task *t)
{
    (void)metric, (void)t;
    return SUMS;
}

static bool put(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of, err *e)
{
    (void)metric, (void)e;
    arena mem = {0};
    united d = unite(p, unit_of, &mem);
    size_t W = (size_t)set_words(p->t);
    for (int u = 0; u < d.units; u++) {
        int gold = 0, said = 0, both = 0;
        for (size_t k = (size_t)u * W; k < ((size_t)u + 1) * W; k++) {
            gold += __builtin_popcountll(d.gold[k]);
            said += __builtin_popcountll(d.said[k]);
            both += __builtin_popcountll(d.gold[k] & d.said[k]);
        }
        if (said) stat_add(to, u, SUM_P, (double)both / said);
        if (said || gold) stat_add(to, u, SUM_N_P, 1);
        if (gold) stat_add(to, u, SUM_R, (double)both / gold);
        if (gold) stat_add(to, u, SUM_N_R, 1);
    }
    arena_close(&mem);
    return true;
}

static double from(const score_stats *s, const double *sum, const char **undefined)
{
    (void)s;
    if (!(sum[SUM_N_R] > 0)) return *undefined = "no document has a gold label", 0;
    double P = sum[SUM_P] / sum[SUM_N_P], R = sum[SUM_R] / sum[SUM_N_R];
    return P + R > 0 ? 2 * P * R / (P + R) : 0;
}

/* Counts of a label over units: documents, or the examples themselves. */
static void label_rows(score *to, const predictions *p, const united *d)
{
    const task *t = p->t;
    size_t W = (size_t)set_words(t);
    for (int k = 0; k < t->n_labels; k++) {
        counts c = {0};
        for (int u = 0; u < d->units; u++) {
            bool gold = set_has(d->gold + (size_t)u * W, k),
                 said = set_has(d->said + (size_t)u * W, k);
            c.tp += gold && said, c.fp += said && !gold, c.fn += gold && !said;
        }
        to->rows[to->n_rows++] = (score_row){.label = t->labels[k],
                                             .c = c,
                                             .precision = counts_precision(c),
                                             .recall = counts_recall(c),
                                             .f1 = counts_f1(c),
                                             .gold = c.tp + c.fn};
    }
}

/* Rows by label are of documents where the metric is, else of examples. */
static bool describe(score *to, const predictions *p, arena *mem, err *e)
{
    const task *t = p->t;
    int *unit_of = TAKE(mem, int, p->n);
    score_stats s;
    bool by_document = to->metric == METRIC_DOCUMENT_F1;
    units_of(p, unit_of, mem);
    united documents = unite(p, unit_of, mem);
    to->rows = TAKE(mem, score_row, t->n_labels + 5);
    label_rows(to, p, &documents);
    rows_average(to, t->negative, NULL, mem);
    score_also_add(to, "micro-f1 by document", to->rows[t->n_labels].f1);
    score_also_add(to, "macro-f1 by document", to->rows[t->n_labels + 1].f1);
    if (by_document) {
        if (!score_stats_of(&s, p, METRIC_DOCUMENT_F1, mem, e)) return false;
        double sum[SUMS] = {0};
        for (size_t i = 0; i < s.start[s.units]; i++) sum[s.index[i]] += s.value[i];
        score_row row = {.label = "document", .mean = true, .f1 = to->value};
        row.precision = sum[SUM_N_P] > 0 ? sum[SUM_P] / sum[SUM_N_P] : 0;
        row.recall = sum[SUM_N_R] > 0 ? sum[SUM_R] / sum[SUM_N_R] : 0;
        row.gold = (long)sum[SUM_N_R];
        to->rows[to->n_rows++] = row;
        return true;
    }
    for (int i = 0; i < p->n; i++) unit_of[i] = i;
    united each = unite(p, unit_of, mem);
    to->n_rows = 0;
    label_rows(to, p, &each);
    rows_average(to, t->negative, NULL, mem);
    return true;
}

const family document_family = {width, put, from, describe};
