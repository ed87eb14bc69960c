/* Right answers of all answers: classes, tags of words, or whole sets of labels. */
#include "score/family.h"
#include <string.h>

enum { SUM_RIGHT, SUM_ALL, SUMS };

static int width(enum metric metric, const task *t)
{
    (void)metric, (void)t;
    return SUMS;
}

static bool put(stat_sink *to, const predictions *p, enum metric metric, const int *unit_of, err *e)
{
    (void)metric, (void)e;
    size_t bytes = (size_t)set_words(p->t) * sizeof(uint64_t);
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        long right = 0, all = 1;
        if (p->t->kind == KIND_WORDS) {
            all = x->n_words;
            for (int k = 0; k < x->n_words; k++) right += x->gold_tags[k] == x->tags[k];
        } else if (p->t->kind == KIND_LABELS) {
            right = !memcmp(x->gold_set, x->set, bytes);
        } else {
            right = x->gold == x->best;
        }
        stat_add(to, unit_of[i], SUM_RIGHT, (double)right);
        stat_add(to, unit_of[i], SUM_ALL, (double)all);
    }
    return true;
}

static double from(const score_stats *s, const double *sum, const char **undefined)
{
    (void)s;
    if (sum[SUM_ALL] > 0) return sum[SUM_RIGHT] / sum[SUM_ALL];
    return *undefined = "there are no words", 0;
}

const family accuracy_family = {width, put, from, NULL};
