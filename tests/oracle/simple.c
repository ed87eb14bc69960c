/* The oracle: products, values one by one, rows, losses, the optimizer. */
#include "kernels/cpu/cpu.h"
#include "oracle/oracle.h"
#include <math.h>
#include <stdlib.h>

#define get oracle_get
#define put oracle_put
#define add oracle_add
#define EACH(t, r, c)                  \
    for (int r = 0; r < (t).rows; r++) \
        for (int c = 0; c < (t).cols; c++)

void oracle_linear(tensor y, tensor x, tensor w, tensor b)
{
    EACH(y, n, o)
    {
        double sum = b.data ? get(b, 0, o) : 0;
        for (int j = 0; j < x.cols; j++) sum += get(x, n, j) * get(w, o, j);
        put(y, n, o, sum);
    }
}

void oracle_linear_back(tensor dx, tensor dw, tensor db, tensor dy, tensor x, tensor w, tensor skip)
{
    if (dw.data) EACH(dw, o, j)
        {
            double sum = 0;
            for (int n = 0; n < dy.rows; n++) sum += get(dy, n, o) * get(x, n, j);
            add(dw, o, j, sum);
        }
    if (db.data)
        for (int o = 0; o < dy.cols; o++) {
            double sum = 0;
            for (int n = 0; n < dy.rows; n++) sum += get(dy, n, o);
            add(db, 0, o, sum);
        }
    if (dx.data) EACH(dx, n, j)
        {
            double sum = skip.data ? get(skip, n, j) : 0;
            for (int o = 0; o < dy.cols; o++) sum += get(dy, n, o) * get(w, o, j);
            put(dx, n, j, sum);
        }
}

static double act_of(double x, enum act act)
{
    switch (act) {
    case ACT_GELU: return x * 0.5 * erfc(-x / sqrt(2));
    case ACT_GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case ACT_RELU: return x < 0 ? 0 : x;
    default: return tanh(x);
    }
}

static double act_slope(double x, enum act act)
{
    double t;
    switch (act) {
    case ACT_GELU: return 0.5 * erfc(-x / sqrt(2)) + x * exp(-x * x / 2) / sqrt(2 * M_PI);
    case ACT_GELU_TANH:
        t = tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x));
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * sqrt(2 / M_PI) * (1 + 3 * 0.044715 * x * x);
    case ACT_RELU: return x > 0 ? 1 : 0;
    default: t = tanh(x); return 1 - t * t;
    }
}

void oracle_act(tensor y, tensor x, enum act act)
{
    EACH(y, n, h) put(y, n, h, act_of(get(x, n, h), act));
}

void oracle_act_back(tensor dx, tensor dy, tensor x, enum act act)
{
    EACH(dx, n, h) put(dx, n, h, get(dy, n, h) * act_slope(get(x, n, h), act));
}

void oracle_pick(tensor y, tensor x, tensor row)
{
    EACH(y, m, h) put(y, m, h, get(x, i32(row)[m], h));
}

void oracle_pick_back(tensor dx, tensor dy, tensor row)
{
    EACH(dx, n, h) put(dx, n, h, 0);
    EACH(dy, m, h) put(dx, i32(row)[m], h, get(dy, m, h));
}

void oracle_drop(tensor y, tensor x, tensor name, dropout drop)
{
    EACH(y, m, h)
    put(y, m, h,
        get(x, m, h) * oracle_factor(drop, drop.site, (uint32_t)i32(name)[2 * m],
                                     (uint32_t)i32(name)[2 * m + 1], (uint32_t)h));
}

/* exp(x[m,k]) over the sum of them. */
static double share(tensor x, int m, int k)
{
    double sum = 0;
    for (int c = 0; c < x.cols; c++) sum += exp(get(x, m, c) - get(x, m, k));
    return 1 / sum;
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

void oracle_softmax_loss(tensor loss, tensor dlogits, tensor logits, tensor gold, tensor weight)
{
    for (int m = 0; m < logits.rows; m++) {
        double w = get(weight, m, 0);
        int right = i32(gold)[m];
        put(loss, m, 0, w == 0 ? 0 : -w * log(share(logits, m, right)));
        for (int k = 0; k < logits.cols; k++)
            put(dlogits, m, k, w == 0 ? 0 : w * (share(logits, m, k) - (k == right)));
    }
}

void oracle_square_loss(tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight)
{
    for (int m = 0; m < logits.rows; m++) {
        double w = get(weight, m, 0), off = get(logits, m, 0) - get(target, m, 0);
        put(loss, m, 0, w == 0 ? 0 : w * off * off);
        put(dlogits, m, 0, w == 0 ? 0 : w * 2 * off);
    }
}

void oracle_sigmoid_loss(tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight)
{
    int K = logits.cols;
    for (int m = 0; m < logits.rows; m++) {
        double w = get(weight, m, 0), sum = 0;
        for (int k = 0; k < K; k++) {
            double x = get(logits, m, k), t = get(target, m, k);
            sum -= t * log(logistic(x)) + (1 - t) * log(logistic(-x));
            put(dlogits, m, k, w == 0 ? 0 : w * (logistic(x) - t) / K);
        }
        put(loss, m, 0, w == 0 ? 0 : w * sum / K);
    }
}

void oracle_softmax(tensor p, tensor logits)
{
    double *row = calloc((size_t)p.cols, sizeof *row);
    for (int m = 0; m < p.rows; m++) {
        for (int k = 0; k < p.cols; k++) row[k] = share(logits, m, k);
        for (int k = 0; k < p.cols; k++) put(p, m, k, row[k]);
    }
    free(row);
}

void oracle_sigmoid(tensor p, tensor logits)
{
    EACH(p, m, k) put(p, m, k, logistic(get(logits, m, k)));
}

void oracle_zero(tensor t)
{
    memset(t.data, 0, tensor_bytes(t));
}

void oracle_convert(tensor to, tensor from)
{
    EACH(to, n, h) put(to, n, h, get(from, n, h));
}

void oracle_clip(tensor factor, tensor grad, float most)
{
    double sum = 0;
    for (int i = 0; i < grad.cols; i++) sum += get(grad, 0, i) * get(grad, 0, i);
    double norm = sqrt(sum), by = most == 0 ? 1 : fmin(1, (double)most / (norm + 1e-6));
    put(factor, 0, 0, isfinite((float)norm) ? by : 0);
    put(factor, 0, 1, norm);
}

/* One parameter, by the table of formulas: k is its group's row of knobs. */
static double moved(double p, double g, double *m, double *v, const float *k, enum rule rule)
{
    double rate = (double)k[KNOB_RATE], decay = (double)k[KNOB_DECAY], b1 = (double)k[KNOB_B1],
           b2 = (double)k[KNOB_B2], eps = (double)k[KNOB_EPS], c1 = (double)k[KNOB_C1],
           c2 = (double)k[KNOB_C2];
    *m = b1 * *m + (1 - b1) * g;
    *v = rule == RULE_ADAMAX || rule == RULE_ADAMAXW ? fmax(b2 * *v, fabs(g) + eps)
                                                     : b2 * *v + (1 - b2) * g * g;
    switch (rule) {
    case RULE_ADAMAX: return p - rate * (*m / (*v + eps) + decay * p);
    case RULE_BERTADAM: return p - rate * (*m / (sqrt(*v) + eps) + decay * p);
    case RULE_ADAMAXW: return p * (1 - rate * decay) - rate * c1 * *m / *v;
    default: return p * (1 - rate * decay) - rate * c1 * *m / (sqrt(*v) * c2 + eps);
    }
}

void oracle_update(tensor value, tensor master, tensor m, tensor v, tensor grad, tensor group,
                   tensor knobs, tensor factor, enum rule rule)
{
    for (int i = 0; i < master.cols; i++) {
        const float *k = f32(knobs) + KNOBS * ((const uint8_t *)group.data)[i / GROUP_BLOCK];
        double g = get(grad, 0, i) * get(factor, 0, 0), mi = get(m, 0, i), vi = get(v, 0, i);
        put(grad, 0, i, 0);
        if (k[KNOB_ON] == 0 || !isfinite(get(factor, 0, 1))) continue;
        put(master, 0, i, moved(get(master, 0, i), g, &mi, &vi, k, rule));
        put(m, 0, i, mi), put(v, 0, i, vi);
        put(value, 0, i, get(master, 0, i));
    }
}
