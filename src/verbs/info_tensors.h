#pragma once
/* What tensors a checkpoint has, whatever its form: for info, and for people who compare two files. */
#include "persist/weights.h"

/* [{"name": .., "shape": [..], "type": .., "hash": ..}, ..] of all files, by name. Names are Hugging Face's without "bert.", shapes as there
 * (TensorFlow's kernels turned); hash: SHA-256 of the values as little-endian f32, in that order; of what is no real number, null. The
 * optimizer's slots and buffers of positions are left out. */
MUST_USE bool info_tensors(text *to, const weights *files, int n_files, err *e);
