#pragma once
/* Small products out of working memory, blocked in registers: what attention is made of. */
#include "kernels/cpu/simd.h"
#include <stdbool.h>

#if defined VARIANT_avx512
enum { BLOCK_ROWS = 8 };
#else
enum { BLOCK_ROWS = 4 };
#endif

/* c[R, W vectors] (+)= a b, where a(i, k) is a[i * ai + k * ak]; R and W are constants to the compiler. */
__attribute__((always_inline)) static inline void block_tile(float *c, size_t ldc, const float *a,
                                                             size_t ai, size_t ak, const float *b,
                                                             size_t ldb, int depth, bool add, int R,
                                                             int W)
{
    vf sum[8][4];
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
        for (int w = 0; w < W; w++)
            sum[r][w] = add ? vf_load(c + (size_t)r * ldc + w * VW) : (vf){0};
    for (int k = 0; k < depth; k++) {
        vf in[4];
#pragma GCC unroll 4
        for (int w = 0; w < W; w++) in[w] = vf_load(b + (size_t)k * ldb + w * VW);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            vf x = vf_all(a[(size_t)r * ai + (size_t)k * ak]);
#pragma GCC unroll 4
            for (int w = 0; w < W; w++) sum[r][w] += x * in[w];
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
        for (int w = 0; w < W; w++) vf_store(c + (size_t)r * ldc + w * VW, sum[r][w]);
}

__attribute__((always_inline)) static inline void block_rows(float *c, size_t ldc, const float *a,
                                                             size_t ai, size_t ak, const float *b,
                                                             size_t ldb, int cols, int depth,
                                                             bool add, int R)
{
    int j = 0;
    for (; j + 2 * VW <= cols; j += 2 * VW)
        block_tile(c + j, ldc, a, ai, ak, b + j, ldb, depth, add, R, 2);
    if (j < cols) block_tile(c + j, ldc, a, ai, ak, b + j, ldb, depth, add, R, 1);
}

/* c[rows,cols] = (or +=) a[rows,depth] b[depth,cols]; cols is a multiple of VW. */
static void block_mul(float *c, size_t ldc, const float *a, size_t ai, size_t ak, const float *b,
                      size_t ldb, int rows, int cols, int depth, bool add)
{
    int i = 0;
    for (; i + BLOCK_ROWS <= rows; i += BLOCK_ROWS)
        block_rows(c + (size_t)i * ldc, ldc, a + (size_t)i * ai, ai, ak, b, ldb, cols, depth, add,
                   BLOCK_ROWS);
    if (BLOCK_ROWS > 4 && i + 4 <= rows) {
        block_rows(c + (size_t)i * ldc, ldc, a + (size_t)i * ai, ai, ak, b, ldb, cols, depth, add,
                   4);
        i += 4;
    }
    for (; i < rows; i++)
        block_rows(c + (size_t)i * ldc, ldc, a + (size_t)i * ai, ai, ak, b, ldb, cols, depth, add,
                   1);
}

typedef float v4 __attribute__((vector_size(16)));
typedef float v4_anywhere __attribute__((vector_size(16), aligned(4), may_alias));

/* Four rows of four values, `apart` floats from each other, become columns at to[0..3][at..]. */
static inline void turn_4x4(float *const to[4], int at, const float *from, int apart)
{
    v4 a = *(const v4_anywhere *)from, b = *(const v4_anywhere *)(from + apart),
       c = *(const v4_anywhere *)(from + 2 * apart), d = *(const v4_anywhere *)(from + 3 * apart);
    v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
       AB = __builtin_shufflevector(a, b, 2, 6, 3, 7),
       cd = __builtin_shufflevector(c, d, 0, 4, 1, 5),
       CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(v4_anywhere *)(to[0] + at) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(v4_anywhere *)(to[1] + at) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(v4_anywhere *)(to[2] + at) = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
    *(v4_anywhere *)(to[3] + at) = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
}
