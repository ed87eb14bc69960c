#pragma once
/* What refine, finetune and study share: the options of a training run beside its settings. */
#include "trials/study.h"
#include "verbs/verbs.h"

typedef struct training {
    common c;
    const char *to, *task, *stage, *batches;
    bool overwrite, plan;
    study_options o;
    arena mem;
    const char *path;    /* the study file */
    const char *command; /* the command line as it was given */
} training;

/* False where nothing is left to do, with *status to end with. */
MUST_USE bool training_begin(training *t, const char *verb, const char *usage, const char *about,
                             const char *lines, int argc, char **argv, int *status);
/* A comma-separated list. */
const char **training_names(arena *mem, const char *list, int *n);
