#include "persist/varint.h"

bool varint(str *s, uint64_t *to)
{
    *to = 0;
    for (int shift = 0;; shift += 7) {
        if (!s->len) return false;
        unsigned char b = (unsigned char)*s->at;
        *s = (str){s->at + 1, s->len - 1};
        if (shift == 63 && b > 1) return false; /* one bit is left, and no byte after it */
        *to |= (uint64_t)(b & 127) << shift;
        if (!(b & 128)) return true;
    }
}
