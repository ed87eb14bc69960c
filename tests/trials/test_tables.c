/* A study's table: what is in it, and how it looks. */
#include "base/file.h"
#include "score/given.h"
#include "trials/tables.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static arena mem;
static const tables_how usual = {.title = "A study", .split = "test", .seed = 1, .resamples = 300};

static const task *named(const char *name)
{
    task *t = TAKE(&mem, task, 1);
    *t = *given_task(KIND_SENTENCE, "a b", NULL);
    t->name = name;
    return t;
}

/* A file of 40 predictions, the first `right` of them right. */
static const char *file_of(const char *name, int right)
{
    err e = {0};
    text tsv = {0};
    const char *path = str_format(&mem, "%s/%s-%d.tsv", test_dir(), name, right);
    text_add(&tsv, STR("id\tgold\tpredicted\n"));
    for (int i = 0; i < 40; i++) text_format(&tsv, "e%d\ta\t%s\n", i, i < right ? "a" : "b");
    if (!file_write(path, text_str(&tsv), &e)) fail_msg("%s", e.text);
    text_close(&tsv);
    return path;
}

static tables_row row(const task *t, enum compared model, uint64_t seed, int right)
{
    return (tables_row){t, METRIC_ACCURACY, model, seed, right / 40.0, file_of(t->name, right)};
}

static tables made(const tables_row *rows, int n, const tables_how *how)
{
    err e = {0};
    tables t;
    if (!tables_of(&t, rows, n, how, &mem, &e)) fail_msg("%s", e.text);
    return t;
}

static const char *refused(const tables_row *rows, int n)
{
    static err e;
    tables t;
    e = (err){0};
    assert_false(tables_of(&t, rows, n, &usual, &mem, &e));
    return e.text;
}

static const char *written(const tables *t, void (*how)(const tables *, FILE *))
{
    char *at = NULL;
    size_t n;
    FILE *to = open_memstream(&at, &n);
    how(t, to);
    fclose(to);
    const char *kept = str_keep(&mem, str_of(at));
    free(at);
    return kept;
}

static void has(const char *all, const char *part)
{
    if (!strstr(all, part)) fail_msg("\"%s\" is not in:\n%s", part, all);
}

enum { ROWS = 11 };
static const tables_row *study(void)
{
    const task *t = named("ddi"), *u = named("nli");
    static tables_row rows[ROWS];
    const tables_row all[ROWS] = {
        row(t, COMPARED_FINETUNED, 2, 34),
        row(t, COMPARED_SINGLE, 2, 30),
        row(t, COMPARED_SINGLE, 1, 28),
        row(t, COMPARED_REFINED, 1, 26),
        row(t, COMPARED_REFINED, 2, 28),
        row(t, COMPARED_FINETUNED, 1, 32),
        row(u, COMPARED_SINGLE, 1, 20),
        row(u, COMPARED_SINGLE, 2, 22),
        row(u, COMPARED_REFINED, 1, 20),
        row(u, COMPARED_REFINED, 2, 24),
        {t, METRIC_ACCURACY, COMPARED_MAJORITY, 0, 0.25, NULL},
    };
    memcpy(rows, all, sizeof all);
    return rows;
}

void a_table_has_means_and_spread_over_seeds(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    assert_int_equal(t.n, 3);
    assert_string_equal(t.lines[0].task, "ddi");
    const tables_cell *c = &t.lines[0].at[COMPARED_SINGLE];
    assert_int_equal(c->over.n, 2);
    assert_true(fabs(c->over.mean - 29 / 40.0) < 1e-12);
    assert_true(fabs(c->over.sd - sqrt(2) / 40) < 1e-12);
    assert_true(c->low < c->over.mean && c->over.mean < c->high && c->resampled);
    assert_true(t.lines[0].majority == 0.25 && isnan(t.lines[1].majority));
    assert_int_equal(t.lines[1].at[COMPARED_FINETUNED].over.n, 0);
}

void a_table_has_differences_to_single(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    const tables_cell *c = &t.lines[0].at[COMPARED_FINETUNED],
                      *r = &t.lines[0].at[COMPARED_REFINED];
    assert_true(fabs(c->difference - 4 / 40.0) < 1e-12);
    assert_true(c->difference_low > 0 && c->difference_high < 0.25 && c->p < 0.1);
    assert_true(fabs(r->difference + 2 / 40.0) < 1e-12);
    assert_true(isnan(t.lines[0].at[COMPARED_SINGLE].difference) &&
                isnan(t.lines[1].at[COMPARED_FINETUNED].p));
    assert_int_equal(t.comparisons, 3);
    assert_true(c->p < r->p && fabs(c->holm - 3 * c->p) < 1e-12 && r->holm >= c->holm);
}

void a_table_ends_with_the_average(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    const tables_line *line = &t.lines[2];
    assert_string_equal(line->task, "average");
    assert_true(fabs(line->at[COMPARED_SINGLE].over.mean - 25 / 40.0) < 1e-12);
    assert_true(fabs(line->at[COMPARED_SINGLE].over.sd - sqrt(2) / 40) <
                1e-12);                                       /* of 24 and 26, seed by seed */
    assert_int_equal(line->at[COMPARED_FINETUNED].over.n, 0); /* nli has none */
    assert_true(isnan(line->at[COMPARED_FINETUNED].difference));
    assert_true(fabs(line->at[COMPARED_REFINED].difference + 0.5 / 40) < 1e-12);
    assert_true(isnan(line->majority) && isnan(line->at[COMPARED_REFINED].holm));
}

void table_tsv_has_its_columns(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    const char *tsv = written(&t, tables_tsv),
               *end = "average\tmean\tfinetuned\t0\tnan\tnan\tnan\tnan\n";
    assert_int_equal(strncmp(tsv,
                             "task\tmetric\tmodel\tseeds\tmean\tsd\tlow\thigh\nddi\taccuracy\tsingl"
                             "e\t2\t0.725000\t0.035355\t0.",
                             80),
                     0);
    has(tsv, "\nnli\taccuracy\trefined\t2\t0.550000\t0.070711\t");
    has(tsv, "\naverage\tmean\tsingle\t2\t0.625000\t0.035355\t");
    assert_string_equal(tsv + strlen(tsv) - strlen(end), end);
    for (str rest = str_of(tsv), line; str_line(&rest, &line);) {
        int tabs = 0;
        for (size_t i = 0; i < line.len; i++) tabs += line.at[i] == '\t';
        assert_int_equal(tabs, 7);
    }
    assert_null(strstr(tsv, "majority"));
}

void a_table_is_aligned(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    const char *all = written(&t, tables_text);
    has(all, "A study\nScores on test, fractions of 1; mean ± standard deviation over 2 seeds.");
    has(all, "task     metric    majority  single           refined          finetuned\n"
             "ddi      accuracy  0.2500    0.7250 ± 0.0354  0.6750 ± 0.0354  0.8250 ± 0.0354\n"
             "nli      accuracy  -         0.5250 ± 0.0354  0.5500 ± 0.0707  -\n"
             "average  mean      -         0.6250 ± 0.0354  0.6125 ± 0.0530  -\n");
    has(all, "task     model      seeds  95 % interval     difference to single, 95 % interval  p  "
             "     p (Holm)\n"
             "ddi      single     2      [");
    has(all, "300 resamples of seeds and test documents");
    has(all, "the 3 differences of the table");
    assert_null(strstr(all, " \n"));
}

void every_part_of_a_table_bears_the_stamp(void **state)
{
    (void)state;
    tables_how how = usual;
    how.stamp = "preset authors: selected on test";
    tables t = made(study(), ROWS, &how);
    void (*const ways[])(const tables *, FILE *) = {tables_text, tables_markdown};
    const char *const stamps[] = {"[preset authors: selected on test]\n",
                                  "**preset authors: selected on test**\n"};
    for (int i = 0; i < 2; i++) {
        const char *all = written(&t, ways[i]), *first = strstr(all, stamps[i]);
        assert_non_null(first);
        assert_non_null(strstr(first + 1, stamps[i])); /* the second part */
    }
    t = made(study(), ROWS, &usual);
    assert_null(strstr(written(&t, tables_text), "[preset"));
}

void a_table_in_markdown_is_a_table(void **state)
{
    (void)state;
    tables t = made(study(), ROWS, &usual);
    const char *all = written(&t, tables_markdown);
    has(all, "## A study\n");
    has(all, "\n| task | metric | majority | single | refined | finetuned "
             "|\n|---|---|---|---|---|---|\n| ddi | accuracy | 0.2500 |");
}

void one_seed_makes_a_table_without_spread(void **state)
{
    (void)state;
    const task *t = named("ddi");
    tables_row rows[] = {row(t, COMPARED_SINGLE, 1, 30), row(t, COMPARED_REFINED, 1, 33)};
    tables x = made(rows, 2, &usual);
    const char *all = written(&x, tables_text);
    has(all, "; one seed.");
    has(all, "ddi      accuracy  -         0.7500  0.8250   -\n");
    has(all, "of test documents (one seed: how training varies is not in them)");
    has(written(&x, tables_tsv), "ddi\taccuracy\tsingle\t1\t0.750000\tnan\t0.");
    assert_true(x.lines[0].at[COMPARED_REFINED].difference_high > 0);
}

void runs_without_predictions_have_the_interval_of_seeds(void **state)
{
    (void)state;
    const task *t = named("ddi");
    tables_row rows[] = {{t, METRIC_ACCURACY, COMPARED_SINGLE, 1, 0.7, NULL},
                         {t, METRIC_ACCURACY, COMPARED_SINGLE, 2, 0.8, NULL},
                         {t, METRIC_ACCURACY, COMPARED_REFINED, 1, 0.9, NULL}};
    tables x = made(rows, 3, &usual);
    const tables_cell *c = &x.lines[0].at[COMPARED_SINGLE];
    assert_true(!c->resampled && fabs(c->high - (0.75 + 12.706204736 * 0.05)) < 1e-6);
    assert_true(fabs(x.lines[0].at[COMPARED_REFINED].difference - 0.15) < 1e-12 &&
                isnan(x.lines[0].at[COMPARED_REFINED].p));
    has(written(&x, tables_text), "Student's t over seeds");
}

void a_record_must_agree_with_its_predictions(void **state)
{
    (void)state;
    const task *t = named("ddi");
    tables_row bad = row(t, COMPARED_SINGLE, 1, 30);
    bad.value = 0.76;
    has(refused(&bad, 1), "-30.tsv: these predictions score 0.750000, the run recorded 0.760000");
    bad.value = NAN;
    assert_true(made(&bad, 1, &usual).lines[0].at[COMPARED_SINGLE].over.mean == 0.75);
    bad.path = NULL;
    has(refused(&bad, 1), "neither a score nor a file of predictions");
    bad.path = "build/tmp/no-such-file.tsv";
    has(refused(&bad, 1), "no-such-file.tsv");
}

void a_table_refuses_contradictions(void **state)
{
    (void)state;
    const task *t = named("ddi");
    tables_row rows[] = {row(t, COMPARED_SINGLE, 1, 30), row(t, COMPARED_SINGLE, 1, 31)};
    has(refused(rows, 2), "task ddi: there are two rows of single, seed 1");
    rows[1].seed = 2, rows[1].metric = METRIC_MACRO_F1;
    has(refused(rows, 2), "task ddi is scored by accuracy and by macro-f1");
    rows[0].t = named("average");
    has(refused(rows, 1), "must not be called 'average'");
    has(refused(rows, 0), "at least one run");
}

void tables_print_writes_the_text(void **state)
{
    (void)state;
    char *at = NULL;
    size_t n;
    err e = {0};
    FILE *to = open_memstream(&at, &n);
    if (!tables_print(study(), ROWS, &usual, to, &e)) fail_msg("%s", e.text);
    fclose(to);
    tables t = made(study(), ROWS, &usual);
    assert_string_equal(at, written(&t, tables_text));
    free(at);
}
