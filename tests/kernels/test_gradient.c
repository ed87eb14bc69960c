/* The backward of each operation against the central difference of its forward, along a random
 * direction of all its inputs at once; for the oracle and for each variant. */
#include "base/pool.h"
#include "kernels/lab.h"
#include "tests.h"
#include "tolerances.h"
#include <math.h>
#include <stdlib.h>

enum { MOST = 6 };
/* Inputs in[] with gradients grad[], outputs out[] with the gradients dout[] that come in. A loss's
 * output is its loss a row, whose gradients coming in are ones. */
typedef struct problem {
    lab *l;
    int ins, outs;
    tensor in[MOST], grad[MOST], out[MOST], dout[MOST];
    ragged at;
    tokens ids;
    dropout drop;
    tensor extra[8]; /* what else the operation makes or reads */
    enum act act;
} problem;

enum { N = 30, H = 36, A = 3, K = 7 };

static void input(problem *p, int rows, int cols, double middle, double spread)
{
    tensor zero;
    p->in[p->ins] = lab_real(p->l, rows, cols, middle, spread);
    zero = p->grad[p->ins++] = lab_result(p->l, "gradient", rows, cols, F32);
    op_zero(p->l->be, zero);
}

static void output(problem *p, int rows, int cols)
{
    p->out[p->outs] = lab_result(p->l, "output", rows, cols, F32);
    p->dout[p->outs++] = lab_real(p->l, rows, cols, 0, 1);
}

static void sequences(problem *p, double rate)
{
    static const int lengths[] = {11, 1, 18};
    p->at = lab_ragged(p->l, 3, lengths);
    p->ids = lab_tokens(p->l, p->at, 9, 2);
    p->drop = lab_dropout(p->l, rate, 12);
}

static void embed_set(problem *p)
{
    sequences(p, 0.2);
    input(p, 9, H, 0, 1), input(p, 20, H, 0, 1), input(p, 2, H, 0, 1);
    input(p, 1, H, 1, 0.2), input(p, 1, H, 0, 0.2);
    output(p, N, H);
    for (int i = 0; i < 2; i++) p->extra[i] = lab_result(p->l, "sums", N, H, F32);
    p->extra[2] = lab_result(p->l, "stat", N, 2, F32);
}
static void embed_forward(problem *p)
{
    op_embed(p->l->be, p->out[0], p->extra[0], p->extra[2], p->in[0], p->in[1], p->in[2], p->in[3],
             p->in[4], p->ids, p->at, p->drop, 1e-12f);
}
static void embed_backward(problem *p)
{
    op_embed_back(p->l->be, p->extra[1], p->grad[0], p->grad[1], p->grad[2], p->grad[3], p->grad[4],
                  p->dout[0], p->extra[0], p->extra[2], p->in[3], p->ids, p->at, p->drop);
}

static void linear_set(problem *p)
{
    input(p, N, H, 0, 1), input(p, 40, H, 0, 0.3), input(p, 1, 40, 0, 1);
    output(p, N, 40);
}
static void few_set(problem *p)
{
    input(p, N, H, 0, 1), input(p, K, H, 0, 0.3), input(p, 1, K, 0, 1);
    output(p, N, K);
}
static void linear_forward(problem *p)
{
    op_linear(p->l->be, p->out[0], p->in[0], p->in[1], p->in[2]);
}
static void linear_backward(problem *p)
{
    op_linear_back(p->l->be, p->grad[0], p->grad[1], p->grad[2], p->dout[0], p->in[0], p->in[1],
                   NONE);
}

static void act_set(problem *p, enum act act)
{
    p->act = act;
    input(p, N, H, 0, 1.5);
    output(p, N, H);
}
static void gelu_set(problem *p)
{
    act_set(p, ACT_GELU);
}
static void gelu_tanh_set(problem *p)
{
    act_set(p, ACT_GELU_TANH);
}
static void tanh_set(problem *p)
{
    act_set(p, ACT_TANH);
}
static void act_forward(problem *p)
{
    op_act(p->l->be, p->out[0], p->in[0], p->act);
}
static void act_backward(problem *p)
{
    op_act_back(p->l->be, p->grad[0], p->dout[0], p->in[0], p->act);
}

static void attention_set(problem *p)
{
    sequences(p, 0.2);
    input(p, N, 3 * H, 0, 1);
    output(p, N, H);
    p->extra[0] = lab_result(p->l, "lse", N, A, F32);
}
static void attention_forward(problem *p)
{
    op_attention(p->l->be, p->out[0], p->extra[0], p->in[0], p->at, A, p->drop);
}
static void attention_backward(problem *p)
{
    op_attention_back(p->l->be, p->grad[0], p->dout[0], p->out[0], p->extra[0], p->in[0], p->at, A,
                      p->drop);
}

static void drop_add_norm_set(problem *p)
{
    sequences(p, 0.2);
    input(p, N, H, 1, 1), input(p, N, H, 0, 1), input(p, 1, H, 1, 0.2), input(p, 1, H, 0, 0.2);
    output(p, N, H);
    p->extra[0] = lab_result(p->l, "sum", N, H, F32);
    p->extra[1] = lab_result(p->l, "stat", N, 2, F32);
}
static void drop_add_norm_forward(problem *p)
{
    op_drop_add_norm(p->l->be, p->out[0], p->extra[0], p->extra[1], p->in[0], p->in[1], p->in[2],
                     p->in[3], p->at, p->drop, 1e-12f);
}
static void drop_add_norm_backward(problem *p)
{
    op_drop_add_norm_back(p->l->be, p->grad[1], p->grad[0], p->grad[2], p->grad[3], p->dout[0],
                          p->extra[0], p->extra[1], p->in[2], p->at, p->drop);
}

static void drop_set(problem *p)
{
    input(p, N, H, 0, 1);
    output(p, N, H);
    p->drop = lab_dropout(p->l, 0.4, 3);
    p->extra[0] = lab_whole(p->l, N, 2, 0, 1000);
}
static void drop_forward(problem *p)
{
    op_drop(p->l->be, p->out[0], p->in[0], p->extra[0], p->drop);
}
static void drop_backward(problem *p)
{
    op_drop(p->l->be, p->grad[0], p->dout[0], p->extra[0], p->drop);
}

static void pick_set(problem *p)
{
    static const int32_t rows[K] = {3, 29, 0, 7, 8, 20, 11};
    input(p, N, H, 0, 1);
    output(p, K, H);
    p->extra[0] = lab_given(p->l, K, 1, I32, rows);
}
static void pick_forward(problem *p)
{
    op_pick(p->l->be, p->out[0], p->in[0], p->extra[0]);
}
static void pick_backward(problem *p)
{
    op_pick_back(p->l->be, p->grad[0], p->dout[0], p->extra[0]);
}

/* extra: gold or target, weight. The gradient is made by the forward. */
static void loss_set(problem *p, int cols, tensor right)
{
    float ones[N], weight[N];
    for (int i = 0; i < N; i++) ones[i] = 1, weight[i] = i % 6 == 5 ? 0 : 0.1f * (float)(i + 1);
    input(p, N, cols, 0, 2);
    p->out[0] = lab_result(p->l, "loss", N, 1, F32);
    p->dout[0] = lab_given(p->l, N, 1, F32, ones);
    p->outs = 1;
    p->extra[0] = right;
    p->extra[1] = lab_given(p->l, N, 1, F32, weight);
}
static void nothing(problem *p)
{
    (void)p;
}
static void softmax_loss_set(problem *p)
{
    loss_set(p, K, lab_whole(p->l, N, 1, 0, K));
}
static void softmax_loss_forward(problem *p)
{
    op_softmax_loss(p->l->be, p->out[0], p->grad[0], p->in[0], p->extra[0], p->extra[1]);
}
static void square_loss_set(problem *p)
{
    loss_set(p, 1, lab_real(p->l, N, 1, 1, 1));
}
static void square_loss_forward(problem *p)
{
    op_square_loss(p->l->be, p->out[0], p->grad[0], p->in[0], p->extra[0], p->extra[1]);
}
static void sigmoid_loss_set(problem *p)
{
    float t[N * K];
    for (int i = 0; i < N * K; i++) t[i] = (float)(i % 4 == 1);
    loss_set(p, K, lab_given(p->l, N, K, F32, t));
}
static void sigmoid_loss_forward(problem *p)
{
    op_sigmoid_loss(p->l->be, p->out[0], p->grad[0], p->in[0], p->extra[0], p->extra[1]);
}

/* sum over the outputs of output times the gradient that comes in, with inputs moved by h directions. */
static double total(problem *p, double h, double *const at[], double *const along[],
                    void forward(problem *))
{
    const backend *be = p->l->be;
    for (int i = 0; i < p->ins; i++) {
        size_t n = tensor_count(p->in[i]);
        float *x = calloc(n, sizeof *x);
        for (size_t j = 0; j < n; j++) x[j] = (float)(at[i][j] + h * along[i][j]);
        be->upload(p->in[i].data, 0, x, n * sizeof *x);
        free(x);
    }
    forward(p);
    double sum = 0;
    for (int o = 0; o < p->outs; o++) {
        double *y = lab_values(p->out[o], be), *d = lab_values(p->dout[o], be);
        for (size_t j = 0; j < tensor_count(p->out[o]); j++) sum += y[j] * d[j];
        free(y), free(d);
    }
    return sum;
}

static void check(const char *variant, void set(problem *), void forward(problem *),
                  void backward(problem *))
{
    const double h = 1e-2;
    lab l, other;
    problem p = {.l = &l};
    pool_open(2);
    lab_open(&l, lab_variant(variant), 11);
    lab_open(&other, l.be, 12);
    set(&p);
    double *at[MOST], *along[MOST], slope = 0, size = 0;
    for (int i = 0; i < p.ins; i++) {
        at[i] = lab_values(p.in[i], l.be);
        along[i] = lab_values(lab_real(&other, p.in[i].rows, p.in[i].cols, 0, 1), l.be);
    }
    total(&p, 0, at, along, forward);
    backward(&p);
    for (int i = 0; i < p.ins; i++) {
        double *d = lab_values(p.grad[i], l.be), part = 0;
        for (size_t j = 0; j < tensor_count(p.grad[i]); j++) part += d[j] * along[i][j];
        for (size_t j = 0; j < tensor_count(p.grad[i]); j++) size += d[j] * d[j];
        slope += part;
        free(d);
    }
    /* Two steps: their difference's quarter power of h^2 is taken out (Richardson). */
    double wide = (total(&p, h, at, along, forward) - total(&p, -h, at, along, forward)) / (2 * h);
    double near =
        (total(&p, h / 2, at, along, forward) - total(&p, -h / 2, at, along, forward)) / h;
    double right = (4 * near - wide) / 3;
    if (!(fabs(slope - right) <= RELATIVE_SLOPE * sqrt(size)))
        fail_msg("the slope is %.6g by backward and %.6g by differences; gradients of norm %.4g",
                 slope, right, sqrt(size));
    for (int i = 0; i < p.ins; i++) free(at[i]), free(along[i]);
    lab_check_guards(&l);
    lab_close(&l), lab_close(&other);
}

#define ONE(name, variant, set, forward, backward) \
    void name##_gradient_##variant(void **state)   \
    {                                              \
        (void)state;                               \
        check(#variant, set, forward, backward);   \
    }
#define GRADIENT(name, set, forward, backward)  \
    ONE(name, oracle, set, forward, backward)   \
    ONE(name, portable, set, forward, backward) \
    ONE(name, avx2, set, forward, backward)     \
    ONE(name, avx512, set, forward, backward)
GRADIENT(embed, embed_set, embed_forward, embed_backward)
GRADIENT(linear, linear_set, linear_forward, linear_backward)
GRADIENT(linear_of_few, few_set, linear_forward, linear_backward)
GRADIENT(gelu, gelu_set, act_forward, act_backward)
GRADIENT(gelu_tanh, gelu_tanh_set, act_forward, act_backward)
GRADIENT(tanh, tanh_set, act_forward, act_backward)
GRADIENT(attention, attention_set, attention_forward, attention_backward)
GRADIENT(drop_add_norm, drop_add_norm_set, drop_add_norm_forward, drop_add_norm_backward)
GRADIENT(drop, drop_set, drop_forward, drop_backward)
GRADIENT(pick, pick_set, pick_forward, pick_backward)
GRADIENT(softmax_loss, softmax_loss_set, softmax_loss_forward, nothing)
GRADIENT(square_loss, square_loss_set, square_loss_forward, nothing)
GRADIENT(sigmoid_loss, sigmoid_loss_set, sigmoid_loss_forward, nothing)
