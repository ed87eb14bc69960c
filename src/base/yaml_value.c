/* Values of YAML nodes with their types, complaints that say file, line and key; and writing a scalar. */
#include "base/utf8.h"
#include "base/yaml.h"
#include <strings.h>

static bool wrong(const yaml *y, const char *wanted, err *e)
{
    const char *key = y->key.len ? y->key.at : "", *colon = y->key.len ? ": " : "";
    if (y->type != YAML_TEXT)
        return fail(e, "%s:%d: %s%s%s is needed, here is a %s", y->file, y->line, key, colon,
                    wanted, y->type == YAML_LIST ? "list" : "map");
    if (!y->value.len)
        return fail(e, "%s:%d: %s%s%s is needed, here is nothing", y->file, y->line, key, colon,
                    wanted);
    return fail(e, "%s:%d: %s%s%s is needed, here is '%.60s'%s", y->file, y->line, key, colon,
                wanted, y->value.at, y->quoted ? " in quotes" : "");
}

static bool plain(const yaml *y)
{
    return y->type == YAML_TEXT && !y->quoted;
}

bool yaml_int(const yaml *y, int64_t low, int64_t high, int64_t *to, err *e)
{
    int64_t x;
    if (!y) return true;
    if (plain(y) && str_int(y->value, &x) && x >= low && x <= high) return *to = x, true;
    char wanted[100];
    snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld", (long long)low,
             (long long)high);
    return wrong(y, wanted, e);
}

bool yaml_real(const yaml *y, double low, double high, double *to, err *e)
{
    double x;
    if (!y) return true;
    if (plain(y) && str_real(y->value, &x) && x >= low && x <= high) return *to = x, true;
    char wanted[100];
    snprintf(wanted, sizeof wanted, "a number from %g to %g", low, high);
    return wrong(y, wanted, e);
}

bool yaml_bool(const yaml *y, bool *to, err *e)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
    if (!y) return true;
    for (int i = 0; plain(y) && i < 6; i++)
        if (!strcasecmp(y->value.at, words[i])) return *to = i % 2, true;
    return wrong(y, "true or false", e);
}

bool yaml_text(const yaml *y, const char **to, err *e)
{
    if (!y) return true;
    if (y->type != YAML_TEXT) return wrong(y, "a text", e);
    *to = y->value.at;
    return true;
}

bool yaml_texts(const yaml *y, arena *mem, const char ***to, int *n, err *e)
{
    if (!y) return true;
    if (y->type != YAML_LIST) return wrong(y, "a list", e);
    const char **list = TAKE(mem, const char *, y->count);
    int i = 0;
    for (const yaml *item = y->first; item; item = item->next)
        if (!yaml_text(item, &list[i++], e))
            return fail_in(e, "%s", y->key.len ? y->key.at : "list");
    *to = list, *n = i;
    return true;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* May stand without quotes: a narrow rule, since everything else may have quotes. */
static bool may_be_plain(str s)
{
    if (!s.len || str_starts(s, "..")) return false;
    char first = s.at[0];
    bool sign = (first == '-' || first == '+') && s.len > 1 && letter(s.at[1]);
    if (!letter(first) && first != '/' && first != '.' && !sign) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool inner = c == ' ' && i + 1 < s.len && s.at[i + 1] != ' ';
        if (!letter(c) && !inner && str_find(STR("./+-=@%~^()"), c) < 0) return false;
    }
    return true;
}

void yaml_put(text *t, str value)
{
    if (may_be_plain(value)) {
        text_add(t, value);
        return;
    }
    text_char(t, '"');
    for (size_t at = 0; at < value.len;) {
        size_t from = at;
        uint32_t code = utf8_next(value, &at);
        if (code == '"' || code == '\\') {
            text_char(t, '\\');
            text_char(t, (char)code);
        } else if (code == '\n') {
            text_add(t, STR("\\n"));
        } else if (code == '\t') {
            text_add(t, STR("\\t"));
        } else if (code < 32 || (code >= 127 && code < 160)) {
            text_format(t, "\\x%02x", (unsigned)code);
        } else if (code == 0xFEFF || code == 0x2028 || code == 0x2029 ||
                   (code >= 0xFFFE && code <= 0xFFFF)) {
            text_format(t, "\\u%04x", (unsigned)code);
        } else if (code == 0xFFFD) {
            text_add(t, STR("\xEF\xBF\xBD"));
        } else {
            text_add(t, str_sub(value, from, at));
        }
    }
    text_char(t, '"');
}
