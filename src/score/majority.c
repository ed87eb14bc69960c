/* The baseline: what an answer scores that ignores the text. */
#include "score/family.h"
#include "score/score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int most(const long *count, int n)
{
    int best = 0;
    for (int k = 1; k < n; k++)
        if (count[k] > count[best]) best = k;
    return best;
}

static int frequent_class(const examples *train, const task *t, arena *mem)
{
    long *count = TAKE(mem, long, t->n_labels);
    for (int i = 0; i < train->n; i++) {
        const example *x = &train->at[i];
        if (!x->has_gold) continue;
        if (t->kind == KIND_WORDS)
            for (int k = 0; k < x->n_words; k++) count[x->tags[k]]++;
        else if (x->label >= 0)
            count[x->label]++;
    }
    return most(count, t->n_labels);
}

typedef struct counted_set {
    const uint64_t *set;
    int words, first;
} counted_set;

static int by_set(const void *a, const void *b)
{
    const counted_set *x = a, *y = b;
    int c = memcmp(x->set, y->set, (size_t)x->words * sizeof *x->set);
    return c ? c : (x->first > y->first) - (x->first < y->first);
}

/* Of equally frequent ones the set that comes first in train. */
static const uint64_t *frequent_set(const examples *train, const task *t, arena *mem)
{
    counted_set *sets = TAKE(mem, counted_set, train->n);
    int n = 0, W = set_words(t), longest = 0, at = -1;
    for (int i = 0; i < train->n; i++)
        if (train->at[i].has_gold && train->at[i].set)
            sets[n++] = (counted_set){train->at[i].set, W, i};
    qsort(sets, (size_t)n, sizeof *sets, by_set);
    for (int i = 0, next; i < n; i = next) {
        for (next = i;
             next < n && !memcmp(sets[next].set, sets[i].set, (size_t)W * sizeof(uint64_t));
             next++) {}
        if (next - i > longest || (next - i == longest && sets[i].first < sets[at].first))
            longest = next - i, at = i;
    }
    return at >= 0 ? sets[at].set : TAKE(mem, uint64_t, W);
}

static double mean_score(const examples *train)
{
    double sum = 0;
    long n = 0;
    for (int i = 0; i < train->n; i++)
        if (train->at[i].has_gold) sum += train->at[i].score, n++;
    return n ? sum / (double)n : 0;
}

bool score_majority(const examples *train, const predictions *gold, enum metric metric,
                    double *value, err *e)
{
    const task *t = gold->t;
    arena mem = {0};
    predictions p = *gold; /* its arena stays gold's and is not touched */
    p.at = TAKE(&mem, predicted, p.n);
    int most_words = 0, answer = 0;
    const uint64_t *set = NULL;
    double mean = 0;
    for (int i = 0; i < p.n; i++)
        if (gold->at[i].n_words > most_words) most_words = gold->at[i].n_words;
    int *tags = TAKE(&mem, int, most_words);
    if (t->kind == KIND_SCORE)
        mean = mean_score(train);
    else if (t->kind == KIND_LABELS)
        set = frequent_set(train, t, &mem);
    else
        answer = frequent_class(train, t, &mem);
    if (t->kind == KIND_WORDS &&
        metric != METRIC_ACCURACY) { /* a frequent tag in a row is no mention worth the name */
        answer = 0;
        while (answer < t->n_labels - 1 && strcmp(t->labels[answer], "O") != 0) answer++;
    }
    for (int k = 0; k < most_words; k++) tags[k] = answer;
    for (int i = 0; i < p.n; i++) {
        p.at[i] = gold->at[i];
        p.at[i].best = answer, p.at[i].set = set, p.at[i].score = mean, p.at[i].tags = tags,
        p.at[i].scores = NULL;
    }
    bool ok = score_metric(&p, metric, value, e);
    arena_close(&mem);
    return ok;
}
