#pragma once
/* Device memory, measured and then placed by the same code: with no device behind it a slab only
 * measures, so one layout function is both the size computation and the placement.
 *     slab s = {0}; layout(&x, &s); slab_open(&s, be, &e); layout(&x, &s);
 * A slab is taken once and handed out front to back; slab_reset starts at the front again. */
#include "kernels/backend.h"

typedef struct slab {
    const backend *be; /* NULL: measuring */
    devmem *memory;
    size_t used, size; /* bytes; size is the largest use that was measured */
} slab;

/* Takes s->size bytes (or more, if it was larger before) and starts at the front. */
MUST_USE bool slab_open(slab *s, const backend *be, err *e);
void slab_reset(slab *s); /* used = 0; keeps the memory */
/* Aligned to 64 bytes; in a measuring slab data is NULL. ASSERTs that a placed slab has room. */
tensor slab_take(slab *s, int rows, int cols, enum kind kind);
void slab_close(slab *s);
/* A view into a tensor: `count` of its rows from `row`. */
tensor tensor_rows(tensor t, int row, int count);
