#pragma once
/* Packed examples end to end, no padding, with the gold answers of one task: what one step is given. Host memory, in a batch arena. */
#include "encode/pack.h"

typedef struct batch {
    int B, N, M;                   /* sequences, tokens, scored rows */
    int longest;                   /* tokens of the longest sequence */
    int32_t *ids, *types, *places; /* [N] */
    int32_t *start;                /* [B+1] */
    uint32_t *
        who; /* [B] the sequence's number, for dropout: its index in the task's packs plus a base for each task */
    int32_t *rows;       /* [M] row in [0,N) of each scored piece */
    int32_t *names;      /* [M,2] who and place of each scored row, for the head's dropout */
    int32_t *gold;       /* [M] class or tag; -1 where there is none */
    float *target;       /* KIND_SCORE: [M]; KIND_LABELS: [M,K] 0 or 1; else NULL */
    float *weight;       /* [M] 1 / (rows that count) where a row counts in the loss, else 0 */
    int counted;         /* rows that count */
    const packed **from; /* [B] */
} batch;

/* Lays the sequences chosen[n] (indices into p) end to end. gold may be missing: weights are then 0. who_base + index is a sequence's identity. */
void batch_make(batch *b, const task *t, const examples *x, const packs *p, const int *chosen,
                int n, uint32_t who_base, arena *mem);
