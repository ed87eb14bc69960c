#pragma once
/* Time and arithmetic by operation: a table of operations that looks at the clock around each one of another table. The counts are in a meter that its owner
 * holds; which one runs is noted when a step begins. Meant for devices that are done when the call returns. */
#include "kernels/backend.h"

enum {
#define FN(type, name, parameters)
#define OP(name, parameters) METER_##name,
#include "kernels/ops.def"
#undef FN
#undef OP
    METERS
};

typedef struct meter {
    const backend *inner; /* does the work */
    backend table;        /* what the model calls: inner's, with the clock around its operations */
    double pairs;         /* sum of squared lengths of the sequences of the running batch */
    double seconds[METERS], flops[METERS];
    long calls[METERS];
} meter;

void meter_open(meter *m, const backend *inner);
void meter_begin(meter *m, double pairs); /* from now on m is the one that counts, in this thread */
void meter_close(meter *m);
const char *meter_name(int op);
