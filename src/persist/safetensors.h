#pragma once
/* The safetensors format: u64 header length, JSON header, one buffer. What is read comes from
 * anywhere, so every number is held against the file before it is used: lengths, types, shapes,
 * offsets (contiguous from 0, no hole, no overlap, the last end is the end of the file), names
 * (none twice, none with control characters). What is written is what the reference writes, byte for
 * byte. Values are little-endian, row after row. */
#include "base/file.h"
#include "base/table.h"

enum weight_type {
    WEIGHT_F32,
    WEIGHT_F16,
    WEIGHT_BF16,
    WEIGHT_F64,
    WEIGHT_I64,
    WEIGHT_I32,
    WEIGHT_OTHER /* known by size only: listed, and refused when its values are asked for */
};
enum { WEIGHT_DIMS = 8 };

typedef struct weight {
    const char *name;
    enum weight_type type;
    const char *type_name; /* as the file has it: "F32" */
    int64_t shape[WEIGHT_DIMS];
    int n_dims;              /* 0: a single value */
    size_t count, at, bytes; /* values; place in the file's bytes; length there */
    const char *path;        /* the file it is in, for messages */
    const char *data;        /* mapped; not aligned */
} weight;

typedef struct
    weights { /* all tensors of one model, from one file or from the shards of an index */
    arena mem;
    file *files;
    int n_files;
    weight *list; /* in the order of the header, shard after shard */
    int n;
    size_t cap;
    table index; /* name -> place in list */
} weights;

/* path: a .safetensors file, an index of shards (.json), or a directory that has model.safetensors or
 * model.safetensors.index.json. What is read stays mapped until close; on failure nothing is open. */
MUST_USE bool weights_open(weights *w, const char *path, err *e);
void weights_close(weights *w);
const weight *weights_find(const weights *w, const char *name); /* NULL if it is not there */
/* "[768,768]", for messages. */
const char *weight_shape(const weight *t, char to[200]);
bool weight_is_real(const weight *t); /* of a type that weight_floats converts */
/* Converts count values from place `from` on to f32 (F32, F16, BF16, F64; others are refused). */
MUST_USE bool weight_floats(const weight *t, size_t from, size_t count, float *to, err *e);

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
