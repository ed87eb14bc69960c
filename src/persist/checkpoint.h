#pragma once
/* A model directory plus what is needed to go on exactly: moments.safetensors (m, v in master layout by parameter name) and state.json (counters, seed, place in the data, best so far).
 * Written whole beside its place and exchanged: at each moment the checkpoint is the old or the new one. */
#include "optim/optimizer.h"
#include "persist/model_dir.h"

typedef struct checkpoint_state { /* everything the loop needs beside weights, moments and optimizer counters */
    uint64_t seed;
    uint32_t step;         /* updates done */
    int epoch;             /* epochs done */
    int at;                /* batches of the running epoch done */
    int best_epoch;        /* -1: none yet */
    double best;           /* its score on dev */
    double loss_sum;       /* of the running epoch */
    int loss_count;
    int bad_epochs;        /* since the best, for early stopping */
    uint64_t settings;     /* hash of all that must be the same for a resume to be the same run */
    json *more;            /* the loop's own notes (history of epochs), or NULL; read: owned by the caller */
} checkpoint_state;

MUST_USE bool checkpoint_write(const model_dir *source, const net *n, const optimizer *o, const task *tasks, int n_tasks, const checkpoint_state *s, const char *dir, err *e);
/* Into a net and optimizer of the same plan. Fails if there is a misfit anywhere. */
MUST_USE bool checkpoint_read(const char *dir, net *n, optimizer *o, checkpoint_state *s, err *e);
bool checkpoint_there(const char *dir);
