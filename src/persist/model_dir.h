#pragma once
/* A model as a directory, as Hugging Face has it: config.json, vocabulary (vocab.txt, tokenizer.json,
 * tokenizer_config.json, special_tokens_map.json), model.safetensors with the encoder and the pooler; and,
 * ours, tasks.yaml, which names the heads with kind and labels, and heads.safetensors with their
 * `tasks.NAME.classifier.{weight,bias}`. Heads have a file of their own so that Hugging Face's tools
 * find in model.safetensors just what they expect. docs/model.md describes each file.
 *
 * Reading takes real directories in stride: names with and without "bert.", "module." in front,
 * LayerNorm.gamma/beta, an I64 position_ids buffer, cls.* and other heads (said to be left out), f16,
 * bf16 and f64 weights, sharded files with an index, Google's bert_config.json. */
#include "base/json.h"
#include "corpus/task.h"
#include "encode/vocab.h"
#include "model/net.h"

typedef struct model_dir {
    arena mem;
    const char *path;
    const char *weights; /* what weights_open opens: path, or a checkpoint that was named itself */
    dims d;
    json *config; /* as it was read: unknown keys are kept on a round trip */
    vocab v;
    task *tasks; /* from tasks.yaml; none where there is no such file. Without files */
    int n_tasks;
    bool has_weights; /* false: config and vocabulary only (training from scratch) */
    bool pooler;      /* the heads were trained above the pooler; true where no tasks.yaml says */
    const char *const
        *positions; /* [n_positions] the tasks of an mt-dnn checkpoint's heads; the caller's */
    int n_positions;
    const char *note; /* tasks.yaml's protocol stamp, "" if none */
} model_dir;

/* path may also be a checkpoint of any form that weights_open reads (a file, a TensorFlow prefix), with config and vocabulary beside it.
 * Config, vocabulary and tasks; weights are only looked for. A run's directory stands for the model in its best/. Refused with a reason: what
 * persist/config.h refuses, and a vocabulary larger than vocab_size. On failure nothing is open. */
MUST_USE bool model_dir_open(model_dir *m, const char *path, int wordpiece_mode, err *e);
typedef struct model_parts { /* files that do not lie beside each other; NULL: beside the weights */
    const char *weights;     /* what model_dir_open takes */
    const char *config;      /* a file, or the directory that has it */
    const char *vocab;       /* vocab.txt, tokenizer.json, or the directory that has one */
} model_parts;
/* The same from parts. Where there is no config, the checkpoint is asked: mt-dnn's know their sizes. */
MUST_USE bool model_dir_open_parts(model_dir *m, const model_parts *p, int wordpiece_mode, err *e);
void model_dir_close(model_dir *m);

/* Fills the net's parameters from the directory's weights. Heads by task name; a head that the net has
 * and the file lacks (or has in another shape) keeps what it has if fresh_heads, else it is a misfit. A
 * pooler that the file lacks is a misfit only if need_pooler. All missing, unexpected, misshapen and
 * unusable tensors are reported at once; what is left out on purpose is said. */
MUST_USE bool model_dir_load(const model_dir *m, net *n, bool fresh_heads, bool need_pooler,
                             err *e);

/* Writes a whole directory beside its place, which it then takes: config.json (source's, changed where
 * it must; its dropout stays, the net's is training's matter), vocabulary, tasks.yaml,
 * model.safetensors, heads.safetensors (f32). tasks: at least those that the net has heads for. note:
 * one line on protocol and preset, kept in tasks.yaml. A net without a pooler hands on its source's. An existing directory is replaced only if
 * replace, and only if it is a model directory. */
MUST_USE bool model_dir_write(const model_dir *source, net *n, const task *tasks, int n_tasks,
                              const char *note, const char *to, bool replace, err *e);
/* The same files into a directory that is there, for those who write more beside them. */
MUST_USE bool model_dir_put(const model_dir *source, net *n, const task *tasks, int n_tasks,
                            const char *note, const char *dir, err *e);
/* The weights of a directory onto a net; `tasks` are the heads that it may have beyond the net's. */
MUST_USE bool model_dir_weights(const char *dir, const task *tasks, int n_tasks, net *n,
                                bool fresh_heads, bool need_pooler, err *e);
