#pragma once
/* README.md of an exported model: what Hugging Face calls a model card. Data, settings, scores and protocol come from the run that made it, where
 * the model is a run's. */
#include "persist/model_dir.h"

MUST_USE bool model_card(text *to, const model_dir *m, const task *t, bool prune, err *e);
