/* Bytes <-> code points or UTF-16 units of one text (document.h). A byte inside a character has the count of its first byte, so
 * the first byte with a count is the only one where a character begins. */
#include "corpus/document.h"

unit_map unit_map_of(str s, enum unit unit, arena *mem)
{
    unit_map o = {.of = s};
    bool plain = true;
    for (size_t i = 0; plain && i < s.len; i++) plain = !(s.at[i] & 0x80);
    if (plain || unit == UNIT_BYTE) return o;
    o.unit_of = TAKE(mem, uint32_t, s.len + 1);
    uint32_t units = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        uint32_t code = utf8_next(s, &at);
        for (size_t i = start; i < at; i++) o.unit_of[i] = units;
        units += unit == UNIT_UTF16 && code > 0xffff ? 2 : 1;
    }
    o.unit_of[s.len] = units;
    return o;
}

size_t unit_map_units(const unit_map *o, size_t byte)
{
    ASSERT(byte <= o->of.len, "byte %zu of %zu", byte, o->of.len);
    return o->unit_of ? o->unit_of[byte] : byte;
}

bool unit_map_byte(const unit_map *o, size_t from, size_t at, size_t *byte)
{
    if (from > o->of.len || at > o->of.len) return false;
    if (!o->unit_of) {
        *byte = from + at;
        return *byte == o->of.len ||
               (*byte < o->of.len && ((unsigned char)o->of.at[*byte] & 0xc0) != 0x80);
    }
    size_t want = o->unit_of[from] + at, low = from, high = o->of.len;
    if (want > o->unit_of[o->of.len]) return false;
    while (low < high) { /* the first byte with that many units before it, or more */
        size_t middle = low + (high - low) / 2;
        if (o->unit_of[middle] < want)
            low = middle + 1;
        else
            high = middle;
    }
    *byte = low;
    return o->unit_of[low] == want;
}
