#include "model/top.h"
#include "kernels/ops.h"

void top_declare(top *m, params *ps, const net_plan *plan)
{
    *m = (top){.d = plan->d, .has_pooler = plan->pooler, .n_heads = plan->n_heads};
    if (m->has_pooler) pooler_declare(&m->pooler, ps, &m->d);
    m->heads = TAKE(&ps->mem, head, m->n_heads);
    for (int t = 0; t < m->n_heads; t++) head_declare(&m->heads[t], ps, &m->d, &plan->heads[t], t);
}

bool top_pooled(const top *m, int t)
{
    return m->has_pooler && (t == POOLER_ONLY || m->heads[t].kind != KIND_WORDS);
}

void scored_layout(scored *r, slab *s, const top *m, int t, int M)
{
    r->row = slab_take(s, M, 1, I32);
    r->name = slab_take(s, M, 2, I32);
    if (t != POOLER_ONLY) gold_layout(&r->gold, s, &m->heads[t], M);
}

void top_layout(top_acts *a, slab *s, const top *m, int t, int M, enum kind kind)
{
    a->picked = slab_take(s, M, m->d.H, kind);
    if (top_pooled(m, t)) pooler_layout(&a->pooler, s, &m->d, M, kind);
    if (t != POOLER_ONLY) head_layout(&a->head, s, &m->heads[t], &m->d, M, kind);
}

void top_forward(const backend *be, const top *m, top_acts *a, int t, tensor y, const scored *r,
                 dropout drop)
{
    bool pooled = top_pooled(m, t);
    op_pick(be, a->picked, y, r->row);
    if (pooled) pooler_forward(be, &m->pooler, &a->pooler, a->picked);
    if (t != POOLER_ONLY)
        head_forward(be, &m->heads[t], &a->head, pooled ? a->pooler.y : a->picked, r->name, drop);
}

void top_loss(const backend *be, const top *m, top_acts *a, top_acts *da, int t, const scored *r)
{
    head_loss(be, &m->heads[t], &a->head, &da->head, &r->gold);
}

/* The lines of top_forward from the last to the first; below a frozen encoder's top nothing is asked for. */
void top_backward(const backend *be, const top *m, const top_acts *a, top_acts *da, int t,
                  tensor dy, const scored *r, dropout drop)
{
    bool pooled = top_pooled(m, t), below = dy.data != NULL;
    tensor dx = pooled ? da->pooler.y : below ? da->picked : NONE;
    head_backward(be, &m->heads[t], &a->head, &da->head, dx, r->name, drop);
    if (pooled)
        pooler_backward(be, &m->pooler, &a->pooler, &da->pooler, below ? da->picked : NONE,
                        a->picked);
    if (below) op_pick_back(be, dy, da->picked, r->row);
}
