/* mt-dnn's canonical files: no header, no quoting. Texts: uid, label, premise[, hypothesis]. Words: uid, a list of tags, a list of
 * words[, a list of offsets], each list as JSON or as a Python literal ('..' or ".."). A label is a name or its number. */
#include "base/utf8.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/rows.h"
#include <string.h>

/* The code point of \uXXXX and the like: n hexadecimal digits at *at. */
static bool hex(str s, size_t *at, int n, uint32_t *to)
{
    *to = 0;
    for (int i = 0; i < n; i++, (*at)++) {
        if (*at >= s.len) return false;
        char c = s.at[*at], low = c | 32;
        if (c >= '0' && c <= '9')
            *to = *to * 16 + (uint32_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            *to = *to * 16 + (uint32_t)(low - 'a' + 10);
        else
            return false;
    }
    return true;
}

/* One escape behind a backslash, as JSON and Python have them. */
static bool escape(str s, size_t *at, char *to, size_t *len)
{
    static const char from[] = "nrtbf\\\"'/", as[] = "\n\r\t\b\f\\\"'/";
    if (*at >= s.len) return false;
    char c = s.at[(*at)++];
    const char *simple = c ? strchr(from, c) : NULL;
    if (simple) {
        to[(*len)++] = as[simple - from];
        return true;
    }
    uint32_t code, low;
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!digits || !hex(s, at, digits, &code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && *at + 1 < s.len && s.at[*at] == '\\' &&
        s.at[*at + 1] == 'u') {
        *at += 2;
        if (!hex(s, at, 4, &low) || low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (!code || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    *len += (size_t)utf8_put(code, to + *len);
    return true;
}

static void skip_blanks(str s, size_t *at)
{
    while (*at < s.len && strchr(" \t", s.at[*at]) && s.at[*at]) (*at)++;
}

/* One item at *at: a quoted text, or a bare word up to a comma or bracket. */
static bool item(str s, size_t *at, arena *mem, str *to)
{
    char quote = *at < s.len ? s.at[*at] : 0;
    size_t start = *at, len = 0;
    if (quote != '"' && quote != '\'') {
        while (*at < s.len && s.at[*at] != ',' && s.at[*at] != ']') (*at)++;
        *to = str_trim(str_sub(s, start, *at));
        return to->len > 0;
    }
    size_t end = ++*at; /* no item is longer than its source, so that much room will do */
    while (end < s.len && s.at[end] != quote) end += s.at[end] == '\\' ? 2 : 1;
    if (end >= s.len) return false;
    char *copy = TAKE(mem, char, end - *at + 1);
    while (*at < end) {
        char c = s.at[(*at)++];
        if (c != '\\')
            copy[len++] = c;
        else if (!escape(str_sub(s, 0, end), at, copy, &len))
            return false;
    }
    *at = end + 1;
    *to = (str){copy, len};
    return true;
}

/* A list of texts; *to grows in the arena. */
static bool list(str s, arena *mem, str **to, size_t *cap, int *n)
{
    size_t at = 0;
    *n = 0;
    s = str_trim(s);
    if (!s.len || s.at[at++] != '[') return false;
    for (;;) {
        str one;
        skip_blanks(s, &at);
        if (at < s.len && s.at[at] == ']') return at + 1 == s.len;
        if (!item(s, &at, mem, &one)) return false;
        GROW(mem, *to, *n, *cap);
        (*to)[(*n)++] = one;
        skip_blanks(s, &at);
        if (at < s.len && s.at[at] == ',')
            at++;
        else if (at >= s.len || s.at[at] != ']')
            return false;
    }
}

typedef struct lists {
    str *tags, *words;
    size_t tags_cap, words_cap;
} lists;

static bool read_words(collect *c, example *x, const row *w, lists *l, err *e)
{
    int n = 0, n_tags = 0;
    arena *mem = c->r->mem;
    if (!list(w->at[1], mem, &l->tags, &l->tags_cap, &n_tags))
        return fail(e, "%s:%d: a list of tags as [\"O\", \"B-Disease\"] is expected in column 2",
                    c->r->path, x->line);
    if (!list(w->at[2], mem, &l->words, &l->words_cap, &n))
        return fail(e, "%s:%d: a list of words as [\"no\", \"asthma\"] is expected in column 3",
                    c->r->path, x->line);
    if (n != n_tags)
        return fail(e, "%s:%d: as many tags as words are expected, here are %d for %d", c->r->path,
                    x->line, n_tags, n);
    return collect_words(c, x, l->words, n, 0, e) && collect_tags(c, x, l->tags, 0, e);
}

/* The numbers that mt-dnn's own preparation writes for names. */
static str label_of(const task *t, str label)
{
    int64_t i;
    label = str_trim(label);
    if (t->kind == KIND_SCORE || task_label(t, label) >= 0 || !t->listed || !str_int(label, &i))
        return label;
    return i >= 0 && i < t->n_listed ? str_of(t->listed[i]) : label;
}

bool mtdnn_read(examples *to, const reading *r, err *e)
{
    const task *t = r->t;
    bool two = t->kind == KIND_PAIR || t->kind == KIND_SCORE, words = t->kind == KIND_WORDS, more;
    collect c = collect_of(to, r);
    rows s = rows_of(r, '\t', 0);
    row w = {0};
    lists l = {0};
    const int columns = two ? 4 : 3;
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (w.n != columns && !(words && w.n == 4))
            return fail(e, "%s:%d: %d columns (%s) are expected, here are %d", r->path, w.line,
                        columns,
                        words ? "uid, tags, words"
                        : two ? "uid, label, premise, hypothesis"
                              : "uid, label, premise",
                        w.n);
        example *x = collect_add(&c, w.line);
        bool ok = words ? read_words(&c, x, &w, &l, e)
                        : collect_label(&c, x, label_of(t, w.at[1]), e) &&
                              collect_text(&c, x, w.at[2], two ? w.at[3] : (str){0}, e);
        if (!ok || !collect_id(&c, x, w.at[0], (str){0}, e)) return false;
    }
}
