#pragma once
/* The safetensors format: u64 header length, JSON header, one buffer. Every offset is held against the file: contiguous from 0, no holes, no overlap, sizes agree with shape and type. */
#include "base/file.h"

enum weight_type { WEIGHT_F32, WEIGHT_F16, WEIGHT_BF16, WEIGHT_F64, WEIGHT_I64, WEIGHT_I32, WEIGHT_OTHER };
typedef struct weight {
    const char *name;
    enum weight_type type;
    const char *type_name; /* as the file has it: "F32" */
    int64_t shape[8];
    int n_dims;
    size_t count, at, bytes; /* values; place in the file's bytes */
    const char *path;        /* the file it is in, for messages */
    const char *data;        /* mapped; not aligned */
} weight;

typedef struct weights { /* all tensors of one model, from one file or from the shards of an index */
    arena mem;
    file *files;
    int n_files;
    weight *list; /* in the order of the header */
    int n;
} weights;

/* path: a .safetensors file, a model.safetensors.index.json, or a directory that has one of both. */
MUST_USE bool weights_open(weights *w, const char *path, err *e);
void weights_close(weights *w);
const weight *weights_find(const weights *w, const char *name);
/* Converts count values from place `from` on to f32 (F32, F16, BF16, F64). */
MUST_USE bool weight_floats(const weight *t, size_t from, size_t count, float *to, err *e);

/* Writing: declare all tensors, then write their values in the declared order. Sorted, padded and with {"format":"pt"} as the reference writes, so that files compare by bytes. */
typedef struct weight_plan {
    const char *name;
    int64_t shape[2];
    int n_dims;
} weight_plan;
/* values(ctx, i, to) fills tensor i (index into plan) as f32. */
MUST_USE bool weights_write(const char *path, const weight_plan *plan, int n, void (*values)(void *ctx, int i, float *to), void *ctx, err *e);
