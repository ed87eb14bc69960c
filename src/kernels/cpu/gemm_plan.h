#pragma once
/* Plans of products, which gemm.c cuts into tiles: a shape is all products y[.,O] = x[.,J] w[O,J]^T of one
 * kind (or x[.,J] w[J,O], upright), which share one packed layout of w; a plan is one of them for tiles of a
 * given height. Plans are made by the main thread, live as long as the process, and are run by any thread of
 * the pool, with oneDNN's own threads off. oneDNN is known to gemm_plan.c (and to gemm_peak.c, which measures
 * it) and to no other file. x, w, b and y are all F32 or all BF16; sums are f32. */
#include "kernels/backend.h"
#include <stdbool.h>
#include <stddef.h>

/* Rows of the highest tile; all heights are multiples of UNIT. */
enum { HIGHEST = 192, UNIT = 16, HEIGHTS = HIGHEST / UNIT };
typedef struct plan plan;
typedef struct shape shape;

void plans_start(
    void); /* before anything else, at each product: the pool may have more threads now */
shape *shape_of(enum kind kind, int O, int J, bool upright);
size_t shape_bytes(const shape *s); /* of a packed w */
plan *shape_packing(shape *s);
/* bias: with b; add: y += .. instead of y = .. */
plan *plan_of(shape *s, int rows, bool bias, bool add);
/* dw[rows,J] += dy[N,O]^T x[N,J] for rows of dw, i.e. columns of dy; dy and x BF16, dw F32; any N. */
plan *slope_plan_of(int rows, int O, int J);
size_t plan_scratch(const plan *p); /* bytes of working memory that a run wants */

void plan_pack(const plan *p, int thread, void *copy, const void *w, void *mem);
/* y[rows,O] = x[rows,J] w^T + b[O], w being the packed copy; b if the plan is with bias. */
void plan_multiply(const plan *p, int thread, void *y, const void *x, const void *copy,
                   const void *b, void *mem);
/* A slope plan: dw, and dy from its first column on. */
void plan_slope(const plan *p, int thread, float *dw, const void *dy, const void *x, int N,
                void *mem);
/* c[rows,cols] = a b (or += where add): a is [rows,depth], or [depth,rows] if turned, its rows lda apart; b [depth,cols]. */
void multiply_plain(bool turned, float *c, const float *a, int lda, const float *b, int rows,
                    int cols, int depth, bool add);

void plans_limit(const char *variant);
