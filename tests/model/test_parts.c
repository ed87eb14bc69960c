/* Each part's backward against the central difference of its forward: the output is weighed with fixed numbers c, so that c is the gradient that
 * comes in; parameters and input are then moved along a direction. Dropout is on: the mask is the same for the same step. */
#include "base/random.h"
#include "kernels/ops.h"
#include "model/encoder.h"
#include "model/head.h"
#include "model/pooler.h"
#include "model/tiny.h"
#include "tests.h"
#include <math.h>
#include <string.h>

enum { N = 11, B = 3 };

/* A part between x and y, with room for all of them; which one it is stands in the two functions. */
typedef struct bench {
    const backend *be;
    dims d;
    params ps;
    slab s;
    arena mem;
    tensor x, dx, y, dy, row, name;
    sequences q;
    double *c; /* what y is weighed with */
    embed embed;
    embed_acts ea, eda;
    attention attention;
    attention_acts aa, ada;
    ffn ffn;
    ffn_acts fa, fda;
    pooler pooler;
    pooler_acts pa, pda;
    head head;
    head_acts ha, hda;
    attention_drops drops;
    dropout drop;
    void (*forward)(struct bench *);
    void (*backward)(struct bench *);
} bench;

static float drawn(uint32_t what, uint32_t i)
{
    return (float)((double)random_u32(3, CHANCE_TEST, what, 0, i) / 4294967296.0 * 2 - 1);
}

static void fill(const bench *t, tensor to, uint32_t what)
{
    float *values = TAKE((arena *)&t->mem, float, tensor_count(to));
    for (size_t i = 0; i < tensor_count(to); i++) values[i] = drawn(what, (uint32_t)i);
    t->be->upload(to.data, 0, values, tensor_bytes(to));
}

static void layout(bench *t)
{
    slab *s = &t->s;
    tensor scratch = slab_take(s, N, t->d.H, F32), dscratch = slab_take(s, N, t->d.H, F32);
    t->x = slab_take(s, N, t->d.H, F32);
    t->dx = slab_take(s, N, t->d.H, F32);
    embed_layout(&t->ea, s, &t->d, N, F32), embed_layout(&t->eda, s, &t->d, N, F32);
    attention_layout(&t->aa, s, &t->d, N, F32, scratch),
        attention_layout(&t->ada, s, &t->d, N, F32, dscratch);
    ffn_layout(&t->fa, s, &t->d, N, F32, scratch), ffn_layout(&t->fda, s, &t->d, N, F32, dscratch);
    pooler_layout(&t->pa, s, &t->d, N, F32), pooler_layout(&t->pda, s, &t->d, N, F32);
    if (t->head.K)
        head_layout(&t->ha, s, &t->head, &t->d, N, F32),
            head_layout(&t->hda, s, &t->head, &t->d, N, F32);
    t->name = slab_take(s, N, 2, I32);
    tensor ids = slab_take(s, 3 * N + 2 * B + 1 + 4, 1, I32);
    if (!ids.data) return;
    int32_t raw[3 * N + 2 * B + 1 + 4] = {4, 3, 9, 9, 1, 2, 7, 8, 4,  5,  6, 0,  0, 1,
                                          1, 0, 0, 0, 0, 1, 0, 1, 0,  1,  2, 3,  0, 0,
                                          1, 2, 3, 4, 5, 0, 4, 5, 11, 70, 5, 100};
    const chance_now chance = {77, 3, 0};
    memcpy(raw + 3 * N + 2 * B + 1, &chance, sizeof chance);
    t->be->upload(ids.data, 0, raw, sizeof raw);
    devmem *at[6];
    const int place[6] = {0, N, 2 * N, 3 * N, 3 * N + B + 1, 3 * N + 2 * B + 1};
    for (int i = 0; i < 6; i++) at[i] = tensor_rows(ids, place[i], 1).data;
    t->q = (sequences){{at[0], at[1], at[2]}, {B, N, 6, at[3], at[4]}, at[5], true};
    int32_t names[2 * N];
    for (int i = 0; i < N; i++) names[2 * i] = i / 2, names[2 * i + 1] = i % 2;
    t->be->upload(t->name.data, 0, names, sizeof names);
}

static void open_bench(bench *t)
{
    err e = {0};
    if (!backend_open(&t->be, "cpu", &e)) die("%s", e.text);
    t->d = (dims){
        .H = 16, .A = 2, .F = 24, .V = 10, .P = 7, .T = 2, .L = 1, .act = ACT_GELU, .eps = 1e-12f};
}

static void start(bench *t)
{
    err e = {0};
    assert_true(params_place(&t->ps, t->be, F32, true, &e));
    layout(t);
    assert_true(slab_open(&t->s, t->be, &e));
    layout(t);
    params_start(&t->ps, 8, 0.3f, -1);
    for (int i = 0; i < t->ps.n;
         i++) /* biases and norms are not left at 0 and 1, where some mistakes would not show */
        if (t->ps.list[i]->flat) fill(t, t->ps.list[i]->value, 100 + (uint32_t)i);
    fill(t, t->x, 1);
    t->drop = (dropout){0.3f, 5, t->q.chance};
    t->drops = (attention_drops){{0.3f, 6, t->q.chance}, {0.3f, 9, t->q.chance}};
}

static double weighed(bench *t)
{
    t->forward(t);
    size_t n = tensor_count(t->y);
    float *y = TAKE(&t->mem, float, n);
    t->be->download(y, t->y.data, 0, tensor_bytes(t->y));
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += t->c[i] * (double)y[i];
    return sum;
}

/* The slope along u at x + step u, by two central differences of which the curvature's share is taken off. */
static double slope(bench *t, tensor at, const float *from, const float *u, double step)
{
    size_t n = tensor_count(at);
    float *moved = TAKE(&t->mem, float, n);
    double d[2];
    for (int k = 0; k < 2; k++) {
        double h = k ? step / 2 : step, side[2];
        for (int s = 0; s < 2; s++) {
            for (size_t i = 0; i < n; i++)
                moved[i] = (float)((double)from[i] + (s ? h : -h) * (double)u[i]);
            t->be->upload(at.data, 0, moved, tensor_bytes(at));
            t->be->weights_moved();
            side[s] = weighed(t);
        }
        d[k] = (side[1] - side[0]) / (2 * h);
    }
    t->be->upload(at.data, 0, from, tensor_bytes(at));
    t->be->weights_moved();
    return (4 * d[1] - d[0]) / 3;
}

static void check_one(bench *t, const char *what, tensor at, tensor grad, uint32_t seed)
{
    size_t n = tensor_count(at);
    float *g = TAKE(&t->mem, float, n), *from = TAKE(&t->mem, float, n),
          *u = TAKE(&t->mem, float, n);
    t->be->download(g, grad.data, 0, tensor_bytes(grad));
    t->be->download(from, at.data, 0, tensor_bytes(at));
    double norm = 0, length = 0, along = 0;
    for (size_t i = 0; i < n; i++) norm += (double)g[i] * (double)g[i];
    norm = sqrt(norm);
    for (size_t i = 0; i < n; i++) {
        u[i] = (float)((double)g[i] / (norm + 1e-20) +
                       (double)drawn(seed, (uint32_t)i) / sqrt((double)n / 3));
        length += (double)u[i] * (double)u[i], along += (double)u[i] * (double)g[i];
    }
    double got = slope(t, at, from, u, 2e-2);
    printf("%s: slope %.6g, gradient %.6g\n", what, got, along);
    assert_true(fabs(got - along) < 3e-4 * norm * sqrt(length) + 1e-5);
}

static void check(bench *t)
{
    size_t n = tensor_count(t->y);
    t->c = TAKE(&t->mem, double, n);
    float *c = TAKE(&t->mem, float, n);
    for (size_t i = 0; i < n; i++) t->c[i] = (double)(c[i] = drawn(2, (uint32_t)i));
    t->forward(t);
    t->be->upload(t->dy.data, 0, c, tensor_bytes(t->dy));
    t->backward(t);
    for (int i = 0; i < t->ps.n; i++)
        check_one(t, t->ps.list[i]->name, t->ps.list[i]->value, t->ps.list[i]->grad,
                  200 + (uint32_t)i);
    if (t->dx.data) check_one(t, "x", t->x, t->dx, 50);
    slab_close(&t->s);
    params_close(&t->ps);
    arena_close(&t->mem);
}

static void embed_there(bench *t)
{
    embed_forward(t->be, &t->embed, &t->ea, t->q.in, t->q.at, t->drop, t->d.eps);
}

static void embed_back(bench *t)
{
    embed_backward(t->be, &t->embed, &t->ea, &t->eda, t->q.in, t->q.at, t->drop);
}

void gradient_of_embed(void **state)
{
    (void)state;
    bench t = {.forward = embed_there, .backward = embed_back};
    open_bench(&t);
    embed_declare(&t.embed, &t.ps, &t.d);
    start(&t);
    t.y = t.ea.y, t.dy = t.eda.y, t.dx = NONE;
    check(&t);
}

static void attention_there(bench *t)
{
    attention_forward(t->be, &t->attention, &t->aa, t->x, t->q.at, t->drops, &t->d);
}

static void attention_back(bench *t)
{
    attention_backward(t->be, &t->attention, &t->aa, &t->ada, t->dx, t->x, t->q.at, t->drops,
                       &t->d);
}

void gradient_of_attention(void **state)
{
    (void)state;
    bench t = {.forward = attention_there, .backward = attention_back};
    open_bench(&t);
    attention_declare(&t.attention, &t.ps, &t.d, 0);
    start(&t);
    t.y = t.aa.y, t.dy = t.ada.y;
    check(&t);
}

static void ffn_there(bench *t)
{
    ffn_forward(t->be, &t->ffn, &t->fa, t->x, t->q.at, t->drop, &t->d);
}

static void ffn_back(bench *t)
{
    ffn_backward(t->be, &t->ffn, &t->fa, &t->fda, t->dx, t->x, t->q.at, t->drop, &t->d);
}

void gradient_of_ffn(void **state)
{
    (void)state;
    for (int act = ACT_GELU; act <= ACT_GELU_TANH; act++) {
        bench t = {.forward = ffn_there, .backward = ffn_back};
        open_bench(&t);
        t.d.act = (enum act)act;
        ffn_declare(&t.ffn, &t.ps, &t.d, 0);
        start(&t);
        t.y = t.fa.y, t.dy = t.fda.y;
        check(&t);
    }
}

static void pooler_there(bench *t)
{
    pooler_forward(t->be, &t->pooler, &t->pa, t->x);
}

static void pooler_back(bench *t)
{
    pooler_backward(t->be, &t->pooler, &t->pa, &t->pda, t->dx, t->x);
}

void gradient_of_pooler(void **state)
{
    (void)state;
    bench t = {.forward = pooler_there, .backward = pooler_back};
    open_bench(&t);
    pooler_declare(&t.pooler, &t.ps, &t.d);
    start(&t);
    t.y = t.pa.y, t.dy = t.pda.y;
    check(&t);
}

static void head_there(bench *t)
{
    head_forward(t->be, &t->head, &t->ha, t->x, t->name, t->drop);
}

static void head_back(bench *t)
{
    head_backward(t->be, &t->head, &t->ha, &t->hda, t->dx, t->name, t->drop);
}

void gradient_of_head(void **state)
{
    (void)state;
    bench t = {.forward = head_there, .backward = head_back};
    open_bench(&t);
    const head_plan plan = {"words", KIND_WORDS, 5, 0.3f};
    head_declare(&t.head, &t.ps, &t.d, &plan, 0);
    start(&t);
    t.y = t.ha.logits, t.dy = t.hda.logits;
    check(&t);
}
