/* The doctor's report, for people and for programs. */
#include "base/json.h"
#include "corpus/doctor/parts.h"
#include <stdlib.h>
#include <string.h>

/* By kind, and so the gravest first; then in the order of files and lines. */
static int by_gravity(const void *a, const void *b)
{
    const finding *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->file != y->file) return x->file < y->file ? -1 : 1;
    int c = str_cmp(str_of(x->path), str_of(y->path));
    if (c) return c;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return str_cmp(str_of(x->message), str_of(y->message));
}

static void sort(doctor *d)
{
    if (d->n > 1) qsort(d->at, (size_t)d->n, sizeof *d->at, by_gravity);
}

static size_t of_kind(const doctor *d, int kind)
{
    size_t n = 0;
    for (int i = 0; i < d->n_files; i++) n += d->files[i].counts[kind];
    return n;
}

static size_t of_severity(const doctor *d, int severity)
{
    size_t n = 0;
    for (int k = 0; k < FINDINGS; k++)
        if ((int)finding_severity((enum finding_kind)k) == severity) n += of_kind(d, k);
    return n;
}

static void put_findings(text *to, const doctor *d)
{
    size_t listed = 0;
    for (int i = 0; i < d->n; i++) {
        const finding *x = &d->at[i];
        const char *severity = severity_names[finding_severity(x->kind)],
                   *name = finding_names[x->kind];
        text_format(to, "%s:", x->path);
        if (x->line) text_format(to, "%d:", x->line);
        text_format(to, " %s: %s [%s]\n", severity, x->message, name);
        listed++;
        bool last = i + 1 == d->n || d->at[i + 1].kind != x->kind || d->at[i + 1].file != x->file;
        if (!last) continue;
        size_t all = d->files[x->file].counts[x->kind];
        if (all > listed)
            text_format(to, "%s: %s: and %zu more; --all lists them [%s]\n", d->files[x->file].path,
                        severity, all - listed, name);
        listed = 0;
    }
}

static void put_file(text *to, const checked_file *f)
{
    text_format(to, "%s: ", f->path);
    if (!f->x.n) {
        text_format(to, "not readable as %s, %s\n", f->format ? f->format : "any format",
                    kind_names[f->t->kind]);
        return;
    }
    bool named = strcmp(f->t->name, "corpus") != 0; /* a study's task */
    text_format(to, "%s of %s%s%s, %s", split_names[f->split], named ? f->t->name : "",
                named ? ": " : "", f->format, kind_names[f->t->kind]);
    text_format(to, "; %d example%s", f->x.n, f->x.n == 1 ? "" : "s");
    if (f->documents.n)
        text_format(to, " of %d document%s", f->documents.n, f->documents.n == 1 ? "" : "s");
    if (f->scheme) text_format(to, ", tags by %s", f->scheme);
    if (f->t->kind == KIND_SCORE) text_format(to, "; scores from %g to %g", f->low, f->high);
    for (int i = 0; i < f->n_labels && i < 20; i++)
        text_format(to, "%s%s %zu", i ? ", " : "; ", f->labels[i].name, f->labels[i].n);
    text_format(to, "%s\n", f->n_labels > 20 ? ", .." : "");
}

void doctor_put_text(text *to, doctor *d, const char *lengths)
{
    sort(d);
    put_findings(to, d);
    for (int i = 0; i < d->n_files; i++) put_file(to, &d->files[i]);
    text_format(to, "%s\n", lengths);
    for (int s = 0; s < SEVERITIES; s++) {
        size_t n = of_severity(d, s);
        text_format(to, "%s%zu %s%s", s ? ", " : "", n, severity_names[s], n == 1 ? "" : "s");
        for (int k = 0, any = 0; k < FINDINGS; k++)
            if ((int)finding_severity((enum finding_kind)k) == s && of_kind(d, k))
                text_format(to, "%s%s %zu", any++ ? ", " : " (", finding_names[k], of_kind(d, k));
        if (n) text_char(to, ')');
    }
    text_char(to, '\n');
}

static void put_key(text *to, const char *key, const char *value)
{
    text_format(to, "\"%s\":", key);
    json_put_str(to, str_of(value));
}

static void put_json_file(text *to, const checked_file *f)
{
    text_char(to, '{');
    put_key(to, "path", f->path), text_char(to, ',');
    put_key(to, "split", split_names[f->split]), text_char(to, ',');
    put_key(to, "task", f->t->name), text_char(to, ',');
    put_key(to, "kind", kind_names[f->t->kind]), text_char(to, ',');
    if (f->format) put_key(to, "format", f->format), text_char(to, ',');
    if (f->scheme) put_key(to, "scheme", f->scheme), text_char(to, ',');
    if (f->t->kind == KIND_SCORE && f->x.n) {
        text_add(to, STR("\"scores\":["));
        json_put_real(to, f->low), text_char(to, ',');
        json_put_real(to, f->high), text_add(to, STR("],"));
    }
    text_format(to, "\"documents\":%d,\"examples\":%d,\"labels\":{", f->documents.n, f->x.n);
    for (int i = 0; i < f->n_labels; i++) {
        if (i) text_char(to, ',');
        json_put_str(to, str_of(f->labels[i].name));
        text_format(to, ":%zu", f->labels[i].n);
    }
    text_add(to, STR("}}"));
}

void doctor_put_json(text *to, doctor *d, const char *lengths)
{
    sort(d);
    text_add(to, STR("{\"findings\":["));
    for (int i = 0; i < d->n; i++) {
        const finding *x = &d->at[i];
        text_add(to, i ? STR(",{") : STR("{"));
        put_key(to, "severity", severity_names[finding_severity(x->kind)]), text_char(to, ',');
        put_key(to, "kind", finding_names[x->kind]), text_char(to, ',');
        put_key(to, "file", x->path);
        text_format(to, ",\"line\":%d,", x->line);
        put_key(to, "message", x->message);
        text_char(to, '}');
    }
    text_add(to, STR("],\"counts\":{"));
    for (int s = 0; s < SEVERITIES; s++)
        text_format(to, "%s\"%s\":%zu", s ? "," : "", severity_names[s], of_severity(d, s));
    text_add(to, STR(",\"kinds\":{"));
    for (int k = 0, any = 0; k < FINDINGS; k++)
        if (of_kind(d, k))
            text_format(to, "%s\"%s\":%zu", any++ ? "," : "", finding_names[k], of_kind(d, k));
    text_format(to, "}},\"lengths\":%s,\"files\":[", lengths);
    for (int i = 0; i < d->n_files; i++) {
        if (i) text_char(to, ',');
        put_json_file(to, &d->files[i]);
    }
    text_add(to, STR("]}\n"));
}
