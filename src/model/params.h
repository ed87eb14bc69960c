#pragma once
/* The registry of everything learned. One call declares a parameter: its shape, how it starts, its
 * name in a checkpoint. Initializing, loading, saving, the optimizer, weight decay, the gradient norm
 * and the tests walk that list. All parameters lie end to end in slabs of the same layout (values,
 * gradients, two moments), each padded with zeros to a multiple of GROUP_BLOCK, so that whole-model
 * passes are one operation.
 *
 * A name is Hugging Face's with "bert." in front; "{query,key,value}" in it stands for several tensors
 * of a checkpoint, side by side as rows. */
#include "base/arena.h"
#include "kernels/slab.h"
#include "model/dims.h"

enum init { INIT_NORMAL, INIT_ZERO, INIT_ONE };
/* Parts, for rates by layer: 0 embeddings, 1..L the layers, L + 1 pooler and heads. */
enum { PART_EMBEDDINGS = 0 };

typedef struct param {
    const char *name;
    int rows, cols; /* a bias or norm parameter is [1,cols] */
    bool flat;      /* is one-dimensional in files */
    enum init init;
    bool decay;     /* weight decay applies: not to biases and norms */
    int part, task; /* task: -1 shared, else the head's number */
    size_t at;      /* first value in the slabs, a multiple of GROUP_BLOCK */
    tensor value;   /* what operations read */
    tensor master;  /* what the optimizer moves, F32; the same memory where value is F32 */
    tensor grad;    /* F32; NONE in an inference net and where the encoder is frozen */
} param;

typedef struct params {
    const backend *be;
    param **list; /* [n], in declared order */
    int n;
    size_t cap, total;      /* total: values in all, with padding */
    tensor values, masters; /* [1,total] */
    tensor grads, m, v;     /* [1,total], NONE in an inference net */
    slab memory;
    struct file *lenders; /* [n_lenders] */
    int n_lenders;
    size_t cap_lenders;
    arena mem;
} params;

/* Declares one, at the end of the list. The name is a printf format. The pointer stays valid; its
 * tensors are set by params_place. */
param *params_add(params *ps, int rows, int cols, bool flat, enum init init, int part, int task,
                  const char *name, ...) PRINTF(8, 9);
/* Takes the memory: values (kind F32 or BF16; with BF16 also masters), and for training gradients
 * and moments. */
MUST_USE bool params_place(params *ps, const backend *be, enum kind kind, bool train, err *e);
/* What params_place would take, in bytes. */
size_t params_bytes(params *ps, enum kind kind, bool train);
/* Every parameter anew: normal(0, range) drawn by (seed, name, index) with random.h (Box-Muller),
 * zeros, ones; its moments become 0. Or only those of one task (task >= 0). */
enum {
    START_ALL = -1,
    START_TOP = -2
}; /* START_TOP: what lies above the encoder: pooler and heads */
void params_start(params *ps, uint64_t seed, float range, int task);
/* The tensors of a parameter in a checkpoint: how many (1, or 3 for {a,b,c}), and the name of one. */
int param_parts(const param *p);
const char *param_part_name(const param *p, int part, char to[200]);
/* Values of one part in or out (masters, F32, host memory, rows * cols / parts values); put also
 * writes the copy in `value`. */
void params_put(params *ps, const param *p, int part, const float *from);
/* In place of params_put for a whole parameter: values[rows * cols] stay where they are, in f's mapping, which several processes share. False where
 * that cannot be: the net learns or is not F32, the device has memory of its own. params_put takes such a parameter's place back. */
bool params_lend(params *ps, const param *p, const float *values);
/* The file that lent values lie in: closed with the parameters. */
void params_keep(params *ps, const struct file *f);
void params_get(const params *ps, const param *p, int part, float *to);
/* Any of the slabs for one parameter, whole: checkpoints' moments, tests' gradients. */
enum slab_name { SLAB_MASTER, SLAB_M, SLAB_V, SLAB_GRAD };
void params_slab_put(params *ps, const param *p, enum slab_name which, const float *from);
void params_slab_get(const params *ps, const param *p, enum slab_name which, float *to);
/* By the whole name, or by a part's; NULL if there is none. */
const param *params_find(const params *ps, const char *name);
void params_close(params *ps);
