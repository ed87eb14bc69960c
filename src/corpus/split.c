/* Words and sentences by rules (split.h). */
#include "corpus/split.h"
#include <string.h>

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

/* Words from *at on: finds the next; false if there is none. */
static bool next_word(str s, size_t *at, span *word)
{
    bool open = false;
    while (*at < s.len) {
        size_t start = *at, end = *at;
        enum class c = class_of(utf8_next(s, &end));
        if (open && c != LETTER) return true;
        *at = end;
        if (c == BLANK) continue;
        *word = (span){open ? word->start : start, end};
        open = c == LETTER;
        if (!open) return true;
    }
    return open;
}

int split_words(str s, arena *mem, span **words)
{
    int n = 0;
    span word;
    for (size_t at = 0; next_word(s, &at, &word);) n++;
    *words = TAKE(mem, span, n);
    n = 0;
    for (size_t at = 0; next_word(s, &at, &word);) (*words)[n++] = word;
    return n;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Is the word that ends at byte `end` (its point included) one that a capital letter may follow inside a sentence? */
static bool abbreviation(str s, size_t end)
{
    static const char *const list[] = {"i.v.", "i.p.",  "i.m.", "s.c.", "p.o.",  "e.g.",    "i.e.",
                                       "vs.",  "cf.",   "Dr.",  "Mr.",  "Mrs.",  "Ms.",     "Prof.",
                                       "Fig.", "Figs.", "Eq.",  "Ref.", "Refs.", "approx.", "St."};
    size_t start = end;
    while (start && !blank(s.at[start - 1]) && s.at[start - 1] != '(') start--;
    str word = str_sub(s, start, end);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_is(word, list[i])) return true;
    return false;
}

int split_sentences(str s, arena *mem, span **sentences)
{
    int n = 0;
    size_t cap = 0, start = 0;
    *sentences = NULL;
    for (size_t at = 0; at < s.len;) {
        if (!blank(s.at[at])) {
            at++;
            continue;
        }
        size_t end = at;
        int lines = 0;
        for (; at < s.len && blank(s.at[at]); at++) lines += s.at[at] == '\n';
        char last = end > start ? s.at[end - 1] : 0, next = at < s.len ? s.at[at] : 0;
        bool full = (last == '.' && !abbreviation(s, end)) || last == '?' || last == '!';
        bool here = !next || lines > 1 || (full && next >= 'A' && next <= 'Z');
        if (!here && end > start) continue;
        if (end > start) {
            GROW(mem, *sentences, n, cap);
            (*sentences)[n++] = (span){start, end};
        }
        start = at;
    }
    if (start < s.len) {
        GROW(mem, *sentences, n, cap);
        (*sentences)[n++] = (span){start, s.len};
    }
    return n;
}

static int add_sections(const section *at, int n, arena *mem, span **to)
{
    *to = TAKE(mem, span, n);
    for (int i = 0; i < n; i++) (*to)[i] = at[i].at;
    return n;
}

/* Those of one passage behind the n that are there: as the file has them from number *next on, else split. */
static int add_passage(const document *d, const section *passage, int *next, arena *mem, span **to,
                       int n, size_t *cap)
{
    span at = passage->at, *found;
    int more, given = *next;
    while (*next < d->n_sentences &&
           (d->sentences[*next].at.start < at.end || d->sentences[*next].at.end <= at.end))
        ++*next;
    given = *next - given;
    if (given)
        more = add_sections(d->sentences + *next - given, given, mem, &found);
    else
        more = split_sentences(str_sub(d->text, at.start, at.end), mem, &found);
    for (int k = 0; k < more; k++) {
        if (!given) found[k].start += at.start, found[k].end += at.start;
        GROW(mem, *to, n, *cap);
        (*to)[n++] = found[k];
    }
    return n;
}

int document_sentences(const document *d, arena *mem, span **sentences)
{
    if (!d->n_passages && d->n_sentences)
        return add_sections(d->sentences, d->n_sentences, mem, sentences);
    if (!d->n_passages) return split_sentences(d->text, mem, sentences);
    int n = 0, next = 0;
    size_t cap = 0;
    *sentences = NULL;
    for (int i = 0; i < d->n_passages; i++)
        n = add_passage(d, &d->passages[i], &next, mem, sentences, n, &cap);
    for (; next < d->n_sentences; next++) { /* behind the last passage */
        GROW(mem, *sentences, n, cap);
        (*sentences)[n++] = d->sentences[next].at;
    }
    return n;
}

int document_words(const document *d, str s, arena *mem, span **words)
{
    str cut = infon_get(&d->more, "words");
    if (!str_is(cut, "blanks") || str_find_str(s, STR("-DOCSTART-")) >= 0) /* no word of CoNLL */
        return split_words(s, mem, words);
    int n = 0;
    size_t cap = 0;
    *words = NULL;
    for (size_t at = 0, end; at < s.len; at = end + 1) {
        for (end = at; end < s.len && (unsigned char)s.at[end] > ' '; end++) continue;
        if (end == at) continue;
        GROW(mem, *words, n, cap);
        (*words)[n++] = (span){at, end};
    }
    return n;
}
