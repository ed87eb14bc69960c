#pragma once
/* The tensors of one model, whatever form of file they came in: safetensors, PyTorch, TensorFlow. What is read
 * comes from anywhere, so a reader holds every number against the file before it is used, and runs nothing
 * that a file says. Values stay mapped until close and are converted to f32 on demand, in row-major order.
 * Everything here belongs to the `weights`; the readers stand in safetensors.h, torch.h, tensorflow.h. */
#include "base/file.h"
#include "base/table.h"
#include "persist/names.h"

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
    const char *type_name; /* as safetensors spells it: "F32" */
    int64_t shape[WEIGHT_DIMS];
    int n_dims;              /* 0: a single value */
    size_t count, at, bytes; /* values; place in the file's bytes; length there */
    const char *path;        /* the file it is in, for messages */
    const char *data;        /* mapped; not aligned */
    const int64_t *stride; /* [n_dims] in values, of a view that is not row after row; else NULL */
} weight;

typedef struct weights { /* from one file, or from several shards */
    arena mem;
    const char *form; /* for people: "safetensors", "PyTorch, zip", .. */
    enum name_style style;
    file *files;
    int n_files;
    weight *list; /* in the order of the file, shard after shard */
    int n;
    size_t cap;
    table index;        /* name -> place in list */
    const char *config; /* what the file itself says of the model's sizes, as JSON; or NULL */
    const char
        *heads;   /* names of the heads by position, as the file has them, with commas; or NULL */
    text skipped; /* what else is in the file, for people; "" if nothing */
} weights;

/* Finds out the form. path: a file; the prefix of a TensorFlow checkpoint (PREFIX.index, PREFIX.data-..), or its index; an index
 * of shards (.json); or a directory with one of them: model.safetensors, pytorch_model.bin, their indexes, else the one file of
 * a known form (.ckpt.index, .pt, ..). On failure nothing is open. */
MUST_USE bool weights_open(weights *w, const char *path, err *e);
void weights_close(weights *w);
/* Whether there is something at path that weights_open would try. */
bool weights_there(const char *path);
const weight *weights_find(const weights *w, const char *name); /* NULL if it is not there */
/* "[768,768]", for messages. */
const char *weight_shape(const weight *t, char to[200]);
bool weight_is_real(const weight *t); /* of a type that weight_floats converts */
/* Converts count values from place `from` on to f32 (F32, F16, BF16, F64; others are refused, and places beyond the tensor). */
MUST_USE bool weight_floats(const weight *t, size_t from, size_t count, float *to, err *e);
/* The values themselves where they lie in the file as f32, aligned and in order; else NULL. */
const float *weight_direct(const weight *t);

/* For readers. */
enum { SHARDS_MOST = 1000 };
/* A name goes into messages, so it must not be empty or hold what a terminal obeys. */
bool weight_name_ok(str name);
/* A mapped file, for w to close; gzip, pipes and the like are refused. files has room for one more. */
MUST_USE bool weights_map(weights *w, const char *path, str *bytes, err *e);
/* Opens the shards that an index (.json, with weight_map) names, each by `read`. */
MUST_USE bool weights_shards(weights *w, const char *path, const char *end,
                             bool (*read)(weights *w, const char *path, err *e), err *e);
/* Puts t, whose name is checked here, into the list. */
MUST_USE bool weights_add(weights *w, const weight *t, err *e);
/* count = the product of shape; false if it overflows or a dimension is negative. */
bool weight_count(weight *t);
