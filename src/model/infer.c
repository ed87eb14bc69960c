#include "model/infer.h"
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 4096 };

/* A sequence and what it is sorted by: long ones first, so that the largest batch comes at once. */
typedef struct turn {
    int length, at;
} turn;

static int by_length(const void *a, const void *b)
{
    const turn *x = a, *y = b;
    if (x->length != y->length) return x->length < y->length ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

static const int *sorted(const packs *p, arena *mem)
{
    turn *turns = TAKE(mem, turn, p->n);
    int *order = TAKE(mem, int, p->n);
    for (int i = 0; i < p->n; i++) turns[i] = (turn){p->at[i].n, i};
    qsort(turns, (size_t)p->n, sizeof *turns, by_length);
    for (int i = 0; i < p->n; i++) order[i] = turns[i].at;
    return order;
}

/* How many sequences from `first` on fit a batch: at least one. */
static int batch_size(const packs *p, const int *order, int first, int most)
{
    int n = 0;
    long sum = 0;
    while (first + n < p->n && (!n || sum + p->at[order[first + n]].n <= most))
        sum += p->at[order[first + n++]].n;
    return n;
}

/* The tag of a word that nobody scored. */
static int outside(const task *t)
{
    for (int k = 0; k < t->n_labels; k++)
        if (!strcmp(t->labels[k], "O")) return k;
    return 0;
}

static void take_answers(const task *t, const examples *x, arena *mem, answer *answers)
{
    int K = task_classes(t);
    for (int i = 0; i < x->n; i++) {
        int n = t->kind == KIND_WORDS ? x->at[i].n_words : 1;
        answers[i].scores = TAKE(mem, float, size_mul((size_t)n, (size_t)K));
        answers[i].best = t->kind == KIND_LABELS ? NULL : TAKE(mem, int, n);
        for (int w = 0; t->kind == KIND_WORDS && w < n; w++) answers[i].best[w] = outside(t);
    }
}

static int first_maximum(const float *scores, int K)
{
    int best = 0;
    for (int k = 1; k < K; k++)
        if (scores[k] > scores[best]) best = k;
    return best;
}

/* Rows of scores to where they belong: of a word that several windows hold, its owner's row counts. */
static void hand_out(const task *t, const batch *b, const float *scores, answer *answers)
{
    int K = task_classes(t);
    for (int s = 0; s < b->B; s++) {
        const packed *from = b->from[s];
        for (int r = 0; r < from->n_rows; r++, scores += K) {
            if (t->kind == KIND_WORDS && (!from->owns[r] || from->word[r] < 0)) continue;
            answer *to = &answers[from->example];
            size_t w = t->kind == KIND_WORDS ? (size_t)from->word[r] : 0;
            memcpy(to->scores + w * (size_t)K, scores, (size_t)K * sizeof *scores);
            if (to->best) to->best[w] = first_maximum(scores, K);
        }
    }
}

/* What a loss over all rows is made of: sums of the batches' means times what they counted. */
typedef struct sum {
    double loss;
    long counted;
} sum;

static bool infer_batch(net *n, int h, const task *t, const batch *b, sum *all, arena *mem,
                        answer *answers, err *e)
{
    float *scores = TAKE(mem, float, size_mul((size_t)b->M, (size_t)task_classes(t)));
    if (!net_encode(n, b, e) || !net_scores(n, b, h, scores, e)) return false;
    hand_out(t, b, scores, answers);
    if (!all || !b->counted) return true;
    double loss;
    if (!net_loss_here(n, b, h, &loss, e)) return false;
    all->loss += loss * b->counted;
    all->counted += b->counted;
    return true;
}

bool infer_all(net *n, int h, const task *t, const examples *x, const packs *p, int most,
               arena *mem, answer *answers, double *loss, void (*tick)(void *, int done, int all),
               void *ctx, err *e)
{
    ASSERT(net_plan_of(n)->heads[h].K == task_classes(t), "task %s and its head differ", t->name);
    arena own = {0};
    take_answers(t, x, mem, answers);
    const int *order = sorted(p, &own);
    sum all = {0};
    bool fine = true;
    for (int at = 0, size; fine && at < p->n; at += size) {
        arena_mark here = arena_here(&own);
        size = batch_size(p, order, at, most > 0 ? most : TOKENS);
        batch b;
        batch_make(&b, t, x, p, order + at, size, 0, &own);
        fine = infer_batch(n, h, t, &b, loss ? &all : NULL, &own, answers, e);
        if (fine && tick) tick(ctx, at + size, p->n);
        arena_rewind(&own, here);
    }
    if (loss) *loss = all.counted ? all.loss / (double)all.counted : 0;
    arena_close(&own);
    return fine;
}
