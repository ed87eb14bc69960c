#include "corpus/labels.h"
#include <stdlib.h>
#include <string.h>

int task_label(const task *t, str name)
{
    for (int i = 0; i < t->n_labels; i++)
        if (str_is(name, t->labels[i])) return i;
    return -1;
}

bool labels_negative(task *t, err *e)
{
    t->negative = -1;
    if (t->negative_name) {
        if (!*t->negative_name || t->open_labels) return true;
        t->negative = task_label(t, str_of(t->negative_name));
        if (t->negative >= 0) return true;
        const char *near = str_nearest(t->negative_name, t->labels, t->n_labels);
        return fail(e, "negative: '%s' is none of the labels%s%s%s", t->negative_name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (t->kind != KIND_RELATION) return true;
    for (int i = 0; i < t->n_labels && t->negative < 0; i++)
        if (!strcmp(t->labels[i], "false") || str_ends(str_of(t->labels[i]), "-false"))
            t->negative = i;
    return true;
}

/* "O", then B-x and I-x of each type. */
static void tags_of(task *t, const char **types, int n, arena *mem)
{
    t->labels = TAKE(mem, const char *, 2 * n + 1);
    t->n_labels = 0;
    t->labels[t->n_labels++] = "O";
    for (int i = 0; i < n; i++) {
        t->labels[t->n_labels++] = *types[i] ? str_format(mem, "B-%s", types[i]) : "B";
        t->labels[t->n_labels++] = *types[i] ? str_format(mem, "I-%s", types[i]) : "I";
    }
}

static bool is_tag(const char *s)
{
    return *s && strchr("BIO", *s) && (!s[1] || (*s != 'O' && s[1] == '-' && s[2]));
}

static bool words_set(task *t, const char *where, int line, arena *mem, err *e)
{
    const char **types = TAKE(mem, const char *, t->n_listed);
    int n = 0, tags = 0;
    bool outside = false;
    for (int i = 0; i < t->n_listed; i++)
        tags += is_tag(t->listed[i]), outside |= !strcmp(t->listed[i], "O");
    if (outside && tags < t->n_listed)
        return fail(e,
                    "%s:%d: labels: either types of mention (Disease) or the tags O, B-Disease, "
                    "I-Disease are expected, here are both",
                    where, line);
    for (int i = 0; i < t->n_listed; i++) {
        const char *s = t->listed[i], *type = !outside          ? s
                                              : !strcmp(s, "O") ? NULL
                                              : s[1]            ? s + 2
                                                                : "";
        int k = 0;
        if (!type) continue;
        while (k < n && strcmp(types[k], type) != 0) k++;
        if (k == n) types[n++] = type;
    }
    if (!n) return fail(e, "%s:%d: labels: at least one type of mention is needed", where, line);
    for (int i = 0; i < n; i++)
        if (!*types[i] && n > 1)
            return fail(e, "%s:%d: labels: B and I without a type stand beside tags with one",
                        where, line);
    tags_of(t, types, n, mem);
    return true;
}

bool labels_set(task *t, const char **listed, int n, const char *where, int line, arena *mem,
                err *e)
{
    if (n > (t->kind == KIND_WORDS ? LABELS_MOST / 2 : LABELS_MOST))
        return fail(e, "%s:%d: labels: at most %d are possible, here are %d", where, line,
                    LABELS_MOST, n);
    for (int i = 0; i < n; i++) {
        if (!*listed[i] || str_trim(str_of(listed[i])).len != strlen(listed[i]) ||
            strpbrk(listed[i], "\t\n\r"))
            return fail(e, "%s:%d: labels: '%s' begins or ends blank, or holds a tab or line end",
                        where, line, listed[i]);
        for (int k = 0; k < i; k++)
            if (!strcmp(listed[i], listed[k]))
                return fail(e, "%s:%d: labels: '%s' is listed twice", where, line, listed[i]);
    }
    t->listed = listed, t->n_listed = n;
    t->open_labels = false;
    if (t->kind == KIND_WORDS) {
        if (!words_set(t, where, line, mem, e)) return false;
    } else {
        t->labels = listed, t->n_labels = n;
        if (n < 2 && t->kind != KIND_LABELS)
            return fail(e, "%s:%d: labels: at least two classes are needed", where, line);
    }
    return labels_negative(t, e);
}

int labels_gather(task *t, str name, arena *mem)
{
    bool words = t->kind == KIND_WORDS;
    if (!t->labels) {
        t->labels = TAKE(mem, const char *, LABELS_MOST);
        t->n_labels = 0;
        if (words) t->labels[t->n_labels++] = "O";
    }
    if (!words) {
        int known = task_label(t, name);
        if (known >= 0 || t->n_labels == LABELS_MOST) return known;
        t->labels[t->n_labels] = str_keep(mem, name);
        return t->n_labels++;
    }
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(name, t->labels[i][1] ? t->labels[i] + 2 : "")) return i;
    if (t->n_labels + 2 > LABELS_MOST) return -1;
    int id = t->n_labels;
    for (int i = 0; i < 2; i++)
        t->labels[t->n_labels++] = name.len
                                       ? str_format(mem, "%c-%.*s", "BI"[i], (int)name.len, name.at)
                                   : i ? "I"
                                       : "B";
    return id;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool labels_fix(task *t, int *new_id, arena *mem, err *e)
{
    const char **old = t->labels;
    int n = t->n_labels;
    t->open_labels = false;
    t->labels = TAKE(mem, const char *, n ? n : 1);
    if (n) memcpy(t->labels, old, (size_t)n * sizeof *old);
    qsort(t->labels, (size_t)n, sizeof *t->labels, by_bytes);
    if (t->kind == KIND_WORDS) { /* all B- sort before all I-: make the order O, B-x, I-x again */
        const char **types = TAKE(mem, const char *, n ? n : 1);
        int n_types = 0;
        for (int i = 0; i < n; i++)
            if (t->labels[i][0] == 'B') types[n_types++] = t->labels[i][1] ? t->labels[i] + 2 : "";
        if (n_types > 1 && !*types[0])
            return fail(
                e,
                "tags with a type (B-%s) and without (B) are mixed; one or the other is expected",
                types[1]);
        tags_of(t, types, n_types, mem);
    }
    for (int i = 0; i < n; i++) new_id[i] = task_label(t, str_of(old[i]));
    return labels_negative(t, e);
}
