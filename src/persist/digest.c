/* Four lanes of multiply and rotate over words of 8 bytes, so that the multiplications overlap: files
 * of gigabytes are read about as fast as memory gives them. */
#include "persist/digest.h"
#include <string.h>

#define PRIME 0x9E3779B97F4A7C15u /* 2^64 / golden ratio, odd */

static uint64_t word(const char *at)
{
    uint64_t w;
    memcpy(&w, at, 8);
    return w;
}

static uint64_t mix(uint64_t h, uint64_t w)
{
    h = (h ^ w) * PRIME;
    return h ^ h >> 29;
}

uint64_t digest(str s)
{
    uint64_t lane[4] = {1, 2, 3, 4}, h = s.len;
    size_t at = 0;
    for (; s.len - at >= 32; at += 32)
        for (int i = 0; i < 4; i++) lane[i] = mix(lane[i], word(s.at + at + 8 * i));
    for (int i = 0; i < 4; i++) h = mix(h, lane[i]);
    for (; at < s.len; at++) h = mix(h, (unsigned char)s.at[at]);
    return mix(h, PRIME);
}
