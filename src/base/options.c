/* The command line against its table. Help and manual page are in options_help.c. */
#include "base/options.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct parser {
    const options *o;
    arena *mem;
    char **argv;
    int argc, at;
    bool *given;
    err *e;
} parser;

static int count(const options *o)
{
    return o->n + (o->more ? o->more_n : 0);
}

static const option *option_at(const options *o, int i)
{
    return i < o->n ? &o->table[i] : &o->more[i - o->n];
}

/* Equal, with _ and - the same. */
static bool same_name(str a, const char *b)
{
    if (a.len != strlen(b)) return false;
    for (size_t i = 0; i < a.len; i++)
        if ((a.at[i] == '_' ? '-' : a.at[i]) != (b[i] == '_' ? '-' : b[i])) return false;
    return true;
}

static bool unknown(parser *p, str name)
{
    const char **names = TAKE(p->mem, const char *, count(p->o) + 1);
    int n = 0;
    for (int i = 0; i < count(p->o); i++)
        if (option_at(p->o, i)->name) names[n++] = option_at(p->o, i)->name;
    names[n++] = "help";
    const char *shown = str_keep(p->mem, name), *near = str_nearest(shown, names, n);
    return fail(p->e, "unknown option --%s%s%s%s", shown,
                near ? "; did you mean --" : "; see --help", near ? near : "", near ? "?" : "");
}

static bool take_choice(const option *op, const char *name, const char *value, err *e)
{
    const char *near[32];
    char copy[500], list[600] = "";
    int n = 0;
    snprintf(copy, sizeof copy, "%s", op->choices);
    for (char *next = copy, *word; (word = strsep(&next, "|")) && n < 32;) {
        if (!strcmp(word, value)) return true;
        near[n++] = word;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", n > 1 ? ", " : "", word);
    }
    const char *best = str_nearest(value, near, n);
    return fail(e, "%s: one of %s is needed, here is '%s'%s%s%s", name, list, value,
                best ? "; did you mean " : "", best ? best : "", best ? "?" : "");
}

static bool wrong_number(const option *op, const char *name, const char *value, err *e)
{
    const char *kind = op->type == OPTION_INT ? "a whole number" : "a number";
    if (op->low == 0 && op->high == 0)
        return fail(e, "%s: %s is needed, here is '%s'", name, kind, value);
    if (op->high == INFINITY)
        return fail(e, "%s: %s of at least %.15g is needed, here is '%s'", name, kind, op->low,
                    value);
    return fail(e, "%s: %s from %.15g to %.15g is needed, here is '%s'", name, kind, op->low,
                op->high, value);
}

static bool take_value(parser *p, const option *op, const char *name, const char *value)
{
    bool any = op->low == 0 && op->high == 0;
    int64_t whole = 0;
    double real = 0;
    switch (op->type) {
    case OPTION_FLAG: *(bool *)op->to = true; return true;
    case OPTION_TEXT:
        if (op->choices && !take_choice(op, name, value, p->e)) return false;
        *(const char **)op->to = value;
        return true;
    case OPTION_INT:
        if (!str_int(str_of(value), &whole) ||
            (!any && ((double)whole < op->low || (double)whole > op->high)))
            return wrong_number(op, name, value, p->e);
        *(int64_t *)op->to = whole;
        return true;
    case OPTION_REAL:
        if (!str_real(str_of(value), &real) || (!any && (real < op->low || real > op->high)))
            return wrong_number(op, name, value, p->e);
        *(double *)op->to = real;
        return true;
    case OPTION_MANY: {
        option_many *m = op->to;
        if (op->choices && !take_choice(op, name, value, p->e)) return false;
        const char **more = TAKE(p->mem, const char *, m->n + 1);
        if (m->n) memcpy(more, m->values, (size_t)m->n * sizeof *more);
        more[m->n++] = value;
        m->values = more;
        return true;
    }
    }
    return true;
}

/* The word behind an option that wants a value. One that looks like an option is none, since the value
 * was more likely forgotten; --name=-x says it. */
static const char *next_value(parser *p, const option *op, const char *name)
{
    const char *value = p->at < p->argc ? p->argv[p->at] : NULL;
    double number;
    bool looks = value && value[0] == '-' && value[1] && !str_real(str_of(value), &number);
    if (value && !looks) return p->at++, value;
    fail(p->e, "%s needs a value%s%s%s%s", name, op->value ? ", " : "", op->value ? op->value : "",
         looks ? "; here is the option " : "", looks ? value : "");
    return NULL;
}

static bool take_long(parser *p, const char *word, bool *helped)
{
    str rest = str_of(word + 2), name = str_cut(&rest, '=');
    if (str_is(name, "help")) return *helped = true;
    for (int i = 0; i < count(p->o); i++) {
        const option *op = option_at(p->o, i);
        if (!op->name || !same_name(name, op->name)) continue;
        const char *shown = str_format(p->mem, "--%s", op->name), *value = rest.at;
        if (op->type == OPTION_FLAG && value)
            return fail(p->e, "%s takes no value, here is '%s'", shown, value);
        if (op->type != OPTION_FLAG && !value && !(value = next_value(p, op, shown))) return false;
        if (p->given) p->given[i] = true;
        return take_value(p, op, shown, value);
    }
    return unknown(p, name);
}

/* -q, -qv, -@4, -@ 4, -@=4 */
static bool take_letters(parser *p, const char *word, bool *helped)
{
    for (const char *c = word + 1; *c; c++) {
        const option *op = NULL;
        for (int i = 0; i < count(p->o) && !op; i++)
            if (option_at(p->o, i)->letter == *c) {
                op = option_at(p->o, i);
                if (p->given) p->given[i] = true;
            }
        if (!op && *c == 'h') return *helped = true;
        if (!op) return fail(p->e, "unknown option -%s; see --help", c);
        const char shown[] = {'-', *c, '\0'}, *value = c[1] ? c + 1 + (c[1] == '=') : NULL;
        if (op->type == OPTION_FLAG) {
            if (!take_value(p, op, shown, NULL)) return false;
            continue;
        }
        if (!value && !(value = next_value(p, op, shown))) return false;
        return take_value(p, op, shown, value);
    }
    return true;
}

bool options_parse(const options *o, int argc, char **argv, arena *mem, const char ***words,
                   int *n_words, bool *given, bool *helped, err *e)
{
    parser p = {o, mem, argv, argc, 0, given, e};
    bool all_words = false;
    *words = TAKE(mem, const char *, argc + 1);
    *n_words = 0;
    *helped = false;
    if (given) memset(given, 0, (size_t)count(o) * sizeof *given);
    while (p.at < argc) {
        const char *word = argv[p.at++];
        if (all_words || word[0] != '-' || !word[1]) {
            (*words)[(*n_words)++] = word;
        } else if (!strcmp(word, "--")) {
            all_words = true;
        } else if (!(word[1] == '-' ? take_long(&p, word, helped)
                                    : take_letters(&p, word, helped))) {
            return false;
        }
        if (*helped) {
            options_help(o, stdout);
            return true;
        }
    }
    return true;
}
