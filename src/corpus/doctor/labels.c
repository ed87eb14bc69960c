/* What the examples of a file have for answers, and names of labels that look like slips. */
#include "corpus/doctor/parts.h"
#include "corpus/tags.h"
#include <string.h>

static const char *type_name(const task *t, int i)
{
    return t->kind != KIND_WORDS ? t->labels[i] : t->labels[i][1] ? t->labels[i] + 2 : "mentions";
}

static void count(doctor *d, const task *t, checked_file *f)
{
    bool words = t->kind == KIND_WORDS;
    arena scratch = {0};
    tagset s;
    err e = {0};
    int cap = 64;
    chunk *room = TAKE(&scratch, chunk, cap);
    if (words && !tagset_of(&s, t, &scratch, &e)) return;
    f->n_labels = words ? t->n_labels / 2 : t->n_labels;
    f->labels = TAKE(d->mem, checked_label, f->n_labels + 1);
    for (int i = 0; i < f->n_labels; i++) f->labels[i].name = type_name(t, words ? 2 * i + 1 : i);
    for (int i = 0; i < f->x.n; i++) {
        const example *x = &f->x.at[i];
        if (x->n_words > cap) room = TAKE(&scratch, chunk, cap = 2 * x->n_words);
        int n = x->tags ? tags_chunks(&s, x->tags, x->n_words, room) : 0;
        for (int k = 0; k < n; k++) f->labels[room[k].type].n++; /* types in the order of labels */
        if (!words && x->label >= 0) f->labels[x->label].n++;
        for (int k = 0; x->set && k < t->n_labels; k++)
            f->labels[k].n += x->set[k / 64] >> (k % 64) & 1;
    }
    arena_close(&scratch);
}

/* The next letter or digit, in lower case; 0 at the end. */
static char next(const char **s)
{
    for (; **s; ++*s) {
        char c = **s;
        if (c >= 'A' && c <= 'Z') c |= 32;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80) {
            ++*s;
            return c;
        }
    }
    return 0;
}

static bool alike(const char *a, const char *b)
{
    for (;;) {
        char x = next(&a), y = next(&b);
        if (x != y) return false;
        if (!x) return true;
    }
}

void labels_check(doctor *d, const task *t)
{
    checked_file *f = file_now(d);
    for (int i = 0; t->kind == KIND_SCORE && i < f->x.n; i++) {
        double score = f->x.at[i].score;
        if (!i || score < f->low) f->low = score;
        if (!i || score > f->high) f->high = score;
    }
    if (t->kind == KIND_SCORE || t->open_labels) return;
    count(d, t, f);
    for (int i = 0; i < f->n_labels; i++) {
        if (f->split != SPLIT_TRAIN && !f->labels[i].n)
            finding_add(d, FINDING_ABSENT, NULL, 0, "'%s' of train does not occur here",
                        f->labels[i].name);
        for (int k = 0; f->split == SPLIT_TRAIN && k < i; k++)
            if (alike(f->labels[i].name, f->labels[k].name))
                finding_add(d, FINDING_ALIKE, NULL, 0,
                            "labels '%s' (%zu) and '%s' (%zu) differ only in case, blanks or "
                            "punctuation",
                            f->labels[k].name, f->labels[k].n, f->labels[i].name, f->labels[i].n);
    }
}
