/* Times each operation at the shapes of BERT-base and of a 6 x 384 encoder, on a batch of 32 ragged
 * sentences of 36 pieces on average:   build/release/bench-ops [THREADS [PART-OF-NAME]]
 * Best of several runs, in processor time divided by the number of threads, which on a quiet machine is
 * the clock's time and on a busy one comes near it. GB/s counts each tensor once; GFLOP/s a product's multiplications and
 * additions; the last column is what the operation costs a training step of all layers. */
#include "kernels/ops.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/random.h"
#include "kernels/slab.h"
#include <stdlib.h>
#include <string.h>

enum { SENTENCES = 32, V = 30522, P = 512, T = 2, TAGS = 5, RUNS = 7 };

typedef struct stage {
    const backend *be;
    int N, H, A, F, L, params;
    ragged at;
    tokens in;
    dropout drop;
    double pairs;                                                      /* sum of squared lengths */
    tensor x, y, sum, dsum, branch, stat, lse, wide, dwide, qkv, dqkv; /* activations */
    tensor g, b, dg, db, w, dw, wf, dwf, bf, dbf, wqkv, dwqkv, bqkv, dbqkv, wt, bt; /* parameters */
    tensor word, place, type, dword, dplace, dtype;
    tensor value, grad, m, v, group, knobs, factor;
    tensor logits, dlogits, loss, gold, weight;
} stage;

static double chance(uint32_t i)
{
    return random_u32(1, CHANCE_TEST, 0, 0, i) / 4294967296.0;
}

static tensor given(const backend *be, slab *mem, int rows, int cols, enum kind kind,
                    const void *values)
{
    tensor t = slab_take(mem, rows, cols, kind);
    if (mem->memory) be->upload(t.data, 0, values, tensor_bytes(t));
    return t;
}

static tensor real(const backend *be, slab *mem, int rows, int cols)
{
    tensor t = slab_take(mem, rows, cols, F32);
    if (!mem->memory) return t;
    size_t n = tensor_count(t);
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++) x[i] = (float)(chance((uint32_t)i & 0xFFFF) - 0.5);
    be->upload(t.data, 0, x, n * sizeof *x);
    free(x);
    return t;
}

static void lay_out_batch(stage *s, slab *mem)
{
    int32_t start[SENTENCES + 1] = {0};
    uint32_t who[SENTENCES];
    s->pairs = 0, s->at = (ragged){.B = SENTENCES};
    for (int i = 0; i < SENTENCES; i++) {
        int n = 10 + (int)(chance((uint32_t)i) * 53);
        start[i + 1] = start[i] + n, who[i] = (uint32_t)i;
        s->pairs += (double)n * n;
        if (n > s->at.longest) s->at.longest = n;
    }
    s->N = s->at.N = start[SENTENCES];
    int32_t *ids = calloc((size_t)s->N * 3, sizeof *ids);
    if (!ids) die("no memory for %d ids", s->N);
    for (int i = 0, q = 0; i < s->N; i++) {
        while (i >= start[q + 1]) q++;
        ids[i] = (int32_t)(chance((uint32_t)i) * V), ids[2 * s->N + i] = i - start[q];
    }
    chance_now now = {7, 3, 0};
    s->at.start = given(s->be, mem, SENTENCES + 1, 1, I32, start).data;
    s->at.who = given(s->be, mem, SENTENCES, 1, I32, who).data;
    s->in.id = given(s->be, mem, s->N, 1, I32, ids).data;
    s->in.type = given(s->be, mem, s->N, 1, I32, ids + s->N).data;
    s->in.place = given(s->be, mem, s->N, 1, I32, ids + 2 * s->N).data;
    s->drop = (dropout){0.1f, 5, given(s->be, mem, 1, sizeof now, U8, &now).data};
    free(ids);
}

static void lay_out_update(stage *s, slab *mem)
{
    int layer = 4 * s->H * s->H + 2 * s->H * s->F + 9 * s->H + s->F;
    s->params = ((V + P + T) * s->H + s->L * layer + s->H * s->H) / GROUP_BLOCK * GROUP_BLOCK;
    float knobs[KNOBS] = {1, 5e-5f, 0.01f, 0.9f, 0.999f, 1e-6f, 1, 1};
    s->value = real(s->be, mem, 1, s->params), s->grad = real(s->be, mem, 1, s->params);
    s->m = slab_take(mem, 1, s->params, F32), s->v = slab_take(mem, 1, s->params, F32);
    s->group = slab_take(mem, 1, s->params / GROUP_BLOCK, U8);
    s->knobs = given(s->be, mem, 1, KNOBS, F32, knobs);
    s->factor = slab_take(mem, 1, 2, F32);
}

static void lay_out(stage *s, slab *mem)
{
    const backend *be = s->be;
    lay_out_batch(s, mem);
    lay_out_update(s, mem);
    int N = s->N, H = s->H, F = s->F;
    s->x = real(be, mem, N, H), s->y = real(be, mem, N, H), s->sum = real(be, mem, N, H);
    s->dsum = real(be, mem, N, H), s->branch = real(be, mem, N, H);
    s->stat = real(be, mem, N, 2), s->lse = real(be, mem, N, s->A);
    s->wide = real(be, mem, N, F), s->dwide = real(be, mem, N, F);
    s->qkv = real(be, mem, N, 3 * H), s->dqkv = real(be, mem, N, 3 * H);
    s->g = real(be, mem, 1, H), s->b = real(be, mem, 1, H);
    s->dg = real(be, mem, 1, H), s->db = real(be, mem, 1, H);
    s->w = real(be, mem, H, H), s->dw = real(be, mem, H, H);
    s->wf = real(be, mem, F, H), s->dwf = real(be, mem, F, H);
    s->bf = real(be, mem, 1, F), s->dbf = real(be, mem, 1, F);
    s->wqkv = real(be, mem, 3 * H, H), s->dwqkv = real(be, mem, 3 * H, H);
    s->bqkv = real(be, mem, 1, 3 * H), s->dbqkv = real(be, mem, 1, 3 * H);
    s->wt = real(be, mem, TAGS, H), s->bt = real(be, mem, 1, TAGS);
    s->word = tensor_rows((tensor){s->value.data, V, H, F32}, 0, V);
    s->dword = (tensor){s->grad.data, V, H, F32};
    s->place = real(be, mem, P, H), s->dplace = real(be, mem, P, H);
    s->type = real(be, mem, T, H), s->dtype = real(be, mem, T, H);
    s->logits = real(be, mem, N, TAGS), s->dlogits = real(be, mem, N, TAGS);
    s->loss = real(be, mem, N, 1), s->weight = real(be, mem, N, 1);
    s->gold = slab_take(mem, N, 1, I32);
}

/* name, times a step, the call, bytes, floating-point operations */
#define OPERATIONS(s)                                                                             \
    RUN("embed", 1,                                                                               \
        op_embed(s->be, s->y, s->sum, s->stat, s->word, s->place, s->type, s->g, s->b, s->in,     \
                 s->at, s->drop, 1e-12f),                                                         \
        5 * NH, 0)                                                                                \
    RUN("linear qkv", L, op_linear(s->be, s->qkv, s->x, s->wqkv, s->bqkv), 4 * NH, 6 * NH * H)    \
    RUN("attention", L, op_attention(s->be, s->y, s->lse, s->qkv, s->at, s->A, s->drop), 4 * NH,  \
        4 * s->pairs * H)                                                                         \
    RUN("linear out", L, op_linear(s->be, s->y, s->x, s->w, s->b), 2 * NH, 2 * NH * H)            \
    RUN("drop_add_norm", 2 * L,                                                                   \
        op_drop_add_norm(s->be, s->y, s->sum, s->stat, s->x, s->branch, s->g, s->b, s->at,        \
                         s->drop, 1e-12f),                                                        \
        4 * NH, 0)                                                                                \
    RUN("linear up", L, op_linear(s->be, s->wide, s->x, s->wf, s->bf), NH + NF, 2 * NF * H)       \
    RUN("act gelu", L, op_act(s->be, s->dwide, s->wide, ACT_GELU), 2 * NF, 0)                     \
    RUN("linear down", L,                                                                         \
        op_linear(s->be, s->y, s->wide, (tensor){s->wf.data, s->H, s->F, F32}, s->b), NH + NF,    \
        2 * NF * H)                                                                               \
    RUN("drop_add_norm_back", 2 * L,                                                              \
        op_drop_add_norm_back(s->be, s->branch, s->dsum, s->dg, s->db, s->y, s->sum, s->stat,     \
                              s->g, s->at, s->drop),                                              \
        4 * NH, 0)                                                                                \
    RUN("linear_back down", L,                                                                    \
        op_linear_back(s->be, s->dwide, (tensor){s->dwf.data, s->H, s->F, F32}, s->db, s->y,      \
                       s->wide, (tensor){s->wf.data, s->H, s->F, F32}, NONE),                     \
        NH + 2 * NF, 4 * NF * H)                                                                  \
    RUN("act_back gelu", L, op_act_back(s->be, s->dwide, s->dwide, s->wide, ACT_GELU), 3 * NF, 0) \
    RUN("linear_back up", L,                                                                      \
        op_linear_back(s->be, s->y, s->dwf, s->dbf, s->dwide, s->x, s->wf, s->dsum), 3 * NH + NF, \
        4 * NF * H)                                                                               \
    RUN("linear_back out", L,                                                                     \
        op_linear_back(s->be, s->y, s->dw, s->db, s->branch, s->x, s->w, NONE), 3 * NH,           \
        4 * NH * H)                                                                               \
    RUN("attention_back", L,                                                                      \
        op_attention_back(s->be, s->dqkv, s->branch, s->y, s->lse, s->qkv, s->at, s->A, s->drop), \
        8 * NH, 10 * s->pairs * H)                                                                \
    RUN("linear_back qkv", L,                                                                     \
        op_linear_back(s->be, s->y, s->dwqkv, s->dbqkv, s->dqkv, s->x, s->wqkv, s->dsum), 6 * NH, \
        12 * NH * H)                                                                              \
    RUN("embed_back", 1,                                                                          \
        op_embed_back(s->be, s->dsum, s->dword, s->dplace, s->dtype, s->dg, s->db, s->branch,     \
                      s->sum, s->stat, s->g, s->in, s->at, s->drop),                              \
        8 * NH, 0)                                                                                \
    RUN("linear tags", 1, op_linear(s->be, s->logits, s->x, s->wt, s->bt), NH, 2 * NH * TAGS)     \
    RUN("softmax_loss", 1,                                                                        \
        op_softmax_loss(s->be, s->loss, s->dlogits, s->logits, s->gold, s->weight), 10.0 * s->N,  \
        0)                                                                                        \
    RUN("clip", 1, op_clip(s->be, s->factor, s->grad, 1), (double)s->params, 0)                   \
    RUN("update adamax", 1,                                                                       \
        op_update(s->be, s->value, s->value, s->m, s->v, s->grad, s->group, s->knobs, s->factor,  \
                  RULE_ADAMAX),                                                                   \
        8.0 * s->params, 0)                                                                       \
    RUN("packing a layer", L,                                                                     \
        (s->be->weights_moved(),                                                                  \
         op_linear(s->be, tensor_rows(s->qkv, 0, 1), tensor_rows(s->x, 0, 1), s->wqkv, s->bqkv)), \
        2 * H * (4 * H + 2 * s->F), 0)

typedef struct sums {
    double step, products;
} sums;

static void report(sums *all, const char *name, double seconds, double times, double values,
                   double work)
{
    printf("%-22s %9.3f %8.1f", name, 1e3 * seconds, 4e-9 * values / seconds);
    if (work > 0)
        printf(" %8.1f", 1e-9 * work / seconds);
    else
        printf(" %8s", "");
    printf(" %9.2f\n", 1e3 * times * seconds);
    all->step += times * seconds;
    if (!strncmp(name, "linear", 6)) all->products += times * seconds;
}

static void run_all(stage *s, const char *part)
{
    const double L = s->L, H = s->H, NH = (double)s->N * s->H, NF = (double)s->N * s->F;
    sums all = {0};
#define RUN(name, times, call, values, work)                      \
    if (strstr(name, part)) {                                     \
        double best = 1e9;                                        \
        for (int i = 0; i < RUNS; i++) {                          \
            double start = clock_cpu();                           \
            call;                                                 \
            double took = (clock_cpu() - start) / pool_threads(); \
            best = took < best ? took : best;                     \
        }                                                         \
        report(&all, name, best, times, values, work);            \
    }
    OPERATIONS(s)
#undef RUN
    printf("%-22s %9s %8s %8s %9.2f  (%.0f %% in products)\n\n", "all", "", "", "", 1e3 * all.step,
           100 * all.products / all.step);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int H, A, F, L;
    } models[] = {{"6 x 384", 384, 12, 1536, 6}, {"BERT-base", 768, 12, 3072, 12}};
    err e = {0};
    pool_open(argc > 1 ? atoi(argv[1]) : 0);
    for (int i = 0; i < 2; i++) {
        stage s = {.H = models[i].H, .A = models[i].A, .F = models[i].F, .L = models[i].L};
        slab mem = {0};
        if (!backend_open(&s.be, "cpu", &e)) die("%s", e.text);
        lay_out(&s, &mem);
        if (!slab_open(&mem, s.be, &e)) die("%s", e.text);
        lay_out(&s, &mem);
        printf("%s, %d tokens, %d threads, %s\n", models[i].name, s.N, pool_threads(), s.be->name);
        printf("%-22s %9s %8s %8s %9s\n", "operation", "ms", "GB/s", "GFLOP/s", "ms/step");
        run_all(&s, argc > 2 ? argv[2] : "");
        slab_close(&mem);
    }
    pool_close();
    return 0;
}
