/* Predictions to TSV, and held against the corpus they are for. Reading is predictions_read.c. */
#include "score/predictions.h"
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include <math.h>
#include <string.h>

void predictions_close(predictions *p)
{
    arena_close(&p->mem);
    *p = (predictions){0};
}

static bool has_gold(const predictions *p, const predicted *x)
{
    switch (p->t->kind) {
    case KIND_SCORE: return !isnan(x->gold_score);
    case KIND_LABELS: return x->gold_set != NULL;
    case KIND_WORDS: return x->gold_tags != NULL || !x->n_words;
    default: return x->gold >= 0;
    }
}

typedef struct writing {
    const predictions *p;
    const task *t;
    FILE *to;
    bool gold, words, scores;
    text number; /* room for a number's digits */
} writing;

/* bar: inside a list of labels, where | separates. */
static void put_field(FILE *to, const char *s, bool bar)
{
    for (; *s; s++) {
        const char *escaped = *s == '\t'         ? "\\t"
                              : *s == '\n'       ? "\\n"
                              : *s == '\r'       ? "\\r"
                              : *s == '\\'       ? "\\\\"
                              : *s == '|' && bar ? "\\|"
                                                 : NULL;
        if (escaped)
            fputs(escaped, to);
        else
            fputc(*s, to);
    }
}

static void put_set(const writing *w, const uint64_t *set)
{
    bool first = true;
    for (int i = 0; i < w->t->n_labels; i++) {
        if (!(set[i / 64] >> (i % 64) & 1)) continue;
        if (!first) fputc('|', w->to);
        put_field(w->to, w->t->labels[i], true);
        first = false;
    }
}

static void put_number(writing *w, double x, bool as_float)
{
    w->number.len = 0;
    if (as_float)
        json_put_float(&w->number, (float)x);
    else
        json_put_real(&w->number, x);
    fwrite(w->number.at, 1, w->number.len, w->to);
}

static void put_tag(const writing *w, int tag)
{
    put_field(w->to, tag == TAG_FOREIGN ? "X" : w->t->labels[tag], false);
}

static void put_names(const writing *w, const predicted *x)
{
    put_field(w->to, x->id, false);
    fputc('\t', w->to);
    put_field(w->to, x->doc, false);
    fputc('\t', w->to);
}

static void put_words(const writing *w, const predicted *x)
{
    for (int i = 0; i < x->n_words; i++) {
        put_names(w, x);
        if (w->words) {
            put_field(w->to, x->words[i], false);
            fputc('\t', w->to);
        }
        if (w->gold) {
            put_tag(w, x->gold_tags[i]);
            fputc('\t', w->to);
        }
        put_tag(w, x->tags[i]);
        fputc('\n', w->to);
    }
}

static void put_answer(writing *w, const predicted *x, bool gold)
{
    if (w->t->kind == KIND_SCORE)
        put_number(w, gold ? x->gold_score : x->score, false);
    else if (w->t->kind == KIND_LABELS)
        put_set(w, gold ? x->gold_set : x->set);
    else
        put_field(w->to, w->t->labels[gold ? x->gold : x->best], false);
}

static void put_row(writing *w, const predicted *x)
{
    put_names(w, x);
    if (w->gold) {
        put_answer(w, x, true);
        fputc('\t', w->to);
    }
    put_answer(w, x, false);
    for (int k = 0; w->scores && k < w->t->n_labels; k++) {
        fputc('\t', w->to);
        put_number(w, x->scores[k], true);
    }
    fputc('\n', w->to);
}

static void put_header(const writing *w)
{
    fputs("id\tdoc", w->to);
    if (w->words) fputs("\tword", w->to);
    if (w->gold) fputs("\tgold", w->to);
    fputs("\tpredicted", w->to);
    for (int k = 0; w->scores && k < w->t->n_labels; k++) {
        fputs("\tscore:", w->to);
        put_field(w->to, w->t->labels[k], false);
    }
    fputc('\n', w->to);
}

/* What the reader would refuse must not be written. */
static bool may_write(writing *w, err *e)
{
    const predictions *p = w->p;
    bool some = false;
    w->gold = true;
    w->words = p->t->kind == KIND_WORDS;
    w->scores = p->n && p->t->kind != KIND_WORDS && p->t->kind != KIND_SCORE;
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        bool gold = has_gold(p, x);
        some |= gold && (p->t->kind != KIND_WORDS || x->n_words);
        w->gold &= gold;
        w->words &= x->words != NULL || !x->n_words;
        w->scores &= x->scores != NULL;
        if (p->t->kind == KIND_SCORE && (!isfinite(x->score) || isinf(x->gold_score)))
            return fail(e, "example %s: a finite score is expected, here are %g (gold) and %g",
                        x->id, x->gold_score, x->score);
        if (!x->id[0]) return fail(e, "example %d has an empty id", i + 1);
        for (int k = 0; x->scores && k < p->t->n_labels; k++)
            if (!isfinite(x->scores[k]))
                return fail(e, "example %s: the score of %s is not finite", x->id, p->t->labels[k]);
        if (i && p->t->kind == KIND_WORDS && !strcmp(x->id, p->at[i - 1].id))
            return fail(e, "two sentences in a row have the id %s", x->id);
    }
    if (some && !w->gold) return fail(e, "some examples have gold answers and some have none");
    return true;
}

bool predictions_write(const predictions *p, const char *path, err *e)
{
    out o;
    writing w = {.p = p, .t = p->t};
    if (!may_write(&w, e)) return fail_in(e, "%s", path);
    if (!out_open(&o, path, e)) return false;
    w.to = o.to;
    put_header(&w);
    for (int i = 0; i < p->n; i++) {
        if (p->t->kind == KIND_WORDS)
            put_words(&w, &p->at[i]);
        else
            put_row(&w, &p->at[i]);
    }
    text_close(&w.number);
    return out_close(&o, e);
}
