#pragma once
/* Plans of products, which gemm.c cuts into tiles: a shape is all products y[.,O] = x[.,J] w[O,J]^T, which
 * share one packed layout of w; a plan is one of them for tiles of a given height. Plans are made by the
 * main thread, live as long as the process, and are run by any thread of the pool, with oneDNN's own threads
 * off. oneDNN is known to gemm_plan.c (and to gemm_peak.c, which measures it) and to no other file. */
#include <stdbool.h>
#include <stddef.h>

/* Rows of the highest tile; all heights are multiples of UNIT. */
enum { HIGHEST = 192, UNIT = 16, HEIGHTS = HIGHEST / UNIT };
typedef struct plan plan;
typedef struct shape shape;

void plans_start(
    void); /* before anything else, at each product: the pool may have more threads now */
shape *shape_of(int O, int J);
size_t shape_bytes(const shape *s); /* of a packed w */
plan *shape_packing(shape *s);
plan *plan_of(shape *s, int rows, bool bias);
size_t plan_scratch(const plan *p); /* bytes of working memory that a run wants */

void plan_pack(const plan *p, int thread, void *copy, const float *w, void *mem);
/* y[rows,O] = x[rows,J] w^T + b[O], w being the packed copy; b if the plan is with bias. */
void plan_multiply(const plan *p, int thread, float *y, const float *x, const void *copy,
                   const float *b, void *mem);
/* c[rows,cols] = a b (or += where add): a is [rows,depth], or [depth,rows] if turned, its rows lda apart; b [depth,cols]. */
void multiply_plain(bool turned, float *c, const float *a, int lda, const float *b, int rows,
                    int cols, int depth, bool add);

void plans_limit(const char *variant);
