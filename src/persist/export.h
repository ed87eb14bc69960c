#pragma once
/* One head of a model as Hugging Face's tools know such models: BertForSequenceClassification (a sentence, a pair, a relation, labels, a score) or
 * BertForTokenClassification (words), with `bert.` before the encoder, `classifier.{weight,bias}`, labels and problem_type in config.json, the
 * vocabulary in four files, and README.md, the card. */
#include "persist/model_dir.h"

typedef struct export_plan {
    const model_dir *from;
    const task *task; /* of from */
    bool
        prune; /* words with classes for pieces: without X, CLS and SEP, which pipelines would take for entities */
    str card; /* README.md */
} export_plan;

/* "BertForSequenceClassification" or "BertForTokenClassification". */
const char *export_class(const task *t);
/* A net for it: the encoder, its pooler where the class has one, and this head. The caller fills and closes it. */
MUST_USE bool export_net(net **n, const model_dir *from, const task *t, err *e);
/* Writes it as model_dir_write does. Refused: a head of one row that reads [CLS] without a pooler, since the class has one. */
MUST_USE bool export_write(const export_plan *p, net *n, const char *to, bool replace, err *e);
