#pragma once
/* Every operation as plain loops with sums in double, in the order of the formula in ops.def, written
 * to be believed. What the kernels of all devices are held against. Reads and writes f32 and bf16. */
#include "kernels/backend.h"

extern const backend oracle_backend;

/* Dropout's factor for unit h of the token at `place` of sequence `who`, by the definition in backend.h. */
double oracle_factor(dropout drop, int site, uint32_t who, uint32_t place, uint32_t h);
double oracle_get(tensor t, int row, int col);
void oracle_put(tensor t, int row, int col, double x); /* rounds to the tensor's kind */
void oracle_add(tensor t, int row, int col, double x);

#define FN(type, name, parameters)
#define OP(name, parameters) void oracle_##name parameters;
#include "kernels/ops.def"
#undef FN
#undef OP
