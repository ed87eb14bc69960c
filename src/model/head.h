#pragma once
/* What each kind of task puts on top: dropout, one linear layer, and its loss. Sentence, pair, relation and words: softmax over K classes, cross-entropy.
 * Score: one number, squared error. Labels: K sigmoids, binary cross-entropies. The rows it reads ([CLS]es through the pooler, or words) are picked by net.c. */
#include "model/net.h"

typedef struct head {
    enum task_kind kind;
    int K;
    float dropout; /* on its input */
    param *w, *b;  /* [K,H] [1,K] */
} head;

/* The answers that are wanted, in device memory; which of class and target is there depends on the kind. */
typedef struct gold {
    tensor label;  /* [M,1] I32: softmax */
    tensor target; /* [M,1] score, [M,K] labels */
    tensor weight; /* [M,1] each row's share of the loss */
} gold;

/* The activations, and once more the same for their gradients. */
typedef struct head_acts {
    tensor in;     /* [M,H] dropout(x) */
    tensor logits; /* [M,K] F32 always */
    tensor loss;   /* [M,1] weighted; not among the gradients */
    tensor p;      /* [M,K] F32 probabilities, or the numbers; not among the gradients */
} head_acts;

void head_declare(head *m, params *ps, const dims *d, const head_plan *plan, int number);
void head_layout(head_acts *a, slab *s, const head *m, const dims *d, int rows, enum kind kind);
void gold_layout(gold *g, slab *s, const head *m, int rows);
/* x [M,H] -> logits. name [M,2]: who and place of each row. */
void head_forward(const backend *be, const head *m, head_acts *a, tensor x, tensor name,
                  dropout drop);
/* logits -> loss of each row, and da->logits. */
void head_loss(const backend *be, const head *m, head_acts *a, head_acts *da, const gold *g);
/* logits -> p */
void head_answers(const backend *be, const head *m, head_acts *a);
/* From da->logits on; dx [M,H] is what goes on, or NONE. */
void head_backward(const backend *be, const head *m, const head_acts *a, head_acts *da, tensor dx,
                   tensor name, dropout drop);
