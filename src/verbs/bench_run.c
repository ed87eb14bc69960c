/* One pass of steps over batches, the first step included: a file's lines in their order, or
 * sentences whose lengths are like those of abstracts. */
#include "base/log.h"
#include "base/random.h"
#include "optim/optimizer.h"
#include "verbs/bench.h"
#include "verbs/made_up.h"
#include <math.h>
#include <string.h>

enum { SENTENCES = 32 * 8, SEED = 1 };

typedef struct bench {
    const bench_plan *plan;
    model_dir m;
    made_up u;
    net *n;
    optimizer o;
    net_time updates, batches;
    arena *mem;
} bench;

static dims made_up_dims(bool base)
{
    return base ? (dims){.H = 768,
                         .A = 12,
                         .F = 3072,
                         .V = 30522,
                         .P = 512,
                         .T = 2,
                         .L = 12,
                         .act = ACT_GELU,
                         .eps = 1e-12f,
                         .drop_hidden = 0.1f,
                         .drop_attention = 0.1f,
                         .init_range = 0.02f}
                : (dims){.H = 384,
                         .A = 12,
                         .F = 1536,
                         .V = 30522,
                         .P = 512,
                         .T = 2,
                         .L = 6,
                         .act = ACT_GELU,
                         .eps = 1e-12f,
                         .drop_hidden = 0.1f,
                         .drop_attention = 0.1f,
                         .init_range = 0.02f};
}

/* Sentences of 8 to 120 pieces, mean about 36, as in the facts' batches; random ids, every
 * second piece begins a word. */
static void make_sentences(bench *b, const dims *d)
{
    int most = b->plan->max_pieces < d->P ? b->plan->max_pieces : d->P;
    made_up *u = &b->u;
    static const char *labels[] = {"O", "B-x", "I-x"};
    u->t = (task){.name = "made-up",
                  .kind = KIND_WORDS,
                  .labels = labels,
                  .n_labels = 3,
                  .negative = -1,
                  .metric = METRIC_SPAN_F1};
    u->x = (examples){.at = TAKE(b->mem, example, SENTENCES), .n = SENTENCES, .path = "made up"};
    u->p = (packs){.at = TAKE(b->mem, packed, SENTENCES), .n = SENTENCES};
    for (int i = 0; i < SENTENCES; i++) {
        double draw = random_u32(SEED, CHANCE_TEST, 0, (uint32_t)i, 0) * 0x1p-32;
        int n = (int)(12 - 24 * log(1 - draw));
        if (n > most) n = most;
        packed *p = &u->p.at[i];
        *p = (packed){.ids = TAKE(b->mem, int32_t, n),
                      .types = TAKE(b->mem, int32_t, n),
                      .n = n,
                      .rows = TAKE(b->mem, int32_t, n),
                      .word = TAKE(b->mem, int32_t, n),
                      .owns = TAKE(b->mem, uint8_t, n),
                      .example = i};
        int *tags = TAKE(b->mem, int, n);
        for (int k = 0; k < n; k++) {
            uint32_t u32 = random_u32(SEED, CHANCE_TEST, 1, (uint32_t)i, (uint32_t)k);
            p->ids[k] = (int32_t)random_below(u32, (uint32_t)d->V);
            if (k % 2 == 0 || k == n - 1) continue;
            p->rows[p->n_rows] = k, p->word[p->n_rows] = p->n_rows, p->owns[p->n_rows] = 1;
            tags[p->n_rows++] = (int)(u32 % 3);
        }
        u->x.at[i] = (example){.id = "made-up",
                               .doc = "made-up",
                               .tags = tags,
                               .n_words = p->n_rows,
                               .label = -1,
                               .has_gold = true};
    }
}

static bool open_text(bench *b, dims *d, err *e)
{
    const bench_plan *plan = b->plan;
    if (!plan->model) {
        *d = made_up_dims(plan->base);
        make_sentences(b, d);
        return true;
    }
    if (!model_dir_open(&b->m, plan->model, -1, e)) return false;
    *d = b->m.d;
    int most = plan->max_pieces < d->P ? plan->max_pieces : d->P;
    if (plan->text) return made_up_open(&b->u, &b->m.v, plan->text, most, b->mem, e);
    make_sentences(b, d);
    return true;
}

static bool open_net(bench *b, const dims *d, err *e)
{
    const bench_plan *plan = b->plan;
    const backend *be;
    head_plan *head = TAKE(b->mem, head_plan, 1);
    *head = (head_plan){.task = b->u.t.name, .kind = KIND_WORDS, .K = 3, .dropout = 0.1f};
    const net_plan np = {
        .d = *d, .heads = head, .n_heads = 1, .train = plan->train, .kind = plan->kind};
    if (!backend_open(&be, "cpu", e) || !net_open(&b->n, be, &np, e)) return false;
    params_start(net_params(b->n), SEED, d->init_range, -1);
    bool weights = plan->model && b->m.has_weights;
    if (weights && !model_dir_load(&b->m, b->n, true, false, e)) return false;
    if (plan->model && !weights)
        warn("%s has no weights: numbers drawn at random are used, which are as fast", plan->model);
    return true;
}

/* Products of the encoder and head, and attention's two, forward; training takes three times as
 * much. */
static double flop_of(const dims *d, const batch *b, bool train)
{
    double H = d->H, F = d->F, N = b->N, pairs = 0;
    for (int s = 0; s < b->B; s++) pairs += pow(b->start[s + 1] - b->start[s], 2);
    double forward = d->L * (2 * N * (4 * H * H + 2 * H * F) + 4 * pairs * H) + 2.0 * b->M * H * 3;
    return train ? 3 * forward : forward;
}

static bool one_step(bench *b, const batch *x, int step, double *loss, arena *scratch, err *e)
{
    if (b->plan->train) {
        if (!net_step(b->n, x, 0, SEED, (uint32_t)step, 1, loss, e)) return false;
        double start = clock_now();
        if (!optimizer_step(&b->o, 0, false, e)) return false;
        b->updates.seconds += clock_now() - start;
        b->updates.calls++;
        return isfinite(*loss) || fail(e, "step %d: the loss is not finite", step);
    }
    float *scores = TAKE(scratch, float, 3 * (size_t)x->M);
    return net_encode(b->n, x, e) && net_scores(b->n, x, 0, scores, e);
}

static bool all_steps(bench *b, bench_result *r, const dims *d, err *e)
{
    int size = b->plan->batch, *chosen = TAKE(b->mem, int, size);
    arena scratch = {0};
    bool done = true;
    for (int step = 0; done && step < r->steps; step++) {
        arena_mark mark = arena_here(&scratch);
        int first = step * size % b->u.p.n, n = b->u.p.n - first < size ? b->u.p.n - first : size;
        for (int i = 0; i < n; i++) chosen[i] = first + i;
        double start = clock_now(), cpu = clock_cpu();
        batch x = {0};
        batch_make(&x, &b->u.t, &b->u.x, &b->u.p, chosen, n, 0, &scratch);
        b->batches.seconds += clock_now() - start;
        b->batches.calls++;
        done = one_step(b, &x, step, &r->loss[step], &scratch, e);
        r->seconds[step] = clock_now() - start;
        r->cpu[step] = clock_cpu() - cpu;
        r->tokens[step] = x.N, r->sentences[step] = x.B;
        r->flop += flop_of(d, &x, b->plan->train);
        arena_rewind(&scratch, mark);
    }
    arena_close(&scratch);
    return done;
}

bool bench_run(bench_result *r, const bench_plan *plan, arena *mem, err *e)
{
    bench b = {.plan = plan, .mem = mem};
    dims d;
    *r = (bench_result){0};
    bool done = open_text(&b, &d, e) && open_net(&b, &d, e);
    if (done) {
        int all = (b.u.p.n + plan->batch - 1) / plan->batch;
        r->steps = plan->steps && (!plan->text || plan->steps < all) ? plan->steps : all;
        r->seconds = TAKE(mem, double, r->steps), r->cpu = TAKE(mem, double, r->steps);
        r->loss = TAKE(mem, double, r->steps);
        r->tokens = TAKE(mem, int, r->steps), r->sentences = TAKE(mem, int, r->steps);
        r->parameters_m = (int)(net_params(b.n)->total / 1000000);
        optimizer_plan op = {
            .rule = RULE_ADAMAX,
            .b1 = 0.9,
            .b2 = 0.999,
            .eps = -1,
            .decay = 0.01,
            .clip = 1,
            .layer_decay = 1,
            .schedule = {
                .kind = SCHEDULE_LINEAR, .rate = 5e-5, .warmup = 0.1, .steps = (uint32_t)r->steps}};
        done = !plan->train || optimizer_open(&b.o, &op, net_params(b.n), d.L, 1, e);
    }
    done = done && all_steps(&b, r, &d, e);
    if (b.n) {
        r->n_times = net_times(b.n, r->times, BENCH_TIMES - 2);
        b.updates.op = "clip, update", b.batches.op = "making batches";
        r->times[r->n_times++] = b.batches;
        if (plan->train) r->times[r->n_times++] = b.updates;
        r->bytes = (double)net_bytes(b.n);
    }
    optimizer_close(&b.o);
    if (b.n) net_close(b.n);
    made_up_close(&b.u);
    model_dir_close(&b.m);
    return done;
}
