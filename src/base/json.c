/* JSON by jansson: parsing under our limits, and looking into values. Writing is json_write.c. */
#include <jansson.h>
#include <stdbool.h>

/* jansson's json_real and json_true have to be reached before json.h takes the names for our own. */
static json_t *jansson_real(double x)
{
    return json_real(x);
}
static json_t *jansson_bool(bool b)
{
    return b ? json_true() : json_false();
}

#include "base/file.h"
#include "base/json.h"
#include <limits.h>
#include <math.h>
#include <string.h>

enum { LEVELS = 512, STRING_MOST = 16 << 20 };

/* Steps over the string that starts at i, to the byte behind its closing quote (or the end). */
static size_t skip_string(str s, size_t i)
{
    for (i++; i < s.len && s.at[i] != '"'; i++)
        if (s.at[i] == '\\') i++;
    return i < s.len ? i + 1 : s.len;
}

static bool check_levels(str s, const char *name, int line, err *e)
{
    int level = 0;
    for (size_t i = 0; i < s.len;) {
        char c = s.at[i];
        if (c == '"') {
            size_t start = i;
            i = skip_string(s, i);
            if (i - start > STRING_MOST)
                return fail(e, "%s:%d: JSON strings of at most %d MiB are expected", name, line,
                            STRING_MOST >> 20);
            continue;
        }
        if (c == '\n') line++;
        if ((c == '[' || c == '{') && ++level > LEVELS)
            return fail(e, "%s:%d: JSON nested deeper than %d levels", name, line, LEVELS);
        if (c == ']' || c == '}') level--;
        i++;
    }
    return true;
}

/* Copies the text, with ".0" behind each whole number that 64 bits cannot hold, which makes it a real. */
static void widen(text *to, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len;) {
        char c = s.at[i];
        if (c == '"') {
            i = skip_string(s, i);
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            size_t start = i++;
            bool whole = true;
            for (; i < s.len && s.at[i] && strchr("0123456789+-.eE", s.at[i]); i++)
                whole &= s.at[i] >= '0' && s.at[i] <= '9';
            int64_t fits;
            if (!whole || str_int(str_sub(s, start, i), &fits)) continue;
            text_add(to, str_sub(s, from, i));
            text_add(to, STR(".0"));
            from = i;
        } else {
            i++;
        }
    }
    text_add(to, str_sub(s, from, s.len));
}

bool json_parse(json **to, str bytes, const char *name, int line, err *e)
{
    enum { FLAGS = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL };
    *to = NULL;
    if (!check_levels(bytes, name, line, e)) return false;
    if (!str_trim(bytes).len)
        return fail(e, "%s:%d: JSON is expected, here is nothing", name, line);
    json_error_t error;
    *to = json_loadb(bytes.at, bytes.len, FLAGS, &error);
    if (!*to && json_error_code(&error) == json_error_numeric_overflow) {
        text wide = {0};
        widen(&wide, bytes);
        *to = json_loadb(wide.at, wide.len, FLAGS, &error);
        text_close(&wide);
    }
    if (*to) return true;
    if (json_error_code(&error) == json_error_out_of_memory)
        die("no memory for the JSON of %s", name);
    int at = error.line > 0 && line <= INT_MAX - error.line ? line + error.line - 1 : line;
    return fail(e, "%s:%d: not valid JSON: %s", name, at, error.text);
}

bool json_read(json **to, const char *path, err *e)
{
    file f = {0};
    *to = NULL;
    if (!file_open(&f, path, e)) return false;
    str s = f.bytes;
    if (str_starts(s, "\xEF\xBB\xBF")) s = str_sub(s, 3, s.len);
    bool done = json_parse(to, s, path, 1, e);
    file_close(&f);
    return done;
}

void json_close(json *j)
{
    json_decref(j);
}

enum json_type json_type_of(const json *j)
{
    if (!j) return JSON_NONE;
    switch (json_typeof(j)) {
    case JSON_NULL: return JSON_IS_NULL;
    case JSON_TRUE:
    case JSON_FALSE: return JSON_IS_BOOL;
    case JSON_INTEGER: return JSON_IS_INT;
    case JSON_REAL: return JSON_IS_REAL;
    case JSON_STRING: return JSON_IS_TEXT;
    case JSON_ARRAY: return JSON_IS_LIST;
    case JSON_OBJECT: return JSON_IS_OBJECT;
    }
    return JSON_NONE;
}

json *json_at(const json *object, const char *key)
{
    return json_object_get(object, key);
}

json *json_item(const json *list, size_t i)
{
    return json_array_get(list, i);
}

size_t json_count(const json *j)
{
    return json_is_array(j) ? json_array_size(j) : json_object_size(j);
}

str json_text(const json *j)
{
    if (!json_is_string(j)) return STR("");
    return (str){json_string_value(j), json_string_length(j)};
}

double(json_real)(const json *j)
{
    return json_number_value(j);
}

int64_t json_int(const json *j)
{
    if (!json_is_real(j)) return json_integer_value(j);
    double x = json_real_value(j);
    if (x != floor(x)) return 0;
    return x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : (int64_t)x;
}

bool(json_true)(const json *j)
{
    return json_is_true(j);
}

/* jansson's iterators ask for an object that may be written to, and write nothing. */
static json_t *writable(const json *j)
{
    union {
        const json *from;
        json_t *to;
    } u = {j};
    return u.to;
}

void *json_first(const json *object)
{
    return json_object_iter(writable(object));
}

void *json_next(const json *object, void *at)
{
    return json_object_iter_next(writable(object), at);
}

str json_key(void *at)
{
    return (str){json_object_iter_key(at), json_object_iter_key_len(at)};
}

json *json_value(void *at)
{
    return json_object_iter_value(at);
}

static bool wrong(const json *j, const char *key, const char *wanted, const char *name, err *e)
{
    text t = {0};
    json_put(&t, j);
    bool cut = t.len > 60;
    fail(e, "%s: %s: %s is needed, here is %.*s%s", name, key, wanted, cut ? 57 : (int)t.len, t.at,
         cut ? "..." : "");
    text_close(&t);
    return false;
}

/* The value at the key; NULL where it is absent or null, which both mean "not said". */
static json *said(const json *object, const char *key)
{
    json *j = json_at(object, key);
    return json_is_null(j) ? NULL : j;
}

bool json_get_int(const json *object, const char *key, int64_t low, int64_t high, int64_t *to,
                  const char *name, err *e)
{
    json *j = said(object, key);
    if (!j) return true;
    bool whole =
        json_is_integer(j) || (json_is_real(j) && json_real_value(j) == floor(json_real_value(j)) &&
                               fabs(json_real_value(j)) < 0x1p63);
    int64_t x = whole ? json_int(j) : 0;
    if (whole && x >= low && x <= high) return *to = x, true;
    char wanted[100];
    snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld", (long long)low,
             (long long)high);
    return wrong(j, key, wanted, name, e);
}

bool json_get_real(const json *object, const char *key, double *to, const char *name, err *e)
{
    json *j = said(object, key);
    if (!j) return true;
    if (!json_is_number(j)) return wrong(j, key, "a number", name, e);
    *to = json_number_value(j);
    return true;
}

bool json_get_bool(const json *object, const char *key, bool *to, const char *name, err *e)
{
    json *j = said(object, key);
    if (!j) return true;
    if (!json_is_boolean(j)) return wrong(j, key, "true or false", name, e);
    *to = json_is_true(j);
    return true;
}

bool json_get_text(const json *object, const char *key, arena *mem, const char **to,
                   const char *name, err *e)
{
    json *j = said(object, key);
    if (!j) return true;
    str s = json_text(j);
    if (!json_is_string(j) || str_find(s, '\0') >= 0) return wrong(j, key, "a text", name, e);
    *to = str_keep(mem, s);
    return true;
}

static json *made(json *j)
{
    if (!j) die("no memory for a JSON value");
    return j;
}

void json_set(json *object, const char *key, json *value)
{
    if (json_object_set_new(object, key, value)) die("no memory for the JSON value %s", key);
}

void json_append(json *list, json *value)
{
    if (json_array_append_new(list, value)) die("no memory for a JSON list");
}

json *json_new_object(void)
{
    return made(json_object());
}

json *json_new_list(void)
{
    return made(json_array());
}

json *json_new_int(int64_t i)
{
    return made(json_integer(i));
}

json *json_new_real(double x)
{
    return isfinite(x) ? made(jansson_real(x)) : json_null();
}

json *json_new_bool(bool b)
{
    return jansson_bool(b);
}

json *json_new_null(void)
{
    return json_null();
}

json *json_new_str(str s)
{
    json *j = json_stringn(s.len ? s.at : "", s.len);
    if (j) return j;
    text valid = {0}; /* jansson takes only valid UTF-8 */
    json_put_str(&valid, s);
    json_error_t error;
    j = json_loadb(valid.at, valid.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    text_close(&valid);
    return made(j);
}
