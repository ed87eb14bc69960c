#pragma once
/* The sizes and constants of an encoder, as config.json has them; the letters shapes are written in. */
#include "kernels/backend.h"

typedef struct dims {
    int H;        /* hidden_size */
    int A;        /* num_attention_heads; D = H/A */
    int F;        /* intermediate_size */
    int V;        /* vocab_size */
    int P;        /* max_position_embeddings */
    int T;        /* type_vocab_size */
    int L;        /* num_hidden_layers */
    enum act act; /* hidden_act */
    float eps;    /* layer_norm_eps, 1e-12 where the config has none */
    float drop_hidden, drop_attention;
    float init_range; /* initializer_range, 0.02 */
} dims;

/* Dropout sites. A layer has A + 2 sites in a row: its attention's heads, then the two residuals. */
static inline int site_embed(void)
{
    return 0;
}
static inline int site_attention(const dims *d, int layer)
{
    return 1 + layer * (d->A + 2);
}
static inline int site_attention_out(const dims *d, int layer)
{
    return site_attention(d, layer) + d->A;
}
static inline int site_ffn_out(const dims *d, int layer)
{
    return site_attention(d, layer) + d->A + 1;
}
static inline int site_head(const dims *d)
{
    return 1 + d->L * (d->A + 2);
}
