#pragma once
/* Text -> int: vocabulary, labels, tensor names, settings. Open addressing, in an arena; keys are
 * not copied, so they must live as long as the table. The hash is keyed (SipHash-like mixing with a
 * per-table salt), so that a hostile file cannot choose collisions. */
#include "base/str.h"

typedef struct table {
    struct table_slot *slots;
    size_t n, cap;
    uint64_t salt;
} table;

/* True if the key is new; else its value is left alone and *old (may be NULL) is set. */
bool table_add(table *t, arena *mem, str key, int value, int *old);
void table_set(table *t, arena *mem, str key, int value);
int table_get(const table *t, str key); /* -1 if it is not there; values are 0 and more */
