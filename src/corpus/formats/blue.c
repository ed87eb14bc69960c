/* See blue.h. */
#include "corpus/formats/blue.h"

bool blue_cell_put(FILE *to, str s, bool plain)
{
    bool quoted = !plain && str_find(s, '"') >= 0, cut = false;
    s = str_trim(s);
    if (quoted) putc('"', to);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '\t' || c == '\n' || c == '\r') c = ' ', cut = true;
        if (c == '"' && quoted) putc('"', to);
        putc(c, to);
    }
    if (quoted) putc('"', to);
    return cut;
}

void blue_word_put(text *to, str word, const char *doc, size_t offset, str tag)
{
    text_add(to, word);
    text_format(to, "\t%s\t%zu\t", doc, offset);
    text_add(to, tag);
    text_char(to, '\n');
}

str blue_pair_id(str id)
{
    ptrdiff_t mark = str_find(id, '#');
    return mark > 0 ? str_sub(id, 0, (size_t)mark) : id;
}
