/* mtbert report: the tables of a study again, from what its runs left. */
#include "trials/results.h"
#include "verbs/verbs.h"

typedef struct asked {
    common c;
    const char *study, *dir;
    int64_t resamples;
    arena mem;
} asked;

static bool report(asked *a, err *e)
{
    const char *path = a->study;
    file f = {0};
    if (!path) {
        if (!file_open(&f, path_join(&a->mem, a->dir, "study.path"), e))
            return fail_in(e, "--study FILE is needed");
        path = str_keep(&a->mem, str_trim(f.bytes));
        file_close(&f);
    }
    study s;
    study_options o = {0};
    planned *p;
    int n;
    if (!study_read(&s, path, &a->mem, e)) return false;
    study_plan(&s, &o, a->dir, &a->mem, &p, &n);
    return results_write(&s, p, n, a->dir, (int)a->resamples, stdout, e);
}

int verb_report(int argc, char **argv)
{
    asked a = {.resamples = 1000};
    const option own[] = {
        {"study", 0, OPTION_TEXT, &a.study, "FILE",
         "the study file (the one that `mtbert study` was given)", 0, 0, NULL},
        {"resamples", 0, OPTION_INT, &a.resamples, "N", "of the bootstrap (1000)", 1, 1e7, NULL},
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "report",
        .usage = "DIR [options]",
        .about = "Makes the tables of a study again from the predictions that its runs left in "
                 "DIR, finished or not: on standard output, in DIR/table.tsv, DIR/table.md and "
                 "DIR/runs.sqlite.",
        .table = own,
        .n = COUNT(own),
        .examples = "mtbert report runs/demo"};
    const char **words;
    int n, status;
    if (!verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n, NULL, &status)) {
        arena_close(&a.mem);
        return status;
    }
    err e = {0};
    if (n != 1) {
        status = verb_misused("report", "one study directory is needed, here are %d", n);
    } else {
        a.dir = words[0];
        status = report(&a, &e) ? 0 : verb_failed("report", &e);
    }
    arena_close(&a.mem);
    return status;
}
