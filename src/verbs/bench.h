#pragma once
/* What bench measures: one pass of steps over batches, training or applying. bench.c has the
 * options and what is printed, bench_run.c the steps. */
#include "model/net.h"
#include "persist/model_dir.h"

enum { BENCH_TIMES = 64 };
typedef struct bench_plan {
    const char *model,
        *text; /* a model directory and a file of lines; NULL: a made-up model and made-up sentences */
    bool base; /* the made-up model: BERT-base, else 6 layers of 384 */
    bool train;
    int batch, max_pieces;
    int steps; /* at most; 0: all batches of the text */
    enum kind kind;
} bench_plan;

typedef struct bench_result {
    int steps, parameters_m; /* parameters_m: millions */
    double *seconds, *cpu;   /* [steps]; cpu: processor time of all threads */
    int *tokens, *sentences; /* [steps] */
    double *loss;            /* [steps], of training */
    double flop;             /* arithmetic of all steps in products and attention */
    net_time times[BENCH_TIMES];
    int n_times;
    double bytes;
} bench_result;

MUST_USE bool bench_run(bench_result *r, const bench_plan *plan, arena *mem, err *e);
