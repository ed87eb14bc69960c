/* JSON as text. Numbers have as few digits as read back the same, and a point whatever the locale. */
#include "base/json.h"
#include "base/utf8.h"
#include <math.h>
#include <string.h>

void json_put_str(text *t, str s)
{
    text_char(t, '"');
    size_t from = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        unsigned char c = (unsigned char)s.at[at];
        uint32_t code = utf8_next(s, &at);
        bool bad = code == 0xFFFD && at - start == 1;
        if (!bad && c >= 32 && c != '"' && c != '\\' && c != 127) continue;
        text_add(t, str_sub(s, from, start));
        from = at;
        const char *shorts = "\"\"\\\\\bb\ff\nn\rr\tt", *f = c ? strchr(shorts, c) : NULL;
        if (bad)
            text_add(t, STR("\xEF\xBF\xBD"));
        else if (f && (f - shorts) % 2 == 0)
            text_format(t, "\\%c", f[1]);
        else
            text_format(t, "\\u%04x", c);
    }
    text_add(t, str_sub(s, from, s.len));
    text_char(t, '"');
}

/* With the given precision, the locale's decimal mark made a point. */
static str digits_of(double x, int precision, char to[40])
{
    char raw[40];
    snprintf(raw, sizeof raw, "%.*g", precision, x);
    size_t n = 0;
    bool real = false;
    for (const char *p = raw; *p; p++) {
        bool usual = (*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == 'e';
        real |= *p == 'e' || !usual;
        if (usual)
            to[n++] = *p;
        else if (n && to[n - 1] != '.')
            to[n++] = '.';
    }
    if (!real) to[n++] = '.', to[n++] = '0'; /* a real stays one when it is read again */
    return (str){to, n};
}

static void put_shortest(text *t, double x, int low, int high, bool single)
{
    if (!isfinite(x)) {
        text_add(t, STR("null"));
        return;
    }
    char digits[40];
    str s = {digits, 0};
    for (int p = low; p <= high; p++) {
        double back = 0;
        s = digits_of(x, p, digits);
        if (str_real(s, &back) && (single ? (float)back == (float)x : back == x)) break;
    }
    text_add(t, s);
}

void json_put_real(text *t, double x)
{
    put_shortest(t, x, 15, 17, false);
}

void json_put_float(text *t, float x)
{
    put_shortest(t, (double)x, 6, 9, true);
}

static void new_line(text *t, int level, bool pretty)
{
    if (!pretty) return;
    text_char(t, '\n');
    for (int i = 0; i < level; i++) text_add(t, STR("  "));
}

static void put(text *t, const json *j, int level, bool pretty);

static void put_list(text *t, const json *j, int level, bool pretty)
{
    size_t n = json_count(j);
    text_char(t, '[');
    for (size_t i = 0; i < n; i++) {
        if (i) text_char(t, ',');
        new_line(t, level + 1, pretty);
        put(t, json_item(j, i), level + 1, pretty);
    }
    if (n) new_line(t, level, pretty);
    text_char(t, ']');
}

static void put_object(text *t, const json *j, int level, bool pretty)
{
    bool first = true;
    text_char(t, '{');
    for (void *at = json_first(j); at; at = json_next(j, at)) {
        if (!first) text_char(t, ',');
        first = false;
        new_line(t, level + 1, pretty);
        json_put_str(t, json_key(at));
        text_add(t, pretty ? STR(": ") : STR(":"));
        put(t, json_value(at), level + 1, pretty);
    }
    if (!first) new_line(t, level, pretty);
    text_char(t, '}');
}

static void put(text *t, const json *j, int level, bool pretty)
{
    switch (json_type_of(j)) {
    case JSON_NONE:
    case JSON_IS_NULL: text_add(t, STR("null")); break;
    case JSON_IS_BOOL: text_add(t, json_true(j) ? STR("true") : STR("false")); break;
    case JSON_IS_INT: text_format(t, "%lld", (long long)json_int(j)); break;
    case JSON_IS_REAL: json_put_real(t, json_real(j)); break;
    case JSON_IS_TEXT: json_put_str(t, json_text(j)); break;
    case JSON_IS_LIST: put_list(t, j, level, pretty); break;
    case JSON_IS_OBJECT: put_object(t, j, level, pretty); break;
    }
}

void json_put(text *t, const json *j)
{
    put(t, j, 0, false);
}

void json_put_pretty(text *t, const json *j)
{
    put(t, j, 0, true);
    text_char(t, '\n');
}

str json_as_text(const json *j, arena *mem)
{
    switch (json_type_of(j)) {
    case JSON_NONE:
    case JSON_IS_NULL: return (str){"", 0};
    case JSON_IS_TEXT: return str_copy(mem, json_text(j));
    default: break;
    }
    text t = {0};
    json_put(&t, j);
    str kept = str_copy(mem, text_str(&t));
    text_close(&t);
    return kept;
}
