#include "corpus/prepare/cut.h"

/* A blank of any alphabet: thin spaces are frequent in abstracts. */
static bool blank(uint32_t c)
{
    if (c <= ' ') return c == ' ' || (c >= '\t' && c <= '\r') || c >= 0x1c;
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static size_t over_blanks(str s, size_t at)
{
    for (size_t next = at; at < s.len; at = next)
        if (!blank(utf8_next(s, &next))) break;
    return at;
}

static void cut(document *d, bool merged, arena *mem)
{
    str s = d->text;
    size_t start = over_blanks(s, 0);
    for (size_t at = start; at < s.len;) {
        size_t end = at + 1;
        bool full = s.at[at] == '.' || s.at[at] == '?' || s.at[at] == '!';
        at = over_blanks(s, end);
        bool here = full && at > end && at < s.len && s.at[at] >= 'A' && s.at[at] <= 'Z';
        if (merged && str_ends(str_sub(s, 0, end), "i.v.")) here = false;
        if (!here && at < s.len) continue;
        document_sentence(d, mem, (span){start, end});
        start = at;
    }
}

void cut_sentences(document_list *d, bool merged, arena *mem)
{
    for (int i = 0; i < d->n; i++)
        if (!d->at[i].n_sentences) cut(&d->at[i], merged, mem);
}
