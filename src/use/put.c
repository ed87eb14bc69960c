/* Small things that verbs write. */
#include "use/put.h"
#include <string.h>

void put_int(text *t, int64_t i)
{
    char digits[24];
    int at = sizeof digits;
    uint64_t rest = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    do digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (i < 0) digits[--at] = '-';
    text_add(t, (str){digits + at, sizeof digits - (size_t)at});
}

void put_ints(text *t, const int32_t *list, int n)
{
    text_char(t, '[');
    for (int i = 0; i < n; i++) {
        if (i) text_char(t, ',');
        put_int(t, list[i]);
    }
    text_char(t, ']');
}

const char *const unit_names = "bytes|points|utf16";

enum unit unit_named(const char *name)
{
    return !strcmp(name, "bytes") ? UNIT_BYTE : !strcmp(name, "utf16") ? UNIT_UTF16 : UNIT_POINT;
}

offsets offsets_of(str s, enum unit unit)
{
    bool ascii = true;
    for (size_t i = 0; i < s.len && ascii; i++) ascii = (unsigned char)s.at[i] < 128;
    return (offsets){.s = s, .unit = unit, .ascii = ascii};
}

size_t offsets_at(offsets *o, size_t byte)
{
    if (o->ascii || o->unit == UNIT_BYTE) return byte;
    if (byte < o->byte) o->byte = o->units = 0;
    while (o->byte < byte && o->byte < o->s.len)
        o->units += utf8_next(o->s, &o->byte) > 0xFFFF && o->unit == UNIT_UTF16 ? 2 : 1;
    return o->units;
}
