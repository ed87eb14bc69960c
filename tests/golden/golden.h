#pragma once
/* Values that PyTorch made, from a file of named arrays: the eight bytes "golden1\n", u32 how many, and for each u32
 * length of its name, u32 kind (0 f32, 1 32-bit integers), u32 rows, u32 cols, the name padded with zeros to a multiple of four, the
 * values row after row; all little-endian. The scripts beside this write it. */
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct golden_entry {
    const char *name;
    int kind, rows, cols;
    const float *f32;   /* kind 0 */
    const int32_t *i32; /* kind 1 */
} golden_entry;

typedef struct golden {
    golden_entry *list;
    int n;
    arena mem;
} golden;

void golden_open(golden *g, const char *path); /* a file that is not as above ends the program */
void golden_close(golden *g);
bool golden_has(const golden *g, const char *name);
/* The name is a printf format; a missing one ends the program. */
const golden_entry *golden_get(const golden *g, const char *name, ...)
    __attribute__((format(printf, 2, 3)));
