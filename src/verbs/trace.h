#pragma once
/* What the two halves of trace share: one example (trace.c), or all batches of a file
 * (trace_batches.c). */
#include "use/annotator.h"

typedef struct tracer {
    const char *model, *text, *text2, *file;
    int64_t number, batch;
    bool gold, no_net, batches;
    pack_rules rules;
    model_dir m;
    net *n;
    task *t;
    int head;
    example x;
    const char *where;
    arena mem;
} tracer;

/* task_name NULL: lines, as bench has them. Objects {"batch","ids","types","rows","gold",..}. */
MUST_USE bool trace_batches(tracer *t, const char *task_name, err *e);
