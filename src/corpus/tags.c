#include "corpus/tags.h"
#include <stdlib.h>
#include <string.h>

bool tagset_of(tagset *s, const task *t, arena *mem, err *e)
{
    ASSERT(t->kind == KIND_WORDS, "tags of a task of kind %s", kind_names[t->kind]);
    *s = (tagset){.n = t->n_labels};
    s->prefix = TAKE(mem, char, s->n);
    s->type = TAKE(mem, int, s->n);
    s->types = TAKE(mem, const char *, s->n);
    for (int i = 0; i < s->n; i++) {
        const char *label = t->labels[i];
        bool bare = label[0] && !label[1];
        if (!label[0] || !strchr("BIO", label[0]) || (!bare && (label[1] != '-' || !label[2])) ||
            (label[0] == 'O' && !bare))
            return fail(e, "task %s: '%s' is no tag; O, B-TYPE, I-TYPE (or B and I) are expected",
                        t->name, label);
        s->prefix[i] = label[0];
        if (label[0] == 'O') continue;
        const char *type = bare ? "" : label + 2;
        int k = 0;
        while (k < s->n_types && strcmp(s->types[k], type) != 0) k++;
        if (k == s->n_types) s->types[s->n_types++] = type;
        s->type[i] = k;
    }
    return true;
}

int tags_chunks(const tagset *s, const int *tags, int n, chunk *out)
{
    int count = 0, type = 0;
    char before = 'O';
    for (int i = 0; i < n; i++) {
        ASSERT(tags[i] >= 0 && tags[i] < s->n, "tag %d of %d", tags[i], s->n);
        char now = s->prefix[tags[i]];
        int now_type = s->type[tags[i]];
        bool change = now != 'O' && before != 'O' && now_type != type;
        if (now == 'B' || (now == 'I' && before == 'O') || change)
            out[count++] = (chunk){i, i, now_type};
        else if (now == 'I')
            out[count - 1].last = i;
        before = now, type = now_type;
    }
    return count;
}

/* The first word that ends behind byte `at`. */
static int first_word(const span *words, int n, size_t at)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (words[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int tags_of_mentions(const span *words, int n, const doc_mention *const *of, int n_of, int *to,
                     bool *begins)
{
    int lost = 0;
    for (int k = 0; k < n; k++) to[k] = -1, begins[k] = false;
    for (int i = 0; i < n_of; i++) {
        bool first = true;
        for (int piece = 0; piece < of[i]->n; piece++) {
            span at = of[i]->at[piece];
            for (int k = first_word(words, n, at.start); k < n && words[k].start < at.end; k++) {
                bool inside = words[k].start >= at.start && words[k].end <= at.end;
                bool holds = words[k].start <= at.start && words[k].end >= at.end;
                if (!inside && !holds) continue;
                lost += to[k] >= 0 && to[k] != i && begins[k];
                to[k] = i, begins[k] = first;
                first = false;
            }
        }
        lost += first;
    }
    return lost;
}

static int by_place(const void *a, const void *b)
{
    const doc_mention *m = *(const doc_mention *const *)a, *n = *(const doc_mention *const *)b;
    span x = mention_hull(m), y = mention_hull(n);
    if (x.start != y.start) return x.start < y.start ? -1 : 1;
    return m < n ? -1 : m > n;
}

static int by_order(const void *a, const void *b)
{
    const doc_mention *m = *(const doc_mention *const *)a, *n = *(const doc_mention *const *)b;
    return m < n ? -1 : m > n;
}

void mentions_by_place(placed_mentions *of)
{
    if (of->n) qsort(of->at, (size_t)of->n, sizeof(const doc_mention *), by_place);
}

void tags_of_sentence(placed_mentions *of, span sentence, const span *words, int n,
                      const doc_mention **mention, char *prefix, arena *scratch)
{
    while (of->from < of->n && mention_hull(of->at[of->from]).end <= sentence.start) of->from++;
    int end = of->from;
    while (end < of->n && mention_hull(of->at[end]).start < sentence.end) end++;
    int here = end - of->from;
    const doc_mention **list = TAKE(scratch, const doc_mention *, here);
    int *to = TAKE(scratch, int, n);
    bool *begins = TAKE(scratch, bool, n);
    if (here) {
        memcpy(list, of->at + of->from, (size_t)here * sizeof(const doc_mention *));
        qsort(list, (size_t)here, sizeof(const doc_mention *), by_order);
    }
    tags_of_mentions(words, n, list, here, to, begins);
    for (int k = 0; k < n; k++) {
        mention[k] = to[k] >= 0 ? list[to[k]] : NULL;
        bool before = mention[k] && mention_hull(mention[k]).start < sentence.start;
        prefix[k] = !mention[k] ? 'O' : begins[k] && !before ? 'B' : 'I';
    }
}
