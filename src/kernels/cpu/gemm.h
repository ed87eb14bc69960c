#pragma once
/* Products of matrices, by oneDNN, which gemm_plan.c alone calls. A product is cut into tiles by its
 * shape alone and each tile is one thread's, so the bits do not depend on the number of threads.
 * Called by the main thread only. Tensors are F32, or BF16 where gemm_bf16() is true; gradients of
 * weights are F32 always. */
#include "kernels/backend.h"

bool gemm_bf16(void); /* has this processor an instruction for products of bf16? */

/* .. and is it faster than f32? AMX is, and AMD's avx512_bf16; without AMX Intel's takes twice as long as f32's instructions. Not where
 * gemm_limit has named a variant without it. */
bool gemm_gains_bf16(void);
bool gemm_packs_bf16(void); /* does the variant in use hand products of bf16 to gemm.c? */

/* y[N,O] = x[N,J] w[O,J]^T + b[1,O], all of one kind; b may be NONE. Keeps a packed copy of w, by its
 * address, until gemm_weights_moved, gemm_written or gemm_forget says that it is stale. */
void gemm_forward(tensor y, tensor x, tensor w, tensor b);

/* dx[N,J] = dy[N,O] w[O,J] + skip[N,J]; dw[O,J] += dy[N,O]^T x[N,J]; dx, dw and skip may be NONE, and
 * skip may be dx. columns, if it is there and dw is, is called once for every range of dy's columns, by
 * the thread that has them in its cache: it sums the bias's gradient. */
typedef struct gemm_gradient {
    tensor dx, dw, dy, x, w, skip;
    void (*columns)(void *ctx, int first, int n);
    void *ctx;
} gemm_gradient;
void gemm_back(const gemm_gradient *g);

void gemm_weights_moved(void);                   /* any weights may have been written */
void gemm_written(const void *at, size_t bytes); /* this memory was */
void gemm_forget(const void *at, size_t bytes);  /* this memory is no more */
/* "portable", "avx2" or "avx512": holds oneDNN to that variant's instructions. Works before the first product only. */
void gemm_limit(const char *variant);
