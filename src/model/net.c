#include "kernels/ops.h"
#include "model/floats.h"
#include "model/net_inside.h"

static net_plan plan_copy(const net_plan *plan, arena *mem)
{
    net_plan own = *plan;
    head_plan *heads = TAKE(mem, head_plan, plan->n_heads);
    for (int i = 0; i < plan->n_heads; i++) {
        heads[i] = plan->heads[i];
        heads[i].task = str_keep(mem, str_of(plan->heads[i].task));
    }
    own.heads = heads;
    return own;
}

void net_declare(net *n)
{
    const net_plan *plan = &n->plan;
    encoder_declare(&n->encoder, &n->ps, &plan->d);
    top_declare(&n->top, &n->ps, plan);
    encoder_acts_take(&n->a, &plan->d, &n->mem);
    encoder_acts_take(&n->da, &plan->d, &n->mem);
}

/* A frozen encoder's gradients stay zero and nobody writes them; the optimizer leaves such parameters alone. */
static void freeze(net *n)
{
    for (int i = 0; i < n->ps.n; i++)
        if (n->ps.list[i]->part <= n->plan.d.L) n->ps.list[i]->grad = NONE;
}

bool net_open(net **to, const backend *be, const net_plan *plan, err *e)
{
    ASSERT(plan->d.H % plan->d.A == 0, "%d units do not make %d heads", plan->d.H, plan->d.A);
    arena mem = {0};
    net *n = TAKE(&mem, net, 1);
    n->mem = mem;
    n->be = be;
    n->plan = plan_copy(plan, &n->mem);
    meter_open(&n->meter, be);
    net_declare(n);
    if (!params_place(&n->ps, be, plan->kind, plan->train, e)) {
        net_close(n);
        return fail_in(e, "memory for the model");
    }
    if (plan->freeze_encoder) freeze(n);
    *to = n;
    return true;
}

void net_close(net *n)
{
    if (!n) return;
    meter_close(&n->meter);
    slab_close(&n->acts);
    slab_close(&n->above);
    params_close(&n->ps);
    arena_close(&n->step);
    arena mem = n->mem; /* n lies in it */
    arena_close(&mem);
}

params *net_params(net *n)
{
    return &n->ps;
}

const net_plan *net_plan_of(const net *n)
{
    return &n->plan;
}

/* The batch, the activations and, where it learns, their gradients. */
void net_acts_layout(net *n, slab *s, int B, int N, int rows, enum keep keep, bool back)
{
    n->at.id = slab_take(s, N, 1, I32);
    n->at.type = slab_take(s, N, 1, I32);
    n->at.place = slab_take(s, N, 1, I32);
    n->at.start = slab_take(s, B + 1, 1, I32);
    n->at.who = slab_take(s, B, 1, I32);
    n->at.chance = slab_take(s, 1, (int)(sizeof(chance_now) / sizeof(int32_t)), I32);
    encoder_layout(&n->a, s, &n->plan.d, rows, n->plan.kind, keep);
    if (back) encoder_layout(&n->da, s, &n->plan.d, rows, n->plan.kind, KEEP_ENDS);
}

/* The rows of head t (or those that are only pooled). */
void net_above_layout(net *n, slab *s, int t, int M)
{
    enum kind kind = n->plan.kind;
    scored_layout(&n->rows, s, &n->top, t, M);
    top_layout(&n->b, s, &n->top, t, M, kind);
    if (t != POOLER_ONLY) top_layout(&n->db, s, &n->top, t, M, kind);
}

/* Takes a larger slab where the measured one is larger than any so far, an eighth more than is needed;
 * else starts at the front of the one that is there. */
static bool slab_ready(slab *s, const slab *measured, const backend *be, err *e)
{
    if (s->memory && measured->size <= s->size) {
        slab_reset(s);
        return true;
    }
    slab_close(s);
    *s = (slab){.size = measured->size + measured->size / 8 / 64 * 64};
    return slab_open(s, be, e) || fail_in(e, "memory for a batch");
}

static void upload(net *n, tensor to, const void *from)
{
    n->be->upload(to.data, 0, from, tensor_bytes(to));
}

static double squares(const batch *b)
{
    double sum = 0;
    for (int s = 0; s < b->B; s++) {
        double length = b->start[s + 1] - b->start[s];
        sum += length * length;
    }
    return sum;
}

/* Lays the encoder out for this batch and brings its sequences in. */
static bool sequences_in(net *n, const batch *b, bool train, chance_now chance, err *e)
{
    ASSERT(b->B > 0 && b->N > 0, "a batch of %d sequences, %d tokens", b->B, b->N);
    ASSERT(b->longest <= n->plan.d.P, "%d tokens in a sequence, %d places", b->longest,
           n->plan.d.P);
    bool back = train && !n->plan.freeze_encoder;
    enum keep keep = back ? KEEP_ALL : n->plan.keep_hidden ? KEEP_HIDDEN : KEEP_ENDS;
    int rows = n->be->rows(b->N);
    slab measured = {0};
    net_acts_layout(n, &measured, b->B, b->N, rows, keep, back);
    if (!slab_ready(&n->acts, &measured, n->be, e)) return false;
    net_acts_layout(n, &n->acts, b->B, b->N, rows, keep, back);
    upload(n, n->at.id, b->ids);
    upload(n, n->at.type, b->types);
    upload(n, n->at.place, b->places);
    upload(n, n->at.start, b->start);
    upload(n, n->at.who, b->who);
    upload(n, n->at.chance, &chance);
    n->q = (sequences){
        .in = {n->at.id.data, n->at.type.data, n->at.place.data},
        .at = {b->B, b->N, b->longest, n->at.start.data, n->at.who.data},
        .chance = n->at.chance.data,
        .train = train,
    };
    meter_begin(&n->meter, squares(b));
    n->be->begin(rows);
    return true;
}

/* Lays the memory above the encoder out for M rows. */
static bool above_ready(net *n, int t, int M, err *e)
{
    ASSERT(M > 0, "a batch without a row to score");
    slab measured = {0};
    net_above_layout(n, &measured, t, M);
    if (!slab_ready(&n->above, &measured, n->be, e)) return false;
    net_above_layout(n, &n->above, t, M);
    return true;
}

/* The same for head t and a batch's rows; brings in which they are. */
static bool rows_in(net *n, const batch *b, int t, err *e)
{
    if (!above_ready(n, t, b->M, e)) return false;
    upload(n, n->rows.row, b->rows);
    if (!n->plan.head_mask_shared) {
        upload(n, n->rows.name, b->names);
        return true;
    }
    arena_mark here = arena_here(&n->step);
    int32_t *names = TAKE(&n->step, int32_t, 2 * b->M); /* who, and place 0 for all */
    for (int m = 0; m < b->M; m++) names[2 * m] = b->names[2 * m];
    upload(n, n->rows.name, names);
    arena_rewind(&n->step, here);
    return true;
}

/* Brings in the answers that head t should give, and what each counts. */
static void gold_in(net *n, const batch *b, int t, double share)
{
    arena_mark here = arena_here(&n->step);
    float *weights = TAKE(&n->step, float, b->M);
    for (int m = 0; m < b->M; m++) weights[m] = (float)((double)b->weight[m] * share);
    upload(n, n->rows.gold.weight, weights);
    arena_rewind(&n->step, here);
    enum task_kind kind = n->top.heads[t].kind;
    if (kind == KIND_SCORE || kind == KIND_LABELS)
        upload(n, n->rows.gold.target, b->target);
    else
        upload(n, n->rows.gold.label, b->gold);
}

static dropout head_drop(const net *n, int t)
{
    return (dropout){n->q.train ? n->top.heads[t].dropout : 0, site_head(&n->plan.d), n->q.chance};
}

/* The sum of the rows' losses, in double; sync reports what failed on the device. */
static bool loss_out(net *n, int M, double *loss, err *e)
{
    if (!n->be->sync(e)) return false;
    arena_mark here = arena_here(&n->step);
    float *rows = TAKE(&n->step, float, M);
    n->be->download(rows, n->b.head.loss.data, 0, (size_t)M * sizeof *rows);
    *loss = 0;
    for (int m = 0; m < M; m++) *loss += (double)rows[m];
    arena_rewind(&n->step, here);
    return true;
}

bool net_step(net *n, const batch *b, int t, uint64_t key, uint32_t step, double share,
              double *loss, err *e)
{
    ASSERT(n->plan.train && share > 0, "a step of an inference net, or one without a share");
    ASSERT(t >= 0 && t < n->plan.n_heads, "head %d of %d", t, n->plan.n_heads);
    *loss = 0;
    if (!b->M) return true;
    if (!sequences_in(n, b, true, (chance_now){key, step, 0}, e)) return false;
    if (!rows_in(n, b, t, e)) return false;
    gold_in(n, b, t, share);
    const backend *be = &n->meter.table;
    bool frozen = n->plan.freeze_encoder;
    int L = n->plan.d.L;
    encoder_forward(be, &n->encoder, &n->a, &n->q);
    top_forward(be, &n->top, &n->b, t, encoder_hidden(&n->a, L), &n->rows, head_drop(n, t));
    top_loss(be, &n->top, &n->b, &n->db, t, &n->rows);
    top_backward(be, &n->top, &n->b, &n->db, t, frozen ? NONE : encoder_hidden(&n->da, L), &n->rows,
                 head_drop(n, t));
    if (!frozen) encoder_backward(be, &n->encoder, &n->a, &n->da, &n->q);
    if (!loss_out(n, b->M, loss, e)) return false;
    *loss /= share;
    return true;
}

bool net_loss(net *n, const batch *b, int t, double *loss, err *e)
{
    return net_encode(n, b, e) && net_loss_here(n, b, t, loss, e);
}

bool net_encode(net *n, const batch *b, err *e)
{
    if (!sequences_in(n, b, false, (chance_now){0}, e)) return false;
    encoder_forward(&n->meter.table, &n->encoder, &n->a, &n->q);
    return n->be->sync(e);
}

/* Head t's logits for the rows of b, whose sequences are those that were encoded. */
static bool head_here(net *n, const batch *b, int t, err *e)
{
    ASSERT(t >= 0 && t < n->plan.n_heads, "head %d of %d", t, n->plan.n_heads);
    ASSERT(n->acts.memory && b->N == n->q.at.N && b->B == n->q.at.B,
           "another batch than the one that was encoded");
    if (!rows_in(n, b, t, e)) return false;
    meter_begin(&n->meter, n->meter.pairs);
    top_forward(&n->meter.table, &n->top, &n->b, t, encoder_hidden(&n->a, n->plan.d.L), &n->rows,
                head_drop(n, t));
    return true;
}

bool net_loss_here(net *n, const batch *b, int t, double *loss, err *e)
{
    *loss = 0;
    if (!b->M) return true;
    if (!head_here(n, b, t, e)) return false;
    gold_in(n, b, t, 1);
    top_loss(&n->meter.table, &n->top, &n->b, &n->db, t, &n->rows);
    return loss_out(n, b->M, loss, e);
}

static bool floats_out(net *n, tensor from, float *to, err *e)
{
    if (!n->be->sync(e)) return false;
    floats_download(n->be, from, to);
    return true;
}

bool net_scores(net *n, const batch *b, int t, float *scores, err *e)
{
    if (!b->M) return true;
    if (!head_here(n, b, t, e)) return false;
    head_answers(&n->meter.table, &n->top.heads[t], &n->b.head);
    return floats_out(n, n->b.head.p, scores, e);
}

bool net_logits(net *n, const batch *b, int t, float *logits, err *e)
{
    return !b->M || (head_here(n, b, t, e) && floats_out(n, n->b.head.logits, logits, e));
}

bool net_hidden(net *n, int layer, float *to, err *e)
{
    int L = n->plan.d.L;
    ASSERT(layer >= 0 && layer <= L, "layer %d of %d", layer, L);
    ASSERT(layer == 0 || layer == L || n->plan.keep_hidden, "layer %d was not kept", layer);
    tensor y = encoder_hidden(&n->a, layer);
    y.rows = n->q.at.N; /* without the rows that a device adds */
    return floats_out(n, y, to, e);
}

bool net_pooled(net *n, const batch *b, float *to, err *e)
{
    ASSERT(n->acts.memory && b->N == n->q.at.N && b->B == n->q.at.B,
           "another batch than the one that was encoded");
    if (!n->plan.pooler) return fail(e, "this model has no pooler");
    if (!above_ready(n, POOLER_ONLY, b->B, e)) return false;
    upload(n, n->rows.row, b->start);
    meter_begin(&n->meter, n->meter.pairs);
    top_forward(&n->meter.table, &n->top, &n->b, POOLER_ONLY, encoder_hidden(&n->a, n->plan.d.L),
                &n->rows, (dropout){0});
    return floats_out(n, n->b.pooler.y, to, e);
}

size_t net_bytes(const net *n)
{
    return n->ps.memory.size + n->acts.size + n->above.size;
}

int net_times(net *n, net_time *to, int most)
{
    int count = 0;
    for (int op = 0; op < METERS; op++) {
        if (n->meter.calls[op] && count < most)
            to[count++] = (net_time){meter_name(op), n->meter.seconds[op],
                                     n->meter.flops[op] * 1e-9, n->meter.calls[op]};
        n->meter.seconds[op] = n->meter.flops[op] = 0;
        n->meter.calls[op] = 0;
    }
    return count;
}
