#pragma once
/* The table of a study: for each task what the single-task model, the refined model and the
 * fine-tuned model score, over seeds, beside the majority baseline; and how far they differ.
 * tables_of takes one row a run, opens the predictions that the runs left, scores them again and
 * makes intervals of them; the result is written as text for the terminal, as Markdown, and as TSV.
 *
 * What the numbers are:
 *   mean, sd     over seeds; sd with n - 1, NAN for one seed
 *   low, high    95 % interval of that mean over seeds and test documents (intervals.h); of rows
 *                without predictions Student's t interval over seeds alone
 *   difference   model minus single, with its paired interval and two-sided p, and p by Holm over
 *                all differences of the table but those of the average
 *   average      plain mean over tasks (as the paper has it), for models that all tasks have
 * A row's value must agree with what its predictions score; a study that lost its predictions may
 * leave path NULL.
 *
 * Layout of the text: the stamp ("selected on test", preset), if there is one, stands over both
 * parts, since either may be cut out and passed on; the first part is the paper's table, the second
 * has intervals and differences:
 *   task      metric   majority  single           refined          finetuned
 *   disease   span-f1  0.0000    0.8120 ± 0.0041  0.8101 ± 0.0032  0.8222 ± 0.0019
 *   task      model      95 % interval     difference to single, 95 % interval  p       p (Holm)
 *   disease   refined    [0.7881, 0.8310]  -0.0019 [-0.0101, +0.0061]           0.6234  1.0000
 * TSV has the columns task metric model seeds mean sd low high and nothing else, a line for each
 * task and model that has runs, and last the average; what is not known is nan. */
#include "score/score.h"
#include "trials/intervals.h"

enum compared { COMPARED_SINGLE, COMPARED_REFINED, COMPARED_FINETUNED, COMPARED_MAJORITY };
enum { COMPARED = 3 }; /* without the baseline */
extern const char
    *const compared_names[COMPARED + 1]; /* "single" "refined" "finetuned" "majority" */

typedef struct tables_row { /* one run, or the baseline of a task */
    const task *t; /* tasks are told apart by name and stand in the order they first appear in */
    enum metric metric;
    enum compared model;
    uint64_t seed;    /* the baseline: any */
    double value;     /* as the run recorded it; NAN: only the predictions know */
    const char *path; /* its predictions on test, or NULL */
} tables_row;

typedef struct tables_how {
    const char *title; /* first line, or NULL */
    const char *split; /* "test": what was scored, for the line below; or NULL */
    const char *stamp; /* preset and protocol where they are not the default; or NULL */
    uint64_t seed;     /* of the resamples */
    int resamples;     /* 0: 1000 */
    double level;      /* 0: 0.95 */
} tables_how;

typedef struct tables_cell {
    spread over;      /* seeds; n 0: there is no such run */
    double low, high; /* of the mean */
    bool resampled;   /* low and high are over documents too */
    double difference, difference_low, difference_high, p, holm; /* to single; NAN: none */
} tables_cell;

typedef struct tables_line {
    const char *task, *metric; /* the last line: "average", "mean" */
    double majority;           /* NAN: not given */
    tables_cell at[COMPARED];
} tables_line;

typedef struct tables {
    tables_how how;
    tables_line *lines; /* [n]; the last is the average */
    int n, comparisons; /* differences that Holm's correction counts */
} tables;

MUST_USE bool tables_of(tables *to, const tables_row *rows, int n, const tables_how *how,
                        arena *mem, err *e);
void tables_text(const tables *t, FILE *to);
void tables_markdown(const tables *t, FILE *to);
void tables_tsv(const tables *t, FILE *to);
/* tables_of and tables_text in one. */
MUST_USE bool tables_print(const tables_row *rows, int n, const tables_how *how, FILE *to, err *e);
