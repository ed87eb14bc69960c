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

static void note(doctor *d, int at, const example *x, int n, int most, bool exact)
{
    const checked_file *f = &d->files[at];
    bool words = f->t->kind == KIND_WORDS;
    const char *what = words                         ? "it is tagged in overlapping windows"
                       : f->t->kind == KIND_RELATION ? "what is far from its arguments is cut"
                                                     : "its end is cut";
    finding_add_in(d, at, words ? FINDING_WINDOWS : FINDING_LONG, x->line,
                   "%s%d pieces, %d fit: %s", exact ? "" : "at least ", n, most, what);
}

bool length_check_run(length_check *c, doctor *d, err *e)
{
    vocab v;
    pieces p = {0};
    arena mem = {0};
    size_t many = 0, examples_n = 0;
    int longest = 0;
    if (c->model && !vocab_open(&v, c->model, -1, e)) return false;
    const vocab *used = c->model ? &v : NULL;
    for (int i = 0; i < d->n_files; i++)
        for (int k = 0; k < d->files[i].x.n; k++) {
            const example *x = &d->files[i].x.at[k];
            int n = length_of(used, x->text, &mem, &p) + 2;
            if (x->text2.len) n += length_of(used, x->text2, &mem, &p) + 1;
            if (n > longest) longest = n;
            many += n > c->most, examples_n++;
            if (n > c->most) note(d, i, x, n, c->most, used);
        }
    if (used) {
        c->said = str_format(d->mem, "the longest has %d pieces; %zu of %zu have more than %d",
                             longest, many, examples_n, c->most);
        c->json =
            str_format(d->mem, "{\"most\":%d,\"longest\":%d,\"over\":%zu}", c->most, longest, many);
        vocab_close(&v);
    } else {
        c->said = "lengths in pieces were not counted: --model DIR names a vocabulary";
        c->json = "null";
    }
    arena_close(&mem);
    return true;
}
