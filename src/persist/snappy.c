/* The two low bits of an element's first byte: 0 literal, 1 to 3 a copy whose distance takes one byte and three bits,
 * two bytes, or four. A copy may overlap what it makes. */
#include "persist/snappy.h"
#include "persist/varint.h"
#include <string.h>

/* n little-endian bytes off the front; the caller has looked that they are there. */
static size_t number(str *s, size_t n)
{
    size_t x = 0;
    for (size_t i = 0; i < n; i++) x |= (size_t)(unsigned char)s->at[i] << 8 * i;
    *s = (str){s->at + n, s->len - n};
    return x;
}

bool snappy_read(str s, size_t most, arena *mem, str *to)
{
    uint64_t want;
    size_t have = 0;
    /* An element of 3 bytes makes at most 64: a length beyond that is a lie, told before it is believed. */
    if (!varint(&s, &want) || want > most || want / 64 > s.len) return false;
    char *out = TAKE(mem, char, want);
    while (s.len) {
        unsigned tag = (unsigned char)*s.at, kind = tag & 3;
        size_t len, more = kind == 0 ? tag >> 2 < 60 ? 0 : (tag >> 2) - 59 : kind == 3 ? 4 : kind;
        s = (str){s.at + 1, s.len - 1};
        if (s.len < more) return false;
        if (!kind) {
            len = (more ? number(&s, more) : tag >> 2) + 1;
            if (len > s.len || len > want - have) return false;
            memcpy(out + have, s.at, len);
            s = (str){s.at + len, s.len - len};
        } else {
            size_t back = number(&s, more);
            len = kind == 1 ? 4 + (tag >> 2 & 7) : 1 + (tag >> 2);
            if (kind == 1) back |= (size_t)(tag >> 5) << 8;
            if (!back || back > have || len > want - have) return false;
            for (size_t i = 0; i < len; i++) out[have + i] = out[have + i - back];
        }
        have += len;
    }
    *to = (str){out, want};
    return have == want;
}
