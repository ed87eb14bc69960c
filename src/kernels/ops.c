/* Checks the shapes and kinds of each operation, once for all devices, and calls the device. These
 * lines are also the shapes' documentation: SHAPE(x, N, H) says that x is [N,H]. */
#include "kernels/ops.h"
#include <string.h>

/* Here, with these rows and columns. */
#define SHAPE(t, r, c)                                                                     \
    ASSERT(((t).data || !tensor_count(t)) && (t).rows == (r) && (t).cols == (c),           \
           "%s: " #t " is [%d,%d]%s, but [%d,%d] is needed", __func__, (t).rows, (t).cols, \
           (t).data ? "" : " and not there", r, c)
/* NONE, or with these rows and columns. */
#define MAYBE(t, r, c) ((t).data ? SHAPE(t, r, c) : (void)0)
#define KIND(t, k)                                                                               \
    ASSERT(!(t).data || (t).kind == (k), "%s: " #t " is of kind %d, but %d is needed", __func__, \
           (int)(t).kind, (int)(k))
/* An activation or weight: f32 or bf16. */
#define REAL(t)                                 \
    ASSERT((t).kind == F32 || (t).kind == BF16, \
           "%s: " #t " is of kind %d, but f32 or bf16 is needed", __func__, (int)(t).kind)
#define RAGGED(at, rows_)                                                                    \
    ASSERT((at).start && (at).B > 0 && (at).N == (rows_) && (at).longest > 0 &&              \
               (at).longest <= (at).N,                                                       \
           "%s: %d sequences, %d tokens, longest %d, for %d rows", __func__, (at).B, (at).N, \
           (at).longest, rows_)
#define DROP(d)                                                                         \
    ASSERT((d).rate >= 0 && (d).rate < 0.99f && (d).site >= 0 && (d).site < 65536 &&    \
               ((d).rate == 0 || (d).chance),                                           \
           "%s: dropout of rate %g at site %d%s", __func__, (double)(d).rate, (d).site, \
           (d).chance ? "" : " without a chance")

void op_embed(const backend *be, tensor y, tensor sum, tensor stat, tensor word, tensor place,
              tensor type, tensor g, tensor b, tokens in, ragged at, dropout drop, float eps)
{
    int N = y.rows, H = y.cols;
    enum kind k = y.kind;
    REAL(y);
    SHAPE(y, N, H), SHAPE(sum, N, H), KIND(sum, k);
    SHAPE(stat, N, 2), KIND(stat, F32);
    SHAPE(word, word.rows, H), SHAPE(place, place.rows, H), SHAPE(type, type.rows, H);
    SHAPE(g, 1, H), SHAPE(b, 1, H);
    KIND(word, k), KIND(place, k), KIND(type, k), KIND(g, k), KIND(b, k);
    ASSERT(in.id && in.type && in.place, "%s: tokens are missing", __func__);
    RAGGED(at, N), DROP(drop);
    be->embed(y, sum, stat, word, place, type, g, b, in, at, drop, eps);
}

void op_embed_back(const backend *be, tensor dsum, tensor dword, tensor dplace, tensor dtype,
                   tensor dg, tensor db, tensor dy, tensor sum, tensor stat, tensor g, tokens in,
                   ragged at, dropout drop)
{
    int N = dy.rows, H = dy.cols;
    enum kind k = dy.kind;
    REAL(dy);
    SHAPE(dy, N, H), SHAPE(dsum, N, H), SHAPE(sum, N, H), KIND(dsum, k), KIND(sum, k);
    MAYBE(dword, dword.rows, H), MAYBE(dplace, dplace.rows, H), MAYBE(dtype, dtype.rows, H);
    MAYBE(dg, 1, H), MAYBE(db, 1, H);
    KIND(dword, F32), KIND(dplace, F32), KIND(dtype, F32), KIND(dg, F32), KIND(db, F32);
    SHAPE(stat, N, 2), KIND(stat, F32), SHAPE(g, 1, H), KIND(g, k);
    ASSERT(in.id && in.type && in.place, "%s: tokens are missing", __func__);
    RAGGED(at, N), DROP(drop);
    be->embed_back(dsum, dword, dplace, dtype, dg, db, dy, sum, stat, g, in, at, drop);
}

void op_linear(const backend *be, tensor y, tensor x, tensor w, tensor b)
{
    int N = y.rows, O = y.cols, J = x.cols;
    REAL(x);
    SHAPE(y, N, O), SHAPE(x, N, J), SHAPE(w, O, J), MAYBE(b, 1, O);
    KIND(w, x.kind), KIND(b, x.kind);
    ASSERT(y.kind == x.kind || y.kind == F32, "%s: y is of kind %d", __func__, (int)y.kind);
    be->linear(y, x, w, b);
}

void op_linear_back(const backend *be, tensor dx, tensor dw, tensor db, tensor dy, tensor x,
                    tensor w, tensor skip)
{
    int N = dy.rows, O = dy.cols, J = dx.data ? dx.cols : x.cols;
    REAL(dy);
    SHAPE(dy, N, O), MAYBE(db, 1, O), KIND(db, F32), KIND(dw, F32);
    if (dw.data) SHAPE(x, N, J), SHAPE(dw, O, J), REAL(x);
    if (dx.data) SHAPE(dx, N, J), SHAPE(w, O, J), REAL(w), KIND(dx, w.kind);
    if (skip.data) SHAPE(skip, N, J), SHAPE(dx, N, J), KIND(skip, dx.kind);
    be->linear_back(dx, dw, db, dy, x, w, skip);
}

void op_act(const backend *be, tensor y, tensor x, enum act act)
{
    REAL(x);
    SHAPE(x, y.rows, y.cols), SHAPE(y, y.rows, y.cols), KIND(y, x.kind);
    ASSERT(act <= ACT_TANH, "%s: activation %d", __func__, (int)act);
    be->act(y, x, act);
}

void op_act_back(const backend *be, tensor dx, tensor dy, tensor x, enum act act)
{
    REAL(x);
    SHAPE(x, x.rows, x.cols), SHAPE(dx, x.rows, x.cols), SHAPE(dy, x.rows, x.cols);
    KIND(dx, x.kind), KIND(dy, x.kind);
    ASSERT(act <= ACT_TANH, "%s: activation %d", __func__, (int)act);
    be->act_back(dx, dy, x, act);
}

void op_attention(const backend *be, tensor mixed, tensor lse, tensor qkv, ragged at, int heads,
                  dropout drop)
{
    int N = mixed.rows, H = mixed.cols;
    REAL(qkv);
    ASSERT(heads > 0 && H % heads == 0, "%s: %d values in %d heads", __func__, H, heads);
    SHAPE(mixed, N, H), SHAPE(qkv, N, 3 * H), KIND(mixed, qkv.kind);
    SHAPE(lse, N, heads), KIND(lse, F32);
    RAGGED(at, N), DROP(drop);
    be->attention(mixed, lse, qkv, at, heads, drop);
}

void op_attention_back(const backend *be, tensor dqkv, tensor dmixed, tensor mixed, tensor lse,
                       tensor qkv, ragged at, int heads, dropout drop)
{
    int N = mixed.rows, H = mixed.cols;
    REAL(qkv);
    ASSERT(heads > 0 && H % heads == 0, "%s: %d values in %d heads", __func__, H, heads);
    SHAPE(mixed, N, H), SHAPE(dmixed, N, H), SHAPE(qkv, N, 3 * H), SHAPE(dqkv, N, 3 * H);
    KIND(mixed, qkv.kind), KIND(dmixed, qkv.kind), KIND(dqkv, qkv.kind);
    SHAPE(lse, N, heads), KIND(lse, F32);
    RAGGED(at, N), DROP(drop);
    be->attention_back(dqkv, dmixed, mixed, lse, qkv, at, heads, drop);
}

void op_drop_add_norm(const backend *be, tensor y, tensor sum, tensor stat, tensor x, tensor branch,
                      tensor g, tensor b, ragged at, dropout drop, float eps)
{
    int N = y.rows, H = y.cols;
    enum kind k = y.kind;
    REAL(y);
    SHAPE(y, N, H), SHAPE(sum, N, H), SHAPE(x, N, H), SHAPE(branch, N, H);
    SHAPE(g, 1, H), SHAPE(b, 1, H), SHAPE(stat, N, 2), KIND(stat, F32);
    KIND(sum, k), KIND(x, k), KIND(branch, k), KIND(g, k), KIND(b, k);
    RAGGED(at, N), DROP(drop);
    be->drop_add_norm(y, sum, stat, x, branch, g, b, at, drop, eps);
}

void op_drop_add_norm_back(const backend *be, tensor dbranch, tensor dsum, tensor dg, tensor db,
                           tensor dy, tensor sum, tensor stat, tensor g, ragged at, dropout drop)
{
    int N = dy.rows, H = dy.cols;
    enum kind k = dy.kind;
    REAL(dy);
    SHAPE(dy, N, H), SHAPE(dbranch, N, H), SHAPE(dsum, N, H), SHAPE(sum, N, H), SHAPE(g, 1, H);
    MAYBE(dg, 1, H), MAYBE(db, 1, H), SHAPE(stat, N, 2);
    KIND(dbranch, k), KIND(dsum, k), KIND(sum, k), KIND(g, k);
    KIND(dg, F32), KIND(db, F32), KIND(stat, F32);
    ASSERT(dbranch.data != dsum.data, "%s: dbranch and dsum are one tensor", __func__);
    RAGGED(at, N), DROP(drop);
    be->drop_add_norm_back(dbranch, dsum, dg, db, dy, sum, stat, g, at, drop);
}

void op_pick(const backend *be, tensor y, tensor x, tensor row)
{
    REAL(x);
    SHAPE(y, y.rows, x.cols), SHAPE(x, x.rows, x.cols), SHAPE(row, y.rows, 1);
    KIND(y, x.kind), KIND(row, I32);
    be->pick(y, x, row);
}

void op_pick_back(const backend *be, tensor dx, tensor dy, tensor row)
{
    REAL(dx);
    SHAPE(dx, dx.rows, dx.cols), SHAPE(dy, dy.rows, dx.cols), SHAPE(row, dy.rows, 1);
    KIND(dy, dx.kind), KIND(row, I32);
    be->pick_back(dx, dy, row);
}

void op_drop(const backend *be, tensor y, tensor x, tensor name, dropout drop)
{
    REAL(x);
    SHAPE(x, y.rows, y.cols), SHAPE(y, y.rows, y.cols), KIND(y, x.kind);
    SHAPE(name, y.rows, 2), KIND(name, I32), DROP(drop);
    be->drop(y, x, name, drop);
}

/* Common to the losses: everything is f32, but for the classes' gold. */
#define LOSS(target, target_cols, target_kind)                                             \
    do {                                                                                   \
        int M = logits.rows, K = logits.cols;                                              \
        SHAPE(logits, M, K), SHAPE(dlogits, M, K), SHAPE(loss, M, 1), SHAPE(weight, M, 1); \
        SHAPE(target, M, target_cols), KIND(target, target_kind);                          \
        KIND(logits, F32), KIND(dlogits, F32), KIND(loss, F32), KIND(weight, F32);         \
    } while (0)

void op_softmax_loss(const backend *be, tensor loss, tensor dlogits, tensor logits, tensor gold,
                     tensor weight)
{
    LOSS(gold, 1, I32);
    be->softmax_loss(loss, dlogits, logits, gold, weight);
}

void op_square_loss(const backend *be, tensor loss, tensor dlogits, tensor logits, tensor target,
                    tensor weight)
{
    LOSS(target, 1, F32);
    SHAPE(logits, logits.rows, 1);
    be->square_loss(loss, dlogits, logits, target, weight);
}

void op_sigmoid_loss(const backend *be, tensor loss, tensor dlogits, tensor logits, tensor target,
                     tensor weight)
{
    LOSS(target, logits.cols, F32);
    be->sigmoid_loss(loss, dlogits, logits, target, weight);
}

void op_softmax(const backend *be, tensor p, tensor logits)
{
    SHAPE(logits, p.rows, p.cols), SHAPE(p, p.rows, p.cols), KIND(p, F32), KIND(logits, F32);
    ASSERT(p.cols > 0, "%s: no classes", __func__);
    be->softmax(p, logits);
}

void op_sigmoid(const backend *be, tensor p, tensor logits)
{
    SHAPE(logits, p.rows, p.cols), SHAPE(p, p.rows, p.cols), KIND(p, F32), KIND(logits, F32);
    be->sigmoid(p, logits);
}

void op_zero(const backend *be, tensor t)
{
    SHAPE(t, t.rows, t.cols);
    be->zero(t);
}

void op_convert(const backend *be, tensor to, tensor from)
{
    REAL(to);
    REAL(from);
    SHAPE(from, to.rows, to.cols), SHAPE(to, to.rows, to.cols);
    be->convert(to, from);
}

void op_clip(const backend *be, tensor factor, tensor grad, float most)
{
    SHAPE(factor, 1, 2), KIND(factor, F32), SHAPE(grad, 1, grad.cols), KIND(grad, F32);
    ASSERT(most >= 0, "%s: most is %g", __func__, (double)most);
    be->clip(factor, grad, most);
}

void op_update(const backend *be, tensor value, tensor master, tensor m, tensor v, tensor grad,
               tensor group, tensor knobs, tensor factor, enum rule rule)
{
    int P = master.cols;
    REAL(value);
    ASSERT(P % GROUP_BLOCK == 0, "%s: %d values are no whole blocks", __func__, P);
    SHAPE(value, 1, P), SHAPE(master, 1, P), SHAPE(m, 1, P), SHAPE(v, 1, P), SHAPE(grad, 1, P);
    KIND(master, F32), KIND(m, F32), KIND(v, F32), KIND(grad, F32);
    SHAPE(group, 1, P / GROUP_BLOCK), KIND(group, U8);
    SHAPE(knobs, knobs.rows, KNOBS), KIND(knobs, F32), SHAPE(factor, 1, 2), KIND(factor, F32);
    ASSERT(rule <= RULE_ADAMW, "%s: rule %d", __func__, (int)rule);
    be->update(value, master, m, v, grad, group, knobs, factor, rule);
}
