#pragma once
/* A model directory plus what is needed to go on exactly: moments.safetensors (m.NAME and v.NAME, in the
 * master's layout, of every parameter that learns) and state.json (counters, seed, place in the data, best
 * so far, and size and checksum of every other file). Written whole beside its place and exchanged: at each
 * moment the checkpoint is the old or the new one. */
#include "optim/optimizer.h"
#include "persist/model_dir.h"

typedef struct
    checkpoint_state { /* everything the loop needs beside weights, moments and optimizer counters */
    uint64_t seed;
    uint32_t step;   /* updates done */
    int epoch;       /* epochs done */
    int at;          /* batches of the running epoch done */
    int best_epoch;  /* -1: none yet */
    double best;     /* its score on dev */
    double loss_sum; /* of the running epoch */
    int loss_count;
    int bad_epochs;    /* since the best, for early stopping */
    uint64_t settings; /* hash of all that must be the same for a resume to be the same run */
    json *more; /* the loop's own notes (history of epochs), or NULL; read: owned by the caller */
} checkpoint_state;

/* dir is replaced if it is there. */
MUST_USE bool checkpoint_write(const model_dir *source, net *n, const optimizer *o,
                               const task *tasks, int n_tasks, const checkpoint_state *s,
                               const char *dir, err *e);
/* Into a net and optimizer of the same plan. Fails, with one line, if a file is missing, cut, damaged or
 * of another checkpoint, or there is a misfit anywhere; net and optimizer are then of no use. */
MUST_USE bool checkpoint_read(const char *dir, net *n, optimizer *o, checkpoint_state *s, err *e);
/* Also puts back what a crash on a file system without exchange left as DIR~. */
bool checkpoint_there(const char *dir);
