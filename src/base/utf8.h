#pragma once
/* UTF-8: validity, and the way between bytes, code points and UTF-16 units. */
#include "base/str.h"

/* Index of the first byte that is not part of valid UTF-8 (overlong forms, surrogates and code
 * points above U+10FFFF are invalid), or s.len. */
size_t utf8_invalid(str s);
/* The code point at byte *at, which is moved behind it. An invalid byte gives U+FFFD and one step. */
uint32_t utf8_next(str s, size_t *at);
/* Writes 1 to 4 bytes, returns how many. */
int utf8_put(uint32_t code, char to[4]);
str utf8_body(str s);       /* without a byte order mark at its start */
size_t utf8_points(str s);  /* code points in s */
size_t utf8_units16(str s); /* UTF-16 units */

enum unit { UNIT_BYTE, UNIT_POINT, UNIT_UTF16 };
/* For all i of n ascending byte offsets into s: their count in the unit. One walk over s. */
void utf8_offsets(str s, enum unit unit, const size_t *bytes, size_t *to, int n);
/* The byte offset of the place that lies at units from the start of s; false if that is no boundary. */
bool utf8_byte_at(str s, enum unit unit, size_t at, size_t *byte);
