/* The loop that ties model, optimizer, data and files together. */
#include "train/loop.h"
#include "base/log.h"
#include "score/score.h"
#include "train/batches.h"
#include "train/evaluate.h"
#include "train/finish.h"
#include "train/stop.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

typedef struct loop {
    run *r;
    FILE *steps;   /* steps.tsv */
    FILE *batches; /* of --batches, or NULL */
    double saved;  /* when the checkpoint was written, clock_now's seconds */
    batch *part;   /* [accumulate] of the running update */
    arena mem;     /* batches; rewound every update */
    progress bar;
} loop;

/* Opens steps.tsv so that it ends with the last update of the checkpoint. */
static bool open_steps(loop *l, err *e)
{
    const char *path = run_path(l->r, "steps.tsv");
    text keep = {0};
    text_add(&keep, STR("step\ttask\tloss\tnorm\trate\n"));
    if (l->r->st.step && path_exists(path)) {
        file f;
        if (!file_open(&f, path, e)) return false;
        str rest = f.bytes, line;
        for (uint32_t i = 0; i <= l->r->st.step && str_line(&rest, &line); i++) {
            if (!i) continue;
            text_add(&keep, line);
            text_char(&keep, '\n');
        }
        file_close(&f);
    }
    bool ok = file_write(path, text_str(&keep), e);
    text_close(&keep);
    l->steps = ok ? fopen(path, "a") : NULL;
    return l->steps ? true : fail(e, "%s: cannot be written", path);
}

static bool save(loop *l, err *e)
{
    if (l->steps && (fflush(l->steps) || fsync(fileno(l->steps))))
        return fail(e, "%s: cannot be written", run_path(l->r, "steps.tsv"));
    l->saved = clock_now();
    return run_save(l->r, e);
}

static bool bad_loss(const run *r, int t, const batch *b, int parts, err *e)
{
    char ids[400] = "";
    const examples *x = &r->data[t].x[SPLIT_TRAIN];
    for (int i = 0; i < parts; i++)
        for (int s = 0; s < b[i].B && strlen(ids) < 300; s++) {
            const char *id = x->at[b[i].from[s]->example].id;
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%.60s", *ids ? ", " : "", id);
        }
    return fail(e,
                "update %u: task %s: the loss is not finite; its examples are %s. A smaller --rate "
                "may help",
                r->st.step + 1, r->tasks[t].name, ids);
}

/* One update: a mini-batch of one task, in `accumulate` parts where memory is to be saved. */
static bool update(loop *l, int at, err *e)
{
    run *r = l->r;
    arena_mark here = arena_here(&l->mem);
    const int *chosen;
    int t, n, parts = 0, counted = 0, size = (int)r->s.batch;
    mix_batch(&r->order, at, &t, &chosen, &n);
    const task_data *d = &r->data[t];
    for (int i = 0; i < n; i += size, parts++) {
        batch *b = &l->part[parts];
        batch_make(b, &r->tasks[t], &d->x[SPLIT_TRAIN], &d->p[SPLIT_TRAIN], chosen + i,
                   n - i < size ? n - i : size, r->who[t], &l->mem);
        counted += b->counted;
        if (l->batches) batches_put(l->batches, r->st.step, &r->tasks[t], b);
    }
    double loss = 0;
    bool ok = true;
    for (int i = 0; ok && i < parts; i++) {
        double share = counted ? (double)l->part[i].counted / counted : 0, part = 0;
        ok = net_step(r->n, &l->part[i], t, r->key, r->st.step, share, &part, e);
        loss += share * part;
    }
    if (ok && !isfinite(loss)) ok = bad_loss(r, t, l->part, parts, e);
    if (ok && !optimizer_step(&r->o, t, r->tasks[t].kind != KIND_WORDS && is_on(r->s.pooler), e))
        ok = fail_in(e, "update %u: task %s", r->st.step + 1, r->tasks[t].name);
    arena_rewind(&l->mem, here);
    if (!ok) return false;
    r->st.step++, r->st.at++;
    r->sum[t] += loss, r->count[t]++;
    fprintf(l->steps, "%u\t%s\t%.9g\t%.9g\t%.9g\n", r->st.step, r->tasks[t].name, loss, r->o.norm,
            r->o.rate);
    progress_at(&l->bar, r->st.step, "epoch %d of %lld, %s loss %.4f", r->st.epoch + 1,
                (long long)r->s.epochs, r->tasks[t].name, loss);
    return true;
}

/* Every task's value on a split, and their mean: NAN where no task has the split. */
static bool score_split(run *r, enum split which, double *values, double *mean, err *e)
{
    double sum = 0;
    int there = 0;
    for (int t = 0; t < r->n_tasks; t++) {
        values[t] = NAN;
        if (!r->data[t].there[which]) continue;
        predictions p;
        if (!evaluate_run(&p, r->n, t, &r->tasks[t], &r->data[t].x[which], &r->data[t].p[which],
                          run_tokens(r), NULL, NULL, e))
            return false;
        bool ok = score_metric(&p, r->tasks[t].metric, &values[t], e);
        predictions_close(&p);
        if (!ok) return fail_in(e, "task %s, %s", r->tasks[t].name, split_names[which]);
        sum += values[t];
        there++;
    }
    *mean = there ? sum / there : NAN;
    return true;
}

static enum split selects(const run *r)
{
    return !strcmp(r->s.select, "test") ? SPLIT_TEST : SPLIT_DEV;
}

static bool write_log(run *r, err *e)
{
    text t = {0};
    text_format(&t, "epoch\ttask\tloss\tmetric\t%s\tselected\n", split_names[selects(r)]);
    for (size_t i = 0; i < json_count(r->history); i++) {
        json *epoch = json_item(r->history, i), *rows = json_at(epoch, "rows");
        for (int k = 0; k < r->n_tasks; k++) {
            json *row = json_item(rows, (size_t)k), *dev = json_at(row, "dev");
            text_format(&t, "%lld\t%s\t%.9g\t%s\t", (long long)json_int(json_at(epoch, "epoch")),
                        r->tasks[k].name, json_real(json_at(row, "loss")),
                        metric_names[r->tasks[k].metric]);
            if (json_type_of(dev) == JSON_IS_NULL)
                text_format(&t, "NA");
            else
                text_format(&t, "%.9g", json_real(dev));
            text_format(&t, "\t%s\n", (int)i == r->st.best_epoch ? "yes" : "no");
        }
    }
    bool ok = file_write(run_path(r, "log.tsv"), text_str(&t), e);
    text_close(&t);
    return ok;
}

static void remember(run *r, const double *values)
{
    json *epoch = json_new_object(), *rows = json_new_list();
    json_set(epoch, "epoch", json_new_int(r->st.epoch + 1));
    for (int t = 0; t < r->n_tasks; t++) {
        json *row = json_new_object();
        json_set(row, "loss", json_new_real(r->count[t] ? r->sum[t] / (double)r->count[t] : 0));
        json_set(row, "dev", isnan(values[t]) ? json_new_null() : json_new_real(values[t]));
        json_append(rows, row);
        r->sum[t] = 0, r->count[t] = 0;
    }
    json_set(epoch, "rows", rows);
    json_append(r->history, epoch);
}

static bool keep_best(run *r, double mean, err *e)
{
    r->st.best = isnan(mean) ? 0 : mean;
    r->st.best_epoch = r->st.epoch;
    r->st.bad_epochs = 0;
    const char *note = presets_stamp(&r->mem, &r->s, r->plan->preset);
    return model_dir_write(&r->from, r->n, r->kept, r->n_tasks, note, run_path(r, "best"), true, e);
}

/* Dev (or what selects) is scored, the best kept, the epoch remembered. */
static bool end_epoch(loop *l, err *e)
{
    run *r = l->r;
    double *values = TAKE(&r->mem, double, r->n_tasks), mean = NAN;
    bool last = !strcmp(r->s.select, "last");
    if (!score_split(r, selects(r), values, &mean, e)) return false;
    if (selects(r) == SPLIT_TEST) r->test_scored++;
    bool better = last || isnan(mean) || r->st.best_epoch < 0 || mean > r->st.best;
    remember(r, values);
    if (isnan(mean))
        say("epoch %d: there is nothing to select by: the last epoch is taken", r->st.epoch + 1);
    else
        say("epoch %d: %s %.4f%s", r->st.epoch + 1, split_names[selects(r)], mean,
            better && !last ? ", the best so far" : "");
    if (better) {
        if (!keep_best(r, mean, e)) return false;
    } else {
        r->st.bad_epochs++;
    }
    r->st.epoch++, r->st.at = 0;
    return write_log(r, e);
}

static bool stopped_early(const run *r)
{
    return r->s.patience && r->st.bad_epochs >= r->s.patience;
}

static bool epochs(loop *l, err *e)
{
    run *r = l->r;
    progress_open(&l->bar, stage_names[r->plan->stage], (double)(r->s.epochs * r->order.n));
    while (r->st.epoch < r->s.epochs && !stopped_early(r)) {
        mix_epoch(&r->order, r->st.epoch);
        while (r->st.at < r->order.n) {
            if (!update(l, r->st.at, e)) return false;
            bool stop = stop_asked();
            if (!stop && clock_now() - l->saved < r->s.save_every) continue;
            if (!save(l, e)) return false;
            if (stop)
                return fail(e, "stopped at update %u; the same command goes on from there",
                            r->st.step);
        }
        if (!end_epoch(l, e)) return false;
    }
    progress_close(&l->bar);
    return true;
}

static bool train(run *r, double start, err *e)
{
    loop l = {.r = r, .saved = clock_now()};
    l.part = TAKE(&r->mem, batch, r->s.accumulate + 1);
    bool ok = record_settings(r->plan->to, stage_names[r->plan->stage], r->plan->preset,
                              r->plan->from, r->tasks, r->n_tasks, &r->s, e) &&
              open_steps(&l, e);
    if (ok && r->plan->batches && !(l.batches = fopen(r->plan->batches, "w")))
        ok = fail(e, "%s: cannot be written", r->plan->batches);
    if (ok && r->s.epochs == 0)
        ok = keep_best(r, NAN, e); /* the model as it starts, for comparisons */
    ok = ok && epochs(&l, e) && save(&l, e);
    if (l.batches && fclose(l.batches) && ok)
        ok = fail(e, "%s: cannot be written", r->plan->batches);
    if (l.steps && fclose(l.steps) && ok)
        ok = fail(e, "%s: cannot be written", run_path(r, "steps.tsv"));
    arena_close(&l.mem);
    return ok && finish_run(r, start, e);
}

/* A run begins with its lock, so a directory that has none and is not empty is somebody else's: it is never touched. */
static bool is_foreign(const char *dir, bool *foreign, err *e)
{
    arena mem = {0};
    const char **names = NULL;
    int n = 0;
    bool ok = dir_list(dir, &mem, &names, &n, e);
    *foreign = n && !path_exists(path_join(&mem, dir, ".lock"));
    arena_close(&mem);
    return ok;
}

static bool remove_run(const char *dir, err *e)
{
    lock l = {0};
    bool ok = lock_open(&l, dir, e) && dir_remove(dir, e); /* not one that is being trained */
    lock_close(&l);
    return ok;
}

/* Is there something in the way? Sets *done where the same run is finished already. */
static bool look_before(const run_plan *p, bool overwrite, bool *done, err *e)
{
    uint64_t plan;
    bool foreign;
    *done = false;
    if (!path_exists(p->to)) return true;
    if (!is_foreign(p->to, &foreign, e)) return false;
    if (foreign) return fail(e, "%s is there and is no run; give another --to", p->to);
    if (overwrite) return remove_run(p->to, e);
    if (!record_done(p->to, done, &plan, e)) return false;
    if (*done && plan != run_identity(p))
        return fail(e, "%s holds a finished run of another plan; give another --to, or --overwrite",
                    p->to);
    return true;
}

bool loop_train(const run_plan *p, bool overwrite, err *e)
{
    double start = clock_now();
    bool done = false;
    if (!settings_check(&p->s, e) || !look_before(p, overwrite, &done, e)) return false;
    if (done) {
        say("%s is done already", p->to);
        return true;
    }
    sigset_t old = stop_hold();
    run r;
    bool fresh = !path_exists(p->to), up = run_open(&r, p, e), ok = up && train(&r, start, e);
    run_close(&r);
    err ignored = {0};
    if (!up && fresh && !dir_remove(p->to, &ignored)) say_more("%s", ignored.text);
    stop_release(&old);
    return ok;
}
