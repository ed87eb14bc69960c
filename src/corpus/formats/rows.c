#include "corpus/formats/rows.h"
#include <string.h>

/* The byte behind a quoted field that begins at s.at[at] (a quote), or 0 if it does not end as csv wants. */
static size_t quoted_end(str s, size_t at, char sep, bool one_line)
{
    for (size_t i = at + 1; i < s.len; i++) {
        if (s.at[i] == '\n' && one_line) return 0;
        if (s.at[i] != '"') continue;
        if (i + 1 < s.len && s.at[i + 1] == '"') {
            i++;
            continue;
        }
        size_t end = i + 1;
        bool last = end == s.len || s.at[end] == '\n' || s.at[end] == sep ||
                    (s.at[end] == '\r' && (end + 1 == s.len || s.at[end + 1] == '\n'));
        return last ? end : 0;
    }
    return 0;
}

bool rows_quoted(str bytes, char sep)
{
    bool any = false, start = true;
    for (size_t i = 0; i < bytes.len; i++) {
        if (start && bytes.at[i] == '"') {
            size_t end = quoted_end(bytes, i, sep, true);
            if (!end) return false;
            any = true, start = false, i = end - 1;
            continue;
        }
        start = bytes.at[i] == sep || bytes.at[i] == '\n';
    }
    return any;
}

rows rows_of(const reading *r, char sep, int quoting)
{
    bool quoted = quoting < 0 ? sep == ',' || rows_quoted(r->bytes, sep) : quoting > 0;
    return (rows){
        .path = r->path, .rest = r->bytes, .line = 1, .sep = sep, .quoted = quoted, .mem = r->mem};
}

/* Doubled quotes become one. */
static str unquoted(str s, arena *mem)
{
    if (str_find(s, '"') < 0) return s;
    char *to = TAKE(mem, char, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        to[n++] = s.at[i];
        if (s.at[i] == '"') i++;
    }
    return (str){to, n};
}

static void add(rows *s, row *to, str field)
{
    GROW(s->mem, to->at, to->n, to->cap);
    to->at[to->n++] = field;
}

static void cut_plain(rows *s, row *to, str line)
{
    for (str rest = line; rest.at;) add(s, to, str_cut(&rest, s->sep));
}

/* Takes one record off s->rest, which is not empty. */
static bool cut_quoted(rows *s, row *to, err *e)
{
    str all = s->rest;
    size_t at = 0;
    for (;;) {
        size_t end = at;
        if (at < all.len && all.at[at] == '"') {
            end = quoted_end(all, at, s->sep, false);
            if (!end)
                return fail(e,
                            "%s:%d: column %d: a quote is open; a quote before the next %s or line "
                            "end is expected, quotes inside "
                            "doubled (or quoting: none)",
                            s->path, s->line, to->n + 1, s->sep == ',' ? "comma" : "tab");
            str inside = str_sub(all, at + 1, end - 1);
            for (size_t i = 0; i < inside.len; i++) s->line += inside.at[i] == '\n';
            add(s, to, unquoted(inside, s->mem));
        } else {
            while (end < all.len && all.at[end] != s->sep && all.at[end] != '\n') end++;
            bool cr =
                end > at && all.at[end - 1] == '\r' && (end == all.len || all.at[end] == '\n');
            add(s, to, str_sub(all, at, end - cr));
        }
        if (end < all.len && all.at[end] == '\r') end++;
        if (end >= all.len || all.at[end] == '\n') {
            s->rest = str_sub(all, end < all.len ? end + 1 : end, all.len);
            s->line++;
            return true;
        }
        at = end + 1;
    }
}

bool rows_next(rows *s, row *to, bool *more, err *e)
{
    for (;;) {
        to->line = s->line, to->n = 0;
        *more = s->rest.len > 0;
        if (!*more) return true;
        if (s->quoted) {
            if (!cut_quoted(s, to, e)) return false;
        } else {
            str line;
            *more = str_line(&s->rest, &line);
            if (!*more) return true;
            cut_plain(s, to, line);
            s->line++;
        }
        if (to->n > 1 || (to->n == 1 && str_trim(to->at[0]).len)) return true;
    }
}
