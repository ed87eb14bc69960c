#include "model/meter.h"
#include "base/log.h"

/* An operation has no place to find its meter but here. */
static _Thread_local meter *running;

/* Arithmetic of a product; a fused multiply and add is two. */
static double product(tensor y, tensor w)
{
    return 2.0 * y.rows * (double)y.cols * w.cols;
}

static double products_back(tensor dx, tensor dw, tensor dy, tensor w)
{
    return product(dy, w) * ((dx.data != NULL) + (dw.data != NULL));
}

/* Scores and mixing are a product each; backward makes the scores again and has four more. */
static double mixing(tensor mixed, int products)
{
    return 2.0 * products * running->pairs * mixed.cols;
}

/* name, parameters, the same without types, and how much arithmetic it is (0: it is memory that counts). The table below takes each from ops.def,
 * so one that is missing here, or has other parameters, does not compile. */
#define TIMED(name, parameters, arguments, work)               \
    static void timed_##name parameters                        \
    {                                                          \
        double start = clock_now();                            \
        running->inner->name arguments;                        \
        running->seconds[METER_##name] += clock_now() - start; \
        running->flops[METER_##name] += work;                  \
        running->calls[METER_##name]++;                        \
    }

TIMED(embed,
      (tensor y, tensor sum, tensor stat, tensor word, tensor place, tensor type, tensor g,
       tensor b, tokens in, ragged at, dropout drop, float eps),
      (y, sum, stat, word, place, type, g, b, in, at, drop, eps), 0)
TIMED(embed_back,
      (tensor dsum, tensor dword, tensor dplace, tensor dtype, tensor dg, tensor db, tensor dy,
       tensor sum, tensor stat, tensor g, tokens in, ragged at, dropout drop),
      (dsum, dword, dplace, dtype, dg, db, dy, sum, stat, g, in, at, drop), 0)
TIMED(linear, (tensor y, tensor x, tensor w, tensor b), (y, x, w, b), product(y, w))
TIMED(linear_back, (tensor dx, tensor dw, tensor db, tensor dy, tensor x, tensor w, tensor skip),
      (dx, dw, db, dy, x, w, skip), products_back(dx, dw, dy, w))
TIMED(act, (tensor y, tensor x, enum act act), (y, x, act), 0)
TIMED(act_back, (tensor dx, tensor dy, tensor x, enum act act), (dx, dy, x, act), 0)
TIMED(attention, (tensor mixed, tensor lse, tensor qkv, ragged at, int heads, dropout drop),
      (mixed, lse, qkv, at, heads, drop), mixing(mixed, 2))
TIMED(attention_back,
      (tensor dqkv, tensor dmixed, tensor mixed, tensor lse, tensor qkv, ragged at, int heads,
       dropout drop),
      (dqkv, dmixed, mixed, lse, qkv, at, heads, drop), mixing(mixed, 5))
TIMED(drop_add_norm,
      (tensor y, tensor sum, tensor stat, tensor x, tensor branch, tensor g, tensor b, ragged at,
       dropout drop, float eps),
      (y, sum, stat, x, branch, g, b, at, drop, eps), 0)
TIMED(drop_add_norm_back,
      (tensor dbranch, tensor dsum, tensor dg, tensor db, tensor dy, tensor sum, tensor stat,
       tensor g, ragged at, dropout drop),
      (dbranch, dsum, dg, db, dy, sum, stat, g, at, drop), 0)
TIMED(pick, (tensor y, tensor x, tensor row), (y, x, row), 0)
TIMED(pick_back, (tensor dx, tensor dy, tensor row), (dx, dy, row), 0)
TIMED(drop, (tensor y, tensor x, tensor name, dropout drop), (y, x, name, drop), 0)
TIMED(softmax_loss, (tensor loss, tensor dlogits, tensor logits, tensor gold, tensor weight),
      (loss, dlogits, logits, gold, weight), 0)
TIMED(square_loss, (tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight),
      (loss, dlogits, logits, target, weight), 0)
TIMED(sigmoid_loss, (tensor loss, tensor dlogits, tensor logits, tensor target, tensor weight),
      (loss, dlogits, logits, target, weight), 0)
TIMED(softmax, (tensor p, tensor logits), (p, logits), 0)
TIMED(sigmoid, (tensor p, tensor logits), (p, logits), 0)
TIMED(zero, (tensor t), (t), 0)
TIMED(convert, (tensor to, tensor from), (to, from), 0)
TIMED(clip, (tensor factor, tensor grad, float most), (factor, grad, most), 0)
TIMED(update,
      (tensor value, tensor master, tensor m, tensor v, tensor grad, tensor group, tensor knobs,
       tensor factor, enum rule rule),
      (value, master, m, v, grad, group, knobs, factor, rule), 0)

void meter_open(meter *m, const backend *inner)
{
    *m = (meter){.inner = inner, .table = *inner};
#define FN(type, name, parameters)
#define OP(name, parameters) m->table.name = timed_##name;
#include "kernels/ops.def"
#undef FN
#undef OP
}

void meter_begin(meter *m, double pairs)
{
    running = m;
    m->pairs = pairs;
}

void meter_close(meter *m)
{
    if (running == m) running = NULL;
    *m = (meter){0};
}

const char *meter_name(int op)
{
    static const char *const names[METERS] = {
#define FN(type, name, parameters)
#define OP(name, parameters) #name,
#include "kernels/ops.def"
#undef FN
#undef OP
    };
    return names[op];
}
