#pragma once
/* Small things that answers are written with: whole numbers, lists, and offsets in a unit. */
#include "base/utf8.h"

void put_int(text *t, int64_t i);
void put_ints(text *t, const int32_t *list, int n); /* [1,2,3] */

/* "bytes|points|utf16", in the order of enum unit, for a table of options. */
extern const char *const unit_names;
enum unit unit_named(const char *name);
/* Byte offsets of one text to offsets in a unit, one at a time, quick where the text is ASCII
 * and where offsets ascend. */
typedef struct offsets {
    str s;
    enum unit unit;
    bool ascii;
    size_t byte, units; /* where the walk is */
} offsets;
offsets offsets_of(str s, enum unit unit);
size_t offsets_at(offsets *o, size_t byte);
