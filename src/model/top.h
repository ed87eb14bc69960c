#pragma once
/* All that stands on the encoder: the pooler and a head a task. Picks the rows that are scored, [M,H] of [N,H]; words are read from the last layer
 * itself, the [CLS] of other tasks through the pooler if there is one. */
#include "model/head.h"
#include "model/pooler.h"

typedef struct top {
    dims d;
    bool has_pooler;
    pooler pooler;
    head *heads; /* [n_heads] */
    int n_heads;
} top;

/* The activations, and once more the same for their gradients. */
typedef struct top_acts {
    tensor picked;      /* [M,H] rows of the last layer */
    pooler_acts pooler; /* where the head reads through it */
    head_acts head;
} top_acts;

/* The scored rows of a batch, in device memory. */
typedef struct scored {
    tensor row;  /* [M,1] I32 in the batch */
    tensor name; /* [M,2] I32 who and place */
    gold gold;
} scored;

enum { POOLER_ONLY = -1 }; /* in place of a head's number */

void top_declare(top *m, params *ps, const net_plan *plan);
bool top_pooled(const top *m, int t); /* does head t read through the pooler? */
void scored_layout(scored *r, slab *s, const top *m, int t, int M);
void top_layout(top_acts *a, slab *s, const top *m, int t, int M, enum kind kind);
/* y [N,H]: the encoder's last layer. */
void top_forward(const backend *be, const top *m, top_acts *a, int t, tensor y, const scored *r,
                 dropout drop);
/* The loss of each row, and the gradient of the logits. */
void top_loss(const backend *be, const top *m, top_acts *a, top_acts *da, int t, const scored *r);
/* dy [N,H], or NONE where the encoder is frozen. */
void top_backward(const backend *be, const top *m, const top_acts *a, top_acts *da, int t,
                  tensor dy, const scored *r, dropout drop);
