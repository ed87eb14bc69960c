/* F1 of classes, micro and macro, from counts by class. The class list is the task's, whatever
 * occurs: an absent class has counts of 0, and the macro mean takes it as F1 0. With one class an
 * example a wrong positive class is one FP (of what was predicted) and one FN (of what is gold). */
#include "score/family.h"

enum { TP, FP, FN, PARTS };

static int width(enum metric metric, const task *t)
{
    return metric == METRIC_MACRO_F1 ? PARTS * t->n_labels : PARTS;
}

static void count(stat_sink *to, int unit, enum metric metric, const task *t, int class, int part)
{
    if (metric == METRIC_MACRO_F1)
        stat_add(to, unit, PARTS * class + part, 1);
    else if (class != t->negative)
        stat_add(to, unit, part, 1);
}

static bool put(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of, err *e)
{
    const task *t = p->t;
    (void)e;
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        if (t->kind == KIND_LABELS) {
            for (int k = 0; k < t->n_labels; k++) {
                bool gold = set_has(x->gold_set, k), said = set_has(x->set, k);
                if (gold || said)
                    count(to, unit_of[i], metric, t, k, gold && said ? TP : said ? FP : FN);
            }
        } else if (x->gold == x->best) {
            count(to, unit_of[i], metric, t, x->gold, TP);
        } else {
            count(to, unit_of[i], metric, t, x->best, FP);
            count(to, unit_of[i], metric, t, x->gold, FN);
        }
    }
    return true;
}

double class_f1_from(enum metric metric, const double *sum, int K, int negative,
                     const char **undefined)
{
    double f1 = 0;
    int classes = 0, defined = 0;
    for (int k = 0; k < K; k++) {
        const double *s = sum + PARTS * k;
        double all = 2 * s[TP] + s[FP] + s[FN];
        if (metric == METRIC_MACRO_F1 && k == negative) continue;
        classes++;
        defined += all > 0;
        if (all > 0) f1 += 2 * s[TP] / all;
    }
    if (!defined) *undefined = "neither gold nor predictions have what is counted";
    return classes ? f1 / classes : 0;
}

static double from(const score_stats *s, const double *sum, const char **undefined)
{
    return class_f1_from(s->metric, sum, s->width / PARTS, s->negative, undefined);
}

static bool describe(score *to, const predictions *p, arena *mem, err *e)
{
    const task *t = p->t;
    int K = t->n_labels;
    (void)e;
    long *m = to->confusion = arena_take_n(mem, size_mul((size_t)K, (size_t)K), sizeof *m);
    to->rows = TAKE(mem, score_row, K + 4);
    for (int i = 0; i < p->n; i++) m[p->at[i].gold * K + p->at[i].best]++;
    for (int k = 0; k < K; k++) {
        score_row *r = &to->rows[to->n_rows++];
        *r = (score_row){.label = t->labels[k], .c.tp = m[k * K + k]};
        for (int j = 0; j < K; j++) {
            r->gold += m[k * K + j];
            if (j != k) r->c.fn += m[k * K + j], r->c.fp += m[j * K + k];
        }
        r->precision = counts_precision(r->c);
        r->recall = counts_recall(r->c);
        r->f1 = counts_f1(r->c);
    }
    rows_average(to, t->negative, NULL, mem);
    if (t->negative < 0) return true;
    rows_average(to, -1, t->labels[t->negative], mem);
    score_row *with = &to->rows[to->n_rows - 2];
    score_also_add(to, str_format(mem, "micro-f1 with %s", t->labels[t->negative]), with[0].f1);
    score_also_add(to, str_format(mem, "macro-f1 with %s", t->labels[t->negative]), with[1].f1);
    return true;
}

const family class_family = {width, put, from, describe};
