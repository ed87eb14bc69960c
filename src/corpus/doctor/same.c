/* Ids, texts and documents that stand twice: in a file, or in a split before it. Texts are compared without regard to case and the width of blanks;
 * each is looked up once in a table a split, so the time grows with the size of the corpus alone. Short texts (a heading) repeat by nature and are no
 * leak: what counts has five words. */
#include "corpus/doctor/parts.h"
#include <string.h>

enum { WORDS_LEAST = 5, MANY_LEAST = 5, MANY_PART = 10 };

typedef struct item { /* an example, or a document of a format that holds documents */
    const char *id, *doc, *path;
    int line, words;
    str text;        /* folded */
    uint64_t answer; /* equal for equal answers */
    bool own_id;     /* of the file, and not made from a line by the reader */
    bool own_doc;    /* a document that holds several examples */
} item;

struct items { /* of a split, as far as it was read */
    item *at;
    int n;
    size_t cap;
    table texts, ids, docs; /* -> the first of them */
};

void same_begin(doctor *d)
{
    d->items = TAKE(d->mem, struct items, SPLITS);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Lower case, a blank for several, none at the ends; the second text behind a byte that no text has. */
static str folded(str a, str b, arena *mem, int *words)
{
    char *to = TAKE(mem, char, a.len + b.len + 2);
    size_t n = 0;
    *words = 0;
    for (int k = 0; k < 2; k++) {
        str s = str_trim(k ? b : a);
        if (k && s.len) to[n++] = '\x1f';
        *words += s.len > 0;
        for (size_t i = 0; i < s.len; i++) {
            char c = s.at[i];
            if (is_blank(c)) {
                if (to[n - 1] == ' ') continue;
                c = ' ', ++*words;
            }
            to[n++] = c >= 'A' && c <= 'Z' ? c | 32 : c;
        }
    }
    return (str){to, n};
}

static uint64_t hash(const void *at, size_t bytes)
{
    return bytes ? str_hash((str){at, bytes}) : 0;
}

static uint64_t answer_of(const example *x)
{
    if (x->tags) return hash(x->tags, (size_t)x->n_words * sizeof *x->tags);
    if (x->set) return hash(x->set, LABELS_MOST / 8);
    return hash(&x->score, sizeof x->score) ^ (uint64_t)(x->label + 1);
}

/* The reader makes ids from line numbers where a file has none. */
static bool made_of_line(const example *x)
{
    str id = str_of(x->id), number = str_cut(&id, '#');
    int64_t n;
    return str_int(number, &n) && n == x->line;
}

static const char *where(const doctor *d, const item *x, const item *from)
{
    if (from->path == x->path && x->line) return str_format(d->mem, "line %d", x->line);
    return x->line ? str_format(d->mem, "%s:%d", x->path, x->line) : x->path;
}

/* In the file itself. */
static void look_within(doctor *d, struct items *in, const item *x)
{
    int old;
    if (table_add(&in->texts, d->mem, x->text, in->n, &old)) return;
    const item *first = &in->at[old];
    if (first->answer != x->answer)
        finding_add(d, FINDING_CONTRADICTION, x->path, x->line,
                    "the text of %s again, with another answer", where(d, first, x));
    else if (x->words >= WORDS_LEAST)
        finding_add(d, FINDING_TWICE, x->path, x->line, "the text of %s again", where(d, first, x));
}

static bool has_letter(const char *id)
{
    for (; *id; id++)
        if ((*id | 32) >= 'a' && (*id | 32) <= 'z') return true;
    return false;
}

/* In an earlier split: its id with its text, its text alone, its id alone. True if the text stands there. */
static bool look_across(doctor *d, const struct items *in, const char *split, const item *x)
{
    int text_at = table_get(&in->texts, x->text), id_at = table_get(&in->ids, str_of(x->id));
    bool same_id = id_at >= 0 && x->own_id && in->at[id_at].own_id;
    if (same_id && str_eq(in->at[id_at].text, x->text)) {
        finding_add(d, FINDING_LEAK, x->path, x->line, "%s stands in %s, too, with its id %s",
                    where(d, &in->at[id_at], x), split, x->id);
        return true;
    }
    if (text_at >= 0 && x->words >= WORDS_LEAST) {
        finding_add(d, FINDING_SAME_TEXT, x->path, x->line, "the text of %s, which is %s",
                    where(d, &in->at[text_at], x), split);
        return true;
    }
    if (same_id && has_letter(x->id) && !x->own_doc)
        finding_add(d, FINDING_SAME_ID, x->path, x->line, "the id %s of %s, for another text",
                    x->id, where(d, &in->at[id_at], x));
    return false;
}

static bool document_across(doctor *d, const struct items *in, const char *split, const item *x)
{
    int at = x->own_doc ? table_get(&in->docs, str_of(x->doc)) : -1;
    if (at >= 0)
        finding_add(d, FINDING_DOCUMENT, x->path, x->line, "document %s stands in %s, too (%s)",
                    x->doc, split, where(d, &in->at[at], x));
    return at >= 0;
}

static void look_at(doctor *d, const item *list, int n)
{
    const checked_file *f = file_now(d);
    struct items *own = &d->items[f->split];
    int same[SPLITS] = {0};
    own->at = TAKE(d->mem, item, n);
    for (int i = 0; i < n; i++) {
        const item *x = &own->at[own->n];
        own->at[own->n] = list[i];
        bool new_doc = table_add(&own->docs, d->mem, str_of(x->doc), i, NULL);
        look_within(d, own, x);
        table_add(&own->ids, d->mem, str_of(x->id), i, NULL);
        bool found = false; /* in train, say, and then dev adds nothing */
        for (int s = 0; s < (int)f->split && !found; s++)
            same[s] += found = look_across(d, &d->items[s], split_names[s], x);
        for (int s = 0; s < (int)f->split && new_doc; s++)
            if (document_across(d, &d->items[s], split_names[s], x)) break;
        own->n++;
    }
    for (int s = 0; s < (int)f->split; s++)
        if (same[s] >= MANY_LEAST && same[s] > n / MANY_PART)
            finding_add(d, FINDING_LEAK, NULL, 0,
                        "%d of %d texts stand in %s, too: a score on this file says little about "
                        "new text",
                        same[s], n, split_names[s]);
}

/* Row numbers name nothing: ids of which nine in ten are the one before plus one. */
static bool are_running(const examples *x)
{
    int steps = 0;
    int64_t before = 0, now;
    for (int i = 0; i < x->n; i++) {
        if (!str_int(str_of(x->at[i].id), &now)) return false;
        steps += i && now == before + 1;
        before = now;
    }
    return x->n > 1 && steps >= (x->n - 1) / 10 * 9;
}

void same_examples(doctor *d, const task *t)
{
    const checked_file *f = file_now(d);
    bool running = are_running(&f->x);
    item *list = TAKE(d->mem, item, f->x.n);
    for (int i = 0; i < f->x.n; i++) {
        const example *x = &f->x.at[i];
        item *to = &list[i];
        *to = (item){.id = x->id,
                     .doc = x->doc,
                     .path = f->path,
                     .line = x->line,
                     .answer = answer_of(x),
                     .own_id = !running && !made_of_line(x)};
        to->text = folded(x->text, x->text2, d->mem, &to->words);
        to->own_doc = strcmp(x->id, x->doc) != 0 && to->own_id;
        if (t->kind == KIND_RELATION && x->args[0].start == x->args[0].end)
            finding_add(d, FINDING_ARGUMENT, NULL, x->line,
                        "two argument tags (@GENE$ or the like) are expected in the text, here is "
                        "none");
    }
    look_at(d, list, f->x.n);
}

/* Its type and words: blanks, which may lie elsewhere in the other text, do not count. */
static uint64_t answer_of_mention(const document *x, const doc_mention *m)
{
    arena mem = {0};
    int words;
    str at = folded(mention_text(x, m, &mem), m->type, &mem, &words);
    uint64_t answer = hash(at.at, at.len);
    arena_close(&mem);
    return answer;
}

void same_documents(doctor *d, const document_list *all)
{
    item *list = TAKE(d->mem, item, all->n);
    for (int i = 0; i < all->n; i++) {
        const document *x = &all->at[i];
        item *to = &list[i];
        *to = (item){.id = x->id, .doc = x->id, .path = x->path, .line = x->line, .own_id = true};
        to->text = folded(x->text, (str){0}, d->mem, &to->words);
        to->own_doc = true;
        for (int k = 0; k < x->n_mentions; k++) to->answer += answer_of_mention(x, &x->mentions[k]);
    }
    look_at(d, list, all->n);
}
