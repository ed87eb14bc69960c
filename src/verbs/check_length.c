/* Lengths in pieces (check_length.h); the doctor itself knows no vocabulary, which comes behind corpora in the flow. */
#include "verbs/check_length.h"
#include "encode/wordpiece.h"

/* Of one text: its pieces; without a vocabulary its words, of which each has a piece at least. */
static int length_of(const vocab *v, str s, arena *mem, pieces *p)
{
    int words = 0;
    if (v) {
        p->n = 0;
        wordpiece_cut(v, s, false, mem, p);
        return p->n;
    }
    for (size_t i = 0; i < s.len; i++) {
        bool blank = s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r';
        words += !blank && (!i || s.at[i - 1] == ' ' || s.at[i - 1] == '\t' || s.at[i - 1] == '\n');
    }
    return words;
}

typedef struct places { /* of the documents of a file, whose examples know only their names */
    table ids;
    int last; /* the line noted last: one line, or document, is noted once */
    const char *last_path;
} places;

static void note(doctor *d, int at, places *p, const example *x, int n, int most, bool exact)
{
    const checked_file *f = &d->files[at];
    enum task_kind kind = f->t->kind;
    const char *what = kind == KIND_WORDS      ? "it is tagged in overlapping windows"
                       : kind == KIND_RELATION ? "what is far from its arguments is left out"
                                               : "its end is cut",
               *path = f->path;
    int line = x->line, doc = table_get(&p->ids, str_of(x->doc));
    if (doc >= 0) path = f->documents.at[doc].path;
    if (doc >= 0 && kind != KIND_LABELS) /* whose lines are those of its sentences */
        line = f->documents.at[doc].line;
    if (line == p->last && path == p->last_path) return;
    p->last = line, p->last_path = path;
    bool whole = kind == KIND_WORDS || kind == KIND_RELATION;
    finding_add_in(d, at, whole ? FINDING_WINDOWS : FINDING_LONG, path, line,
                   "%s%d pieces%s%s, %d fit: %s", exact ? "" : "at least ", n,
                   doc >= 0 ? " in a sentence of document " : "", doc >= 0 ? x->doc : "", most,
                   what);
}

/* Counts the examples of one file that are too long. */
static size_t look_at(length_check *c, doctor *d, int at, const vocab *v, int *longest)
{
    arena mem = {0};
    places p = {.last = -1};
    pieces cut = {0};
    size_t many = 0;
    const checked_file *f = &d->files[at];
    for (int i = 0; i < f->documents.n; i++)
        table_add(&p.ids, &mem, str_of(f->documents.at[i].id), i, NULL);
    for (int k = 0; k < f->x.n; k++) {
        const example *x = &f->x.at[k];
        int n = length_of(v, x->text, &mem, &cut) + 2;
        if (x->text2.len) n += length_of(v, x->text2, &mem, &cut) + 1;
        if (n > *longest) *longest = n;
        if (n <= c->most) continue;
        many++;
        note(d, at, &p, x, n, c->most, v);
    }
    arena_close(&mem);
    return many;
}

bool length_check_run(length_check *c, doctor *d, err *e)
{
    vocab v;
    size_t many = 0, all = 0;
    int longest = 0;
    if (c->model && !vocab_open(&v, c->model, -1, e)) return false;
    for (int i = 0; i < d->n_files; i++) {
        many += look_at(c, d, i, c->model ? &v : NULL, &longest);
        all += (size_t)d->files[i].x.n;
    }
    c->said = "lengths in pieces were not counted: --model DIR names a vocabulary";
    c->json = "null";
    if (!c->model) return true;
    c->said = str_format(d->mem, "the longest has %d pieces; %zu of %zu have more than %d", longest,
                         many, all, c->most);
    c->json =
        str_format(d->mem, "{\"most\":%d,\"longest\":%d,\"over\":%zu}", c->most, longest, many);
    vocab_close(&v);
    return true;
}
