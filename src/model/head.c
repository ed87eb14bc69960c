#include "model/head.h"
#include "kernels/ops.h"

void head_declare(head *m, params *ps, const dims *d, const head_plan *plan, int number)
{
    int K = plan->K;
    ASSERT(K > 0 && (plan->kind != KIND_SCORE || K == 1), "task %s has %d outputs", plan->task, K);
    *m = (head){.kind = plan->kind, .K = K, .dropout = plan->dropout};
    m->w = params_add(ps, K, d->H, false, INIT_NORMAL, d->L + 1, number,
                      "tasks.%s.classifier.weight", plan->task);
    m->b = params_add(ps, 1, K, true, INIT_ZERO, d->L + 1, number, "tasks.%s.classifier.bias",
                      plan->task);
}

void head_layout(head_acts *a, slab *s, const head *m, const dims *d, int rows, enum kind kind)
{
    a->in = slab_take(s, rows, d->H, kind);
    a->logits = slab_take(s, rows, m->K, F32);
    a->loss = slab_take(s, rows, 1, F32);
    a->p = slab_take(s, rows, m->K, F32);
}

void gold_layout(gold *g, slab *s, const head *m, int rows)
{
    g->label = slab_take(s, rows, 1, I32);
    g->target = slab_take(s, rows, m->kind == KIND_LABELS ? m->K : 1, F32);
    g->weight = slab_take(s, rows, 1, F32);
}

void head_forward(const backend *be, const head *m, head_acts *a, tensor x, tensor name,
                  dropout drop)
{
    op_drop(be, a->in, x, name, drop);
    op_linear(be, a->logits, a->in, m->w->value, m->b->value);
}

void head_loss(const backend *be, const head *m, head_acts *a, head_acts *da, const gold *g)
{
    if (m->kind == KIND_SCORE)
        op_square_loss(be, a->loss, da->logits, a->logits, g->target, g->weight);
    else if (m->kind == KIND_LABELS)
        op_sigmoid_loss(be, a->loss, da->logits, a->logits, g->target, g->weight);
    else
        op_softmax_loss(be, a->loss, da->logits, a->logits, g->label, g->weight);
}

void head_answers(const backend *be, const head *m, head_acts *a)
{
    if (m->kind == KIND_SCORE)
        op_convert(be, a->p, a->logits);
    else if (m->kind == KIND_LABELS)
        op_sigmoid(be, a->p, a->logits);
    else
        op_softmax(be, a->p, a->logits);
}

/* The lines of head_forward from the last to the first. */
void head_backward(const backend *be, const head *m, const head_acts *a, head_acts *da, tensor dx,
                   tensor name, dropout drop)
{
    tensor din = dx.data ? da->in : NONE;
    op_linear_back(be, din, m->w->grad, m->b->grad, da->logits, a->in, m->w->value, NONE);
    if (dx.data) op_drop(be, dx, din, name, drop);
}
