#include "model/ffn.h"
#include "kernels/ops.h"

void ffn_declare(ffn *m, params *ps, const dims *d, int layer)
{
    enum { SHARED = -1 };
    const char *at = "bert.encoder.layer";
    int part = layer + 1;
    m->up = params_add(ps, d->F, d->H, false, INIT_NORMAL, part, SHARED,
                       "%s.%d.intermediate.dense.weight", at, layer);
    m->up_bias = params_add(ps, 1, d->F, true, INIT_ZERO, part, SHARED,
                            "%s.%d.intermediate.dense.bias", at, layer);
    m->down = params_add(ps, d->H, d->F, false, INIT_NORMAL, part, SHARED,
                         "%s.%d.output.dense.weight", at, layer);
    m->down_bias = params_add(ps, 1, d->H, true, INIT_ZERO, part, SHARED, "%s.%d.output.dense.bias",
                              at, layer);
    m->g = params_add(ps, 1, d->H, true, INIT_ONE, part, SHARED, "%s.%d.output.LayerNorm.weight",
                      at, layer);
    m->b = params_add(ps, 1, d->H, true, INIT_ZERO, part, SHARED, "%s.%d.output.LayerNorm.bias", at,
                      layer);
}

void ffn_layout(ffn_acts *a, slab *s, const dims *d, int rows, enum kind kind, tensor scratch)
{
    a->up = slab_take(s, rows, d->F, kind);
    a->mid = slab_take(s, rows, d->F, kind);
    a->down = scratch;
    a->sum = slab_take(s, rows, d->H, kind);
    a->stat = slab_take(s, rows, 2, F32);
    a->y = slab_take(s, rows, d->H, kind);
}

void ffn_forward(const backend *be, const ffn *m, ffn_acts *a, tensor x, ragged at, dropout drop,
                 const dims *d)
{
    op_linear(be, a->up, x, m->up->value, m->up_bias->value);
    op_act(be, a->mid, a->up, d->act);
    op_linear(be, a->down, a->mid, m->down->value, m->down_bias->value);
    op_drop_add_norm(be, a->y, a->sum, a->stat, x, a->down, m->g->value, m->b->value, at, drop,
                     d->eps);
}

/* The lines of ffn_forward from the last to the first. */
void ffn_backward(const backend *be, const ffn *m, const ffn_acts *a, ffn_acts *da, tensor dx,
                  tensor x, ragged at, dropout drop, const dims *d)
{
    op_drop_add_norm_back(be, da->down, da->sum, m->g->grad, m->b->grad, da->y, a->sum, a->stat,
                          m->g->value, at, drop);
    op_linear_back(be, da->mid, m->down->grad, m->down_bias->grad, da->down, a->mid, m->down->value,
                   NONE);
    op_act_back(be, da->up, da->mid, a->up, d->act);
    op_linear_back(be, dx, m->up->grad, m->up_bias->grad, da->up, x, m->up->value, da->sum);
}
