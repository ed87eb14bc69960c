/* See arguments.h. */
#include "corpus/arguments.h"
#include "base/table.h"
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MOST = 256 };

/* @GENE$ -> GENE */
static str inside(const example *x, span at)
{
    if (at.end < at.start + 3 || at.end > x->text.len) return (str){0};
    str tag = str_sub(x->text, at.start + 1, at.end - 1);
    return str_find(tag, ' ') < 0 ? tag : (str){0};
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **arguments_seen(const examples *x, arena *mem, int *n)
{
    const char **list = NULL;
    size_t cap = 0;
    table seen = {0};
    *n = 0;
    for (int i = 0; i < x->n && *n <= PAIRS_MOST; i++) {
        const example *one = &x->at[i];
        str a = inside(one, one->args[0]), b = inside(one, one->args[1]);
        if (!a.len || !b.len) continue;
        arena_mark here = arena_here(mem);
        char *first = (char *)str_keep(mem, a), *second = (char *)str_keep(mem, b);
        bool both = one->args[0].start == one->args[1].start, turned = strcmp(first, second) > 0;
        const char *name =
            both ? first
                 : str_format(mem, "%s %s", turned ? second : first, turned ? first : second);
        if (table_get(&seen, str_of(name)) >= 0) {
            arena_rewind(mem, here);
            continue;
        }
        table_set(&seen, mem, str_of(name), *n);
        GROW(mem, list, *n, cap);
        list[(*n)++] = name;
    }
    if (*n > PAIRS_MOST) *n = 0;
    if (*n) qsort(list, (size_t)*n, sizeof *list, by_bytes);
    return list;
}

static bool same_letters(str a, str b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        char x = a.at[i], y = b.at[i];
        same = x == y || ((x | 32) == (y | 32) && (x | 32) >= 'a' && (x | 32) <= 'z');
    }
    return same;
}

str arguments_tag(const task *t, str tag)
{
    for (int i = 0; i < 2; i++)
        if (t->arguments[i] && same_letters(str_of(t->arguments[i]), tag))
            return str_of(t->arguments[i]);
    for (int i = 0; i < t->n_seen && !t->arguments[0]; i++) {
        str second = str_of(t->seen[i]), first = str_cut(&second, ' ');
        if (!second.at) continue;
        if (same_letters(first, tag)) return first;
        if (same_letters(second, tag)) return second;
    }
    return !t->arguments[0] && !t->n_seen ? tag : (str){0};
}

bool arguments_pair(const task *t, str a, str b)
{
    for (int i = 0; i < t->n_seen; i++) {
        str second = str_of(t->seen[i]), first = str_cut(&second, ' ');
        if (second.at &&
            ((str_eq(first, a) && str_eq(second, b)) || (str_eq(first, b) && str_eq(second, a))))
            return true;
    }
    return !t->n_seen;
}

const char *arguments_both(const task *t)
{
    const char *one = NULL;
    for (int i = 0; i < t->n_seen; i++) {
        if (strchr(t->seen[i], ' ')) continue;
        if (one) return NULL;
        one = t->seen[i];
    }
    return one;
}
