#pragma once
/* Products of matrices, by oneDNN, which no other file knows. All matrices are f32, row after row without
 * gaps unless a distance is given. A product is cut into tiles by its shape alone and each tile is one
 * thread's, so the bits do not depend on the number of threads. Called by the main thread only. */
#include <stddef.h>

/* y[N,O] = x[N,J] w[O,J]^T + b[O]; b may be NULL. */
void gemm_forward(float *y, const float *x, const float *w, const float *b, int N, int O, int J);
/* dx[N,J] = dy[N,O] w[O,J] + skip[N,J]; skip may be NULL and may be dx. */
void gemm_data(float *dx, const float *dy, const float *w, const float *skip, int N, int O, int J);
/* dw[O,J] += dy[N,O]^T x[N,J]. */
void gemm_weight(float *dw, const float *dy, const float *x, int N, int O, int J);

/* Weights were written: packed copies of them are stale. */
void gemm_weights_moved(void);
/* "portable", "avx2" or "avx512": oneDNN is held to that variant's instructions. Works once, before the first product. */
void gemm_limit(const char *variant);
/* Gives back packed copies, primitives and streams. */
void gemm_close(void);
