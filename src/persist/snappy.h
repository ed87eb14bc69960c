#pragma once
/* Snappy's block format, read only: a length, then literals and copies of what came before. */
#include "base/str.h"

/* At most `most` bytes, in the arena. False, without a reason, where the bytes are not of the format. */
MUST_USE bool snappy_read(str packed, size_t most, arena *mem, str *to);
