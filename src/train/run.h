#pragma once
/* One run: a model, the tasks it is trained on, and where it stands. run_open brings everything up, from the directory's checkpoint if there is one; loop_train
 * (loop.h) goes on from there. */
#include "base/file.h"
#include "persist/checkpoint.h"
#include "train/data.h"
#include "train/mix.h"
#include "train/presets.h"

typedef struct run_plan { /* what a run is told; all of it outlives the run */
    const char *to;       /* its directory */
    const char *from;     /* model directory */
    task *tasks;
    int n_tasks;
    settings s;
    enum preset preset;
    enum stage stage;
    const char *command; /* the command line, for the record */
    const char *
        batches; /* a file for every mini-batch as JSON lines, so that others can be given the very same; or NULL */
} run_plan;

typedef struct run {
    const run_plan *plan;
    settings s; /* rate and epochs chosen */
    arena mem;
    lock locked;
    model_dir from;
    const backend *be;
    enum kind kind; /* of activations and weights */
    task *tasks;    /* the plan's, labels filled in */
    int n_tasks;
    task *kept;      /* the same without file names, for model directories: these can be moved */
    task_data *data; /* [n_tasks] */
    uint32_t *who;   /* [n_tasks] first sequence number of each task, for dropout */
    net *n;
    optimizer o;
    mix order;
    checkpoint_state st;
    double *sum; /* [n_tasks] losses of the running epoch */
    long *count;
    json *history; /* a list: of each epoch done an object {epoch, rows: [{task, loss, dev}]} */
    uint64_t key;  /* names dropout's numbers */
    int test_scored;
} run;

/* The hash of what a run is told: stage, settings before any is chosen, the model's name, tasks; not paths, so that a study can be moved. What was
 * read and chosen is added when a checkpoint is compared. */
uint64_t run_identity(const run_plan *p);
MUST_USE bool run_open(run *r, const run_plan *p, err *e);
/* The first half of it, for memory.h: model, data and order are read, and no directory or device memory is taken. Closed by run_close as well. */
MUST_USE bool run_read(run *r, const run_plan *p, err *e);
net_plan run_net_plan(run *r);
void run_close(run *r);
/* Paths in the run's directory, in its arena. */
const char *run_path(run *r, const char *name);
/* Tokens a batch may have in evaluation: as many as the largest mini-batch of training, so that the same memory serves. */
int run_tokens(const run *r);
/* Writes the state as it is: everything that a resume needs. */
MUST_USE bool run_save(run *r, err *e);
