/* Rows of runs -> means, intervals, differences. Printing is tables_print.c. */
#include "trials/tables.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const compared_names[COMPARED + 1] = {"single", "refined", "finetuned", "majority"};

/* All runs of one model on one task. */
typedef struct gathered {
    score_stats *stats;
    uint64_t *seed;
    double *value;
    int n;
    bool resampled; /* all have statistics */
} gathered;

typedef struct gathering {
    tables *to;
    gathered (*at)[COMPARED]; /* [tasks][COMPARED] */
    const task **tasks;
    enum metric *metric;
    int n; /* tasks */
    arena *mem, *scratch;
    resampling how;
} gathering;

static int by_model_and_seed(const void *a, const void *b)
{
    const tables_row *x = a, *y = b;
    return x->model != y->model ? (int)x->model - (int)y->model
                                : (x->seed > y->seed) - (x->seed < y->seed);
}

static bool find_tasks(gathering *g, const tables_row *rows, int n, err *e)
{
    g->tasks = TAKE(g->scratch, const task *, n);
    g->metric = TAKE(g->scratch, enum metric, n);
    for (int i = 0; i < n; i++) {
        int t = 0;
        while (t < g->n && strcmp(g->tasks[t]->name, rows[i].t->name) != 0) t++;
        if (t == g->n) g->tasks[g->n] = rows[i].t, g->metric[g->n++] = rows[i].metric;
        if (g->metric[t] != rows[i].metric)
            return fail(e, "task %s is scored by %s and by %s", rows[i].t->name,
                        metric_names[g->metric[t]], metric_names[rows[i].metric]);
        if (!strcmp(rows[i].t->name, "average"))
            return fail(e,
                        "a task must not be called 'average', which is the last line of the table");
    }
    return true;
}

/* Scores the run's predictions again and holds the result against what it recorded. */
static bool take_run(gathering *g, gathered *to, const tables_row *row, err *e)
{
    int i = to->n++;
    to->seed[i] = row->seed;
    to->value[i] = row->value;
    if (!row->path) {
        if (!isfinite(row->value))
            return fail(
                e, "task %s, %s, seed %llu: there is neither a score nor a file of predictions",
                row->t->name, compared_names[row->model], (unsigned long long)row->seed);
        to->resampled = false;
        return true;
    }
    predictions p = {0};
    if (!predictions_read(&p, row->t, row->path, e)) return false;
    bool ok = score_stats_of(&to->stats[i], &p, row->metric, g->scratch, e);
    predictions_close(&p);
    if (!ok) return fail_in(e, "%s", row->path);
    double again = score_value(&to->stats[i], NULL, NULL);
    if (!isnan(row->value) && fabs(again - row->value) > 1e-6)
        return fail(e, "%s: these predictions score %.6f, the run recorded %.6f", row->path, again,
                    row->value);
    to->value[i] = again;
    return true;
}

static bool take_task(gathering *g, int t, const tables_row *rows, int n, err *e)
{
    tables_line *line = &g->to->lines[t];
    tables_row *sorted = TAKE(g->scratch, tables_row, n);
    int m = 0;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].t->name, g->tasks[t]->name)) sorted[m++] = rows[i];
    qsort(sorted, (size_t)m, sizeof *sorted, by_model_and_seed);
    *line = (tables_line){.task = str_keep(g->mem, str_of(g->tasks[t]->name)),
                          .metric = metric_names[g->metric[t]],
                          .majority = NAN};
    for (int k = 0; k < COMPARED; k++)
        g->at[t][k] = (gathered){.stats = TAKE(g->scratch, score_stats, m),
                                 .seed = TAKE(g->scratch, uint64_t, m),
                                 .value = TAKE(g->scratch, double, m),
                                 .resampled = true};
    for (int i = 0; i < m; i++) {
        const tables_row *row = &sorted[i], *before = i ? row - 1 : NULL;
        bool again = before && before->model == row->model &&
                     (before->seed == row->seed || row->model == COMPARED_MAJORITY);
        if (again)
            return fail(e, "task %s: there are two rows of %s, seed %llu", line->task,
                        compared_names[row->model], (unsigned long long)row->seed);
        if (row->model == COMPARED_MAJORITY)
            line->majority = row->value;
        else if (!take_run(g, &g->at[t][row->model], row, e))
            return false;
    }
    return true;
}

static runs runs_of(const gathered *g)
{
    return (runs){g->stats, g->seed, g->n};
}

static const tables_cell no_cell = {.over = {0, NAN, NAN, NAN, NAN},
                                    .low = NAN,
                                    .high = NAN,
                                    .difference = NAN,
                                    .difference_low = NAN,
                                    .difference_high = NAN,
                                    .p = NAN,
                                    .holm = NAN};

/* Interval of the mean and difference to single, of one task or all; a: single's runs or NULL. */
static bool estimates(gathering *g, tables_cell *c, const runs *a, const runs *b, int tasks, err *e)
{
    estimate x;
    if (!intervals_of(&x, NULL, b, tasks, &g->how, e)) return false;
    c->low = x.low, c->high = x.high, c->resampled = true;
    if (!a) return true;
    if (!intervals_of(&x, a, b, tasks, &g->how, e)) return false;
    c->difference = x.value, c->difference_low = x.low, c->difference_high = x.high, c->p = x.p;
    return true;
}

static bool fill_task(gathering *g, int t, err *e)
{
    const gathered *single = &g->at[t][COMPARED_SINGLE];
    for (int k = 0; k < COMPARED; k++) {
        const gathered *m = &g->at[t][k];
        tables_cell *c = &g->to->lines[t].at[k];
        *c = no_cell;
        if (!m->n) continue;
        c->over = intervals_spread(m->value, m->n, g->how.level);
        c->low = c->over.low, c->high = c->over.high;
        bool compare = k != COMPARED_SINGLE && single->n;
        if (compare) c->difference = c->over.mean - g->to->lines[t].at[COMPARED_SINGLE].over.mean;
        runs a = runs_of(single), b = runs_of(m);
        if (m->resampled && !estimates(g, c, compare && single->resampled ? &a : NULL, &b, 1, e))
            return fail_in(e, "task %s, %s", g->to->lines[t].task, compared_names[k]);
    }
    return true;
}

/* Means over tasks, seed by seed where all tasks have the same seeds. */
static void average_spread(const gathering *g, int k, tables_cell *c)
{
    const gathered *first = &g->at[0][k];
    bool same = true;
    int fewest = first->n;
    double mean = 0;
    for (int t = 0; t < g->n; t++) {
        const gathered *m = &g->at[t][k];
        if (m->n != first->n || memcmp(m->seed, first->seed, (size_t)m->n * sizeof *m->seed) != 0)
            same = false;
        if (m->n < fewest) fewest = m->n;
        mean += g->to->lines[t].at[k].over.mean;
    }
    if (same) {
        double *value = TAKE(g->scratch, double, first->n);
        for (int i = 0; i < first->n; i++) {
            for (int t = 0; t < g->n; t++) value[i] += g->at[t][k].value[i];
            value[i] /= g->n;
        }
        c->over = intervals_spread(value, first->n, g->how.level);
        c->low = c->over.low, c->high = c->over.high;
    } else {
        c->over = (spread){fewest, mean / g->n, NAN, NAN, NAN};
    }
}

static bool fill_average(gathering *g, err *e)
{
    tables_line *line = &g->to->lines[g->n];
    *line = (tables_line){.task = "average", .metric = "mean", .majority = 0};
    runs *all[COMPARED];
    bool resampled[COMPARED];
    for (int t = 0; t < g->n; t++)
        line->majority += g->to->lines[t].majority / g->n; /* NAN stays */
    for (int k = 0; k < COMPARED; k++) {
        all[k] = TAKE(g->scratch, runs, g->n);
        resampled[k] = true;
        bool everywhere = true;
        for (int t = 0; t < g->n; t++) {
            all[k][t] = runs_of(&g->at[t][k]);
            everywhere &= g->at[t][k].n > 0;
            resampled[k] &= g->at[t][k].resampled && g->at[t][k].n > 0;
        }
        tables_cell *c = &line->at[k];
        *c = no_cell;
        if (!everywhere) continue;
        average_spread(g, k, c);
        bool compare = k != COMPARED_SINGLE && line->at[COMPARED_SINGLE].over.n;
        if (compare) c->difference = c->over.mean - line->at[COMPARED_SINGLE].over.mean;
        bool paired = compare && resampled[COMPARED_SINGLE];
        if (resampled[k] && !estimates(g, c, paired ? all[COMPARED_SINGLE] : NULL, all[k], g->n, e))
            return fail_in(e, "average, %s", compared_names[k]);
    }
    return true;
}

static void fill_holm(gathering *g)
{
    double *p = TAKE(g->scratch, double, g->n *COMPARED),
           *adjusted = TAKE(g->scratch, double, g->n *COMPARED);
    for (int i = 0; i < g->n * COMPARED; i++) {
        p[i] = g->to->lines[i / COMPARED].at[i % COMPARED].p;
        g->to->comparisons += !isnan(p[i]);
    }
    intervals_holm(p, g->n * COMPARED, adjusted);
    for (int i = 0; i < g->n * COMPARED; i++)
        g->to->lines[i / COMPARED].at[i % COMPARED].holm = adjusted[i];
}

bool tables_of(tables *to, const tables_row *rows, int n, const tables_how *how, arena *mem, err *e)
{
    *to = (tables){.how = *how};
    if (!to->how.resamples) to->how.resamples = 1000;
    if (!(to->how.level > 0)) to->how.level = 0.95;
    if (n < 1) return fail(e, "a table needs at least one run");
    arena scratch = {0};
    gathering g = {.to = to,
                   .mem = mem,
                   .scratch = &scratch,
                   .how = {how->seed, to->how.resamples, to->how.level}};
    bool ok = find_tasks(&g, rows, n, e);
    if (ok) {
        to->n = g.n + 1;
        to->lines = TAKE(mem, tables_line, to->n);
        g.at = arena_take_n(&scratch, (size_t)g.n, sizeof *g.at);
    }
    for (int t = 0; ok && t < g.n; t++) ok = take_task(&g, t, rows, n, e) && fill_task(&g, t, e);
    ok = ok && fill_average(&g, e);
    if (ok) fill_holm(&g);
    arena_close(&scratch);
    return ok;
}
