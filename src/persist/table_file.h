#pragma once
/* LevelDB's sorted table, as TensorFlow writes its .index: a footer that finds the block of blocks, blocks with a checksum each, keys
 * that share what they have in common with the one before. Only read, and whole: these files have some hundred keys. */
#include "base/str.h"

typedef struct table_row {
    str key, value; /* in the arena, or in the file's bytes */
} table_row;
/* Rows in the order of the file, which must be the order of their keys. bytes must outlive them. */
MUST_USE bool table_file_read(str bytes, const char *path, arena *mem, table_row **rows, size_t *n,
                              err *e);
