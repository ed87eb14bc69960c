#pragma once
/* Host floats into and out of a tensor of either kind, F32 or BF16: at the edges, for weights and results. */
#include "kernels/backend.h"

/* All of it, rows * cols values. BF16 is rounded to nearest, ties to even; NaN stays NaN. */
void floats_upload(const backend *be, tensor to, const float *from);
void floats_download(const backend *be, tensor from, float *to);
