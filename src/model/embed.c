#include "model/embed.h"
#include "kernels/ops.h"

void embed_declare(embed *m, params *ps, const dims *d)
{
    enum { PART = PART_EMBEDDINGS, SHARED = -1 };
    m->word = params_add(ps, d->V, d->H, false, INIT_NORMAL, PART, SHARED,
                         "bert.embeddings.word_embeddings.weight");
    m->place = params_add(ps, d->P, d->H, false, INIT_NORMAL, PART, SHARED,
                          "bert.embeddings.position_embeddings.weight");
    m->type = params_add(ps, d->T, d->H, false, INIT_NORMAL, PART, SHARED,
                         "bert.embeddings.token_type_embeddings.weight");
    m->g =
        params_add(ps, 1, d->H, true, INIT_ONE, PART, SHARED, "bert.embeddings.LayerNorm.weight");
    m->b = params_add(ps, 1, d->H, true, INIT_ZERO, PART, SHARED, "bert.embeddings.LayerNorm.bias");
}

void embed_layout(embed_acts *a, slab *s, const dims *d, int rows, enum kind kind)
{
    a->sum = slab_take(s, rows, d->H, kind);
    a->stat = slab_take(s, rows, 2, F32);
    a->y = slab_take(s, rows, d->H, kind);
}

void embed_forward(const backend *be, const embed *m, embed_acts *a, tokens in, ragged at,
                   dropout drop, float eps)
{
    op_embed(be, a->y, a->sum, a->stat, m->word->value, m->place->value, m->type->value,
             m->g->value, m->b->value, in, at, drop, eps);
}

void embed_backward(const backend *be, const embed *m, const embed_acts *a, embed_acts *da,
                    tokens in, ragged at, dropout drop)
{
    op_embed_back(be, da->sum, m->word->grad, m->place->grad, m->type->grad, m->g->grad, m->b->grad,
                  da->y, a->sum, a->stat, m->g->value, in, at, drop);
}
