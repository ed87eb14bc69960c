#pragma once
/* What the files of cpu/ share. Each family (embed.c, linear.c, ..) is compiled once a variant, with
 * -DVARIANT=portable, avx2 or avx512, and its functions get that prefix: CPU(linear) is avx2_linear.
 * table.c makes the variant's table from ops.def. gemm.c and cpu.c are compiled once.
 *
 * Every operation cuts its work into tiles that depend on the shapes alone and hands them to the
 * thread pool; a sum over tiles is made from partial sums, added in the order of the tiles. */
#include "base/fail.h"
#include "base/pool.h"
#include "kernels/backend.h"
#include <string.h>

/* Housekeeping, the same for all variants (cpu.c). */
#define FN(type, name, parameters) type cpu_##name parameters;
#define OP(name, parameters)
#include "kernels/ops.def"
#undef FN
#undef OP

enum { FEW = 24 }; /* outputs of a product that linear.c computes itself */

/* Working memory of an operation, aligned to 64, not zeroed, valid until the next operation. Called
 * by the operation before it starts the pool, since threads of the pool take no memory. */
void *cpu_shared(size_t bytes);
/* The same for each thread: thread t has bytes from cpu_private(bytes) + t * the stride it returns. */
typedef struct scratch {
    char *base;
    size_t stride;
} scratch;
scratch cpu_private(size_t bytes);
static inline void *scratch_of(scratch s, int thread)
{
    return s.base + s.stride * (size_t)thread;
}

/* Asserts that a tensor is f32: logits, losses, gradients of parameters and moments are always. */
void cpu_need_f32(const char *op, const tensor *t, int n);
#define NEED_F32(op, ...)                           \
    cpu_need_f32(op, (const tensor[]){__VA_ARGS__}, \
                 sizeof((tensor[]){__VA_ARGS__}) / sizeof(tensor))

/* A tensor's or array's memory as what it is. */
static inline float *f32(tensor t)
{
    return (float *)t.data;
}
static inline int32_t *i32(tensor t)
{
    return (int32_t *)t.data;
}
static inline const int32_t *ints(const devmem *m)
{
    return (const int32_t *)m;
}
static inline const uint32_t *words(const devmem *m)
{
    return (const uint32_t *)m;
}
static inline int at_most(int a, int b)
{
    return a < b ? a : b;
}
static inline int tiles_of(int n, int each)
{
    return (n + each - 1) / each;
}
static inline int round_up(int n, int to)
{
    return (n + to - 1) / to * to;
}

extern const backend cpu_portable, cpu_avx2, cpu_avx512;

#ifdef VARIANT
#define CPU_JOIN(a, b) a##_##b
#define CPU_NAME(a, b) CPU_JOIN(a, b)
#define CPU(name)      CPU_NAME(VARIANT, name)
#define FN(type, name, parameters)
#define OP(name, parameters) void CPU(name) parameters;
#include "kernels/ops.def"
#undef FN
#undef OP
#endif
