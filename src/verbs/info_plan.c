#include "verbs/info_plan.h"
#include "base/log.h"
#include "train/memory.h"
#include "trials/study.h"

static bool print_run(const study *s, const planned *p, arena *mem, err *e)
{
    run_plan plan;
    study_options o = {.given.at[SETTING_seed] = true};
    o.s.seed = (int64_t)p->seed;
    if (!study_run(s, p->stage, p->task ? &p->task : NULL, 1, &o, mem, &plan, e)) return false;
    plan.to = p->to;
    run r;
    bool done = run_read(&r, &plan, e);
    if (done) {
        run_memory m;
        run_measure(&r, &m);
        printf("%-36s %-9s %7d %7.0f %8.0f %8.0f %8.0f %8.0f\n", p->to, r.s.precision, m.tokens,
               m.all * 1e-6, m.parameters * 1e-6, m.batches * 1e-6, m.copies * 1e-6, m.rest * 1e-6);
    }
    run_close(&r);
    return done;
}

bool info_plan(const char *path, err *e)
{
    arena mem = {0};
    study s;
    planned *p = NULL;
    int n = 0;
    study_options o = {0};
    bool done = study_read(&s, path, &mem, e);
    if (done) {
        study_plan(&s, &o, "", &mem, &p, &n);
        printf("%-36s %-9s %7s %7s %8s %8s %8s %8s\n", "run", "precision", "tokens", "MB",
               "learned", "batches", "copies", "rest");
    }
    for (int i = 0; done && i < n; i++) {
        while (*p[i].to == '/') p[i].to++;
        done = print_run(&s, &p[i], &mem, e);
    }
    arena_close(&mem);
    return done;
}
