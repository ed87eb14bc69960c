#pragma once
/* Numbers as LevelDB's tables, protocol buffers and snappy have them: seven bits a byte, low ones first, the high bit where more follow. */
#include "base/str.h"

/* Takes one off the front of *s; false where the bytes end before it does, or it needs more than 64 bits. */
static inline bool varint(str *s, uint64_t *to)
{
    *to = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (!s->len) return false;
        unsigned char b = (unsigned char)*s->at;
        *s = (str){s->at + 1, s->len - 1};
        *to |= (uint64_t)(b & 127) << shift;
        if (!(b & 128)) return shift < 63 || b < 2;
    }
    return false;
}
