/* Corpora of labeled sentences and of pairs. */
#include "base/file.h"
#include "base/log.h"
#include "corpus/formats/rows.h"
#include "corpus/prepare/gather.h"
#include <string.h>

static bool has_labels(const document *d)
{
    for (int i = 0; i < d->n_sentences; i++)
        if (infon_get(&d->sentences[i].more, "labels").len) return true;
    return false;
}

/* All abstracts, without those that have no label at all: the second form has some, and BLUE has none of them. */
bool gather_hoc(prepared *p, err *e)
{
    const char *any = tree_find(&p->files, "text/[0-9]*.txt;HoCCorpus/[0-9]*.txt;[0-9]*.txt");
    if (!any)
        return fail(e, "%s: text/PMID.txt and labels/PMID.txt, or PMID.txt, are expected", p->from);
    const char *folder = path_dir(p->mem, any);
    if (str_ends(str_of(folder), "/text")) folder = path_dir(p->mem, folder);
    document_list *all = &p->parts[SPLIT_TRAIN].docs;
    if (!documents_read(all, "hoc-folder", folder, p->mem, e)) return false;
    int kept = 0;
    for (int i = 0; i < all->n; i++)
        if (has_labels(&all->at[i])) all->at[kept++] = all->at[i];
    if (kept < all->n)
        say("%s: %d abstracts have no label and are left out", folder, all->n - kept);
    all->n = kept;
    p->unsplit = true;
    return true;
}

/* The index of each row. */
static bool indices(prepared *p, const char *path, str **to, int *n, err *e)
{
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    const reading r = {.t = &p->t, .path = path, .bytes = str_copy(p->mem, f.bytes), .mem = p->mem};
    file_close(&f);
    rows s = rows_of(&r, '\t', p->t.quoting);
    row w = {0};
    size_t cap = 0;
    bool more = true;
    for (*n = 0; rows_next(&s, &w, &more, e) && more;) {
        GROW(p->mem, *to, *n, cap);
        (*to)[(*n)++] = str_copy(p->mem, str_trim(w.at[0]));
    }
    return !more;
}

/* The split that BLUE gave n pairs to and that is none of those taken; SPLITS: there is none. */
static int split_of(const where *w, int n, const bool *taken, int *first)
{
    for (int split = 0; split < SPLITS; split++) {
        int of = 0;
        for (int k = w->n; k-- > 0;)
            if (w->at[k].split == (enum split)split) *first = k, of++;
        if (of == n && !taken[split]) return split;
    }
    return SPLITS;
}

/* Copies of BLUE's tables have them one behind the other and number the pairs of each anew; where an index is 0 again the next begins, and its
 * length says which it is. Their order is that of blue_splits.def. */
static bool number_anew(prepared *p, const char *path, err *e)
{
    examples *x = &p->parts[SPLIT_TRAIN].x;
    where w;
    str *index = NULL;
    int n_rows = 0, first = 0;
    bool taken[SPLITS] = {0};
    if (!where_blue(&w, p->of->name, p->mem) || !indices(p, path, &index, &n_rows, e)) return false;
    if (n_rows != x->n + 1)
        return fail(e, "%s: a header and %d rows are expected, here are %d", path, x->n, n_rows);
    for (int i = 0, n; i < x->n; i += n) {
        for (n = 1; i + n < x->n && !str_is(index[i + n + 1], "0");) n++;
        int split = split_of(&w, n, taken, &first);
        if (split == SPLITS)
            return fail(e,
                        "%s:%d: as many pairs as BLUE's train, dev or test has (64, 16, 20) are "
                        "expected behind an index 0, here are %d",
                        path, x->at[i].line, n);
        taken[split] = true;
        for (int k = 0; k < n; k++) x->at[i + k].id = str_keep(p->mem, w.at[first + k].id);
    }
    return true;
}

bool gather_biosses(prepared *p, err *e)
{
    p->unsplit = true;
    const char *own = "annotation_pairs_scores.tsv;*pairs_scores*.tsv";
    if (tree_find(&p->files, own)) return gather_examples(p, SPLIT_TRAIN, "biosses", own, true, e);
    const char *blue = "all.tsv;biosses.tsv";
    return gather_examples(p, SPLIT_TRAIN, "sts", blue, true, e) &&
           number_anew(p, tree_find(&p->files, blue), e);
}
