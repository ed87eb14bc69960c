/* Lines of text as a made-up task. */
#include "verbs/made_up.h"
#include <string.h>

enum { TAGS = 3 };

static example example_of(str line, int number, arena *mem)
{
    example x = {
        .id = "line", .doc = "line", .line = number, .text = line, .label = -1, .has_gold = true};
    size_t cap = 0, cap_tags = 0;
    int n = 0, n_tags = 0;
    for (size_t at = 0; at < line.len;) {
        size_t end = at;
        while (end < line.len && line.at[end] != ' ' && line.at[end] != '\t') end++;
        if (end > at) {
            GROW(mem, x.words, n, cap);
            GROW(mem, x.tags, n_tags, cap_tags);
            x.words[n++] = (span){at, end};
            x.tags[n_tags++] = (int)(str_hash(str_sub(line, at, end)) % TAGS);
        }
        at = end + 1;
    }
    x.n_words = n;
    return x;
}

bool made_up_open(made_up *u, const vocab *v, const char *path, int max_pieces, arena *mem, err *e)
{
    static const char *labels[TAGS] = {"O", "B-x", "I-x"};
    *u = (made_up){.t = {.name = "made-up",
                         .kind = KIND_WORDS,
                         .labels = labels,
                         .n_labels = TAGS,
                         .negative = -1,
                         .metric = METRIC_SPAN_F1}};
    if (!file_open(&u->f, path, e)) return false;
    size_t cap = 0;
    int number = 1;
    for (str rest = u->f.bytes, line; str_line(&rest, &line); number++) {
        GROW(mem, u->x.at, u->x.n, cap);
        u->x.at[u->x.n++] = example_of(line, number, mem);
    }
    u->x.path = u->f.path;
    pack_rules rules = pack_default();
    rules.most = max_pieces;
    packs all = {0};
    if (!pack_examples(&all, v, &u->t, &u->x, &rules, mem, e)) return false;
    u->p.at = TAKE(mem, packed, all.n);
    for (int i = 0, last = -1; i < all.n;
         i++) { /* of each line the first window, which owns all its words here */
        if (all.at[i].example == last) continue;
        last = all.at[i].example;
        memset(all.at[i].owns, 1, (size_t)all.at[i].n_rows);
        u->p.at[u->p.n++] = all.at[i];
    }
    return u->p.n || fail(e, "%s: there is no line with a word", path);
}

void made_up_close(made_up *u)
{
    file_close(&u->f);
    *u = (made_up){0};
}
