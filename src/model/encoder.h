#pragma once
/* Embeddings and L layers: sequences -> [N,H]. Knows nothing of tasks. */
#include "model/attention.h"
#include "model/embed.h"
#include "model/ffn.h"

typedef struct encoder {
    dims d;
    embed embed;
    attention *attention; /* [L] */
    ffn *ffn;             /* [L] */
} encoder;

/* The activations, and once more the same for their gradients. */
typedef struct encoder_acts {
    embed_acts embed;
    attention_acts *attention; /* [L] */
    ffn_acts *ffn;             /* [L] */
} encoder_acts;

/* What is still there when the last layer is done: all that backward reads; each layer's y; or only the embeddings' and the last layer's y, the layers
 * using the same memory in turn. Gradients are laid out as KEEP_ENDS. */
enum keep { KEEP_ALL, KEEP_HIDDEN, KEEP_ENDS };

/* A batch's sequences in device memory, and whether this is training (dropout). */
typedef struct sequences {
    tokens in;
    ragged at;
    devmem *chance;
    bool train;
} sequences;

void encoder_declare(encoder *m, params *ps, const dims *d);
void encoder_acts_take(encoder_acts *a, const dims *d,
                       arena *mem); /* the arrays of structs; tensors are encoder_layout's */
void encoder_layout(encoder_acts *a, slab *s, const dims *d, int rows, enum kind kind,
                    enum keep keep);
tensor encoder_hidden(const encoder_acts *a,
                      int layer); /* [N,H]: 0 behind the embeddings, L behind the last layer */
void encoder_forward(const backend *be, const encoder *m, encoder_acts *a, const sequences *q);
/* encoder_hidden(da, L) holds the gradient that comes in. */
void encoder_backward(const backend *be, const encoder *m, const encoder_acts *a, encoder_acts *da,
                      const sequences *q);
