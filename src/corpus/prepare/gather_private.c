/* Corpora that their owners hand out one by one: i2b2 2010, ShARe/CLEF 2013, MedNLI, ClinicalSTS. */
#include "base/log.h"
#include "corpus/formats/i2b2.h"
#include "corpus/formats/share.h"
#include "corpus/prepare/gather.h"
#include <string.h>

/* The files below the corpus whose path matches one of the patterns, cut at ; . */
static tree matching(const prepared *p, const char *patterns)
{
    tree to = {0};
    for (int i = 0; i < p->files.n; i++) {
        const char *path = p->files.at[i];
        for (str rest = str_of(patterns); rest.at;) {
            const char *one = str_keep(p->mem, str_cut(&rest, ';'));
            if (!gather_within(p, path, one)) continue;
            GROW(p->mem, to.at, to.n, to.cap);
            to.at[to.n++] = path;
            break;
        }
    }
    return to;
}

static bool both(const prepared *p, const tree *train, const tree *test, err *e)
{
    return (train->n && test->n) ||
           fail(e, "%s: files for training and for test, in folders as they come, are expected",
                p->from);
}

bool gather_i2b2(prepared *p, err *e)
{
    tree train = matching(p, "*train*/*;*/beth/*;*/partners/*"),
         test = matching(p, "*test*/*;*reference_standard*/*");
    if (!both(p, &train, &test, e)) return false;
    return i2b2_of(&p->parts[SPLIT_TRAIN].docs, &train, p->from, p->mem, e) &&
           i2b2_of(&p->parts[SPLIT_TEST].docs, &test, p->from, p->mem, e);
}

/* What BLUE does before it cuts words, all of the same length: [**name**] becomes PATTERN behind blanks; ||||, ___ and ~~ become blanks. */
static void hide(document *d, arena *mem)
{
    str s = str_copy(mem, d->text);
    char *to = TAKE(mem, char, s.len + 1);
    memcpy(to, s.at, s.len);
    for (size_t i = 0; i < s.len;) {
        str rest = str_sub(s, i, s.len);
        ptrdiff_t end =
            str_starts(rest, "[**") ? str_find_str(str_sub(rest, 3, rest.len), STR("**]")) : -1;
        size_t len = end >= 0                   ? (size_t)end + 6
                     : str_starts(rest, "||||") ? 4
                     : str_starts(rest, "___")  ? 3
                     : str_starts(rest, "~~")   ? 2
                                                : 0;
        if (end >= 0 && memchr(rest.at, '\n', len)) len = 0;
        for (size_t k = 0; k < len; k++) to[i + k] = ' ';
        if (len >= 7 && end >= 0)
            for (size_t k = 0; k < 7; k++) to[i + len - 7 + k] = "PATTERN"[k];
        i += len ? len : 1;
    }
    d->text = (str){to, s.len};
}

bool gather_share(prepared *p, err *e)
{
    tree train = matching(p, "*train*/*"), test = matching(p, "*test*/*;*sn2012*/*");
    const tree *of[SPLITS] = {[SPLIT_TRAIN] = &train, [SPLIT_TEST] = &test};
    if (!both(p, &train, &test, e)) return false;
    for (int s = 0; s < SPLITS; s += 2) {
        int skipped;
        document_list *docs = &p->parts[s].docs;
        if (!share_of(docs, of[s], p->from, &skipped, p->mem, e)) return false;
        if (skipped)
            say("%s: %d reports have no annotations and are left out", split_names[s], skipped);
        for (int i = 0; p->authors && i < docs->n; i++) hide(&docs->at[i], p->mem);
    }
    return true;
}

bool gather_mednli(prepared *p, err *e)
{
    static const char *const names[] = {"mli_train_v1.jsonl;mli_train*.jsonl",
                                        "mli_dev_v1.jsonl;mli_dev*.jsonl",
                                        "mli_test_v1.jsonl;mli_test*.jsonl"};
    for (int s = 0; s < SPLITS; s++)
        if (!gather_examples(p, (enum split)s, "mednli", names[s], true, e)) return false;
    return true;
}

/* Pairs have no ids of their own: they are called train.N and test.N by their line. */
bool gather_clinicalsts(prepared *p, err *e)
{
    static const char *const names[] = {"clinicalSTS.train.txt;*train.txt", NULL,
                                        "clinicalSTS.test.txt;*test.txt"};
    for (int s = 0; s < SPLITS; s += 2) {
        if (!gather_examples(p, (enum split)s, "medsts", names[s], true, e)) return false;
        for (int i = 0; i < p->parts[s].x.n; i++) {
            example *x = &p->parts[s].x.at[i];
            x->id = str_format(p->mem, "%s.%d", split_names[s], x->line);
        }
    }
    return true;
}
