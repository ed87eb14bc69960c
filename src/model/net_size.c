/* What a net would take: its own layouts, measured. */
#include "model/net_inside.h"

typedef struct measured {
    net *n;
    arena mem;
} measured;

static measured open_measured(const net_plan *plan)
{
    measured m = {0};
    m.n = TAKE(&m.mem, net, 1);
    m.n->plan = *plan;
    net_declare(m.n);
    return m;
}

static void close_measured(measured *m)
{
    params_close(&m->n->ps);
    arena_close(&m->n->mem);
    arena_close(&m->mem);
}

size_t net_acts_bytes(const net_plan *plan, int B, int N)
{
    measured m = open_measured(plan);
    slab acts = {0};
    bool back = plan->train && !plan->freeze_encoder;
    enum keep keep = back ? KEEP_ALL : plan->keep_hidden ? KEEP_HIDDEN : KEEP_ENDS;
    net_acts_layout(m.n, &acts, B, N, N, keep, back);
    close_measured(&m);
    return acts.size;
}

size_t net_above_bytes(const net_plan *plan, int t, int M)
{
    measured m = open_measured(plan);
    slab above = {0};
    net_above_layout(m.n, &above, t, M);
    close_measured(&m);
    return above.size;
}

size_t net_params_bytes(const net_plan *plan)
{
    measured m = open_measured(plan);
    size_t bytes = params_bytes(&m.n->ps, plan->kind, plan->train);
    close_measured(&m);
    return bytes;
}

size_t net_kept_bytes(const net_plan *plan, const backend *be)
{
    measured m = open_measured(plan);
    size_t bytes = 0;
    for (int i = 0; i < m.n->ps.n; i++) {
        const param *p = m.n->ps.list[i];
        bool back = plan->train && (p->part > plan->d.L || !plan->freeze_encoder);
        if (p->rows > 1 && p->part != PART_EMBEDDINGS)
            bytes += be->keeps(p->rows, p->cols, plan->kind, back);
    }
    close_measured(&m);
    return bytes;
}

size_t net_bytes_for(const net_plan *plan, int B, int N, int M)
{
    size_t most = 0;
    for (int t = 0; t < plan->n_heads; t++) {
        size_t above = net_above_bytes(plan, t, M);
        if (above > most) most = above;
    }
    return net_params_bytes(plan) + net_acts_bytes(plan, B, N) + most;
}
