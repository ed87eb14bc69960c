/* Help and the manual page, made from the option table. */
#include "base/options.h"
#include <math.h>
#include <string.h>

enum { WIDTH = 80, INDENT = 26 };

/* Words of s in lines of WIDTH columns, the first line from `column`, the others from `indent`. */
static void wrapped(const char *s, int column, int indent, FILE *to)
{
    bool first = true;
    while (*s) {
        size_t len = strcspn(s, " \n");
        bool hard = s[len] == '\n';
        if (len) {
            if (!first && column + 1 + (int)len > WIDTH) {
                fprintf(to, "\n%*s", indent, "");
                column = indent, first = true;
            }
            fprintf(to, "%s%.*s", first ? "" : " ", (int)len, s);
            column += (int)len + !first;
            first = false;
        }
        if (hard) {
            fprintf(to, "\n%*s", indent, "");
            column = indent, first = true;
        }
        s += len + (s[len] != '\0');
    }
    fputc('\n', to);
}

/* "FILE; f32, bf16 or auto": what a value may be, or "". */
static const char *limits(const option *op, char to[400])
{
    to[0] = '\0';
    if (op->choices) {
        snprintf(to, 400, "%s", op->choices);
    } else if ((op->type == OPTION_INT || op->type == OPTION_REAL) &&
               (op->low != 0 || op->high != 0)) {
        if (op->high == INFINITY)
            snprintf(to, 400, "at least %.15g", op->low);
        else
            snprintf(to, 400, "%.15g to %.15g", op->low, op->high);
    }
    return to;
}

static void help_option(const option *op, FILE *to)
{
    char left[200], right[2000], range[400];
    int n = op->letter ? snprintf(left, sizeof left, "  -%c", op->letter)
                       : snprintf(left, sizeof left, "    ");
    if (op->name)
        n += snprintf(left + n, sizeof left - (size_t)n, "%s --%s", op->letter ? "," : " ",
                      op->name);
    if (op->value) n += snprintf(left + n, sizeof left - (size_t)n, " %s", op->value);
    fputs(left, to);
    if (n + 2 > INDENT)
        fprintf(to, "\n%*s", INDENT, "");
    else
        fprintf(to, "%*s", INDENT - n, "");
    limits(op, range);
    const char *more = op->type == OPTION_MANY ? "; may be given several times" : "";
    snprintf(right, sizeof right, "%s%s%s%s%s", op->help ? op->help : "", more, *range ? " (" : "",
             range, *range ? ")" : "");
    wrapped(right, INDENT, INDENT, to);
}

static void help_table(const char *title, const option *table, int n, FILE *to)
{
    if (!n) return;
    fprintf(to, "\n%s:\n", title);
    for (int i = 0; i < n; i++) help_option(&table[i], to);
}

static const option standard = {.name = "help", .letter = 'h', .help = "print this and end"};

void options_help(const options *o, FILE *to)
{
    fprintf(to, "usage: mtbert %s%s%s\n", o->verb, *o->usage ? " " : "", o->usage);
    if (o->about) {
        fputc('\n', to);
        wrapped(o->about, 0, 0, to);
    }
    help_table("options", o->table, o->n, to);
    bool taken = false;
    for (int i = 0; i < o->n; i++) taken |= o->table[i].letter == 'h';
    option h = standard;
    if (taken) h.letter = 0;
    if (!o->n) fputs("\noptions:\n", to);
    help_option(&h, to);
    if (o->more) help_table("settings", o->more, o->more_n, to);
    if (o->examples) {
        fputs("\nexamples:\n", to);
        for (str rest = str_of(o->examples), line; str_line(&rest, &line);)
            fprintf(to, "  %.*s\n", (int)line.len, line.at);
    }
}

/* Text that roff shows as it is. */
static void roff(const char *s, FILE *to)
{
    if (*s == '.' || *s == '\'') fputs("\\&", to);
    for (; *s; s++) {
        if (*s == '\\')
            fputs("\\e", to);
        else if (*s == '-')
            fputs("\\-", to);
        else
            fputc(*s, to);
        if (*s == '\n' && (s[1] == '.' || s[1] == '\'')) fputs("\\&", to);
    }
}

static void manual_table(const option *table, int n, FILE *to)
{
    char range[400];
    for (int i = 0; i < n; i++) {
        const option *op = &table[i];
        fputs(".TP\n", to);
        if (op->letter) fprintf(to, "\\fB\\-%c\\fR%s", op->letter, op->name ? ", " : "");
        if (op->name) {
            fputs("\\fB\\-\\-", to);
            roff(op->name, to);
            fputs("\\fR", to);
        }
        if (op->value) {
            fputs(" \\fI", to);
            roff(op->value, to);
            fputs("\\fR", to);
        }
        fputc('\n', to);
        roff(op->help ? op->help : "", to);
        if (op->type == OPTION_MANY) fputs("; may be given several times", to);
        if (*limits(op, range)) {
            fputs(" (", to);
            roff(range, to);
            fputc(')', to);
        }
        fputc('\n', to);
    }
}

void options_manual(const options *o, FILE *to)
{
    fputs(".SS \"mtbert ", to);
    roff(o->verb, to);
    fputs(" ", to);
    roff(o->usage, to);
    fputs("\"\n", to);
    if (o->about) {
        roff(o->about, to);
        fputc('\n', to);
    }
    manual_table(o->table, o->n, to);
    if (o->more) manual_table(o->more, o->more_n, to);
    if (o->examples) {
        fputs(".PP\n.nf\n", to);
        for (str rest = str_of(o->examples), line; str_line(&rest, &line);) {
            fprintf(to, "    ");
            for (size_t i = 0; i < line.len; i++) {
                char one[2] = {line.at[i], '\0'};
                if (*one == '.' || *one == '\'')
                    fputc(*one, to);
                else
                    roff(one, to);
            }
            fputc('\n', to);
        }
        fputs(".fi\n", to);
    }
}
