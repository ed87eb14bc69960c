#pragma once
/* An encoder and a head a task: one step's arithmetic. The net owns parameters, activations and the device copy of the batch; memory is laid out for the
 * largest batch met and laid out anew for each. Written once, for every device and precision, over the operation table. */
#include "encode/batch.h"
#include "model/dims.h"
#include "model/params.h"

typedef struct
    head_plan { /* what a head needs to know; a task's name, kind and K are all that matters to the model */
    const char *task;
    enum task_kind kind;
    int K;
    float dropout; /* on the head's input */
} head_plan;

typedef struct net_plan {
    dims d;
    const head_plan *heads;
    int n_heads;
    bool train; /* gradients and moments are held */
    bool
        pooler; /* kinds of one row: BERT's pooler (dense + tanh) below the head; false: the head reads [CLS] itself */
    bool
        freeze_encoder; /* only heads (and pooler) learn: no backward below them, no gradients there */
    bool
        head_mask_shared; /* the authors': in tagging one dropout mask a (sequence, unit) for all its words */
    bool
        keep_hidden; /* net_hidden gives every layer, at the price of their memory; else only the embeddings' (0) and the last (L) */
    enum kind
        kind; /* of activations and of the weights that products read; masters, moments, statistics and losses are F32 */
} net_plan;

typedef struct net net; /* opaque to all but model/ */

/* Declares all parameters (embeddings, layers, pooler, heads `tasks.NAME.classifier.{weight,bias}`), takes their memory. Values are zero until params_start or a load. */
MUST_USE bool net_open(net **n, const backend *be, const net_plan *plan, err *e);
void net_close(net *n);
params *net_params(net *n);
const net_plan *net_plan_of(const net *n);

/* One micro-batch of head t: forward, loss, backward; gradients are added. share is the part of the step's loss that this batch is (1 without accumulation).
 * loss: the batch's mean loss, summed in double; not finite is the caller's to notice. step and key name the dropout. */
MUST_USE bool net_step(net *n, const batch *b, int t, uint64_t key, uint32_t step, double share,
                       double *loss, err *e);
/* The loss alone, without dropout. */
MUST_USE bool net_loss(net *n, const batch *b, int t, double *loss, err *e);

/* Inference, in two halves, so that many heads can read one encoding. net_encode runs the encoder (without dropout). net_scores gives head t's answers for the batch's
 * rows: [M,K] floats: softmax (sentence, pair, relation, words), sigmoid (labels) or the number (score). */
MUST_USE bool net_encode(net *n, const batch *b, err *e);
MUST_USE bool net_scores(net *n, const batch *b, int t, float *scores, err *e);
/* The same for the loss: head t over what net_encode left, without dropout. */
MUST_USE bool net_loss_here(net *n, const batch *b, int t, double *loss, err *e);
/* After net_encode: hidden states of a layer (0: behind the embeddings, L: the last), [N,H] floats; and the pooler's output, [B,H]. */
MUST_USE bool net_hidden(net *n, int layer, float *to, err *e);
MUST_USE bool net_pooled(net *n, const batch *b, float *to, err *e);
/* For trace and tests: the logits of net_scores before softmax or sigmoid. */
MUST_USE bool net_logits(net *n, const batch *b, int t, float *logits, err *e);

/* What it takes, in bytes: parameters (all slabs) and the activations of the largest batch so far; and what a batch of B sequences with N tokens and M rows would. */
size_t net_bytes(const net *n);
size_t net_bytes_for(const net_plan *plan, int B, int N, int M);
/* The parts of it: all slabs of the parameters; a batch in the encoder; M rows in head t. And copies of weights that the device keeps beside. */
size_t net_params_bytes(const net_plan *plan);
size_t net_acts_bytes(const net_plan *plan, int B, int N);
size_t net_above_bytes(const net_plan *plan, int t, int M);
size_t net_kept_bytes(const net_plan *plan, const backend *be);
/* Time by operation since the start or the last call, for bench: fills up to most rows, returns how many. */
typedef struct net_time {
    const char *op;
    double seconds, gflop;
    long calls;
} net_time;
int net_times(net *n, net_time *to, int most);
