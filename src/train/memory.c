#include "train/memory.h"
#include "base/log.h"

enum {
    LIBRARY = 12 << 20, /* what oneDNN generates and keeps: code, descriptions, scratchpads */
    WINDOW = 16         /* tokens of the shortest sequences that fill a batch of evaluation */
};

/* The largest batches so far: slabs are taken for the largest. */
typedef struct largest {
    const net_plan *plan;
    int *rows;     /* [n_tasks] */
    int tokens, M; /* of training */
    size_t acts, above;
} largest;

static void meet(largest *l, int t, int B, int N, int M)
{
    if (N > l->tokens) {
        size_t bytes = net_acts_bytes(l->plan, B, N);
        l->tokens = N;
        if (bytes > l->acts) l->acts = bytes;
    }
    if (M > l->M) l->M = M;
    if (M <= l->rows[t]) return;
    size_t bytes = net_above_bytes(l->plan, t, M);
    l->rows[t] = M;
    if (bytes > l->above) l->above = bytes;
}

static void meet_update(largest *l, const run *r, int t, const int *chosen, int n)
{
    const packed *at = r->data[t].p[SPLIT_TRAIN].at;
    for (int i = 0, size = (int)r->s.batch; i < n; i += size) {
        int B = n - i < size ? n - i : size, N = 0, M = 0;
        for (int k = i; k < i + B; k++) N += at[chosen[k]].n, M += at[chosen[k]].n_rows;
        meet(l, t, B, N, M);
    }
}

static void meet_training(largest *l, run *r)
{
    for (int epoch = 0; epoch < r->s.epochs; epoch++) {
        mix_epoch(&r->order, epoch);
        for (int i = 0; i < r->order.n; i++) {
            const int *chosen;
            int t, n;
            mix_batch(&r->order, i, &t, &chosen, &n);
            meet_update(l, r, t, chosen, n);
        }
    }
}

/* Evaluation fills batches with tokens: as many as run_tokens says, or as there are; test is not read yet. */
static size_t evaluation(const run *r, net_plan plan)
{
    size_t most = 0;
    plan.train = false;
    for (int t = 0; t < r->n_tasks; t++) {
        int most_tokens = run_tokens(r);
        size_t there = 0;
        for (enum split s = SPLIT_DEV; s <= SPLIT_TEST; s++) {
            if (!r->tasks[t].files[s]) continue;
            there = r->data[t].there[s] ? there + r->data[t].p[s].counts.pieces : SIZE_MAX / 2;
        }
        if (there < (size_t)most_tokens) most_tokens = (int)there;
        if (!most_tokens) continue;
        int rows = r->tasks[t].kind == KIND_WORDS ? most_tokens : most_tokens / WINDOW + 1;
        size_t bytes = net_acts_bytes(&plan, most_tokens / WINDOW + 1, most_tokens) +
                       net_above_bytes(&plan, t, rows);
        if (bytes > most) most = bytes;
    }
    return most;
}

/* Checkpoints and models are written through floats of one parameter at a time. */
static size_t largest_parameter(const dims *d)
{
    size_t words = (size_t)d->V * (size_t)d->H, wide = (size_t)d->F * (size_t)d->H;
    return sizeof(float) * (words > wide ? words : wide);
}

void run_measure(run *r, run_memory *to)
{
    net_plan plan = run_net_plan(r);
    largest l = {.plan = &plan, .rows = TAKE(&r->mem, int, r->n_tasks)};
    meet_training(&l, r);
    size_t learning = l.acts + l.above, answering = evaluation(r, plan);
    *to = (run_memory){
        .tokens = l.tokens,
        .rows = l.M,
        .parameters = (double)net_params_bytes(&plan),
        .batches = (double)(learning > answering ? learning : answering),
        .copies = (double)net_kept_bytes(&plan, r->be),
        .rest = memory_now() + LIBRARY + (double)largest_parameter(&plan.d),
    };
    to->all = to->parameters + to->batches + to->copies + to->rest;
}
