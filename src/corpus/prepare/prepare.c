/* From the owners' files to the examples of each split (prepare.h). */
#include "corpus/prepare/prepare.h"
#include "base/log.h"
#include "corpus/prepare/cut.h"
#include "corpus/prepare/gather.h"
#include <fnmatch.h>
#include <string.h>

static const recipe recipes[] = {
#define RECIPE(name, task, read, by, released, blue, about) \
    {name, task, about, read, by, released, blue},
#include "corpus/prepare/recipes.def"
#undef RECIPE
};
enum { RECIPES = sizeof recipes / sizeof *recipes };

const recipe *recipe_named(const char *name)
{
    for (int i = 0; i < RECIPES; i++)
        if (!strcmp(recipes[i].name, name)) return &recipes[i];
    return NULL;
}

const char *recipe_names(arena *mem)
{
    text all = {0};
    for (int i = 0; i < RECIPES; i++) text_format(&all, "%s%s", i ? ", " : "", recipes[i].name);
    const char *kept = str_keep(mem, text_str(&all));
    text_close(&all);
    return kept;
}

static bool found(prepared *p, enum split which, const char *patterns, bool needed,
                  const char **path, err *e)
{
    *path = tree_find(&p->files, patterns);
    if (*path) say("%s: %s", split_names[which], *path);
    if (*path || !needed) return true;
    text names = {0};
    for (str rest = str_of(patterns); rest.at;) {
        str one = str_cut(&rest, ';');
        text_format(&names, "%s%.*s", names.len ? " or " : "", (int)one.len, one.at);
    }
    fail(e, "%s: a file %s is expected in this folder", p->from, names.at);
    text_close(&names);
    return false;
}

bool gather_within(const prepared *p, const char *path, const char *pattern)
{
    size_t from = strlen(p->from);
    return !fnmatch(pattern, path + (strlen(path) > from ? from : 0), FNM_CASEFOLD);
}

bool gather_documents(prepared *p, enum split which, const char *form, const char *patterns,
                      bool needed, err *e)
{
    const char *path;
    if (!found(p, which, patterns, needed, &path, e)) return false;
    if (path && !p->parts[which].docs.n) p->parts[which].x.path = path;
    return !path || documents_read(&p->parts[which].docs, form, path, p->mem, e);
}

bool gather_examples(prepared *p, enum split which, const char *form, const char *patterns,
                     bool needed, err *e)
{
    const char *path;
    if (!found(p, which, patterns, needed, &path, e)) return false;
    p->t.format = form;
    return !path || examples_read_file(&p->parts[which].x, &p->t, path, true, p->mem, e);
}

/* Where something goes that came from the owners' split `now`; -1: nowhere. */
static int place(const prepared *p, where *w, str id, enum split now)
{
    int to = where_is(w, id);
    return to >= 0 ? to : p->unsplit ? w->rest : (int)now;
}

static void move_document(prepared *p, document_list *to, where *w, const document *d,
                          enum split now)
{
    int split = place(p, w, str_of(d->id), now);
    if (split < 0) {
        p->left_out++;
        return;
    }
    GROW(p->mem, to[split].at, to[split].n, to[split].cap);
    to[split].at[to[split].n++] = *d;
}

/* A sentence's id is among its notes; without one it is DOCUMENT.sN. */
static void move_sentences(prepared *p, document_list *to, where *w, const document *d,
                           enum split now)
{
    int *wanted[SPLITS], n[SPLITS] = {0};
    for (int s = 0; s < SPLITS; s++) wanted[s] = TAKE(p->mem, int, d->n_sentences + 1);
    for (int i = 0; i < d->n_sentences; i++) {
        str id = infon_get(&d->sentences[i].more, "id");
        if (!id.at) id = str_of(str_format(p->mem, "%s.s%d", d->id, i));
        int split = p->authors && where_is(&p->missing, id) >= 0 ? -1 : place(p, w, id, now);
        if (split >= 0) wanted[split][n[split]++] = i;
        p->left_out += split < 0;
    }
    for (int s = 0; s < SPLITS; s++) {
        if (!n[s] && (d->n_sentences || s != (int)now)) continue;
        GROW(p->mem, to[s].at, to[s].n, to[s].cap);
        document_of_sentences(&to[s].at[to[s].n++], d, wanted[s], n[s], p->mem);
    }
}

static void move_examples(prepared *p, examples *to, where *w, const part *from, enum split now)
{
    size_t cap[SPLITS] = {0};
    for (int s = 0; s < SPLITS; s++) cap[s] = (size_t)to[s].n;
    for (int i = 0; i < from->x.n; i++) {
        int split = place(p, w, str_of(from->x.at[i].id), now);
        if (split < 0) {
            p->left_out++;
            continue;
        }
        GROW(p->mem, to[split].at, to[split].n, cap[split]);
        to[split].at[to[split].n++] = from->x.at[i];
    }
}

static void apply(prepared *p, where *w)
{
    document_list docs[SPLITS] = {{0}};
    examples x[SPLITS] = {{0}};
    for (int s = 0; s < SPLITS; s++) {
        const part *from = &p->parts[s];
        for (int i = 0; i < from->docs.n; i++)
            (p->of->by == BY_SENTENCE ? move_sentences : move_document)(
                p, docs, w, &from->docs.at[i], (enum split)s);
        move_examples(p, x, w, from, (enum split)s);
    }
    for (int s = 0; s < SPLITS; s++) {
        const char *path = p->parts[s].x.path;
        p->parts[s] = (part){.docs = docs[s], .x = x[s]};
        p->parts[s].x.path = path;
    }
}

static bool split(prepared *p, const prepare_asked *a, err *e)
{
    if (a->authors && where_missing(&p->missing, p->of->name, p->mem))
        say("%d sentences that the authors' data lacks are left out", p->missing.n);
    where w;
    bool blue = a->split ? !strcmp(a->split, "blue") : p->of->blue;
    if (a->split_ids) {
        if (!where_read(&w, a->split_ids, p->mem, e)) return false;
    } else if (blue && !p->of->blue) {
        return fail(e, "BLUE's split of %s is not public; give the ids of dev with --split-ids",
                    p->of->name);
    } else if (!blue && p->unsplit) {
        return fail(e, "the owners of %s do not split it; take --split blue or --split-ids",
                    p->of->name);
    } else if (!blue || !where_blue(&w, p->of->name, p->mem)) {
        return true;
    }
    apply(p, &w);
    return where_close(&w, p->from, e);
}

static bool to_examples(prepared *p, err *e)
{
    for (int s = 0; s < SPLITS; s++) {
        part *of = &p->parts[s];
        if (!of->docs.n) continue;
        if (p->of->blue && !p->authors)
            cut_sentences(&of->docs, p->t.kind == KIND_RELATION, p->mem);
        const reading r = {
            .t = &p->t, .path = of->x.path ? of->x.path : p->from, .gold = true, .mem = p->mem};
        if (!examples_of_documents(&of->x, &r, &of->docs, &of->lost, e)) return false;
    }
    return true;
}

bool prepare_read(prepared *p, const prepare_asked *a, arena *mem, err *e)
{
    yaml *y;
    *p = (prepared){
        .of = recipe_named(a->corpus), .from = a->from, .mem = mem, .authors = a->authors};
    if (!p->of)
        return fail(e, "corpus '%s' is not known; one of %s is expected", a->corpus,
                    recipe_names(mem));
    str map = str_of(str_format(mem, "%s: {%s}\n", p->of->name, p->of->task));
    if (!yaml_parse(map, p->of->name, mem, &y, e) || !task_read(&p->t, y->first, NULL, mem, e))
        return false;
    p->t.masked_as_authors = a->authors;
    if (!tree_read(&p->files, a->from, mem, e) || !p->of->read(p, e) || !split(p, a, e) ||
        !to_examples(p, e))
        return false;
    prepare_count(p);
    return true;
}
