#pragma once
/* A tiny BERT with a head of every kind, and batches for it: what the tests of model/ and optim/ try things on. Weights and batches are those of the
 * golden file, or drawn here. All of it lives in the arena or until tiny_close. */
#include "golden/golden.h"
#include "model/net.h"

enum { TINY_SENTENCE, TINY_PAIR, TINY_RELATION, TINY_SCORE, TINY_WORDS, TINY_LABELS, TINY_HEADS };
extern const char
    *const tiny_names[TINY_HEADS]; /* "mood" "entail" "relate" "similar" "tag" "topics" */

typedef struct tiny {
    golden g;
    const backend *be;
    net *net;
    params *ps;
    batch batches[TINY_HEADS];
    arena mem;
} tiny;

/* 2 x 32, as the golden file has it: gelu, pooler, six heads, training, no dropout. Change what you like before tiny_open. */
net_plan tiny_plan(void);
void tiny_open(tiny *t, const net_plan *plan); /* weights from the golden file */
void tiny_close(tiny *t);
/* One step of each head's batch in turn, or of one; dies if it fails. Gradients are added. */
double tiny_step(tiny *t, int head, uint32_t step);
double tiny_loss(tiny *t, int head);
const param *tiny_param(const tiny *t, const char *name);
/* A copy of one slab of one parameter, in the arena. */
float *tiny_copy(tiny *t, const param *p, enum slab_name which);
/* All parameters, end to end, in declared order; *count: how many values. */
float *tiny_all(tiny *t, enum slab_name which, size_t *count);
bool tiny_same(const float *a, const float *b, size_t n); /* bytes */
/* Sequence s of a batch alone, its rows as before with weight 1 / rows. */
batch tiny_alone(tiny *t, const batch *b, int s);

/* sum (a - b)^2 / sum b^2; where b is 0 throughout, sum a^2. */
double nmse(const float *a, const float *b, size_t n);
double largest_difference(const float *a, const float *b, size_t n);
