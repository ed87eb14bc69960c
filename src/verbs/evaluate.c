/* mtbert evaluate: a model, or a file of predictions made elsewhere, against gold. */
#include "train/evaluate.h"
#include "base/log.h"
#include "score/score.h"
#include "trials/study.h"
#include "verbs/verbs.h"
#include <string.h>

typedef struct asked {
    common c;
    const char *model, *study, *task, *split, *file, *predictions, *errors, *keep, *precision;
    bool json;
    int64_t max_pieces, resamples, seed;
    arena mem;
} asked;

/* The tasks with their files: of --study, else of the run that the model is in, else the model's own (then --file is needed). */
static bool find_tasks(asked *a, const model_dir *m, task **tasks, int *n, settings *s, err *e)
{
    const char *path = a->study;
    if (!path && a->model) {
        const char *in = path_join(&a->mem, a->model, "settings.yaml"),
                   *above = path_join(&a->mem, a->model, "../settings.yaml");
        path = path_exists(in) ? in : path_exists(above) ? above : NULL;
    }
    settings_start(s, PRESET_NONE);
    if (path) {
        study st;
        if (!study_read(&st, path, &a->mem, e)) return false;
        settings_take(s, NULL, &st.s, &st.given);
        *tasks = st.tasks, *n = st.n_tasks;
        return true;
    }
    if (!m) return fail(e, "--study FILE says what the task is");
    *tasks = m->tasks, *n = m->n_tasks;
    return true;
}

/* The study's files with the model's labels: what the model answers is what its directory says. */
static bool join_task(task *t, const model_dir *m, int *head, err *e)
{
    for (int h = 0; m && h < m->n_tasks; h++) {
        if (strcmp(m->tasks[h].name, t->name) != 0) continue;
        if (m->tasks[h].kind != t->kind)
            return fail(e, "task %s: the model has it as %s, the study as %s", t->name,
                        kind_names[m->tasks[h].kind], kind_names[t->kind]);
        t->labels = m->tasks[h].labels, t->n_labels = m->tasks[h].n_labels;
        t->piece_tags = m->tasks[h].piece_tags;
        t->negative = m->tasks[h].negative, t->open_labels = false;
        *head = h;
        return true;
    }
    return false;
}

static bool report(asked *a, const task *t, predictions *p, FILE *errors, err *e)
{
    score s;
    if (a->keep && !predictions_write(p, a->keep, e)) return false;
    if (!score_compute(&s, p, &a->mem, e)) return fail_in(e, "task %s", t->name);
    if (a->resamples && !score_bootstrap(&s, p, (uint64_t)a->seed, (int)a->resamples, 0.95, e))
        return false;
    if (a->json) {
        text line = {0};
        score_json(&s, t, &line);
        fwrite(line.at, 1, line.len, stdout);
        text_close(&line);
    } else {
        score_print(&s, t, stdout);
    }
    return !errors || score_errors(p, errors, e);
}

static bool open_net(const model_dir *m, const char *precision, net **n, arena *mem, err *e)
{
    const backend *be;
    if (!backend_open(&be, "auto", e)) return false;
    head_plan *heads = TAKE(mem, head_plan, m->n_tasks + 1);
    for (int i = 0; i < m->n_tasks; i++)
        heads[i] = (head_plan){m->tasks[i].name, m->tasks[i].kind, task_classes(&m->tasks[i]), 0};
    net_plan plan = {.d = m->d,
                     .heads = heads,
                     .n_heads = m->n_tasks,
                     .pooler = m->pooler,
                     .kind = backend_kind(be, precision)};
    return net_open(n, be, &plan, e) && model_dir_load(m, *n, false, true, e);
}

static bool one_task(asked *a, const model_dir *m, net *n, task *t, const settings *s, FILE *errors,
                     err *e)
{
    int which = 0, head = 0;
    while (strcmp(split_names[which], a->split) != 0) which++;
    if (a->file) t->files[which] = a->file;
    if (!t->files[which]) return fail(e, "task %s has no %s file; give --file", t->name, a->split);
    if (m && !join_task(t, m, &head, e))
        return e->set ? false : fail(e, "the model has no task %s", t->name);
    examples x;
    predictions p = {0};
    if (!examples_read(&x, t, (enum split)which, true, &a->mem, e))
        return fail_in(e, "task %s", t->name);
    bool ok;
    if (a->predictions) {
        ok = predictions_read(&p, t, a->predictions, e) && predictions_against(&p, &x, e);
    } else {
        packs cut = {0};
        pack_rules rules = data_rules(s);
        ok = pack_examples(&cut, &m->v, t, &x, &rules, &a->mem, e) &&
             evaluate_run(&p, n, head, t, &x, &cut, 4096, NULL, t->name, e);
    }
    ok = ok && report(a, t, &p, errors, e);
    predictions_close(&p);
    return ok;
}

static bool evaluate_all(asked *a, err *e)
{
    model_dir m = {0};
    net *n = NULL;
    task *tasks = NULL;
    int n_tasks = 0, done = 0;
    settings s;
    out errors = {0};
    bool ok = !a->model || model_dir_open(&m, a->model, -1, e);
    ok = ok && find_tasks(a, a->model ? &m : NULL, &tasks, &n_tasks, &s, e) &&
         (!a->model || open_net(&m, a->precision ? a->precision : s.precision, &n, &a->mem, e));
    if (ok && a->max_pieces) s.max_pieces = a->max_pieces;
    ok = ok && (!a->errors || out_open(&errors, a->errors, e));
    for (int i = 0; ok && i < n_tasks; i++) {
        if (a->task && strcmp(a->task, tasks[i].name) != 0) continue;
        ok = one_task(a, a->model ? &m : NULL, n, &tasks[i], &s, errors.to, e);
        done++;
    }
    if (ok && !done) ok = fail(e, "there is no task %s", a->task ? a->task : "");
    if (ok && errors.to) ok = out_close(&errors, e);
    out_drop(&errors);
    net_close(n);
    if (a->model) model_dir_close(&m);
    return ok;
}

int verb_evaluate(int argc, char **argv)
{
    asked a = {.split = "test", .resamples = 1000, .seed = 1};
    const option own[] = {
        {"model", 0, OPTION_TEXT, &a.model, "DIR", "a run's directory, or a model's", 0, 0, NULL},
        {"study", 0, OPTION_TEXT, &a.study, "FILE",
         "says tasks and files (of a run: its own settings.yaml)", 0, 0, NULL},
        {"task", 0, OPTION_TEXT, &a.task, "NAME", "only this one", 0, 0, NULL},
        {"split", 0, OPTION_TEXT, &a.split, "WORD", "what to score (test)", 0, 0, "train|dev|test"},
        {"file", 0, OPTION_TEXT, &a.file, "FILE", "this file instead of the split's", 0, 0, NULL},
        {"predictions", 0, OPTION_TEXT, &a.predictions, "FILE",
         "score this file of predictions instead of a model's answers", 0, 0, NULL},
        {"errors", 0, OPTION_TEXT, &a.errors, "FILE",
         "list the errors there, as TSV; - is standard output", 0, 0, NULL},
        {"keep", 0, OPTION_TEXT, &a.keep, "FILE", "write the predictions there, as TSV", 0, 0,
         NULL},
        {"json", 0, OPTION_FLAG, &a.json, NULL, "an object a task", 0, 0, NULL},
        {"max-pieces", 0, OPTION_INT, &a.max_pieces, "N", "longest sequence (the run's)", 8, 100000,
         NULL},
        {"resamples", 0, OPTION_INT, &a.resamples, "N", "of the bootstrap; 0: no intervals (1000)",
         0, 1e7, NULL},
        {"seed", 0, OPTION_INT, &a.seed, "N", "of the bootstrap (1)", 0, 4e18, NULL},
        PRECISION_OPTION(a.precision, "what the run has"),
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "evaluate",
        .usage = "--model DIR [options]  or  --predictions FILE --study FILE --task NAME [options]",
        .about = "Scores a model on a split, or predictions made elsewhere: precision, recall, F1 "
                 "and count by label, the confusion matrix, every metric that the kind of "
                 "task has, bootstrap intervals over documents, and a list of errors. The form of "
                 "a file of predictions is in docs/scoring.md.",
        .table = own,
        .n = COUNT(own),
        .examples = "mtbert evaluate --model runs/mednli --split test\nmtbert evaluate "
                    "--predictions theirs.tsv --study studies/demo.yaml --task mednli"};
    const char **words;
    int n_words, status;
    if (!verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n_words, NULL, &status)) {
        arena_close(&a.mem);
        return status;
    }
    err e = {0};
    if (n_words)
        status = verb_misused("evaluate", "'%s' is not needed here", words[0]);
    else if (!a.model == !a.predictions)
        status = verb_misused("evaluate", "either --model or --predictions is needed");
    else if ((a.file || a.predictions || a.keep) && !a.task)
        status = verb_misused("evaluate", "--task is needed with --file, --predictions and --keep");
    else
        status = evaluate_all(&a, &e) ? 0 : verb_failed("evaluate", &e);
    arena_close(&a.mem);
    return status;
}
