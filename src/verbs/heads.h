#pragma once
/* Whose the heads of an mt-dnn checkpoint are, which has them by position and not by name. */
#include "persist/model_dir.h"
#include "persist/weights.h"

typedef struct heads_plan {
    const char *study; /* a study file, or mt-dnn's task_def: kinds and labels */
    const char *names; /* "a,b,c" in the order of the checkpoint; NULL: what the checkpoint says */
} heads_plan;
/* Sets m's tasks and positions. Each name must be a task of the study, with as many classes as the head has; a tagging head with three more has X, CLS, SEP. */
MUST_USE bool heads_name(model_dir *m, const weights *w, const heads_plan *p, err *e);
