/* Tables as text with aligned columns, as Markdown and as TSV. Text and Markdown are made from the
 * same grids of cells. */
#include "base/utf8.h"
#include "trials/tables.h"
#include <math.h>
#include <string.h>

enum { COLUMNS_MOST = 8 };
typedef struct grid {
    const char *(*cell)[COLUMNS_MOST]; /* [rows]; the first is the header */
    int rows, columns;
    arena mem;
} grid;

static const char **new_row(grid *g)
{
    const char **row = g->cell[g->rows++];
    for (int i = 0; i < COLUMNS_MOST; i++) row[i] = "";
    return row;
}

static void grid_open(grid *g, int rows, int columns, const char *const *header)
{
    *g = (grid){.columns = columns};
    g->cell = arena_take_n(&g->mem, (size_t)rows, sizeof *g->cell);
    const char **row = new_row(g);
    for (int i = 0; i < columns; i++) row[i] = header[i];
}

static void grid_text(const grid *g, FILE *to)
{
    int width[COLUMNS_MOST] = {0};
    for (int r = 0; r < g->rows; r++)
        for (int c = 0; c < g->columns; c++) {
            int points = (int)utf8_points(str_of(g->cell[r][c]));
            if (points > width[c]) width[c] = points;
        }
    for (int r = 0; r < g->rows; r++) {
        int last = g->columns - 1; /* no blanks at a line's end */
        while (last > 0 && !*g->cell[r][last]) last--;
        for (int c = 0; c <= last; c++) {
            int points = (int)utf8_points(str_of(g->cell[r][c]));
            fprintf(to, "%s%*s", g->cell[r][c], c < last ? width[c] - points + 2 : 0, "");
        }
        fputc('\n', to);
    }
}

static void grid_markdown(const grid *g, FILE *to)
{
    for (int r = 0; r < g->rows; r++) {
        for (int c = 0; c < g->columns; c++) {
            fputs("| ", to);
            for (const char *s = g->cell[r][c]; *s; s++) fprintf(to, *s == '|' ? "\\%c" : "%c", *s);
            fputc(' ', to);
        }
        fputs("|\n", to);
        for (int c = 0; !r && c < g->columns; c++) fputs("|---", to);
        if (!r) fputs("|\n", to);
    }
}

static const char *number(grid *g, const char *format, double x)
{
    char s[64];
    if (isnan(x)) return "-";
    snprintf(s, sizeof s, format, x);
    return str_keep(&g->mem, str_of(s));
}

static const char *mean_cell(grid *g, const tables_cell *c)
{
    if (!c->over.n) return "-";
    if (isnan(c->over.sd)) return number(g, "%.4f", c->over.mean);
    return str_format(&g->mem, "%.4f ± %.4f", c->over.mean, c->over.sd);
}

static const char *interval(grid *g, const char *format, double low, double high)
{
    char s[96];
    if (isnan(low) || isnan(high)) return "-";
    snprintf(s, sizeof s, format, low, high);
    return str_keep(&g->mem, str_of(s));
}

static const char *percent(const tables *t, grid *g, const char *what)
{
    return str_format(&g->mem, "%s%g %% interval", what, 100 * t->how.level);
}

/* The paper's table. */
static grid means(const tables *t)
{
    static const char *const header[] = {"task",   "metric",  "majority",
                                         "single", "refined", "finetuned"};
    grid g;
    grid_open(&g, t->n + 1, 3 + COMPARED, header);
    for (int i = 0; i < t->n; i++) {
        const tables_line *line = &t->lines[i];
        const char **row = new_row(&g);
        row[0] = line->task, row[1] = line->metric;
        row[2] = number(&g, "%.4f", line->majority);
        for (int k = 0; k < COMPARED; k++) row[3 + k] = mean_cell(&g, &line->at[k]);
    }
    return g;
}

static const char *difference_cell(grid *g, const tables_cell *c)
{
    if (isnan(c->difference)) return "";
    return str_format(&g->mem, "%+.4f %s", c->difference,
                      isnan(c->difference_low)
                          ? ""
                          : interval(g, "[%+.4f, %+.4f]", c->difference_low, c->difference_high));
}

/* Intervals and differences, a row a model. */
static grid intervals(const tables *t)
{
    grid g;
    static const char *const names[] = {"task", "model", "seeds", "", "", "p", "p (Holm)"};
    grid_open(&g, t->n * COMPARED + 1, 7, names);
    g.cell[0][3] = percent(t, &g, "");
    g.cell[0][4] = percent(t, &g, "difference to single, ");
    for (int i = 0; i < t->n; i++) {
        for (int k = 0; k < COMPARED; k++) {
            const tables_cell *c = &t->lines[i].at[k];
            if (!c->over.n) continue;
            const char **row = new_row(&g);
            row[0] = t->lines[i].task, row[1] = compared_names[k];
            row[2] = str_format(&g.mem, "%d", c->over.n);
            row[3] = interval(&g, "[%.4f, %.4f]", c->low, c->high);
            row[4] = difference_cell(&g, c);
            row[5] = isnan(c->p) ? "" : number(&g, "%.4f", c->p);
            row[6] = isnan(c->holm) ? "" : number(&g, "%.4f", c->holm);
        }
    }
    return g;
}

static int most_seeds(const tables *t)
{
    int most = 0;
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < COMPARED; k++)
            if (t->lines[i].at[k].over.n > most) most = t->lines[i].at[k].over.n;
    return most;
}

static void put_means_note(const tables *t, FILE *to)
{
    int seeds = most_seeds(t);
    if (t->how.split)
        fprintf(to, "Scores on %s, fractions of 1", t->how.split);
    else
        fputs("Scores, fractions of 1", to);
    if (seeds > 1)
        fprintf(to, "; mean ± standard deviation over %d seeds", seeds);
    else
        fputs("; one seed", to);
    fputs(". Majority: the answer that ignores the text.\n", to);
}

static void put_intervals_note(const tables *t, FILE *to)
{
    bool resampled = false, by_seeds = false;
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < COMPARED; k++) {
            const tables_cell *c = &t->lines[i].at[k];
            resampled |= c->over.n && c->resampled;
            by_seeds |= c->over.n && !c->resampled && !isnan(c->low);
        }
    if (resampled)
        fprintf(
            to, "Intervals: percentile bootstrap, %d resamples of %s; differences are paired.\n",
            t->how.resamples,
            most_seeds(t) > 1 ? "seeds and test documents"
                              : "test documents (one seed: how training varies is not in them)");
    if (by_seeds)
        fputs("Where there are no predictions the interval is Student's t over seeds.\n", to);
    if (t->comparisons)
        fprintf(to, "p is two-sided; p (Holm) corrects for the %d differences of the table.\n",
                t->comparisons);
}

void tables_text(const tables *t, FILE *to)
{
    grid a = means(t), b = intervals(t);
    if (t->how.title) fprintf(to, "%s\n", t->how.title);
    if (t->how.stamp) fprintf(to, "[%s]\n", t->how.stamp);
    put_means_note(t, to);
    fputc('\n', to);
    grid_text(&a, to);
    fputc('\n', to);
    if (t->how.stamp) fprintf(to, "[%s]\n", t->how.stamp);
    put_intervals_note(t, to);
    fputc('\n', to);
    grid_text(&b, to);
    arena_close(&a.mem);
    arena_close(&b.mem);
}

void tables_markdown(const tables *t, FILE *to)
{
    grid a = means(t), b = intervals(t);
    if (t->how.title) fprintf(to, "## %s\n\n", t->how.title);
    if (t->how.stamp) fprintf(to, "**%s**\n\n", t->how.stamp);
    put_means_note(t, to);
    fputc('\n', to);
    grid_markdown(&a, to);
    fputc('\n', to);
    if (t->how.stamp) fprintf(to, "**%s**\n\n", t->how.stamp);
    put_intervals_note(t, to);
    fputc('\n', to);
    grid_markdown(&b, to);
    arena_close(&a.mem);
    arena_close(&b.mem);
}

static void put_real(FILE *to, double x)
{
    if (isnan(x))
        fputs("\tnan", to); /* printf may put a sign in front */
    else
        fprintf(to, "\t%.6f", x);
}

static bool has_runs(const tables *t, int model)
{
    for (int i = 0; i < t->n; i++)
        if (t->lines[i].at[model].over.n) return true;
    return false;
}

/* The average stands there also where some task lacks the model: then it is not known. */
void tables_tsv(const tables *t, FILE *to)
{
    fputs("task\tmetric\tmodel\tseeds\tmean\tsd\tlow\thigh\n", to);
    for (int i = 0; i < t->n; i++) {
        for (int k = 0; k < COMPARED; k++) {
            const tables_cell *c = &t->lines[i].at[k];
            if (!c->over.n && (i + 1 < t->n || !has_runs(t, k))) continue;
            fprintf(to, "%s\t%s\t%s\t%d", t->lines[i].task, t->lines[i].metric, compared_names[k],
                    c->over.n);
            put_real(to, c->over.mean);
            put_real(to, c->over.sd);
            put_real(to, c->low);
            put_real(to, c->high);
            fputc('\n', to);
        }
    }
}

bool tables_print(const tables_row *rows, int n, const tables_how *how, FILE *to, err *e)
{
    arena mem = {0};
    tables t;
    bool ok = tables_of(&t, rows, n, how, &mem, e);
    if (ok) tables_text(&t, to);
    arena_close(&mem);
    return ok;
}
