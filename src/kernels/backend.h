#pragma once
/* What the model computes with: tensors in a device's memory, and a table of operations made from
 * ops.def, one table a device. The model calls op_linear(be, ..), which checks shapes and kinds once
 * for all devices (ops.c) and then be->linear. Devices differ below kernels/ and nowhere else.
 *
 * Shapes, in the letters used everywhere: N tokens in a batch, B sequences, M scored rows, H hidden,
 * A heads, D = H/A, F feed-forward, V vocabulary, P positions, T token types, K classes. */
#include "base/fail.h"
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct devmem devmem; /* never defined: looking inside does not compile */
enum kind { F32, BF16, I32, U8 };
static inline size_t kind_bytes(enum kind k)
{
    return k == BF16 ? 2 : k == U8 ? 1 : 4;
}

/* rows x cols values, row after row without gaps, in device memory; owned by the slab it lies in. */
typedef struct tensor {
    devmem *data;
    int rows, cols;
    enum kind kind;
} tensor;
#define NONE ((tensor){0}) /* "without": a bias, a skip, a gradient that nobody wants */
static inline size_t tensor_count(tensor t)
{
    return (size_t)t.rows * (size_t)t.cols;
}
static inline size_t tensor_bytes(tensor t)
{
    return tensor_count(t) * kind_bytes(t.kind);
}

/* Sequences end to end, without padding: sequence s is rows start[s] to start[s + 1] and sees only
 * itself. The arrays are in device memory. */
typedef struct ragged {
    int B, N, longest;
    devmem *start; /* int32 [B+1] */
    devmem *who;   /* uint32 [B]: the sequence's number in the run's order, for dropout */
} ragged;

/* The ids of a batch, in device memory: int32 [N] each. */
typedef struct tokens {
    devmem *id, *type, *place; /* place: position in its sequence, from 0 */
} tokens;

/* Dropout is a function of seed, step, site and the token's identity, so masks are never stored:
 * backward draws them again, and they are equal for any thread count, batch layout and device.
 * Unit h of the token at `place` of sequence `who` at `site`:
 *     u = 16-bit half (h & 7) of philox(key = chance.key, c0 = h >> 3 | site << 16, c1 = place, c2 = who, c3 = chance.step)
 *         (half 0 is the low half of word 0, half 1 its high half, half 2 the low half of word 1, ..)
 *     dropped if u < t, t = round(rate * 65536); else multiplied by 65536 / (65536 - t).
 * In attention the row is a query: h is the key's place, and head a has site + a. Rate 0: no dropout. */
typedef struct dropout {
    float rate;
    int site;       /* below 65536 */
    devmem *chance; /* one struct chance_now in device memory: it changes from step to step */
} dropout;
typedef struct chance_now {
    uint64_t key;
    uint32_t step, unused;
} chance_now;
static inline uint32_t dropout_limit(float rate)
{
    return (uint32_t)(rate * 65536.0f + 0.5f);
}

enum act { ACT_GELU, ACT_GELU_TANH, ACT_RELU, ACT_TANH };

/* The optimizers' arithmetic, formulas in optim/optimizer.h. */
enum rule { RULE_ADAMAX, RULE_ADAMAXW, RULE_BERTADAM, RULE_ADAMW };
/* Columns of the knobs tensor [G,8] that op_update reads, a row for each group of parameters. */
enum knob { KNOB_ON, KNOB_RATE, KNOB_DECAY, KNOB_B1, KNOB_B2, KNOB_EPS, KNOB_C1, KNOB_C2, KNOBS };
enum {
    GROUP_BLOCK = 64
}; /* parameters are laid out in blocks of so many values; a block is of one group */

typedef struct backend {
    const char *name; /* "portable", "avx2", "avx512", "cuda", "oracle" */
#define FN(type, name, parameters) type(*name) parameters;
#define OP(name, parameters)       void(*name) parameters;
#include "kernels/ops.def"
#undef FN
#undef OP
} backend;

/* device: "auto", "cpu" or "cuda". The CPU's variant is the best that the processor has, or what the
 * environment's MTBERT_CPU says (portable, avx2, avx512). The table is static. */
MUST_USE bool backend_open(const backend **be, const char *device, err *e);
const backend *backend_variant(const char *name); /* NULL where this processor cannot run it */
/* What `--precision f32|bf16|auto` stands for on this device: auto takes bf16 where the device gains by it. By the names of the
 * device's features, not by a clock, so that it is the same each time. */
enum kind backend_kind(const backend *be, const char *precision);

#ifdef __cplusplus
}
#endif
