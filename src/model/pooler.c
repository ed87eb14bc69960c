#include "model/pooler.h"
#include "kernels/ops.h"

void pooler_declare(pooler *m, params *ps, const dims *d)
{
    enum { SHARED = -1 };
    m->w = params_add(ps, d->H, d->H, false, INIT_NORMAL, d->L + 1, SHARED,
                      "bert.pooler.dense.weight");
    m->b = params_add(ps, 1, d->H, true, INIT_ZERO, d->L + 1, SHARED, "bert.pooler.dense.bias");
}

void pooler_layout(pooler_acts *a, slab *s, const dims *d, int rows, enum kind kind)
{
    a->dense = slab_take(s, rows, d->H, kind);
    a->y = slab_take(s, rows, d->H, kind);
}

void pooler_forward(const backend *be, const pooler *m, pooler_acts *a, tensor x)
{
    op_linear(be, a->dense, x, m->w->value, m->b->value);
    op_act(be, a->y, a->dense, ACT_TANH);
}

/* The lines of pooler_forward from the last to the first. */
void pooler_backward(const backend *be, const pooler *m, const pooler_acts *a, pooler_acts *da,
                     tensor dx, tensor x)
{
    op_act_back(be, da->dense, da->y, a->dense, ACT_TANH);
    op_linear_back(be, dx, m->w->grad, m->b->grad, da->dense, x, m->w->value, NONE);
}
