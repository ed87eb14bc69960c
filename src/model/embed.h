#pragma once
/* The first part of the encoder: ids, token types and places -> [N,H], the sum of three embeddings, normalized and dropped out. */
#include "model/params.h"

typedef struct embed {
    param *word;  /* [V,H] */
    param *place; /* [P,H] */
    param *type;  /* [T,H] */
    param *g, *b; /* [1,H] norm */
} embed;

/* The activations, and once more the same for their gradients. */
typedef struct embed_acts {
    tensor sum;  /* [N,H] word + place + type */
    tensor stat; /* [N,2] mean and 1/deviation of each row of sum */
    tensor y;    /* [N,H] dropout(norm(sum)) */
} embed_acts;

void embed_declare(embed *m, params *ps, const dims *d);
void embed_layout(embed_acts *a, slab *s, const dims *d, int rows, enum kind kind);
void embed_forward(const backend *be, const embed *m, embed_acts *a, tokens in, ragged at,
                   dropout drop, float eps);
/* da->y holds the gradient that comes in. */
void embed_backward(const backend *be, const embed *m, const embed_acts *a, embed_acts *da,
                    tokens in, ragged at, dropout drop);
