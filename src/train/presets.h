#pragma once
/* What is chosen for a task where nobody said it: learning rate and number of epochs; and what a protocol is called on tables. */
#include "corpus/task.h"
#include "train/settings.h"

enum stage { STAGE_SINGLE, STAGE_REFINE, STAGE_FINETUNE, STAGES };
extern const char *const stage_names[STAGES]; /* "single", "refine", "finetune" */

/* Fills rate and epochs where they are -1. H: the encoder's width; batches: mini-batches an epoch of all the run's tasks. A task's own rate and epochs
 * (study file) go before the preset's, and after what the stage, the settings or the command line say. */
void presets_choose(settings *s, enum preset p, enum stage stage, const task *tasks, int n_tasks,
                    int H, long batches);
/* One line for tables and records: what was trained on and what selected the epoch; "dev selects, test is only scored" by default. */
const char *presets_stamp(arena *mem, const settings *s, enum preset p);
/* "" where the protocol is honest, else a warning to be printed on every table. */
const char *presets_warning(const settings *s);
