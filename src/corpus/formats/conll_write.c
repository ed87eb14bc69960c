/* Writes documents as tagged words in BLUE's four columns: word, document (- but for the first word of a sentence), offset in code points, IOB2 tag with its
 * type. What tags cannot tell is found out by reading what was written: what is not in there is lost. */
#include "base/file.h"
#include "base/table.h"
#include "corpus/formats/blue.h"
#include "corpus/formats/readers.h"
#include "corpus/split.h"
#include "corpus/tags.h"
#include <string.h>

typedef struct writer {
    const document *d;
    losses *l;
    arena mem; /* of one document */
    text t;
    const char *id;
} writer;

/* What a cell can hold: tabs and line ends become _. */
static str cell(str s, arena *mem)
{
    char *to = (char *)str_keep(mem, str_trim(s));
    for (char *c = to; *c; c++)
        if (*c == '\t' || *c == '\n' || *c == '\r') *c = '_';
    return str_of(to);
}

static const char *line_id(writer *w, int number, const char *before)
{
    str own = str_of(w->d->id), kept = cell(own, &w->mem);
    if (!kept.len || str_is(kept, "-"))
        kept = str_of(str_format(&w->mem, "document-%d", number + 1));
    if (!str_eq(kept, own))
        loss_note(w->l, "ids that are empty, or - alone, or have tabs or line ends (others now)",
                  w->d);
    if (before && str_is(kept, before))
        loss_note(w->l, "where a document ends that the next one has the name of", w->d);
    return kept.at;
}

static void put_sentence(writer *w, placed_mentions *of, span at, const unit_map *points)
{
    const document *d = w->d;
    span *words;
    int n = document_words(d, str_sub(d->text, at.start, at.end), &w->mem, &words);
    const doc_mention **mention = TAKE(&w->mem, const doc_mention *, n);
    char *prefix = TAKE(&w->mem, char, n);
    text tag = {0};
    for (int k = 0; k < n; k++) words[k].start += at.start, words[k].end += at.start;
    tags_of_sentence(of, at, words, n, mention, prefix, &w->mem);
    for (int k = 0; k < n; k++) {
        str type = mention[k] ? cell(mention[k]->type, &w->mem) : (str){"", 0};
        tag.len = 0;
        text_char(&tag, prefix[k]);
        if (type.len) text_char(&tag, '-'), text_add(&tag, type);
        blue_word_put(&w->t, str_sub(d->text, words[k].start, words[k].end), k ? "-" : w->id,
                      unit_map_units(points, words[k].start), text_str(&tag));
    }
    if (n) text_char(&w->t, '\n');
    text_close(&tag);
}

static void put_document(writer *w)
{
    const document *d = w->d;
    placed_mentions of = {TAKE(&w->mem, const doc_mention *, d->n_mentions + 1), 0, 0};
    unit_map points = unit_map_of(d->text, UNIT_POINT, &w->mem);
    span *at;
    int n = document_sentences(d, &w->mem, &at);
    for (int i = 0; i < d->n_mentions; i++)
        if (!d->mentions[i].part) of.at[of.n++] = &d->mentions[i];
    mentions_by_place(&of);
    for (int i = 0; i < n; i++) put_sentence(w, &of, at[i], &points);
}

/* A mention as a key: its type and its pieces. */
static str key_of(const doc_mention *m, arena *mem)
{
    text t = {0};
    text_add(&t, m->type);
    for (int i = 0; i < m->n; i++) text_format(&t, "\t%zu %zu", m->at[i].start, m->at[i].end);
    str key = str_copy(mem, text_str(&t));
    text_close(&t);
    return key;
}

static bool inside_word(const document *d, size_t at, arena *mem)
{
    span *words;
    size_t from = at > 200 ? at - 200 : 0;
    while (from && (d->text.at[from] & 0xc0) == 0x80) from--;
    int n = document_words(d, str_sub(d->text, from, at + 200), mem, &words);
    for (int k = 0; k < n; k++)
        if (words[k].start + from < at && words[k].end + from > at) return true;
    return false;
}

static const char *why_lost(writer *w, const doc_mention *m)
{
    span at = mention_hull(m);
    if (m->part) return "mentions that repeat a part of another";
    if (!str_eq(cell(m->type, &w->mem), m->type))
        return "mentions whose type has tabs, line ends, or blanks around it";
    if (at.start == at.end) return "mentions without a letter";
    if (m->n > 1) return "mentions in pieces that tags do not hold together";
    if (inside_word(w->d, at.start, &w->mem) || inside_word(w->d, at.end, &w->mem))
        return "mentions that begin or end inside a word";
    return "mentions that overlap another, or have blanks at their ends";
}

static void note_mentions(writer *w, const document *got)
{
    const document *d = w->d;
    table there = {0};
    bool *used = TAKE(&w->mem, bool, got->n_mentions + 1);
    for (int i = 0; i < got->n_mentions; i++)
        table_set(&there, &w->mem, key_of(&got->mentions[i], &w->mem), i);
    for (int i = 0; i < d->n_mentions; i++) {
        const doc_mention *m = &d->mentions[i];
        int k = m->part ? -1 : table_get(&there, key_of(m, &w->mem));
        if (k < 0 || used[k]) loss_note(w->l, why_lost(w, m), d);
        if (k >= 0) used[k] = true;
        if (m->id.len) loss_note(w->l, "ids of mentions", d);
        if (m->more.n) loss_note(w->l, "notes on mentions", d);
        if (m->text.at && !str_eq(m->text, mention_text(d, m, &w->mem)))
            loss_note(w->l, "recorded texts of mentions that are not what stands there", d);
    }
}

static void note_sentences(writer *w, const document *got)
{
    const document *d = w->d;
    bool same = d->n_sentences == got->n_sentences;
    for (int i = 0; i < d->n_sentences; i++) {
        span a = d->sentences[i].at;
        if (d->sentences[i].more.n) loss_note(w->l, "notes on sentences", d);
        if (!same) continue;
        span b = got->sentences[i].at;
        same = a.start == b.start && a.end == b.end;
    }
    if (d->n_sentences && !same)
        loss_note(w->l, "sentences without words, or with blanks at their ends", d);
}

/* Is it the same but for the kind and number of blanks? */
static bool same_words(str a, str b, arena *mem)
{
    span *x, *y;
    int n = split_words(a, mem, &x), m = split_words(b, mem, &y);
    for (int i = 0; n == m && i < n; i++)
        if (!str_eq(str_sub(a, x[i].start, x[i].end), str_sub(b, y[i].start, y[i].end)))
            return false;
    return n == m;
}

static bool note_losses(writer *w, err *e)
{
    const document *d = w->d;
    document_list read = {0};
    const document none = {.text = {"", 0}};
    const source s = {"what was written", text_str(&w->t), &w->mem};
    if (!conll_documents(&read, &s, e)) return false;
    const document *got = read.n ? &read.at[0] : &none;
    if (!read.n)
        loss_note(w->l, "documents without a word", d);
    else if (!str_eq(d->text, got->text))
        loss_note(
            w->l,
            same_words(d->text, got->text, &w->mem)
                ? "newlines and other blanks that are no spaces (spaces now), and blanks at the end"
                : "text outside the sentences",
            d);
    note_mentions(w, got);
    note_sentences(w, got);
    for (int i = 0; i < d->n_relations; i++) loss_note(w->l, "relations", d);
    for (int i = 0; i < d->n_passages; i++) loss_note(w->l, "passages", d);
    for (int i = 0; i < d->more.n; i++)
        if (!str_is(d->more.at[i].key, "words")) loss_note(w->l, "notes on documents", d);
    return true;
}

bool conll_write(const document_list *all, const char *path, losses *l, err *e)
{
    out o = {0};
    const char *before = NULL;
    arena ids = {0};
    bool ok = true;
    if (!out_open(&o, path, e)) return false;
    if (all->more.n && all->n) loss_note(l, "notes on the collection", &all->at[0]);
    for (int i = 0; ok && i < all->n; i++) {
        writer w = {.d = &all->at[i], .l = l};
        w.id = line_id(&w, i, before);
        before = str_keep(&ids, str_of(w.id));
        put_document(&w);
        ok = note_losses(&w, e);
        if (w.t.len) fwrite(w.t.at, 1, w.t.len, o.to);
        text_close(&w.t);
        arena_close(&w.mem);
    }
    arena_close(&ids);
    if (!ok) out_drop(&o);
    return ok && out_close(&o, e);
}
