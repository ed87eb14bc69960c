/* Slices of bytes, numbers in them, and texts that grow. */
#include "base/str.h"
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

str str_of(const char *zero_ended)
{
    return (str){zero_ended, strlen(zero_ended)};
}

str str_sub(str s, size_t from, size_t to)
{
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    return (str){s.at ? s.at + from : NULL, to - from};
}

bool str_eq(str a, str b)
{
    if (a.len != b.len) return false;
    if (!a.len) return true; /* either may have no bytes to point at */
    ASSERT(a.at && b.at, "a slice of %zu bytes at NULL", a.len);
    return !memcmp(a.at, b.at, a.len);
}

bool str_is(str a, const char *b)
{
    return str_eq(a, str_of(b));
}

int str_cmp(str a, str b)
{
    size_t both = a.len < b.len ? a.len : b.len;
    int c = both ? memcmp(a.at, b.at, both) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, const char *with)
{
    return str_is(str_sub(s, 0, strlen(with)), with);
}

bool str_ends(str s, const char *with)
{
    size_t n = strlen(with);
    return s.len >= n && str_is(str_sub(s, s.len - n, s.len), with);
}

ptrdiff_t str_find(str s, char c)
{
    const char *at = s.len ? memchr(s.at, c, s.len) : NULL;
    return at ? at - s.at : -1;
}

ptrdiff_t str_find_str(str s, str what)
{
    if (!what.len) return 0;
    const char *at = s.len ? memmem(s.at, s.len, what.at, what.len) : NULL;
    return at ? at - s.at : -1;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.len && blank(s.at[0])) s.at++, s.len--;
    while (s.len && blank(s.at[s.len - 1])) s.len--;
    return s;
}

str str_cut(str *rest, char c)
{
    ptrdiff_t i = str_find(*rest, c);
    str part = *rest;
    if (i < 0) {
        *rest = (str){NULL, 0};
        return part;
    }
    part.len = (size_t)i;
    rest->at += i + 1;
    rest->len -= (size_t)i + 1;
    return part;
}

bool str_line(str *rest, str *line)
{
    if (!rest->len) return false;
    *line = str_cut(rest, '\n');
    if (rest->at && line->len && line->at[line->len - 1] == '\r') line->len--;
    return true;
}

str str_copy(arena *mem, str s)
{
    char *at = arena_take(mem, s.len + 1);
    if (s.len) memcpy(at, s.at, s.len);
    return (str){at, s.len};
}

const char *str_keep(arena *mem, str s)
{
    return str_copy(mem, s).at;
}

const char *str_format(arena *mem, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(n >= 0, "a bad format: %s", format);
    char *at = arena_take(mem, (size_t)n + 1);
    vsnprintf(at, (size_t)n + 1, format, again);
    va_end(again);
    return at;
}

bool str_int(str s, int64_t *to)
{
    bool minus = s.len && s.at[0] == '-';
    if (s.len && (s.at[0] == '-' || s.at[0] == '+')) s = str_sub(s, 1, s.len);
    if (!s.len) return false;
    int64_t x = 0; /* built downward, since the lowest number has no positive twin */
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
        if (__builtin_mul_overflow(x, 10, &x) || __builtin_sub_overflow(x, s.at[i] - '0', &x))
            return false;
    }
    if (!minus && x == INT64_MIN) return false;
    *to = minus ? x : -x;
    return true;
}

static size_t digits(str s, size_t at)
{
    while (at < s.len && s.at[at] >= '0' && s.at[at] <= '9') at++;
    return at;
}

bool str_real(str s, double *to)
{
    char copy[512];
    if (!s.len || s.len >= sizeof copy) return false;
    size_t at = s.at[0] == '-' || s.at[0] == '+', from = at;
    at = digits(s, at);
    size_t n = at - from;
    if (at < s.len && s.at[at] == '.') {
        from = ++at;
        at = digits(s, at);
        n += at - from;
    }
    if (!n) return false;
    if (at < s.len && (s.at[at] == 'e' || s.at[at] == 'E')) {
        at++;
        if (at < s.len && (s.at[at] == '-' || s.at[at] == '+')) at++;
        from = at;
        at = digits(s, at);
        if (at == from) return false;
    }
    if (at != s.len) return false;
    memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    /* glibc gives its constant "C" locale here and allocates nothing. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double x = strtod_l(copy, NULL, c);
    freelocale(c);
    if (!isfinite(x)) return false;
    *to = x;
    return true;
}

uint64_t str_hash(str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.len; i++) h = (h ^ (unsigned char)s.at[i]) * 0x100000001b3u;
    return h;
}

enum { NAME_MOST = 60 };

static bool same(char a, char b)
{
    return a == b || (a == '_' && b == '-') || (a == '-' && b == '_');
}

/* Edits (insert, delete, replace, swap of neighbors) between two names of at most NAME_MOST bytes. */
static int distance(const char *a, const char *b)
{
    int d[NAME_MOST + 1][NAME_MOST + 1];
    int m = (int)strlen(a), n = (int)strlen(b);
    for (int i = 0; i <= m; i++) {
        for (int k = 0; k <= n; k++) {
            if (!i || !k) {
                d[i][k] = i + k;
                continue;
            }
            int best = d[i - 1][k - 1] + !same(a[i - 1], b[k - 1]);
            if (d[i - 1][k] + 1 < best) best = d[i - 1][k] + 1;
            if (d[i][k - 1] + 1 < best) best = d[i][k - 1] + 1;
            if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]) &&
                d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    }
    return d[m][n];
}

const char *str_nearest(const char *name, const char *const *names, int n)
{
    size_t len = strlen(name);
    if (!len || len > NAME_MOST) return NULL;
    const char *best = NULL;
    int least = len < 3   ? 2
                : len < 6 ? 3
                          : 4; /* one edit for short names, two, three for long ones */
    for (int i = 0; i < n; i++) {
        if (strlen(names[i]) > NAME_MOST) continue;
        int d = distance(name, names[i]);
        if (len >= 3 && d > 1 && !strncmp(name, names[i], len))
            d = least > 2 ? 2 : 1; /* a beginning */
        if (d < least) least = d, best = names[i];
    }
    return best;
}

static void text_room(text *t, size_t more)
{
    if (t->cap - t->len > more) return;
    size_t cap = t->cap ? t->cap : 256;
    while (cap - t->len <= more) cap = size_mul(cap, 2);
    char *at = realloc(t->at, cap);
    if (!at) die("no memory for a text of %zu bytes", cap);
    t->at = at, t->cap = cap;
}

void text_add(text *t, str s)
{
    text_room(t, s.len);
    if (s.len) memcpy(t->at + t->len, s.at, s.len);
    t->len += s.len;
    t->at[t->len] = '\0';
}

void text_char(text *t, char c)
{
    text_add(t, (str){&c, 1});
}

void text_format(text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(n >= 0, "a bad format: %s", format);
    text_room(t, (size_t)n);
    vsnprintf(t->at + t->len, (size_t)n + 1, format, again);
    va_end(again);
    t->len += (size_t)n;
}

str text_str(const text *t)
{
    return (str){t->at ? t->at : "", t->len};
}

void text_close(text *t)
{
    free(t->at);
    *t = (text){0};
}
