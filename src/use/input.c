/* What an annotator is given: text, its words, and where a relation is asked for, the masked
 * text. */
#include "corpus/split.h"
#include "use/annotator.h"
#include <string.h>

static bool tag_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* The next @LETTERS$ from byte `from` on. */
static bool next_tag(str s, size_t from, span *tag)
{
    for (size_t i = from; i < s.len; i++) {
        if (s.at[i] != '@') continue;
        size_t end = i + 1;
        while (end < s.len && tag_letter(s.at[end])) end++;
        if (end == i + 1 || end == s.len || s.at[end] != '$') continue;
        *tag = (span){i, end + 1};
        return true;
    }
    return false;
}

input input_of(str s, str text2, arena *mem)
{
    input in = {.text = s, .text2 = text2};
    if (text2.at) return in;
    in.n_words = split_words(s, mem, &in.words);
    if (next_tag(s, 0, &in.args[0])) {
        if (!next_tag(s, in.args[0].end, &in.args[1])) in.args[1] = in.args[0];
        in.has_relation = true;
        in.masked = s;
    }
    return in;
}

void input_mask(input *in, const span args[2], const str types[2], arena *mem)
{
    int first = args[1].start < args[0].start, second = !first;
    span a = args[first], b = args[second];
    str s = in->text;
    text t = {0};
    text_add(&t, str_sub(s, 0, a.start));
    size_t at = t.len;
    bool one = b.start < a.end;
    text_char(&t, '@');
    text_add(&t, types[first]);
    if (one) {
        text_char(&t, '-');
        text_add(&t, types[second]);
    }
    text_char(&t, '$');
    in->args[first] = (span){at, t.len};
    size_t rest = a.end;
    if (one) {
        in->args[second] = in->args[first];
        if (b.end > rest) rest = b.end;
    } else {
        text_add(&t, str_sub(s, a.end, b.start));
        at = t.len;
        text_char(&t, '@');
        text_add(&t, types[second]);
        text_char(&t, '$');
        in->args[second] = (span){at, t.len};
        rest = b.end;
    }
    text_add(&t, str_sub(s, rest, s.len));
    in->masked = str_copy(mem, text_str(&t));
    in->has_relation = true;
    text_close(&t);
}
