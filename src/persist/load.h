#pragma once
/* Tensors of weight files -> parameters of a net. All that does not fit (missing, unexpected,
 * misshapen, given twice, not finite) is found before anybody is told, and reported in one go. */
#include "corpus/task.h"
#include "model/params.h"
#include "persist/names.h"
#include "persist/safetensors.h"

typedef struct load_plan {
    const char *const *positions; /* [n_positions] the tasks of mt-dnn's heads, in their order */
    int n_positions;
    const char *dir;       /* for messages */
    enum name_style style; /* NAMES_TENSORFLOW: whatever the file; else the file's own */
    bool
        fresh_heads; /* a head that the files lack, or that has another shape there, keeps what it has */
    bool need_pooler;  /* else a pooler that the files lack keeps what it has */
    const task *tasks; /* heads that the files may have though the net has not */
    int n_tasks;
} load_plan;

/* files: one set of weights or several, no tensor in two of them. On failure the values of ps are
 * whatever they are. What is left out on purpose is said, by say. */
MUST_USE bool load_weights(const weights *files, int n_files, params *ps, const load_plan *plan,
                           err *e);
