/* A score for people (aligned columns) and for programs (one JSON object). */
#include "base/json.h"
#include "base/utf8.h"
#include "score/score.h"
#include <math.h>
#include <string.h>

/* Pads by code points: labels may hold Greek. */
static void put_left(FILE *to, const char *s, int width)
{
    int points = (int)utf8_points(str_of(s));
    fprintf(to, "%s%*s", s, points < width ? width - points : 0, "");
}

static int widest(const char *const *names, int n, int least)
{
    for (int i = 0; i < n; i++) {
        int points = (int)utf8_points(str_of(names[i]));
        if (points > least) least = points;
    }
    return least;
}

static void print_rows(const score *s, FILE *to)
{
    int width = 5;
    for (int i = 0; i < s->n_rows; i++) width = widest(&s->rows[i].label, 1, width);
    put_left(to, "label", width);
    fprintf(to, "  precision  recall      f1    gold      tp      fp      fn\n");
    for (int i = 0; i < s->n_rows; i++) {
        const score_row *r = &s->rows[i];
        bool counted = !r->mean || r->c.tp + r->c.fp + r->c.fn;
        put_left(to, r->label, width);
        fprintf(to, "  %9.4f  %6.4f  %6.4f  %6ld", r->precision, r->recall, r->f1, r->gold);
        if (counted) fprintf(to, "  %6ld  %6ld  %6ld", r->c.tp, r->c.fp, r->c.fn);
        fputc('\n', to);
    }
}

enum { MATRIX_MOST = 30 }; /* classes; a wider matrix is not read by anybody, and JSON has it */

static void print_confusion(const score *s, const task *t, FILE *to)
{
    if (s->K > MATRIX_MOST) {
        fprintf(to, "\nconfusion matrix: %d classes are too many to print\n", s->K);
        return;
    }
    int width = widest(t->labels, s->K, 16), cell[MATRIX_MOST];
    fprintf(to, "\n");
    put_left(to, "gold \\ predicted", width);
    for (int k = 0; k < s->K; k++) {
        cell[k] = widest(&t->labels[k], 1, 6);
        fprintf(to, "  %*s%s", cell[k] - widest(&t->labels[k], 1, 0), "", t->labels[k]);
    }
    fputc('\n', to);
    for (int g = 0; g < s->K; g++) {
        put_left(to, t->labels[g], width);
        for (int k = 0; k < s->K; k++) fprintf(to, "  %*ld", cell[k], s->confusion[g * s->K + k]);
        fputc('\n', to);
    }
}

void score_print(const score *s, const task *t, FILE *to)
{
    fprintf(to, "task %s: %s %.4f", t->name, metric_names[s->metric], s->value);
    if (s->undefined) fprintf(to, " (undefined: %s)", s->undefined);
    if (s->resamples && !isnan(s->low))
        fprintf(to, ", %g %% interval [%.4f, %.4f] from %d resamples of %d %s", 100 * s->level,
                s->low, s->high, s->resamples, s->units,
                s->units == s->n ? "examples" : "documents");
    else if (s->resamples)
        fprintf(to, ", no interval: there are too few %s for a bootstrap",
                s->units == s->n ? "examples" : "documents");
    fprintf(to, "\n%ld examples", s->n);
    if (t->kind == KIND_WORDS)
        fprintf(to, ", %ld of %ld gold mentions scored", s->scored_mentions, s->gold_mentions);
    if (s->foreign) fprintf(to, ", %ld predicted tags X, CLS or SEP", s->foreign);
    fputc('\n', to);
    if (s->n_rows) fputc('\n', to);
    if (s->n_rows) print_rows(s, to);
    if (s->confusion) print_confusion(s, t, to);
    if (s->n_also) fputc('\n', to);
    for (int i = 0; i < s->n_also; i++) {
        put_left(to, s->also[i].name, 28);
        fprintf(to, "  %.4f\n", s->also[i].value);
    }
}

static void json_key_real(text *to, const char *key, double value)
{
    text_format(to, ", \"%s\": ", key);
    json_put_real(to, value);
}

static void json_rows(const score *s, text *to)
{
    text_add(to, STR(", \"rows\": ["));
    for (int i = 0; i < s->n_rows; i++) {
        const score_row *r = &s->rows[i];
        text_add(to, i ? STR(", {\"label\": ") : STR("{\"label\": "));
        json_put_str(to, str_of(r->label));
        text_format(to, ", \"average\": %s", r->mean ? "true" : "false");
        json_key_real(to, "precision", r->precision);
        json_key_real(to, "recall", r->recall);
        json_key_real(to, "f1", r->f1);
        text_format(to, ", \"gold\": %ld", r->gold);
        if (!r->mean || r->c.tp + r->c.fp + r->c.fn)
            text_format(to, ", \"tp\": %ld, \"fp\": %ld, \"fn\": %ld", r->c.tp, r->c.fp, r->c.fn);
        text_char(to, '}');
    }
    text_char(to, ']');
}

static void json_confusion(const score *s, const task *t, text *to)
{
    text_add(to, STR(", \"labels\": ["));
    for (int k = 0; k < s->K; k++) {
        if (k) text_add(to, STR(", "));
        json_put_str(to, str_of(t->labels[k]));
    }
    text_add(to, STR("], \"confusion\": ["));
    for (int g = 0; g < s->K; g++) {
        text_add(to, g ? STR(", [") : STR("["));
        for (int k = 0; k < s->K; k++)
            text_format(to, "%s%ld", k ? ", " : "", s->confusion[g * s->K + k]);
        text_char(to, ']');
    }
    text_char(to, ']');
}

void score_json(const score *s, const task *t, text *to)
{
    text_add(to, STR("{\"task\": "));
    json_put_str(to, str_of(t->name));
    text_format(to, ", \"kind\": \"%s\", \"metric\": \"%s\"", kind_names[t->kind],
                metric_names[s->metric]);
    json_key_real(to, "value", s->value);
    if (s->undefined) {
        text_add(to, STR(", \"undefined\": "));
        json_put_str(to, str_of(s->undefined));
    }
    if (s->resamples) {
        json_key_real(to, "low", s->low); /* null where there is none */
        json_key_real(to, "high", s->high);
        json_key_real(to, "level", s->level);
        text_format(to, ", \"resamples\": %d", s->resamples);
    }
    text_format(to, ", \"examples\": %ld, \"units\": %d", s->n, s->units);
    if (t->kind == KIND_WORDS)
        text_format(to, ", \"gold_mentions\": %ld, \"scored_mentions\": %ld, \"foreign_tags\": %ld",
                    s->gold_mentions, s->scored_mentions, s->foreign);
    if (s->n_rows) json_rows(s, to);
    if (s->confusion) json_confusion(s, t, to);
    text_add(to, STR(", \"also\": {"));
    for (int i = 0; i < s->n_also; i++) {
        if (i) text_add(to, STR(", "));
        json_put_str(to, str_of(s->also[i].name));
        text_add(to, STR(": "));
        json_put_real(to, s->also[i].value);
    }
    text_add(to, STR("}}\n"));
}
