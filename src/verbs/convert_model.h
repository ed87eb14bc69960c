#pragma once
/* The half of `mtbert convert` that is for models: a checkpoint of any form into a model directory. */
#include "base/fail.h"

typedef struct convert_plan {
    const char *in;             /* a file, a TensorFlow prefix, or a folder */
    const char *config, *vocab; /* NULL: beside it */
    const char *study, *heads;  /* of mt-dnn's heads: kinds and labels; names by position */
    const char *task;   /* export this one as Hugging Face has it; NULL: a model directory */
    bool prune;         /* of an export: without X, CLS, SEP */
    const char *to;     /* the directory that is written */
    int wordpiece_mode; /* -1: what the directory says */
    bool overwrite;
} convert_plan;
/* Says on stderr what was found, what is left out and why, and what decided the casing. */
MUST_USE bool convert_model(const convert_plan *p, err *e);
