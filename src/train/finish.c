/* Scores of the chosen epoch, and the record. */
#include "train/finish.h"
#include "base/log.h"
#include "score/score.h"
#include "train/evaluate.h"
#include "train/record.h"
#include "train/stop.h"
#include <math.h>

static bool score_task(run *r, int t, enum split which, run_score *row, err *e)
{
    const task *k = &r->tasks[t];
    predictions p;
    char name[300], what[200];
    snprintf(what, sizeof what, "%s %s", k->name, split_names[which]);
    snprintf(name, sizeof name, "predictions/%s.%s.tsv", k->name, split_names[which]);
    if (!evaluate_run(&p, r->n, t, k, &r->data[t].x[which], &r->data[t].p[which], run_tokens(r),
                      NULL, what, e))
        return false;
    score s;
    bool ok = predictions_write(&p, run_path(r, name), e) && score_compute(&s, &p, &r->mem, e) &&
              (!r->s.resamples ||
               score_bootstrap(&s, &p, (uint64_t)r->s.seed, (int)r->s.resamples, 0.95, e));
    *row = (run_score){.task = k->name,
                       .split = which,
                       .metric = metric_names[k->metric],
                       .low = NAN,
                       .high = NAN,
                       .majority = NAN,
                       .epoch = r->st.best_epoch + 1};
    if (ok) {
        row->value = s.value, row->n = s.n, row->units = s.units;
        if (s.resamples) row->low = s.low, row->high = s.high;
        ok = score_majority(&r->data[t].x[SPLIT_TRAIN], &p, k->metric, &row->majority, e);
        say("%s %s: %s %.4f%s%s", k->name, split_names[which], metric_names[k->metric], s.value,
            s.undefined ? ": " : "", s.undefined ? s.undefined : "");
        if (k->kind == KIND_WORDS)
            say("%s %s: %ld of %ld gold mentions scored", k->name, split_names[which],
                s.scored_mentions, s.gold_mentions);
    }
    predictions_close(&p);
    return ok || fail_in(e, "task %s, %s", k->name, split_names[which]);
}

static bool read_test(run *r, err *e)
{
    pack_rules rules = data_rules(&r->s);
    for (int t = 0; t < r->n_tasks; t++)
        if (!r->data[t].there[SPLIT_TEST] &&
            !data_read(&r->data[t], &r->tasks[t], SPLIT_TEST, &r->from.v, &rules, &r->mem, e))
            return false;
    return true;
}

static bool score_all(run *r, err *e)
{
    model_dir best;
    if (!model_dir_open(&best, run_path(r, "best"), -1, e)) return false;
    bool ok = model_dir_load(&best, r->n, false, false, e);
    model_dir_close(&best);
    if (!ok || !read_test(r, e) || !dir_make(run_path(r, "predictions"), e)) return false;
    run_score *rows = TAKE(&r->mem, run_score, 2 * r->n_tasks);
    int n = 0;
    for (int t = 0; t < r->n_tasks; t++)
        for (enum split which = SPLIT_DEV; which <= SPLIT_TEST; which++)
            if (stop_asked())
                return fail(e, "stopped while scoring; the same command goes on from there");
            else if (r->data[t].there[which] && !score_task(r, t, which, &rows[n++], e))
                return false;
    r->test_scored++;
    return record_scores(r->plan->to, rows, n, e);
}

static bool record(run *r, double start, err *e)
{
    run_record rec = {.stage = stage_names[r->plan->stage],
                      .preset = preset_names[r->plan->preset],
                      .from = r->plan->from,
                      .stamp = presets_stamp(&r->mem, &r->s, r->plan->preset),
                      .warning = presets_warning(&r->s),
                      .command = r->plan->command ? r->plan->command : "",
                      .device = r->be->name,
                      .precision = r->s.precision,
                      .plan = run_identity(r->plan),
                      .test_scored = r->test_scored,
                      .seconds = clock_now() - start,
                      .cpu_seconds = clock_cpu(),
                      .peak_bytes = memory_peak()};
    char took[32];
    say("done in %s, %.0f s of processor time, %.0f MB at most", duration(rec.seconds, took),
        rec.cpu_seconds, rec.peak_bytes / 1e6);
    return record_write(r->plan->to, &rec, e);
}

bool finish_run(run *r, double start, err *e)
{
    return score_all(r, e) && record(r, start, e);
}
