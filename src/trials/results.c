/* From run directories to tables. All numbers are computed again from the predictions that the runs left. */
#include "trials/results.h"
#include "base/log.h"
#include "train/history.h"
#include <math.h>
#include <string.h>

typedef struct gathered {
    const study *s;
    tables_row *rows;
    int n;
    size_t cap;
    const char *stamp; /* of the first run whose protocol is to be said */
    enum split split;
    arena *mem;
} gathered;

static const task *find_task(const study *s, const char *name)
{
    for (int i = 0; i < s->n_tasks; i++)
        if (!strcmp(s->tasks[i].name, name)) return &s->tasks[i];
    return NULL;
}

static bool has_baseline(const gathered *g, const task *t)
{
    for (int i = 0; i < g->n; i++)
        if (g->rows[i].t == t && g->rows[i].model == COMPARED_MAJORITY) return true;
    return false;
}

static void add(gathered *g, tables_row row)
{
    GROW(g->mem, g->rows, g->n, g->cap);
    g->rows[g->n++] = row;
}

/* The labels that a run fixed are in its model directory; a study file may have left them open. */
static bool labels_of(const study *s, const char *dir, arena *mem, err *e)
{
    study told;
    if (!study_read(&told, path_join(mem, dir, "settings.yaml"), mem, e)) return false;
    for (int i = 0; i < told.n_tasks; i++)
        for (int k = 0; k < s->n_tasks; k++) {
            task *t = &s->tasks[k];
            if (!t->open_labels || strcmp(t->name, told.tasks[i].name) != 0) continue;
            const char *files[SPLITS];
            memcpy(files, t->files, sizeof files);
            *t = told.tasks[i];
            memcpy(t->files, files, sizeof files);
        }
    return true;
}

static bool gather_run(gathered *g, const planned *p, err *e)
{
    run_score *scores;
    run_record r;
    int n;
    if (!record_read(p->to, g->mem, &r, e) || !record_scores_read(p->to, g->mem, &scores, &n, e) ||
        !labels_of(g->s, p->to, g->mem, e))
        return false;
    if (*r.warning && !g->stamp)
        g->stamp = str_format(g->mem, "%s (%s)", r.warning, r.stamp);
    else if (strcmp(r.preset, "none") != 0 && !g->stamp)
        g->stamp = r.stamp;
    for (int i = 0; i < n; i++) {
        const task *t = find_task(g->s, scores[i].task);
        if (!t || scores[i].split != g->split) continue;
        const char *path =
            str_format(g->mem, "%s/predictions/%s.%s.tsv", p->to, t->name, split_names[g->split]);
        add(g, (tables_row){t, t->metric, (enum compared)p->stage, p->seed, scores[i].value,
                            path_exists(path) ? path : NULL});
        if (!isnan(scores[i].majority) && !has_baseline(g, t))
            add(g, (tables_row){t, t->metric, COMPARED_MAJORITY, 0, scores[i].majority, NULL});
    }
    return true;
}

/* Test where there is one for every task; a study without tests shows dev, and says so. */
static enum split split_of(const study *s)
{
    for (int i = 0; i < s->n_tasks; i++)
        if (!s->tasks[i].files[SPLIT_TEST]) return SPLIT_DEV;
    return SPLIT_TEST;
}

static bool write_table(const tables *t, const char *dir, const char *name,
                        void (*write)(const tables *, FILE *), err *e)
{
    arena mem = {0};
    out o = {0};
    bool ok = out_open(&o, path_join(&mem, dir, name), e);
    if (ok) {
        write(t, o.to);
        ok = out_close(&o, e);
    }
    arena_close(&mem);
    return ok;
}

bool results_write(const study *s, const planned *p, int n, const char *dir, int resamples,
                   FILE *to, err *e)
{
    arena mem = {0};
    gathered g = {.s = s, .split = split_of(s), .mem = &mem};
    const char **dirs = TAKE(&mem, const char *, n + 1);
    int done_runs = 0;
    bool ok = true;
    for (int i = 0; ok && i < n; i++) {
        bool done = false;
        ok = record_done(p[i].to, &done, NULL, e);
        if (!ok || !done) continue;
        dirs[done_runs++] = p[i].to;
        ok = gather_run(&g, &p[i], e);
    }
    if (ok && !g.n) ok = fail(e, "%s: no run is finished yet", dir);
    tables t;
    tables_how how = {.title = s->name,
                      .split = split_names[g.split],
                      .stamp = g.stamp,
                      .seed = 1,
                      .resamples = resamples};
    ok = ok && tables_of(&t, g.rows, g.n, &how, &mem, e) &&
         write_table(&t, dir, "table.tsv", tables_tsv, e) &&
         write_table(&t, dir, "table.md", tables_markdown, e) &&
         history_write(path_join(&mem, dir, "runs.sqlite"), dirs, done_runs, e);
    if (ok) tables_text(&t, to);
    if (ok && done_runs < n) say("%d of %d runs are finished", done_runs, n);
    arena_close(&mem);
    return ok;
}
