#include "corpus/split.h"

enum class { BLANK, LETTER, ALONE };

static enum class class_of(uint32_t c) {
    if (c <= ' ' || c == 0x7f) return BLANK;
    if (c < 0x80){bool letter = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
                  return letter || c == '_' || c == '\'' ? LETTER : ALONE;}
if (c <= 0xa0 || c == 0x1680 || c == 0x3000 || c == 0xfeff) return BLANK;
if (c < 0xc0) return c == 0xaa || c == 0xb5 || c == 0xba ? LETTER : ALONE;
if (c == 0xd7 || c == 0xf7) return ALONE;
if (c >= 0x2000 && c <= 0x206f)
    return c <= 0x200b || c == 0x2028 || c == 0x2029 || c >= 0x205f ? BLANK : ALONE;
if ((c >= 0x20a0 && c <= 0x20cf) || (c >= 0x2190 && c <= 0x2bff)) return ALONE;
if ((c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011)) return ALONE;
return LETTER;
}

int split_words(str s, arena *mem, span **words)
{
    int n = 0;
    size_t cap = 0;
    bool open = false;
    *words = NULL;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        enum class c = class_of(utf8_next(s, &at));
        if (c == LETTER && open) {
            (*words)[n - 1].end = at;
            continue;
        }
        open = c == LETTER;
        if (c == BLANK) continue;
        GROW(mem, *words, n, cap);
        (*words)[n++] = (span){start, at};
    }
    return n;
}
