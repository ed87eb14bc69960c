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

/* f: the file that s is, whose pages are let go behind us; or NULL. */
static uint64_t digest_of(str s, const file *f)
{
    enum { STRETCH = 4 << 20 };
    uint64_t lane[4] = {1, 2, 3, 4}, h = s.len;
    size_t at = 0;
    for (; s.len - at >= 32; at += 32) {
        for (int i = 0; i < 4; i++) lane[i] = mix(lane[i], word(s.at + at + 8 * i));
        if (f && at % STRETCH == 0 && at) file_let_go(f, str_sub(s, at - STRETCH, at));
    }
    for (int i = 0; i < 4; i++) h = mix(h, lane[i]);
    for (; at < s.len; at++) h = mix(h, (unsigned char)s.at[at]);
    return mix(h, PRIME);
}

uint64_t digest(str s)
{
    return digest_of(s, NULL);
}

uint64_t digest_file(const file *f)
{
    return digest_of(f->bytes, f);
}
