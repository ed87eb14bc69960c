#pragma once
/* `mtbert info --plan STUDY.yaml`: what each run of a study will take. */
#include "base/fail.h"

MUST_USE bool info_plan(const char *path, err *e);
