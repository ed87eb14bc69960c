/* Losses and their gradients, a row each; in double, since there are few values. */
#include "kernels/cpu/cpu.h"
#include <math.h>

void CPU(softmax_loss)(tensor loss, tensor dlogits, tensor logits, tensor gold, tensor weight)
{
    NEED_F32("softmax_loss", loss, dlogits, logits, weight);
    int K = logits.cols;
    for (int m = 0; m < logits.rows; m++) {
        const float *x = f32(logits) + (size_t)m * (size_t)K;
        float *d = f32(dlogits) + (size_t)m * (size_t)K;
        double w = (double)f32(weight)[m], most = (double)x[0], sum = 0;
        int right = i32(gold)[m];
        f32(loss)[m] = 0;
        if (w == 0) {
            memset(d, 0, (size_t)K * sizeof *d);
            continue;
        }
        ASSERT(right >= 0 && right < K, "softmax_loss: gold %d of row %d, of %d classes", right, m,
               K);
        for (int k = 1; k < K; k++) most = (double)x[k] > most ? (double)x[k] : most;
        for (int k = 0; k < K; k++) sum += exp((double)x[k] - most);
        for (int k = 0; k < K; k++)
            d[k] = (float)(w * (exp((double)x[k] - most) / sum - (k == right ? 1 : 0)));
        f32(loss)[m] = (float)(w * (most + log(sum) - (double)x[right]));
    }
}

void CPU(square_loss)(tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight)
{
    NEED_F32("square_loss", loss, dlogits, logits, target, weight);
    for (int m = 0; m < logits.rows; m++) {
        double w = (double)f32(weight)[m], off = (double)f32(logits)[m] - (double)f32(target)[m];
        f32(loss)[m] = w == 0 ? 0 : (float)(w * off * off);
        f32(dlogits)[m] = w == 0 ? 0 : (float)(w * 2 * off);
    }
}

/* -t log s(x) - (1 - t) log(1 - s(x)) = max(x, 0) - x t + log(1 + exp(-|x|)). */
void CPU(sigmoid_loss)(tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight)
{
    NEED_F32("sigmoid_loss", loss, dlogits, logits, target, weight);
    int K = logits.cols;
    for (int m = 0; m < logits.rows; m++) {
        size_t here = (size_t)m * (size_t)K;
        const float *x = f32(logits) + here, *t = f32(target) + here;
        float *d = f32(dlogits) + here;
        double w = (double)f32(weight)[m] / K, sum = 0;
        for (int k = 0; k < K; k++) {
            double e = exp(-fabs((double)x[k]));
            double s = x[k] < 0 ? e / (1 + e) : 1 / (1 + e);
            sum += (x[k] > 0 ? (double)x[k] : 0) - (double)x[k] * (double)t[k] + log1p(e);
            if (isnan(x[k])) sum = s = NAN;
            d[k] = w == 0 ? 0 : (float)(w * (s - (double)t[k]));
        }
        f32(loss)[m] = w == 0 ? 0 : (float)(w * sum);
    }
}
