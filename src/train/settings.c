/* The one list of settings, expanded to everything that needs it. */
#include "train/settings.h"
#include <string.h>

const char *const preset_names[3] = {"none", "paper", "authors"};

enum setting_type { INT, REAL, TEXT, SWITCH };
static const struct row {
    const char *name, *choices, *help;
    double low, high;
    size_t at;
    enum setting_type type;
    int identity;
} rows[SETTINGS] = {
#define SETTING(field, name, type, fallback, paper, authors, low, high, choices, identity, help) \
    {name, choices, help, low, high, offsetof(settings, field), type, identity},
#include "train/settings.def"
#undef SETTING
};

static void *field(settings *s, int i)
{
    return (char *)s + rows[i].at;
}

static int64_t as_int(const settings *s, int i)
{
    return *(const int64_t *)((const char *)s + rows[i].at);
}

static double as_real(const settings *s, int i)
{
    return *(const double *)((const char *)s + rows[i].at);
}

static const char *as_text(const settings *s, int i)
{
    return *(const char *const *)((const char *)s + rows[i].at);
}

void settings_start(settings *s, enum preset p)
{
#define SETTING(field, name, type, fallback, paper, authors, ...)                  \
    {                                                                              \
        const __typeof__(s->field) by_preset[] = {(fallback), (paper), (authors)}; \
        s->field = by_preset[p];                                                   \
    }
#include "train/settings.def"
#undef SETTING
}

static const char *help_with_default(arena *mem, const settings *s, int i)
{
    switch (rows[i].type) {
    case INT: return str_format(mem, "%s (%lld)", rows[i].help, (long long)as_int(s, i));
    case REAL: return str_format(mem, "%s (%g)", rows[i].help, as_real(s, i));
    default:
        return *as_text(s, i) ? str_format(mem, "%s (%s)", rows[i].help, as_text(s, i))
                              : rows[i].help;
    }
}

const option *settings_options(settings *s, arena *mem)
{
    static const enum option_type types[] = {OPTION_INT, OPTION_REAL, OPTION_TEXT, OPTION_TEXT};
    static const char *const values[] = {"N", "X", "WORD", "WORD"};
    option *table = TAKE(mem, option, SETTINGS);
    for (int i = 0; i < SETTINGS; i++) {
        const struct row *r = &rows[i];
        table[i] = (option){.name = r->name,
                            .type = types[r->type],
                            .to = field(s, i),
                            .value = values[r->type],
                            .help = help_with_default(mem, s, i),
                            .low = r->low,
                            .high = r->high,
                            .choices = r->choices};
    }
    return table;
}

int setting_choice(const char *choices, const char *value)
{
    str rest = str_of(choices);
    for (int i = 0; rest.at; i++)
        if (str_is(str_cut(&rest, '|'), value)) return i;
    return -1;
}

static bool read_text(settings *s, int i, const yaml *y, err *e)
{
    const char *value = NULL;
    if (!yaml_text(y, &value, e)) return false;
    if (rows[i].type == SWITCH && !y->quoted) { /* YAML's own spellings of a truth value */
        if (!strcmp(value, "true") || !strcmp(value, "yes")) value = "on";
        if (!strcmp(value, "false") || !strcmp(value, "no")) value = "off";
    }
    if (rows[i].choices && setting_choice(rows[i].choices, value) < 0)
        return fail(e, "%s:%d: %s: one of %s is needed, here is '%s'", y->file, y->line,
                    rows[i].name, rows[i].choices, value);
    *(const char **)field(s, i) = value;
    return true;
}

bool settings_read(settings *s, settings_given *given, yaml *map, const char *const *also, int n,
                   err *e)
{
    if (!map) return true;
    if (map->type != YAML_MAP)
        return fail(e, "%s:%d: settings are a map of names and values", map->file, map->line);
    const char *names[SETTINGS + 32];
    int count = 0;
    for (int i = 0; i < SETTINGS; i++) {
        names[count++] = rows[i].name;
        yaml *y = yaml_get(map, rows[i].name);
        if (!y) continue;
        if (given) given->at[i] = true;
        double low = rows[i].low, high = rows[i].high;
        bool ok = rows[i].type == INT    ? yaml_int(y, (int64_t)low, (int64_t)high, field(s, i), e)
                  : rows[i].type == REAL ? yaml_real(y, low, high, field(s, i), e)
                                         : read_text(s, i, y, e);
        if (!ok) return false;
    }
    for (int i = 0; i < n && i < 32; i++) {
        names[count++] = also[i];
        (void)yaml_get(map, also[i]);
    }
    return yaml_no_more(map, names, count, e);
}

void settings_take(settings *to, settings_given *given, const settings *from,
                   const settings_given *from_given)
{
    static const size_t bytes[] = {sizeof(int64_t), sizeof(double), sizeof(char *), sizeof(char *)};
    for (int i = 0; i < SETTINGS; i++) {
        if (!from_given->at[i]) continue;
        memcpy(field(to, i), (const char *)from + rows[i].at, bytes[rows[i].type]);
        if (given) given->at[i] = true;
    }
}

bool settings_check(const settings *s, err *e)
{
    if (is_on(s->freeze) && s->layer_decay < 1)
        return fail(e, "freeze-encoder and layer-decay exclude each other");
    if (!strcmp(s->mix, "weights") != (*s->mix_weights != 0))
        return fail(e, "mix weights and mix-weights belong together");
    if (s->b1 >= 1 || s->b2 >= 1) return fail(e, "beta1 and beta2 must be below 1");
    if (is_on(s->train_on_dev) && !strcmp(s->select, "dev"))
        return fail(e, "with train-on-dev, dev cannot select: say select last (or test)");
    return true;
}

static void put_value(text *to, const settings *s, int i)
{
    switch (rows[i].type) {
    case INT: text_format(to, "%lld", (long long)as_int(s, i)); break;
    case REAL: text_format(to, "%.17g", as_real(s, i)); break;
    default: yaml_put(to, str_of(as_text(s, i)));
    }
}

void settings_put(text *to, const settings *s)
{
    for (int i = 0; i < SETTINGS; i++) {
        text_format(to, "  %s: ", rows[i].name);
        put_value(to, s, i);
        text_char(to, '\n');
    }
}

int settings_words(const settings *s, const settings_given *given, arena *mem, const char **to)
{
    int n = 0;
    for (int i = 0; i < SETTINGS; i++) {
        if (!given->at[i]) continue;
        text t = {0};
        if (rows[i].type == TEXT || rows[i].type == SWITCH)
            text_add(&t, str_of(as_text(s, i)));
        else
            put_value(&t, s, i);
        to[n++] = str_format(mem, "--%s", rows[i].name);
        to[n++] = str_keep(mem, text_str(&t));
        text_close(&t);
    }
    return n;
}

uint64_t settings_hash(const settings *s)
{
    settings usual;
    text all = {0}, mine = {0}, theirs = {0};
    settings_start(&usual, PRESET_NONE);
    for (int i = 0; i < SETTINGS; i++) {
        mine.len = theirs.len = 0;
        put_value(&mine, s, i);
        put_value(&theirs, &usual, i);
        if (!rows[i].identity || str_eq(text_str(&mine), text_str(&theirs))) continue;
        text_format(&all, "%s=", rows[i].name);
        text_add(&all, text_str(&mine));
        text_char(&all, '\n');
    }
    uint64_t h = str_hash(text_str(&all));
    text_close(&all);
    text_close(&mine);
    text_close(&theirs);
    return h;
}
