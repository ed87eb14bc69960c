#pragma once
/* The second half of a layer: each token alone through F units; residual, dropout, norm behind it (BERT's order). */
#include "model/params.h"

typedef struct ffn {
    param *up, *up_bias;     /* [F,H] [1,F] */
    param *down, *down_bias; /* [H,F] [1,H] */
    param *g, *b;            /* [1,H] norm */
} ffn;

/* The activations, and once more the same for their gradients. */
typedef struct ffn_acts {
    tensor up;  /* [N,F] */
    tensor mid; /* [N,F] act(up) */
    tensor
        down; /* [N,H] the branch before it is added; scratch that all layers share, since backward does not read it */
    tensor sum;  /* [N,H] x + dropout(down) */
    tensor stat; /* [N,2] */
    tensor y;    /* [N,H] norm(sum) */
} ffn_acts;

void ffn_declare(ffn *m, params *ps, const dims *d, int layer);
void ffn_layout(ffn_acts *a, slab *s, const dims *d, int rows, enum kind kind, tensor scratch);
/* x [N,H] */
void ffn_forward(const backend *be, const ffn *m, ffn_acts *a, tensor x, ragged at, dropout drop,
                 const dims *d);
/* da->y holds the gradient that comes in; dx [N,H] is what goes on. */
void ffn_backward(const backend *be, const ffn *m, const ffn_acts *a, ffn_acts *da, tensor dx,
                  tensor x, ragged at, dropout drop, const dims *d);
