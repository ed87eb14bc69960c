/* UTF-8 by the table of the Unicode standard (table 3-7, well-formed byte sequences). */
#include "base/utf8.h"

/* How many bytes the sequence at p has, of at most left; 0 if it is none. */
static int sequence(const unsigned char *p, size_t left, uint32_t *code)
{
    unsigned char a = p[0];
    if (a < 0x80) return *code = a, 1;
    if (a < 0xC2 || a > 0xF4) return 0;
    int n = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
    if (left < (size_t)n) return 0;
    unsigned char low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80; /* no overlong forms */
    unsigned char high = a == 0xED   ? 0x9F
                         : a == 0xF4 ? 0x8F
                                     : 0xBF; /* no surrogates, none too large */
    if (p[1] < low || p[1] > high) return 0;
    uint32_t c = a & (0x7Fu >> n);
    c = c << 6 | (p[1] & 0x3Fu);
    for (int i = 2; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *code = c;
    return n;
}

size_t utf8_invalid(str s)
{
    const unsigned char *p = (const unsigned char *)s.at;
    size_t at = 0;
    while (at < s.len) {
        uint32_t code;
        int n = p[at] < 0x80 ? 1 : sequence(p + at, s.len - at, &code);
        if (!n) return at;
        at += (size_t)n;
    }
    return s.len;
}

uint32_t utf8_next(str s, size_t *at)
{
    uint32_t code;
    int n = sequence((const unsigned char *)s.at + *at, s.len - *at, &code);
    *at += n ? (size_t)n : 1;
    return n ? code : 0xFFFD;
}

int utf8_put(uint32_t code, char to[4])
{
    if ((code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) code = 0xFFFD;
    if (code < 0x80) return to[0] = (char)code, 1;
    int n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)((0xF00u >> n & 0xF0u) | code);
    return n;
}

static size_t step(enum unit unit, uint32_t code, size_t bytes)
{
    return unit == UNIT_BYTE ? bytes : unit == UNIT_POINT ? 1 : code > 0xFFFF ? 2 : 1;
}

static size_t count(str s, enum unit unit)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t code = utf8_next(s, &at);
        n += step(unit, code, at - from);
    }
    return n;
}

str utf8_body(str s)
{
    return str_starts(s, "\xef\xbb\xbf") ? str_sub(s, 3, s.len) : s;
}

size_t utf8_points(str s)
{
    return count(s, UNIT_POINT);
}

size_t utf8_units16(str s)
{
    return count(s, UNIT_UTF16);
}

void utf8_offsets(str s, enum unit unit, const size_t *bytes, size_t *to, int n)
{
    size_t at = 0, units = 0;
    for (int i = 0; i < n; i++) {
        ASSERT(bytes[i] <= s.len, "offset %zu in a text of %zu bytes", bytes[i], s.len);
        ASSERT(!i || bytes[i] >= bytes[i - 1], "offsets must ascend");
        while (at < bytes[i]) {
            size_t from = at;
            uint32_t code = utf8_next(s, &at);
            units += step(unit, code, at - from);
        }
        to[i] = unit == UNIT_BYTE ? bytes[i] : units; /* inside a character: the end of it */
    }
}

bool utf8_byte_at(str s, enum unit unit, size_t units, size_t *byte)
{
    size_t at = 0, n = 0;
    while (n < units && at < s.len) {
        size_t from = at;
        uint32_t code = utf8_next(s, &at);
        n += step(unit, code, at - from);
    }
    if (n != units) return false;
    *byte = at;
    return true;
}
