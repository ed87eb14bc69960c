#pragma once
/* A net over packed examples; answers by example and, for tagged words, by word: windows are joined again, each word's answer is its owner window's.
 * Shared by train/evaluate and use/annotator. */
#include "model/net.h"

/* Words without a row (no piece stands for them) have scores 0 and the tag "O". */
typedef struct answer {
    float *scores; /* [K] probabilities or the number; KIND_WORDS: [n_words,K] */
    int *best;     /* [1] or [n_words]: argmax, the first maximum wins; KIND_LABELS: NULL */
} answer;

/* All of p (of task t, head number h in the net), sorted by length inside, results in the order of x. most: how many tokens a batch may have (0: 4096).
 * answers [x->n] in mem. loss (may be NULL): mean over rows that count. tick (may be NULL) is called after each batch. */
MUST_USE bool infer_all(net *n, int h, const task *t, const examples *x, const packs *p, int most,
                        arena *mem, answer *answers, double *loss,
                        void (*tick)(void *, int done, int all), void *ctx, err *e);
