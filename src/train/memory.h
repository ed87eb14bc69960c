#pragma once
/* What a run will take of the machine's memory, told before it takes it: the order of the batches is known beforehand, so the largest is. */
#include "train/run.h"

typedef struct run_memory { /* bytes, but for the first two */
    int tokens, rows; /* of the largest mini-batch (or its part, where --accumulate splits it) */
    double parameters, batches; /* values, gradients, moments; activations and their gradients */
    double copies, rest; /* the device's copies of weights; program, corpora, working memory */
    double all;          /* at its peak */
} run_memory;

/* r as run_read left it. */
void run_measure(run *r, run_memory *to);
