#pragma once
/* Mini-batches as JSON lines: {"step", "task", "ids": [[..], ..], "types": [[..], ..], "rows": [[..], ..], "gold": [[..], ..]}, a list a sequence; rows are places in
 * the sequence, gold the classes or tags (-1: does not count), numbers of a score, or lists of 0 and 1. For comparing training with other programs. */
#include "corpus/task.h"
#include "encode/batch.h"
#include <stdio.h>

void batches_put(FILE *to, unsigned step, const task *t, const batch *b);
