#pragma once
/* The list of a task's labels while it is being made: from what a study lists, or from a corpus. */
#include "corpus/task.h"

/* Takes the study's list (names of classes; of words: entity types or full tags) and settles labels and negative. */
MUST_USE bool labels_set(task *t, const char **listed, int n, const char *where, int line,
                         arena *mem, err *e);
/* Open labels: the class of a name, a new one if need be; -1 where there are LABELS_MOST already. Of words the name is a type ("" for
 * bare tags) and the result the tag that begins it, the next one continuing it. */
int labels_gather(task *t, str name, arena *mem);
/* Ends gathering: sorts the labels by bytes, fixes them; new_id[old] for everything that was read. */
MUST_USE bool labels_fix(task *t, int *new_id, arena *mem, err *e);
/* Finds t->negative from its name or by default: a relation's "false", or what ends in "-false". */
MUST_USE bool labels_negative(task *t, err *e);
