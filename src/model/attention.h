#pragma once
/* The first half of a layer: every token looks at its sequence's tokens; residual, dropout, norm behind it (BERT's order). */
#include "model/params.h"

typedef struct attention {
    param *qkv, *qkv_bias; /* [3H,H] [1,3H] */
    param *out, *out_bias; /* [H,H] [1,H] */
    param *g, *b;          /* [1,H] norm */
} attention;

/* The activations, and once more the same for their gradients. */
typedef struct attention_acts {
    tensor qkv;   /* [N,3H] queries, keys, values side by side */
    tensor mixed; /* [N,H] values weighted by attention */
    tensor lse;   /* [N,A] log of the sum of exponentials of each row of scores */
    tensor
        out; /* [N,H] the branch before it is added; scratch that all layers share, since backward does not read it */
    tensor sum;  /* [N,H] x + dropout(out) */
    tensor stat; /* [N,2] */
    tensor y;    /* [N,H] norm(sum) */
} attention_acts;

/* Where a half layer drops out. */
typedef struct attention_drops {
    dropout weights, out;
} attention_drops;

void attention_declare(attention *m, params *ps, const dims *d, int layer);
void attention_layout(attention_acts *a, slab *s, const dims *d, int rows, enum kind kind,
                      tensor scratch);
/* x [N,H] */
void attention_forward(const backend *be, const attention *m, attention_acts *a, tensor x,
                       ragged at, attention_drops drops, const dims *d);
/* da->y holds the gradient that comes in; dx [N,H] is what goes on. */
void attention_backward(const backend *be, const attention *m, const attention_acts *a,
                        attention_acts *da, tensor dx, tensor x, ragged at, attention_drops drops,
                        const dims *d);
