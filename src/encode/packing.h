#pragma once
/* What pack.c and windows.c share while examples are packed. */
#include "encode/pack.h"

typedef struct packing {
    const vocab *v;
    const examples *x;
    const pack_rules *rules;
    packs *to;
    arena *mem;    /* of the result */
    arena scratch; /* of the pieces below, until all is packed */
    pieces a, b;   /* of the text (of all words in a row), of text2 */
    int *first;    /* [n_words + 1] windows.c: where each word's pieces start in a */
} packing;

/* A new sequence of example `which` with room for n pieces; n_rows are as many, in row 0. */
packed *packing_add(packing *k, int which, int n, int n_rows);
void packing_put(packed *p, piece q, int type);
MUST_USE bool packing_words(packing *k, const task *t, int which, err *e);
