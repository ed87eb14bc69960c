#pragma once
/* The examples of a run's tasks, read and packed, a split at a time: train and dev at the start, test only when it is to be scored. */
#include "encode/batch.h"
#include "train/settings.h"

typedef struct task_data {
    examples x[SPLITS];
    packs p[SPLITS];
    bool there[SPLITS];
} task_data;

pack_rules data_rules(const settings *s);
/* Reads and packs one split of a task, and says in one line what was read and what was cut. False only on failure; a split that has no file is not there. */
MUST_USE bool data_read(task_data *d, task *t, enum split which, const vocab *v,
                        const pack_rules *rules, arena *mem, err *e);
/* Takes out the sequences of tagged words that lost pieces, as the released code does in training (and only there), and says how many. */
void data_leave_out_cut(const task *t, packs *p);
/* Puts the examples of dev behind those of train (train-on-dev). */
void data_join_dev(task_data *d, arena *mem);
