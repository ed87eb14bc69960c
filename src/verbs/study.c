/* mtbert study: the paper's comparison from one command. */
#include "trials/results.h"
#include "verbs/training.h"
#include <stdlib.h>

static const char *shown(const training *t)
{
    return t->to ? t->to : "runs";
}

static void print_plan(training *t, const study *s, const planned *p, int n)
{
    for (int i = 0; i < n; i++)
        puts(runs_line(runs_command(s, &p[i], &t->o, (int)t->c.threads, &t->mem), &t->mem));
}

/* What finished runs a study can show is kept, so that `report` can make the tables again without the study file. */
static bool keep_study(training *t, err *e)
{
    const char *kept = path_join(&t->mem, t->to, "study.path");
    char *whole = realpath(t->path, NULL);
    text line = {0};
    text_format(&line, "%s\n", whole ? whole : t->path);
    free(whole);
    bool ok = dir_make(t->to, e) && file_write(kept, text_str(&line), e);
    text_close(&line);
    return ok;
}

/* Only what a study made is removed: a mistyped --to must not cost somebody's files. */
static bool remove_study(training *t, err *e)
{
    if (!path_exists(path_join(&t->mem, t->to, "study.path")))
        return fail(e, "%s is there and is no study; give another --to", t->to);
    return dir_remove(t->to, e);
}

int verb_study(int argc, char **argv)
{
    training t = {0};
    int status = 0;
    if (!training_begin(
            &t, "study", "STUDY.yaml --to DIR [options]",
            "Plans and runs a study: for every task and seed the model trained on it alone "
            "(single), one model refined on all tasks (refined), and the refined one "
            "fine-tuned on each task (finetuned). Runs that are done are skipped, so a study that "
            "was stopped goes on. Prints the table: mean and standard deviation "
            "over seeds, intervals over seeds and documents, the difference to single with its "
            "paired interval; the same is in DIR/table.tsv and DIR/table.md.",
            "mtbert study studies/demo.yaml --to runs/demo\nmtbert study studies/demo.yaml --to "
            "runs/demo --plan | parallel -j 1",
            argc, argv, &status)) {
        arena_close(&t.mem);
        return status;
    }
    err e = {0};
    study s;
    planned *p;
    int n = 0;
    bool ok = study_read(&s, t.path, &t.mem, &e);
    if (ok) study_plan(&s, &t.o, shown(&t), &t.mem, &p, &n);
    if (ok && t.plan) {
        print_plan(&t, &s, p, n);
    } else if (ok) {
        if (t.overwrite && path_exists(t.to)) ok = remove_study(&t, &e);
        ok = ok && keep_study(&t, &e) &&
             runs_start(&s, p, n, &t.o, (int)t.c.threads, t.c.quiet, &e) &&
             results_write(&s, p, n, t.to, (int)t.o.s.resamples, stdout, &e);
    }
    arena_close(&t.mem);
    return ok ? 0 : verb_failed("study", &e);
}
