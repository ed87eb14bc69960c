#pragma once
/* state.json of a checkpoint: the loop's and the optimizer's counters, and for each other file its size
 * and checksum. */
#include "persist/checkpoint.h"

/* Its text for a directory in which all other files are written. */
MUST_USE bool state_put(text *to, const char *dir, const net_plan *plan, const optimizer *o,
                        const checkpoint_state *s, err *e);
/* Reads DIR/state.json, holds the files against it, and fills s and o's counters. */
MUST_USE bool state_read(const char *dir, const net_plan *plan, optimizer *o, checkpoint_state *s,
                         err *e);
