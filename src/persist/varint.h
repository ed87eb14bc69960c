#pragma once
/* Numbers as LevelDB's tables, protocol buffers and snappy have them: seven bits a byte, low ones first, the high bit where more follow. */
#include "base/str.h"

/* Takes one off the front of *s; false where the bytes end before it does, or it needs more than 64 bits. */
MUST_USE bool varint(str *s, uint64_t *to);
