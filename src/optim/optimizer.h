#pragma once
/* Gradients -> new parameters. g: gradient after clipping; p: parameter; r: rate of this step; d: decay
 * (0 for biases and norms); moments start at 0; t: updates so far, from 1.
 *   bertadam  m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  u = m / (sqrt(v) + eps) + d p;  p -= r u
 *             no bias correction (Google's AdamWeightDecayOptimizer; pytorch-pretrained-BERT 0.6)
 *   adamax    m as above;  n = max(b2 n, |g| + eps);  u = m / (n + eps) + d p;  p -= r u
 *             the 2019 form of mt-dnn, no bias correction
 *   adamaxw   p *= 1 - r d;  m as above;  n = max(b2 n, |g| + eps);  p -= r / (1 - b1^t) m / n
 *             mt-dnn master
 *   adamw     p *= 1 - r d;  m, v as bertadam;
 *             p -= r / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps)          torch.optim.AdamW
 * Defaults: b1 .9, b2 .999; eps 1e-6 for bertadam and adamax, 1e-8 for the others; decay .01. */
#include "model/params.h"
#include "optim/schedule.h"

extern const char *const rule_names[4]; /* "adamax" .. in enum rule's order */

typedef struct optimizer_plan {
    enum rule rule;
    double b1, b2, eps; /* eps < 0: the rule's own default */
    double decay;       /* 0.01 */
    double clip;        /* global norm, 1; 0: none */
    double layer_decay; /* the rate of part i is multiplied by its power of (L + 1 - i); 1: none */
    /* The authors': parameters once touched are updated at every later step, with g = 0 where
     * idle; else they are left alone. */
    bool coast;
    /* The authors': a head's schedule counts its own updates; else there is one counter. */
    bool own_counters;
    schedule_plan schedule;
} optimizer_plan;

/* Parameters that get the same knobs at every step. */
typedef struct group_of {
    int part, task; /* part: 0 for all where layer_decay is 1 */
    bool decay, pooler, frozen;
} group_of;

typedef struct optimizer {
    optimizer_plan plan;
    params *ps;
    int n_heads, L;
    /* Updates done: in all; of each head since its first use (coasting counts on), [n_heads]; of the
     * pooler, which tagging leaves idle. Bias correction goes by them. */
    uint32_t steps, *head_steps, pooler_steps;
    group_of *groups; /* [n_groups] */
    int n_groups;
    float *host_knobs;           /* [n_groups,KNOBS] */
    tensor group, knobs, factor; /* [1,total/GROUP_BLOCK] U8, [n_groups,KNOBS], [1,2] */
    slab memory;
    arena mem;
    double norm, rate; /* of the last step: gradient norm before clipping, scheduled rate */
} optimizer;

MUST_USE bool optimizer_open(optimizer *o, const optimizer_plan *plan, params *ps, int L,
                             int n_heads, err *e);
/* One update. head: the task whose batch this was (-1: all); pooler_used: the pooler took part.
 * Gradients are zero afterwards. Fails, and moves nothing, where the norm is not finite: the message
 * names the first parameter with a bad gradient. */
MUST_USE bool optimizer_step(optimizer *o, int head, bool pooler_used, err *e);
void optimizer_close(optimizer *o);
