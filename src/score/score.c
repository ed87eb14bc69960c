/* Which family computes what, and the sums over units that every metric is made from. */
#include "score/score.h"
#include "base/table.h"
#include "score/family.h"
#include <math.h>
#include <string.h>

enum { WIDTH_MOST = 3 * LABELS_MOST + 8 };

double counts_precision(counts c)
{
    return c.tp + c.fp ? (double)c.tp / (double)(c.tp + c.fp) : 0;
}

double counts_recall(counts c)
{
    return c.tp + c.fn ? (double)c.tp / (double)(c.tp + c.fn) : 0;
}

double counts_f1(counts c)
{
    long all = 2 * c.tp + c.fp + c.fn;
    return all ? 2.0 * (double)c.tp / (double)all : 0;
}

const family *family_of_kind(enum task_kind kind)
{
    switch (kind) {
    case KIND_SCORE: return &pearson_family;
    case KIND_WORDS: return &span_family;
    case KIND_LABELS: return &document_family;
    default: return &class_family;
    }
}

const family *family_of(enum metric metric, enum task_kind kind)
{
    switch (metric) {
    case METRIC_PEARSON:
    case METRIC_SPEARMAN: return kind == KIND_SCORE ? &pearson_family : NULL;
    case METRIC_ACCURACY: return kind == KIND_SCORE ? NULL : &accuracy_family;
    case METRIC_SPAN_F1: return kind == KIND_WORDS ? &span_family : NULL;
    case METRIC_DOCUMENT_F1: return kind == KIND_LABELS ? &document_family : NULL;
    case METRIC_MICRO_F1:
    case METRIC_MACRO_F1:
        return kind == KIND_SCORE ? NULL : kind == KIND_WORDS ? &span_family : &class_family;
    }
    return NULL;
}

bool score_fits(enum metric metric, enum task_kind kind)
{
    return family_of(metric, kind) != NULL;
}

int units_of(const predictions *p, int *unit_of, arena *mem)
{
    table units = {0};
    int n = 0;
    for (int i = 0; i < p->n; i++) {
        int before;
        bool added = table_add(&units, mem, str_of(p->at[i].doc), n, &before);
        unit_of[i] = added ? n++ : before;
    }
    return n;
}

/* What every metric relies on; a caller may have built the predictions by hand. */
bool score_check(const predictions *p, enum metric metric, err *e)
{
    const task *t = p->t;
    if (!family_of(metric, t->kind))
        return fail(e, "task %s: the metric %s does not fit the kind %s", t->name,
                    metric_names[metric], kind_names[t->kind]);
    if (!p->n) return fail(e, "task %s: there are no predictions to score", t->name);
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        bool gold = t->kind == KIND_SCORE    ? !isnan(x->gold_score)
                    : t->kind == KIND_LABELS ? x->gold_set != NULL
                    : t->kind == KIND_WORDS  ? x->gold_tags != NULL || !x->n_words
                                             : x->gold >= 0;
        if (!gold) return fail(e, "task %s: example %s has no gold answer", t->name, x->id);
        if (t->kind == KIND_SCORE && (!isfinite(x->score) || !isfinite(x->gold_score)))
            return fail(e, "task %s: example %s: a finite score is expected", t->name, x->id);
        bool class = t->kind == KIND_SENTENCE || t->kind == KIND_PAIR || t->kind == KIND_RELATION;
        ASSERT(!class || (x->gold < t->n_labels && x->best >= 0 && x->best < t->n_labels),
               "example %s: classes %d, %d of %d", x->id, x->gold, x->best, t->n_labels);
    }
    return true;
}

typedef struct triple {
    int unit, index;
    double value;
} triple;

struct stat_sink {
    triple *at;
    size_t n, cap;
    int units, width;
    arena *mem;
};

void stat_add(stat_sink *to, int unit, int index, double value)
{
    ASSERT(unit >= 0 && unit < to->units && index >= 0 && index < to->width, "sum %d of %d", index,
           to->width);
    if (value == 0) return;
    GROW(to->mem, to->at, to->n, to->cap);
    to->at[to->n++] = (triple){unit, index, value};
}

/* Triples in any order -> by unit, each sum of a unit once. */
static void pack(score_stats *to, const stat_sink *from, arena *mem, arena *scratch)
{
    size_t *place = TAKE(scratch, size_t, to->units + 1);
    triple *sorted = TAKE(scratch, triple, from->n);
    for (size_t i = 0; i < from->n; i++) place[from->at[i].unit + 1]++;
    for (int u = 0; u < to->units; u++) place[u + 1] += place[u];
    for (size_t i = 0; i < from->n; i++) sorted[place[from->at[i].unit]++] = from->at[i];
    to->start = TAKE(mem, size_t, to->units + 1);
    to->index = TAKE(mem, int, from->n);
    to->value = TAKE(mem, double, from->n);
    double sum[WIDTH_MOST] = {0};
    int seen[WIDTH_MOST];
    size_t out = 0;
    for (size_t i = 0, unit = 0; unit < (size_t)to->units; unit++) {
        int n = 0;
        for (; i < from->n && sorted[i].unit == (int)unit; i++) {
            int k = sorted[i].index, j = 0;
            while (j < n && seen[j] != k) j++;
            if (j == n) seen[n++] = k;
            sum[k] += sorted[i].value;
        }
        for (int j = 0; j < n; j++) {
            to->index[out] = seen[j], to->value[out++] = sum[seen[j]];
            sum[seen[j]] = 0;
        }
        to->start[unit + 1] = out;
    }
}

static uint64_t mix(uint64_t h, uint64_t with)
{
    h = (h ^ with) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t fingerprint(const predictions *p)
{
    uint64_t h = (uint64_t)p->t->kind;
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        uint64_t bits;
        h = mix(mix(h, str_hash(str_of(x->id))), str_hash(str_of(x->doc)));
        memcpy(&bits, &x->gold_score, sizeof bits);
        if (p->t->kind == KIND_SCORE)
            h = mix(h, bits);
        else if (p->t->kind == KIND_LABELS)
            for (int k = 0; k < set_words(p->t); k++) h = mix(h, x->gold_set[k]);
        else if (p->t->kind == KIND_WORDS)
            for (int k = 0; k < x->n_words; k++) h = mix(h, (uint64_t)x->gold_tags[k]);
        else
            h = mix(h, (uint64_t)x->gold);
    }
    return h;
}

bool score_stats_of(score_stats *to, const predictions *p, enum metric metric, arena *mem, err *e)
{
    if (!score_check(p, metric, e)) return false;
    arena scratch = {0};
    const family *f = family_of(metric, p->t->kind);
    int *unit_of = TAKE(mem, int, p->n);
    *to = (score_stats){.family = f, .metric = metric, .n = p->n, .negative = p->t->negative};
    to->units = units_of(p, unit_of, &scratch);
    to->width = f->width(metric, p->t);
    to->same = fingerprint(p);
    ASSERT(to->width <= WIDTH_MOST, "%d sums", to->width);
    stat_sink sink = {.units = to->units, .width = to->width, .mem = &scratch};
    bool ok = true;
    if (metric == METRIC_SPEARMAN)
        to->ranks = ranks_of(p, unit_of, mem);
    else if ((ok = f->put(&sink, p, metric, unit_of, e)))
        pack(to, &sink, mem, &scratch);
    arena_close(&scratch);
    return ok;
}

double score_value(const score_stats *s, const int *weight, const char **undefined)
{
    const char *why = NULL;
    double value;
    if (s->ranks) {
        value = ranks_value(s->ranks, weight, &why);
    } else {
        double sum[WIDTH_MOST];
        ASSERT(s->start, "statistics that were never made");
        memset(sum, 0, (size_t)s->width * sizeof *sum);
        for (int u = 0; u < s->units; u++) {
            int w = weight ? weight[u] : 1;
            for (size_t i = s->start[u]; w && i < s->start[u + 1]; i++)
                sum[s->index[i]] += w * s->value[i];
        }
        value = s->family->from(s, sum, &why);
    }
    if (undefined) *undefined = why;
    return value;
}

bool score_metric(const predictions *p, enum metric metric, double *value, err *e)
{
    arena mem = {0};
    score_stats s;
    bool ok = score_stats_of(&s, p, metric, &mem, e);
    if (ok) *value = score_value(&s, NULL, NULL);
    arena_close(&mem);
    return ok;
}

void score_also_add(score *to, const char *name, double value)
{
    ASSERT(to->n_also < ALSO_MOST, "more than %d metrics", ALSO_MOST);
    to->also[to->n_also++] = (score_also){name, value};
}

void rows_average(score *to, int negative, const char *with, arena *mem)
{
    score_row micro = {.mean = true}, macro = {.mean = true};
    int labels = 0;
    for (int i = 0; i < to->n_rows && !to->rows[i].mean; i++) {
        const score_row *r = &to->rows[i];
        if (i == negative) continue;
        micro.c.tp += r->c.tp, micro.c.fp += r->c.fp, micro.c.fn += r->c.fn;
        micro.gold += r->gold;
        if (r->foreign) continue;
        labels++;
        macro.precision += r->precision, macro.recall += r->recall, macro.f1 += r->f1;
    }
    micro.precision = counts_precision(micro.c);
    micro.recall = counts_recall(micro.c);
    micro.f1 = counts_f1(micro.c);
    macro.gold = micro.gold;
    if (labels) macro.precision /= labels, macro.recall /= labels, macro.f1 /= labels;
    micro.label = with ? str_format(mem, "micro with %s", with) : "micro";
    macro.label = with ? str_format(mem, "macro with %s", with) : "macro";
    to->rows[to->n_rows++] = micro;
    to->rows[to->n_rows++] = macro;
}

bool score_compute(score *to, const predictions *p, arena *mem, err *e)
{
    *to = (score){
        .metric = p->t->metric, .n = p->n, .K = task_classes(p->t), .low = NAN, .high = NAN};
    score_stats s;
    if (!score_stats_of(&s, p, p->t->metric, mem, e)) return false;
    to->units = s.units;
    to->value = score_value(&s, NULL, &to->undefined);
    if (!family_of_kind(p->t->kind)->describe(to, p, mem, e)) return false;
    for (int m = 0; m < METRICS; m++) {
        double value;
        bool same = m == METRIC_MICRO_F1 && p->t->kind == KIND_WORDS; /* is span-f1 */
        if (m == (int)to->metric || same || !score_fits(m, p->t->kind)) continue;
        if (!score_metric(p, m, &value, e)) return false;
        score_also_add(to, metric_names[m], value);
    }
    return true;
}
