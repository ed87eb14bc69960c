#include "model/attention.h"
#include "kernels/ops.h"

void attention_declare(attention *m, params *ps, const dims *d, int layer)
{
    enum { SHARED = -1 };
    const char *at = "bert.encoder.layer";
    int part = layer + 1;
    m->qkv = params_add(ps, 3 * d->H, d->H, false, INIT_NORMAL, part, SHARED,
                        "%s.%d.attention.self.{query,key,value}.weight", at, layer);
    m->qkv_bias = params_add(ps, 1, 3 * d->H, true, INIT_ZERO, part, SHARED,
                             "%s.%d.attention.self.{query,key,value}.bias", at, layer);
    m->out = params_add(ps, d->H, d->H, false, INIT_NORMAL, part, SHARED,
                        "%s.%d.attention.output.dense.weight", at, layer);
    m->out_bias = params_add(ps, 1, d->H, true, INIT_ZERO, part, SHARED,
                             "%s.%d.attention.output.dense.bias", at, layer);
    m->g = params_add(ps, 1, d->H, true, INIT_ONE, part, SHARED,
                      "%s.%d.attention.output.LayerNorm.weight", at, layer);
    m->b = params_add(ps, 1, d->H, true, INIT_ZERO, part, SHARED,
                      "%s.%d.attention.output.LayerNorm.bias", at, layer);
}

void attention_layout(attention_acts *a, slab *s, const dims *d, int rows, enum kind kind,
                      tensor scratch)
{
    a->qkv = slab_take(s, rows, 3 * d->H, kind);
    a->mixed = slab_take(s, rows, d->H, kind);
    a->lse = slab_take(s, rows, d->A, F32);
    a->out = scratch;
    a->sum = slab_take(s, rows, d->H, kind);
    a->stat = slab_take(s, rows, 2, F32);
    a->y = slab_take(s, rows, d->H, kind);
}

void attention_forward(const backend *be, const attention *m, attention_acts *a, tensor x,
                       ragged at, attention_drops drops, const dims *d)
{
    op_linear(be, a->qkv, x, m->qkv->value, m->qkv_bias->value);
    op_attention(be, a->mixed, a->lse, a->qkv, at, d->A, drops.weights);
    op_linear(be, a->out, a->mixed, m->out->value, m->out_bias->value);
    op_drop_add_norm(be, a->y, a->sum, a->stat, x, a->out, m->g->value, m->b->value, at, drops.out,
                     d->eps);
}

/* The lines of attention_forward from the last to the first. */
void attention_backward(const backend *be, const attention *m, const attention_acts *a,
                        attention_acts *da, tensor dx, tensor x, ragged at, attention_drops drops,
                        const dims *d)
{
    op_drop_add_norm_back(be, da->out, da->sum, m->g->grad, m->b->grad, da->y, a->sum, a->stat,
                          m->g->value, at, drops.out);
    op_linear_back(be, da->mixed, m->out->grad, m->out_bias->grad, da->out, a->mixed, m->out->value,
                   NONE);
    op_attention_back(be, da->qkv, da->mixed, a->mixed, a->lse, a->qkv, at, d->A, drops.weights);
    op_linear_back(be, dx, m->qkv->grad, m->qkv_bias->grad, da->qkv, x, m->qkv->value, da->sum);
}
