/* Answers beside gold. Labels are those of the task; of several labels those with a probability of at least one half are given. */
#include "train/evaluate.h"
#include "base/log.h"
#include <math.h>

static const uint64_t *chosen_set(arena *mem, const float *p, int K)
{
    uint64_t *set = TAKE(mem, uint64_t, (K + 63) / 64);
    for (int k = 0; k < K; k++)
        if (p[k] >= 0.5f) set[k / 64] |= (uint64_t)1 << (k % 64);
    return set;
}

static const char **words_of(arena *mem, const example *x)
{
    const char **words = TAKE(mem, const char *, x->n_words);
    for (int i = 0; i < x->n_words; i++)
        words[i] = str_keep(mem, str_sub(x->text, x->words[i].start, x->words[i].end));
    return words;
}

void evaluate_gather(predictions *to, const task *t, const examples *x, const answer *answers)
{
    to->t = t, to->n = x->n, to->mentions = x->mentions;
    to->as_authors = t->piece_tags; /* who trains as the authors is scored as they score */
    to->at = TAKE(&to->mem, predicted, x->n);
    int K = task_classes(t);
    for (int i = 0; i < x->n; i++) {
        const example *g = &x->at[i];
        const answer *a = &answers[i];
        predicted *p = &to->at[i];
        *p = (predicted){.id = g->id, .doc = g->doc, .gold = -1, .best = -1, .gold_score = NAN};
        switch (t->kind) {
        case KIND_SCORE:
            p->score = a->scores[0];
            if (g->has_gold) p->gold_score = g->score;
            break;
        case KIND_LABELS:
            p->set = chosen_set(&to->mem, a->scores, K);
            p->gold_set = g->set;
            p->scores = a->scores;
            break;
        case KIND_WORDS:
            for (int w = 0; w < g->n_words; w++)
                if (a->best[w] >= t->n_labels) a->best[w] = TAG_FOREIGN;
            p->tags = a->best;
            p->gold_tags = g->tags;
            p->words = words_of(&to->mem, g);
            p->n_words = g->n_words;
            break;
        default:
            p->best = a->best[0];
            p->gold = g->has_gold ? g->label : -1;
            p->scores = a->scores;
        }
    }
}

static void tick(void *p, int done, int all)
{
    (void)all;
    progress_at(p, done, " ");
}

bool evaluate_run(predictions *to, net *n, int h, const task *t, const examples *x, const packs *p,
                  int most, double *loss, const char *what, err *e)
{
    *to = (predictions){0};
    answer *answers = TAKE(&to->mem, answer, x->n + 1);
    progress bar;
    if (what) progress_open(&bar, what, p->n);
    bool ok = infer_all(n, h, t, x, p, most, &to->mem, answers, loss, what ? tick : NULL, &bar, e);
    if (what) progress_close(&bar);
    if (ok)
        evaluate_gather(to, t, x, answers);
    else
        predictions_close(to);
    return ok;
}
