/* The operations over many shapes: what the agreement and thread tests run. */
#include "kernels/lab.h"
#include "tests.h"
#include "tolerances.h"
#include <math.h>
#include <string.h>

enum { SEQUENCES = 9 };
/* Batches of ragged lengths, hidden sizes and heads. D from 1 to 64, not only whole vectors. */
static const struct encoder_shape {
    int B, lengths[SEQUENCES], H, A;
    double rate;
} encoder_shapes[] = {
    {1, {1}, 32, 2, 0},
    {1, {1}, 32, 2, 0.1},
    {3, {1, 2, 3}, 32, 4, 0.1},
    {4, {5, 16, 17, 8}, 36, 3, 0.5},
    {2, {64, 65}, 40, 5, 0.1},
    {4, {130, 1, 7, 36}, 64, 2, 0.1},
    {5, {31, 32, 33, 48, 15}, 48, 3, 0.2},
    {9, {36, 20, 51, 9, 77, 41, 12, 30, 66}, 96, 3, 0.1},
    {3, {12, 9, 25}, 384, 12, 0.1},
    {2, {10, 6}, 768, 12, 0},
    {1, {129}, 33, 33, 0.1},
};

static const struct encoder_shape *encoder_shape(int which)
{
    return which < (int)(sizeof encoder_shapes / sizeof *encoder_shapes) ? &encoder_shapes[which]
                                                                         : NULL;
}

static bool run_embed(lab *l, int which)
{
    const struct encoder_shape *s = encoder_shape(which);
    if (!s) return false;
    enum { V = 50, T = 2 };
    ragged at = lab_ragged(l, s->B, s->lengths);
    int N = at.N, H = s->H, P = at.longest + 3;
    tokens in = lab_tokens(l, at, V, T);
    dropout drop = lab_dropout(l, s->rate, 0);
    tensor word = lab_act(l, V, H, 0, 1), place = lab_act(l, P, H, 0, 1),
           type = lab_act(l, T, H, 0, 1), g = lab_act(l, 1, H, 1, 0.1),
           b = lab_act(l, 1, H, 0, 0.1), dy = lab_act(l, N, H, 0, 1);
    tensor y = lab_result(l, "y", N, H, l->kind), sum = lab_result(l, "sum", N, H, l->kind),
           stat = lab_result(l, "stat", N, 2, F32), dsum = lab_result(l, "dsum", N, H, l->kind),
           dword = lab_moved(l, "dword", V, H, 1), dplace = lab_moved(l, "dplace", P, H, 1),
           dtype = lab_moved(l, "dtype", T, H, 1), dg = lab_moved(l, "dg", 1, H, 1),
           db = lab_moved(l, "db", 1, H, 1);
    op_embed(l->be, y, sum, stat, word, place, type, g, b, in, at, drop, 1e-12f);
    op_embed_back(l->be, dsum, dword, dplace, dtype, dg, db, dy, sum, stat, g, in, at, drop);
    return true;
}

static bool run_drop_add_norm(lab *l, int which)
{
    const struct encoder_shape *s = encoder_shape(which);
    if (!s) return false;
    ragged at = lab_ragged(l, s->B, s->lengths);
    int N = at.N, H = s->H;
    dropout drop = lab_dropout(l, s->rate, 65535);
    tensor x = lab_act(l, N, H, 3, 1), branch = lab_act(l, N, H, 0, 2),
           g = lab_act(l, 1, H, 1, 0.1), b = lab_act(l, 1, H, 0, 0.1), dy = lab_act(l, N, H, 0, 1);
    tensor y = lab_result(l, "y", N, H, l->kind), sum = lab_result(l, "sum", N, H, l->kind),
           stat = lab_result(l, "stat", N, 2, F32), dsum = lab_result(l, "dsum", N, H, l->kind),
           dbranch = lab_result(l, "dbranch", N, H, l->kind), dg = lab_moved(l, "dg", 1, H, 1),
           db = lab_moved(l, "db", 1, H, 1);
    op_drop_add_norm(l->be, y, sum, stat, x, branch, g, b, at, drop, 1e-12f);
    op_drop_add_norm_back(l->be, dbranch, dsum, dg, db, dy, sum, stat, g, at, drop);
    return true;
}

static bool run_attention(lab *l, int which)
{
    const struct encoder_shape *s = encoder_shape(which);
    if (!s) return false;
    ragged at = lab_ragged(l, s->B, s->lengths);
    int N = at.N, H = s->H;
    dropout drop = lab_dropout(l, s->rate, 40);
    /* Scores of a wide range, since D values of spread 1.5 are multiplied. */
    tensor qkv = lab_act(l, N, 3 * H, 0, 1.5), dmixed = lab_act(l, N, H, 0, 1);
    tensor mixed = lab_result(l, "mixed", N, H, l->kind), lse = lab_result(l, "lse", N, s->A, F32),
           dqkv = lab_result(l, "dqkv", N, 3 * H, l->kind);
    op_attention(l->be, mixed, lse, qkv, at, s->A, drop);
    op_attention_back(l->be, dqkv, dmixed, mixed, lse, qkv, at, s->A, drop);
    return true;
}

static bool run_linear(lab *l, int which)
{
    /* N, O, J; odd ones are without bias and skip */
    static const int shapes[][3] = {
        {1, 32, 32},   {1, 1, 32},   {7, 3, 384},  {36, 384, 384}, {65, 96, 32},  {193, 33, 40},
        {70, 768, 96}, {17, 24, 64}, {17, 25, 64}, {300, 64, 32},  {250, 1, 77},  {31, 128, 1},
        {64, 64, 64},  {63, 65, 66}, {2, 20, 33},  {209, 96, 384}, {16, 32, 128}, {400, 520, 48},
    };
    if (which >= (int)(sizeof shapes / sizeof *shapes)) return false;
    int N = shapes[which][0], O = shapes[which][1], J = shapes[which][2];
    bool plain = which % 2;
    tensor x = lab_act(l, N, J, 0, 1), w = lab_act(l, O, J, 0, 1 / sqrt(J)),
           b = lab_act(l, 1, O, 0, 1), dy = lab_act(l, N, O, 0, 1), skip = lab_act(l, N, J, 0, 1);
    tensor y = lab_result(l, "y", N, O, l->kind), dx = lab_result(l, "dx", N, J, l->kind),
           dw = lab_moved(l, "dw", O, J, 1), db = lab_moved(l, "db", 1, O, 1),
           both = lab_moved_act(l, "dx in place of skip", N, J, 1);
    op_linear(l->be, y, x, w, plain ? NONE : b);
    op_linear_back(l->be, dx, dw, db, dy, x, w, plain ? NONE : skip);
    op_linear_back(l->be, both, NONE, NONE, dy, NONE, w, both);
    return true;
}

static bool run_act(lab *l, int which, enum act act)
{
    static const int shapes[][2] = {{1, 1}, {3, 5}, {16, 64}, {33, 127}, {100, 384}};
    if (which >= (int)(sizeof shapes / sizeof *shapes)) return false;
    int N = shapes[which][0], H = shapes[which][1];
    double spread = which % 2 ? 6 : 1;
    tensor x = lab_act(l, N, H, 0, spread), dy = lab_act(l, N, H, 0, 1);
    tensor y = lab_result(l, "y", N, H, l->kind), dx = lab_result(l, "dx", N, H, l->kind),
           same = lab_moved_act(l, "dx in place of dy", N, H, 1);
    op_act(l->be, y, x, act);
    op_act_back(l->be, dx, dy, x, act);
    op_act_back(l->be, same, same, x, act);
    return true;
}
static bool run_gelu(lab *l, int which)
{
    return run_act(l, which, ACT_GELU);
}
static bool run_gelu_tanh(lab *l, int which)
{
    return run_act(l, which, ACT_GELU_TANH);
}
static bool run_relu(lab *l, int which)
{
    return run_act(l, which, ACT_RELU);
}
static bool run_tanh(lab *l, int which)
{
    return run_act(l, which, ACT_TANH);
}

static bool run_pick(lab *l, int which)
{
    static const int shapes[][3] = {{1, 1, 1}, {50, 7, 33}, {130, 130, 64}, {90, 1, 384}};
    if (which >= (int)(sizeof shapes / sizeof *shapes)) return false;
    int N = shapes[which][0], M = shapes[which][1], H = shapes[which][2];
    int32_t row[130];
    for (int m = 0; m < M; m++)
        row[m] = (m * 7 + 3) % N; /* no row twice, since 7 shares no factor with N */
    tensor x = lab_act(l, N, H, 0, 1), dy = lab_act(l, M, H, 0, 1),
           rows = lab_given(l, M, 1, I32, row);
    tensor y = lab_result(l, "y", M, H, l->kind), dx = lab_result(l, "dx", N, H, l->kind);
    op_pick(l->be, y, x, rows);
    op_pick_back(l->be, dx, dy, rows);
    return true;
}

static bool run_drop(lab *l, int which)
{
    static const int shapes[][2] = {{1, 1}, {5, 130}, {33, 384}, {70, 64}};
    static const double rates[] = {0.1, 0.3, 0, 0.9};
    if (which >= (int)(sizeof shapes / sizeof *shapes)) return false;
    int M = shapes[which][0], H = shapes[which][1];
    dropout drop = lab_dropout(l, rates[which], 99);
    tensor x = lab_act(l, M, H, 0, 1), name = lab_whole(l, M, 2, 0, 100000);
    tensor y = lab_result(l, "y", M, H, l->kind),
           same = lab_moved_act(l, "y in place of x", M, H, 1);
    op_drop(l->be, y, x, name, drop);
    op_drop(l->be, same, same, name, drop);
    return true;
}

static const int score_shapes[][2] = {{1, 1}, {1, 2}, {32, 3}, {70, 13}, {200, 20}, {9, 100}};
enum { SCORE_SHAPES = sizeof score_shapes / sizeof *score_shapes };

/* Weights of which some are 0. */
static tensor lab_weights(lab *l, int M)
{
    float w[200];
    for (int m = 0; m < M; m++) w[m] = m % 5 == 3 ? 0 : 1.0f / (float)(m + 1);
    return lab_given(l, M, 1, F32, w);
}

static bool run_softmax_loss(lab *l, int which)
{
    if (which >= SCORE_SHAPES) return false;
    int M = score_shapes[which][0], K = score_shapes[which][1];
    int32_t gold[200];
    for (int m = 0; m < M; m++)
        gold[m] = m % 5 == 3 ? -1 : m % K; /* where the weight is 0 there may be none */
    tensor logits = lab_real(l, M, K, 0, 3), right = lab_given(l, M, 1, I32, gold),
           weight = lab_weights(l, M);
    tensor loss = lab_result(l, "loss", M, 1, F32), d = lab_result(l, "dlogits", M, K, F32);
    op_softmax_loss(l->be, loss, d, logits, right, weight);
    return true;
}

static bool run_square_loss(lab *l, int which)
{
    if (which >= SCORE_SHAPES) return false;
    int M = score_shapes[which][0];
    tensor logits = lab_real(l, M, 1, 0, 3), target = lab_real(l, M, 1, 2, 1),
           weight = lab_weights(l, M);
    tensor loss = lab_result(l, "loss", M, 1, F32), d = lab_result(l, "dlogits", M, 1, F32);
    op_square_loss(l->be, loss, d, logits, target, weight);
    return true;
}

static bool run_sigmoid_loss(lab *l, int which)
{
    if (which >= SCORE_SHAPES) return false;
    int M = score_shapes[which][0], K = score_shapes[which][1];
    float t[200 * 20];
    for (int i = 0; i < M * K; i++) t[i] = (float)(i % 3 == 1);
    tensor logits = lab_real(l, M, K, 0, 4), target = lab_given(l, M, K, F32, t),
           weight = lab_weights(l, M);
    tensor loss = lab_result(l, "loss", M, 1, F32), d = lab_result(l, "dlogits", M, K, F32);
    op_sigmoid_loss(l->be, loss, d, logits, target, weight);
    return true;
}

static bool run_scores(lab *l, int which)
{
    if (which >= SCORE_SHAPES) return false;
    int M = score_shapes[which][0], K = score_shapes[which][1];
    tensor logits = lab_real(l, M, K, 0, 10);
    tensor p = lab_result(l, "softmax", M, K, F32), q = lab_result(l, "sigmoid", M, K, F32),
           same = lab_moved(l, "softmax in place", M, K, 1);
    op_softmax(l->be, p, logits);
    op_sigmoid(l->be, q, logits);
    op_softmax(l->be, same, same);
    return true;
}

static bool run_convert(lab *l, int which)
{
    static const int counts[] = {1, 31, 64, 5000};
    if (which >= 4) return false;
    int n = counts[which];
    tensor x = lab_real(l, 1, n, 0, 10), narrow = lab_result(l, "bf16", 1, n, BF16),
           wide = lab_result(l, "f32", 1, n, F32), same = lab_result(l, "copy", 1, n, F32),
           nothing = lab_result(l, "zero", 1, n, F32),
           none = lab_result(l, "bf16 zero", 1, n, BF16);
    op_convert(l->be, narrow, x);
    op_convert(l->be, wide, narrow);
    op_convert(l->be, same, x);
    op_zero(l->be, nothing);
    op_zero(l->be, none);
    return true;
}

static bool run_clip(lab *l, int which)
{
    static const int counts[] = {64, 16384, 16448, 100032};
    if (which >= 4) return false;
    tensor grad = lab_real(l, 1, counts[which], 0, 0.3);
    tensor one = lab_result(l, "clipped", 1, 2, F32), two = lab_result(l, "not clipped", 1, 2, F32),
           three = lab_result(l, "below the limit", 1, 2, F32);
    op_clip(l->be, one, grad, 1);
    op_clip(l->be, two, grad, 0);
    op_clip(l->be, three, grad, 1e6f);
    return true;
}

/* Three groups: with decay, without, and one that is off. */
static bool run_update(lab *l, int which, enum rule rule)
{
    static const int blocks[] = {1, 3, 300};
    if (which >= 2 * 3) return false;
    int n = blocks[which % 3], P = n * GROUP_BLOCK;
    bool bf16 = which >= 3;
    uint8_t of[300];
    for (int i = 0; i < n; i++) of[i] = (uint8_t)(i % 3);
    float knob[3][KNOBS], by[2] = {0.5f, 3};
    for (int g = 0; g < 3; g++) {
        float row[KNOBS] = {
            [KNOB_ON] = g < 2,      [KNOB_RATE] = 1e-3f, [KNOB_DECAY] = g ? 0 : 0.01f,
            [KNOB_B1] = 0.9f,       [KNOB_B2] = 0.999f,  [KNOB_EPS] = 1e-6f,
            [KNOB_C1] = 1 / 0.271f, [KNOB_C2] = 18.3f};
        memcpy(knob[g], row, sizeof row);
    }
    tensor master = lab_moved(l, "master", 1, P, 0.05), m = lab_moved(l, "m", 1, P, 0.01),
           v = lab_moved(l, "v", 1, P, 0), grad = lab_moved(l, "grad", 1, P, 0.1),
           group = lab_given(l, 1, n, U8, of), knobs = lab_given(l, 3, KNOBS, F32, knob),
           factor = lab_given(l, 1, 2, F32, by), again = lab_real(l, 1, P, 0, 0.1);
    tensor value = bf16 ? lab_result(l, "value", 1, P, BF16) : master;
    op_update(l->be, value, master, m, v, grad, group, knobs, factor, rule);
    op_update(l->be, value, master, m, v, again, group, knobs, factor, rule);
    return true;
}
static bool run_adamax(lab *l, int which)
{
    return run_update(l, which, RULE_ADAMAX);
}
static bool run_adamaxw(lab *l, int which)
{
    return run_update(l, which, RULE_ADAMAXW);
}
static bool run_bertadam(lab *l, int which)
{
    return run_update(l, which, RULE_BERTADAM);
}
static bool run_adamw(lab *l, int which)
{
    return run_update(l, which, RULE_ADAMW);
}

static const lab_case cases[] = {
    {"embed", run_embed, NMSE_ROWS, NMSE_BF16},
    {"linear", run_linear, NMSE_PRODUCT, NMSE_BF16},
    {"gelu", run_gelu, NMSE_VALUES, NMSE_BF16},
    {"gelu_tanh", run_gelu_tanh, NMSE_SLOPES, NMSE_BF16},
    {"relu", run_relu, 0, 0},
    {"tanh", run_tanh, NMSE_SLOPES, NMSE_BF16},
    {"attention", run_attention, NMSE_ATTENTION, NMSE_BF16},
    {"drop_add_norm", run_drop_add_norm, NMSE_ROWS, NMSE_BF16},
    {"pick", run_pick, 0, 0},
    {"drop", run_drop, NMSE_VALUES, NMSE_BF16},
    {"softmax_loss", run_softmax_loss, NMSE_VALUES, -1},
    {"square_loss", run_square_loss, NMSE_VALUES, -1},
    {"sigmoid_loss", run_sigmoid_loss, NMSE_VALUES, -1},
    {"scores", run_scores, NMSE_VALUES, -1},
    {"convert", run_convert, 0, -1},
    {"clip", run_clip, NMSE_VALUES, -1},
    {"adamax", run_adamax, NMSE_UPDATE, -1},
    {"adamaxw", run_adamaxw, NMSE_UPDATE, -1},
    {"bertadam", run_bertadam, NMSE_UPDATE, -1},
    {"adamw", run_adamw, NMSE_UPDATE, -1},
};

const lab_case *lab_case_named(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strcmp(cases[i].name, name)) return &cases[i];
    fail_msg("no case %s", name);
    return NULL;
}
