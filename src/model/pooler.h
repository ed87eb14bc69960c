#pragma once
/* BERT's pooler: a dense layer and tanh on the first token of a sequence, below the heads of one row. */
#include "model/params.h"

typedef struct pooler {
    param *w, *b; /* [H,H] [1,H] */
} pooler;

/* The activations, and once more the same for their gradients. */
typedef struct pooler_acts {
    tensor dense; /* [M,H] */
    tensor y;     /* [M,H] tanh(dense) */
} pooler_acts;

void pooler_declare(pooler *m, params *ps, const dims *d);
void pooler_layout(pooler_acts *a, slab *s, const dims *d, int rows, enum kind kind);
/* x [M,H] */
void pooler_forward(const backend *be, const pooler *m, pooler_acts *a, tensor x);
/* da->y holds the gradient that comes in; dx [M,H] is what goes on, or NONE. */
void pooler_backward(const backend *be, const pooler *m, const pooler_acts *a, pooler_acts *da,
                     tensor dx, tensor x);
