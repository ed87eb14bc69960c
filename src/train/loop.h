#pragma once
/* One run from beginning to end: epochs of updates, dev after each, the best kept, test scored at the end. Killed at any moment and started again it ends in
 * the same bytes. Default protocol: train trains, dev picks the epoch, test is read and scored once, at the very end. */
#include "train/record.h"
#include "train/run.h"

/* Trains what the plan says, in its directory; does nothing where a finished run of the same plan is. On SIGINT and SIGTERM it writes its checkpoint and fails with a word on how to go on. */
MUST_USE bool loop_train(const run_plan *p, bool overwrite, err *e);
