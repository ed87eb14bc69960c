#pragma once
/* Which task's mini-batch comes next, and what is in it. All draws are named by seed, epoch, task and place, so the order is a function of the plan: nothing of
 * it needs to be kept for a resume but (epoch, place).
 *
 * MIX_PAPER is the paper's Algorithm 1: cut every task's sequences into mini-batches; merge them all; shuffle; each once an epoch. The others draw the task of each update:
 *   proportional  share ~ sequences           uniform   all alike          temperature  share ~ sequences^(1/T)
 *   capped        share ~ min(sequences, cap) weights   as given           annealed     share ~ sequences^(1 - 0.8 e/(E-1)) in epoch e of E (Stickland and Murray 2019)
 * and each task goes round its own mini-batches, drawn anew at each round. */
#include "base/arena.h"
#include "base/fail.h"
#include <stdbool.h>

enum mix_kind {
    MIX_PAPER,
    MIX_PROPORTIONAL,
    MIX_UNIFORM,
    MIX_TEMPERATURE,
    MIX_CAPPED,
    MIX_ANNEALED,
    MIX_WEIGHTS
};

typedef struct mix_plan {
    enum mix_kind kind;
    double temperature, cap;
    const double *weights; /* MIX_WEIGHTS: [n_tasks] */
    bool
        redraw; /* mini-batches are cut anew each epoch; false: once, and only their order changes */
    uint64_t seed;
    int n_tasks, epochs;
    const int *sequences; /* [n_tasks] */
    int batch;            /* sequences a mini-batch (an update) */
    long updates;         /* an epoch of a mix that draws; 0: as many as MIX_PAPER has */
} mix_plan;

typedef struct mix {
    mix_plan plan;
    arena mem;
    int *batches; /* [n_tasks] mini-batches a round */
    int n;        /* updates in an epoch */
    int *task;    /* [n] of the running epoch */
    long *round;  /* [n] which round of the task */
    int *which;   /* [n] which mini-batch of that round */
    long *drawn;  /* [n_tasks] updates before the running epoch */
    int **order;  /* [n_tasks] the round that is laid out: a permutation of the sequences */
    long *order_of;
    int *batch_order; /* redraw off: scratch */
} mix;

void mix_open(mix *m, const mix_plan *plan);
/* Lays out epoch e. Any order of epochs; the result depends on e alone. */
void mix_epoch(mix *m, int epoch);
/* Mini-batch i of the epoch: its task and its sequences (indices into the task's packs; valid until the next call). */
void mix_batch(mix *m, int i, int *task, const int **chosen, int *n);
void mix_close(mix *m);
