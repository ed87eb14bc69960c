/* One process a run: a crash or a full machine ends one run and not the study, and a scheduler can do the same with the printed commands. */
#include "trials/runs.h"
#include "base/log.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char **runs_command(const study *s, const planned *p, const study_options *o, int threads,
                    arena *mem)
{
    char **w = TAKE(mem, char *, 2 * SETTINGS + 24);
    const char **words = (const char **)w;
    int n = 0;
    words[n++] = "mtbert";
    words[n++] = p->stage == STAGE_REFINE ? "refine" : "finetune";
    words[n++] = s->path;
    if (p->task) {
        words[n++] = "--task", words[n++] = p->task;
        words[n++] = "--stage", words[n++] = stage_names[p->stage];
    }
    const char *from = p->from ? p->from : o->from;
    if (from) words[n++] = "--from", words[n++] = from;
    if (o->preset) words[n++] = "--preset", words[n++] = o->preset;
    words[n++] = "--to", words[n++] = p->to;
    words[n++] = "--seed", words[n++] = str_format(mem, "%llu", (unsigned long long)p->seed);
    settings_given given = o->given;
    given.at[SETTING_seed] = false;
    n += settings_words(&o->s, &given, mem, words + n);
    if (threads) words[n++] = "-@", words[n++] = str_format(mem, "%d", threads);
    words[n] = NULL;
    return w;
}

const char *runs_line(char *const *words, arena *mem)
{
    text t = {0};
    for (int i = 0; words[i]; i++) {
        if (i) text_char(&t, ' ');
        bool plain =
            *words[i] &&
            words[i][strspn(
                words[i],
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@%+=:,-")] == 0;
        if (!plain) text_char(&t, '\'');
        for (const char *c = words[i]; *c; c++)
            if (*c == '\'')
                text_add(&t, STR("'\\''"));
            else
                text_char(&t, *c);
        if (!plain) text_char(&t, '\'');
    }
    const char *line = str_keep(mem, text_str(&t));
    text_close(&t);
    return line;
}

bool runs_done(const study *s, const planned *p, const study_options *o, bool *done, err *e)
{
    arena mem = {0};
    run_plan plan;
    uint64_t there = 0;
    study_options mine = *o;
    mine.s.seed = (int64_t)p->seed;
    mine.given.at[SETTING_seed] = true;
    if (p->from) mine.from = p->from;
    bool ok = study_run(s, p->stage, p->task ? &p->task : NULL, 1, &mine, &mem, &plan, e) &&
              record_done(p->to, done, &there, e);
    if (ok && *done && there != run_identity(&plan))
        ok = fail(e, "%s holds a finished run of another plan; give another --to, or remove it",
                  p->to);
    arena_close(&mem);
    return ok;
}

static volatile sig_atomic_t child_now;
static void pass_on(int signal)
{
    if (child_now > 0) kill((pid_t)child_now, signal);
}

static bool run_one(char **words, const char *to, err *e)
{
    pid_t child = fork();
    if (child < 0) return fail(e, "no process can be started: %s", strerror(errno));
    if (!child) {
        execv("/proc/self/exe", words);
        _exit(127);
    }
    child_now = child;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    child_now = 0;
    if (WIFSIGNALED(status))
        return fail(
            e, "the run in %s was ended by signal %d; the same command goes on from its checkpoint",
            to, WTERMSIG(status));
    if (WEXITSTATUS(status))
        return fail(e, "the run in %s failed; when that is mended the same command goes on", to);
    return true;
}

/* From the mean of those of the same stage that ran just now, or of all. */
static double time_left(const planned *p, const double *took, int at, int n)
{
    double left = 0;
    for (int i = at; i < n; i++) {
        double same = 0, all = 0;
        int n_same = 0, n_all = 0;
        for (int k = 0; k < at; k++) {
            if (took[k] < 0) continue;
            all += took[k], n_all++;
            if (p[k].stage == p[i].stage) same += took[k], n_same++;
        }
        left += n_same ? same / n_same : n_all ? all / n_all : 0;
    }
    return left;
}

static void announce(const planned *p, const double *took, int i, int n)
{
    char left[32];
    double seconds = time_left(p, took, i, n);
    if (seconds > 0)
        say("run %d of %d: %s, about %s left", i + 1, n, p[i].to, duration(seconds, left));
    else
        say("run %d of %d: %s", i + 1, n, p[i].to);
}

bool runs_start(const study *s, const planned *p, int n, const study_options *o, int threads,
                bool quiet, err *e)
{
    arena mem = {0};
    double *took = TAKE(&mem, double, n + 1);
    struct sigaction act = {.sa_handler = pass_on}, old_int, old_term;
    sigaction(SIGINT, &act, &old_int);
    sigaction(SIGTERM, &act, &old_term);
    bool ok = true, done = false;
    int skipped = 0;
    for (int i = 0; ok && i < n; i++) {
        took[i] = -1;
        ok = runs_done(s, &p[i], o, &done, e);
        if (!ok) break;
        if (done) {
            skipped++;
            continue;
        }
        announce(p, took, i, n);
        double start = clock_now();
        char **words = runs_command(s, &p[i], o, threads, &mem);
        if (quiet) {
            int last = 0;
            while (words[last]) last++;
            words[last] = "-q";
        }
        ok = run_one(words, p[i].to, e);
        took[i] = clock_now() - start;
    }
    if (ok && skipped) say("%d of %d runs were done already", skipped, n);
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
    arena_close(&mem);
    return ok;
}
