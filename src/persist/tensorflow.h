#pragma once
/* TensorFlow's V2 checkpoints: PREFIX.index, a sorted table (table_file.h) from variables to places, and PREFIX.data-NNNNN-of-NNNNN with
 * the values, one shard or several. Every checksum is verified. Names stay TensorFlow's, slashes and all; names.h maps them, and says which
 * kernels lie transposed. Variables that are no numbers are left out; those in slices are put
 * together, where they are cut along one dimension. */
#include "persist/weights.h"

MUST_USE bool tensorflow_read(weights *w, const char *prefix, err *e);
