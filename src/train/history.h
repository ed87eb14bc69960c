#pragma once
/* Finished runs in one SQLite file, for searching: tables `runs` (a row a run) and `scores` (a row a task and split). It is made from the runs' directories and can be made again at any time.
 * The one file that knows SQLite. */
#include "base/arena.h"
#include "base/fail.h"

/* Writes path anew (beside, then renamed) from the finished runs in dirs[n]; those that are not finished are passed over. */
MUST_USE bool history_write(const char *path, const char *const *dirs, int n, err *e);
