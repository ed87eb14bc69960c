#pragma once
/* The safetensors format: u64 header length, JSON header, one buffer. What is read comes from
 * anywhere, so every number is held against the file before it is used: lengths, types, shapes,
 * offsets (contiguous from 0, no hole, no overlap, the last end is the end of the file), names
 * (none twice, none with control characters). What is written is what the reference writes, byte for
 * byte. Values are little-endian, row after row. */
#include "persist/weights.h"

/* One file, or by its index the shards that lie beside it; into w, which weights_open zeroed. */
MUST_USE bool safetensors_read(weights *w, const char *path, err *e);
MUST_USE bool safetensors_read_index(weights *w, const char *path, err *e);

/* Writing, F32: sorted by name, header padded to 8 bytes and with {"format":"pt"}, which transformers
 * insists on. values(ctx, i, to) fills tensor i (index into plan); it is called once a tensor, in the
 * order of the file. Written beside its place and renamed into it. */
typedef struct weight_plan {
    const char *name;
    int64_t shape[2];
    int n_dims; /* 1 or 2 */
} weight_plan;
MUST_USE bool weights_write(const char *path, const weight_plan *plan, int n,
                            void (*values)(void *ctx, int i, float *to), void *ctx, err *e);
