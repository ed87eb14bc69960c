#pragma once
/* Every tolerance of the tests, each with the reason for its value. NMSE: the mean square of the
 * difference over the mean square of the right values, so that one number serves tensors of any scale.
 * f32 rounds to 6e-8 relative, so a value that was rounded once is off by an NMSE of about 1e-15. */

/* Values one by one, by polynomials that are right to about 1e-7. */
#define NMSE_VALUES 2e-14
/* Slopes of tanh: 1 - tanh(x)^2 loses digits where tanh is near 1. */
#define NMSE_SLOPES 1e-12
/* Norms of rows: statistics over H values, and column sums over N rows in f32. */
#define NMSE_ROWS 1e-12
/* Sums of up to 3,072 products in f32; errors grow with the root of the count. */
#define NMSE_PRODUCT 1e-12
/* exp of scores of up to 40 with an absolute error of 1e-6 or so, twice (backward draws the weights anew). */
#define NMSE_ATTENTION 2e-11
/* The update: a quotient of moments after two steps. The bf16 copy may differ by its last bit where
 * master lies on the edge between two values, in one value of some thousands. */
#define NMSE_UPDATE 1e-8
/* bf16 rounds to 2^-9 relative, an NMSE of about 1e-6. Sums are f32 and results are rounded once, as the oracle's, so that they differ where a
 * value lies on an edge; or by one more rounding, where the oracle rounds between two steps and the kernels do not, or the other way round. */
#define NMSE_BF16 4e-6
/* A whole model in bf16 against f32: some ten roundings one behind the other in forward, twice as many in backward, where small gradients are what is left
 * of larger ones. 5 % of the gradient's size is what such models are usually granted. */
#define NMSE_BF16_MODEL    1e-3
#define RELATIVE_BF16_LOSS 1e-2
#define NMSE_BF16_GRADIENT 2.5e-3
/* A central difference of results that are stored in f32, by a step of 1e-2 or so: relative error of a slope. */
#define RELATIVE_SLOPE 2e-3
/* A sum in f32 of a thousand products of about 0.03: a thousand roundings of partial sums of about 1. */
#define SUM_OF_1000 1e-5
/* tanh is a polynomial near 0 and a quotient of two roundings elsewhere; GELU takes a polynomial times exp(-x^2/2), whose argument is
 * rounded: an error that grows with x^2, up to 2e-6 at -9, where GELU is 1e-18. */
#define RELATIVE_TANH      2e-7
#define RELATIVE_GELU      6e-7
#define RELATIVE_GELU_TAIL 4e-6
