#pragma once
/* What net.c and net_size.c share, and nobody else: the net from inside, and where its memory is laid out. */
#include "model/encoder.h"
#include "model/meter.h"
#include "model/net.h"
#include "model/top.h"

/* A batch's sequences as tensors; `sequences` is the same as operations take it. */
typedef struct place {
    tensor id, type, place, start, who, chance;
} place;

struct net {
    const backend *be; /* the device; operations go through meter.table */
    net_plan plan;
    params ps;
    encoder encoder;
    top top;
    encoder_acts a, da;
    place at;
    sequences q;
    top_acts b, db;
    scored rows;
    slab acts;  /* the batch and the encoder's activations */
    slab above; /* the head's; several heads may read one encoding */
    meter meter;
    arena mem, step; /* step is rewound with each call */
};

void net_declare(net *n);
/* The batch, the activations and, where it learns, their gradients. */
void net_acts_layout(net *n, slab *s, int B, int N, int rows, enum keep keep, bool back);
/* The rows of head t (or those that are only pooled). */
void net_above_layout(net *n, slab *s, int t, int M);
