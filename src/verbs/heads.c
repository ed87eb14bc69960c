#include "verbs/heads.h"
#include "trials/study.h"
#include <string.h>

/* Classes of the head at a position; 0: there is none, -1: one that is no linear layer. */
static int64_t classes_at(const weights *w, int position)
{
    int64_t classes = 0;
    for (int i = 0; i < w->n; i++) {
        const char *rest;
        const weight *t = &w->list[i];
        if (name_position(t->name, &rest) != position) continue;
        if (!strncmp(rest, "1.", 2)) rest += 2;
        if (!strcmp(rest, "weight") && t->n_dims == 2)
            classes = classes < 0 ? classes : t->shape[0];
        else if (strcmp(rest, "bias") != 0)
            classes = -1;
    }
    return classes;
}

static int count_heads(const weights *w)
{
    int n = 0;
    while (n < LABELS_MOST && classes_at(w, n)) n++;
    return n;
}

static bool read_tasks(const char *path, arena *mem, task **tasks, int *n, err *e)
{
    study s;
    err of_study = {0}, of_mtdnn = {0};
    if (study_read(&s, path, mem, &of_study)) {
        *tasks = s.tasks, *n = s.n_tasks;
        return true;
    }
    return task_read_mtdnn(path, NULL, NULL, -1, mem, tasks, n, &of_mtdnn) ||
           fail(e, "%s", of_study.text);
}

static bool take_head(task *to, const task *list, int n, str name, int64_t classes, int position,
                      err *e)
{
    const task *t = NULL;
    for (int i = 0; i < n; i++)
        if (str_is(name, list[i].name)) t = &list[i];
    if (!t)
        return fail(e, "head %d: '%.*s' is no task of the study", position, (int)name.len, name.at);
    if (classes < 0)
        return fail(e,
                    "head %d, %s: is more than a linear layer (a pooler of its own, or SAN), which "
                    "this program has not",
                    position, t->name);
    if (t->kind != KIND_SCORE && t->open_labels)
        return fail(e, "head %d, %s: the study must list its labels", position, t->name);
    *to = *t;
    to->piece_tags = t->kind == KIND_WORDS && classes == t->n_labels + PIECE_TAGS;
    if (classes != task_classes(to))
        return fail(e, "head %d, %s: has %lld classes, the study's task has %d", position, t->name,
                    (long long)classes, task_classes(to));
    return true;
}

bool heads_name(model_dir *m, const weights *w, const heads_plan *p, err *e)
{
    task *list;
    int n, heads = count_heads(w);
    const char *all = p->names ? p->names : w->heads;
    if (!heads) return fail(e, "%s: has no heads by position (scoring_list)", m->weights);
    if (!all)
        return fail(e, "%s: its %d heads have no names; --heads must give them in order, a,b,..",
                    m->weights, heads);
    if (!read_tasks(p->study, &m->mem, &list, &n, e)) return false;
    const char **names = TAKE(&m->mem, const char *, heads);
    m->tasks = TAKE(&m->mem, task, heads);
    int at = 0;
    for (str rest = str_of(all); rest.at; at++) {
        str name = str_trim(str_cut(&rest, ','));
        if (at == heads) break;
        if (!take_head(&m->tasks[at], list, n, name, classes_at(w, at), at, e)) return false;
        for (int k = 0; k < at; k++)
            if (!strcmp(names[k], m->tasks[at].name))
                return fail(e, "heads %d and %d are both called %s", k, at, names[k]);
        names[at] = m->tasks[at].name;
        if (!rest.at && at + 1 != heads) break;
    }
    int given = 1;
    for (const char *c = all; *c; c++) given += *c == ',';
    if (given != heads)
        return fail(e, "%s: has %d heads, %d names are given: %s", m->weights, heads, given, all);
    m->n_tasks = m->n_positions = heads, m->positions = names, m->pooler = true;
    return true;
}
