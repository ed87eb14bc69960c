#pragma once
/* A model as a directory, as Hugging Face has it: config.json, vocab.txt (and tokenizer.json, tokenizer_config.json), model.safetensors; and tasks.yaml, which names the heads with
 * kind and labels. Hugging Face's tools read the encoder; heads are `tasks.NAME.classifier.{weight,bias}`. Reading takes real directories in stride: names with and without "bert.",
 * "module." in front, LayerNorm.gamma/beta, an I64 position_ids buffer, cls.* and other heads (listed as left out), f32, f16 and bf16 weights, sharded files with an index. */
#include "base/json.h"
#include "corpus/task.h"
#include "encode/vocab.h"
#include "model/net.h"

typedef struct model_dir {
    arena mem;
    const char *path;
    dims d;
    json *config;        /* as it was read: unknown keys are kept on a round trip */
    vocab v;
    task *tasks;         /* from tasks.yaml; empty where there is none */
    int n_tasks;
    bool has_weights;    /* false: config and vocabulary only (training from scratch) */
    bool pooler;         /* the heads were trained above the pooler */
    const char *note;    /* tasks.yaml's protocol stamp, "" if none */
} model_dir;

/* Config, vocabulary and tasks; weights are only looked for. Refused with a reason: hidden_act other than gelu, gelu_new, gelu_pytorch_tanh, relu; a model_type that is not bert;
 * position_embedding_type other than absolute; decoders; sizes out of range; a vocabulary larger than vocab_size. */
MUST_USE bool model_dir_open(model_dir *m, const char *path, int wordpiece_mode, err *e);
void model_dir_close(model_dir *m);

/* Fills the net's parameters from the directory's weights. Heads by task name; heads that the net has and the file lacks keep what they have (fresh_heads) or are missing. All missing,
 * unexpected and misshapen tensors are reported at once (say() lists what was left out on purpose: cls.*, position_ids). A missing pooler is only an error if need_pooler. */
MUST_USE bool model_dir_load(const model_dir *m, net *n, bool fresh_heads, bool need_pooler, err *e);

/* Writes a whole directory beside its place and renames it: config.json (source's, changed where it must), vocabulary, tasks.yaml, model.safetensors (f32). note: one line on protocol
 * and preset, kept in tasks.yaml. An existing directory is replaced only if replace. */
MUST_USE bool model_dir_write(const model_dir *source, const net *n, const task *tasks, int n_tasks, const char *note, const char *to, bool replace, err *e);
