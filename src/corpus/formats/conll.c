/* Words and tags, a word a line (conll.h says in which columns), as examples. -DOCSTART- begins a document; a blank line ends a sentence, the last one
 * may lack it. */
#include "corpus/formats/conll.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"

typedef struct words { /* one sentence while it is read */
    str *at, *tags;
    int n, tags_n, line;
    size_t cap, tags_cap;
    str doc; /* of its first word, and its offset there; -1: none */
    int64_t offset;
} words;

static bool end_sentence(collect *c, words *w, int columns, err *e)
{
    if (!w->n) return true;
    example *x = collect_add(c, w->line);
    if (!collect_words(c, x, w->at, w->n, 1, e)) return false;
    if (columns > 1 && !collect_tags(c, x, w->tags, 1, e)) return false;
    str id = {0};
    if (w->offset >= 0)
        id = str_of(
            str_format(c->r->mem, "%.*s.%lld", (int)w->doc.len, w->doc.at, (long long)w->offset));
    w->n = w->tags_n = 0;
    return collect_id(c, x, id, w->doc, e);
}

static void add_word(collect *c, words *w, const conll_rows *s)
{
    if (!w->n) {
        w->line = s->line;
        w->offset = s->blue ? s->offset : -1;
        w->doc = s->doc;
    }
    GROW(c->r->mem, w->at, w->n, w->cap);
    w->at[w->n++] = s->word;
    GROW(c->r->mem, w->tags, w->tags_n, w->tags_cap);
    w->tags[w->tags_n++] = s->tag;
}

bool conll_read(examples *to, const reading *r, err *e)
{
    collect c = collect_of(to, r);
    conll_rows s = {.path = r->path, .rest = r->bytes, .tags = r->gold, .mem = r->mem};
    words w = {0};
    for (enum conll_row kind = CONLL_WORD; kind != CONLL_END;) {
        if (!conll_next(&s, &kind, e)) return false;
        if (kind == CONLL_WORD)
            add_word(&c, &w, &s);
        else if (!end_sentence(&c, &w, s.columns, e))
            return false;
    }
    return collect_close(&c, e);
}
