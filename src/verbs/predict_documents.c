/* Documents in, documents out (predict_documents.h). */
#include "verbs/predict_documents.h"
#include "base/log.h"
#include "corpus/formats/readers.h"
#include "persist/new_dir.h"
#include "verbs/convert_corpus.h"
#include <string.h>

void report_cuts(const pack_counts *c, long long all, int most)
{
    if (c->cut_examples)
        say("%d of %lld texts were longer than %d pieces: %zu pieces were left out",
            c->cut_examples, all, most, c->lost_pieces);
    if (c->cut_windows)
        say("%d of %lld texts were tagged in overlapping windows", c->cut_windows, all);
    if (c->lost_arguments)
        say("%d of %lld relations had an argument that did not fit", c->lost_arguments, all);
}

bool types_as(const option_many *given, arena *mem, type_as **to, int *n, err *e)
{
    size_t cap = 0;
    *to = NULL, *n = 0;
    for (int i = 0; i < given->n; i++)
        for (str rest = str_of(given->values[i]); rest.at;) {
            str one = str_cut(&rest, ','), from = str_trim(str_cut(&one, '='));
            if (!from.len || !one.at || !str_trim(one).len)
                return fail(e, "--as: TYPE=ARGUMENT is expected, as in Chemical=DRUG, here is '%s'",
                            given->values[i]);
            GROW(mem, *to, *n, cap);
            (*to)[(*n)++] = (type_as){from, str_trim(one)};
        }
    return true;
}

static const char *target(const documents_asked *q)
{
    return q->to_format ? q->to_format : q->format;
}

/* A writer of files in a folder. */
static bool is_folder(const char *name)
{
    return !strcmp(name, "brat");
}

static bool is_free(const char *path, arena *mem)
{
    const char **names;
    int n;
    err ignored = {0};
    return !path_exists(path) || (dir_list(path, mem, &names, &n, &ignored) && !n);
}

bool documents_can(const documents_asked *q, err *e)
{
    arena mem = {0};
    const format *from = format_named(q->format), *to = format_named(target(q));
    bool ok = true;
    if (!from || !from->documents || from->documents == no_reader)
        ok = fail(e, "--format: one of %s is expected, here is '%s'",
                  format_names_documents(false, &mem), q->format);
    else if (!to || !to->documents || to->write == no_writer)
        ok = fail(e, "--to-format: one of %s is expected, '%s' cannot be written",
                  format_names_documents(true, &mem), target(q));
    else if (is_folder(to->name) && !strcmp(q->to, "-"))
        ok = fail(e, "--to is needed: brat is a folder of files");
    else if (is_folder(to->name) && !is_free(q->to, &mem))
        ok = fail(e, "%s: is there already; a new or empty folder is expected", q->to);
    else if (strcmp(q->to, "-") != 0 && !path_is_dir(path_dir(&mem, q->to)))
        ok = fail(e, "%s: there is no folder %s", q->to, path_dir(&mem, q->to));
    arena_close(&mem);
    return ok;
}

/* The last part of a path; a run's best/ goes by the run. */
static const char *model_name(const char *path, arena *mem)
{
    str s = str_of(path), name = {"", 0};
    while (s.len) {
        while (s.len && s.at[s.len - 1] == '/') s.len--;
        size_t at = s.len;
        while (at && s.at[at - 1] != '/') at--;
        name = str_sub(s, at, s.len);
        if (!str_is(name, "best") || !at) break;
        s.len = at;
    }
    return name.len ? str_keep(mem, name) : "model";
}

static bool read_all(document_list *d, const documents_asked *q, arena *mem, err *e)
{
    if (!q->n) return documents_read(d, q->format, "-", mem, e);
    for (int i = 0; i < q->n; i++)
        if (!documents_read(d, q->format, q->paths[i], mem, e)) return false;
    return true;
}

/* A folder takes its place when all its files are there. */
static bool write_all(const document_list *d, const documents_asked *q, losses *l, err *e)
{
    if (!is_folder(target(q))) return documents_write(d, target(q), q->to, l, e);
    new_dir to = {0};
    bool ok = new_dir_open(&to, q->to, false, e) &&
              documents_write(d, target(q), to.beside, l, e) && new_dir_close(&to, e);
    if (!ok) new_dir_drop(&to);
    return ok;
}

static void report(const document_list *d, const documents_found *f, const losses *l, int most)
{
    size_t misses = 0;
    const char *first = "";
    for (int i = 0; i < d->n; i++) {
        if (d->at[i].misses && !misses) first = d->at[i].id;
        misses += (size_t)d->at[i].misses;
    }
    say("%d documents, %zu sentences, %zu pairs: %zu mentions and %zu relations added, %zu were "
        "there already",
        d->n, f->sentences, f->pairs, f->mentions, f->relations, f->known);
    if (f->low) say("%zu mentions and relations of a score below --least were left out", f->low);
    report_cuts(&f->counts, (long long)f->sentences + (long long)f->pairs, most);
    if (misses)
        warn("%zu mentions are not what the file says stands at their place (first in document %s)",
             misses, first);
    losses_report(l);
}

bool documents_predict(annotator *a, const documents_asked *q, err *e)
{
    arena mem = {0};
    document_list d = {0};
    losses l = {0};
    documents_found found = {0};
    const documents_plan plan = {.made_by = q->made_by ? q->made_by : model_name(q->model, &mem),
                                 .as = q->as,
                                 .n_as = q->n_as,
                                 .least = (float)q->least,
                                 .flat = !strcmp(target(q), "conll"),
                                 .concepts = !strcmp(target(q), "pubtator")};
    bool ok = read_all(&d, q, &mem, e) && documents_annotate(a, &d, &plan, &mem, &found, &l, e) &&
              write_all(&d, q, &l, e);
    if (ok) report(&d, &found, &l, a->rules.most);
    arena_close(&mem);
    return ok;
}
