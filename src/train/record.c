/* The files of a run's directory, each written whole. */
#include "train/record.h"
#include "base/file.h"
#include "base/yaml.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool put(const char *dir, const char *name, text *t, err *e)
{
    arena mem = {0};
    bool ok = file_write(path_join(&mem, dir, name), text_str(t), e);
    text_close(t);
    arena_close(&mem);
    return ok;
}

/* Absolute, so that the file can be handed back from anywhere. */
static const char *whole_path(arena *mem, const char *path)
{
    char *whole = realpath(path, NULL);
    const char *kept = str_keep(mem, str_of(whole ? whole : path));
    free(whole);
    return kept;
}

static void put_task(text *t, const task *k, arena *mem)
{
    task copy = *k;
    for (int i = 0; i < SPLITS; i++)
        if (k->files[i]) copy.files[i] = whole_path(mem, k->files[i]);
    text lines = {0};
    task_put(&lines, &copy);
    str rest = text_str(&lines), line;
    while (str_line(&rest, &line)) {
        text_add(t, STR("  "));
        text_add(t, line);
        text_char(t, '\n');
    }
    text_close(&lines);
}

bool record_settings(const char *dir, const char *stage, enum preset p, const char *from,
                     const task *tasks, int n, const settings *s, err *e)
{
    arena mem = {0};
    text t = {0};
    text_format(&t, "# All that this run was told: `mtbert %s THIS-FILE --to OTHER` repeats it.\n",
                strcmp(stage, "refine") ? "finetune" : "refine");
    text_format(&t, "stage: %s\npreset: %s\nfrom: ", stage, preset_names[p]);
    yaml_put(&t, str_of(whole_path(&mem, from)));
    text_format(&t, "\ntasks:\n");
    for (int i = 0; i < n; i++) put_task(&t, &tasks[i], &mem);
    text_format(&t, "settings:\n");
    settings_put(&t, s);
    arena_close(&mem);
    return put(dir, "settings.yaml", &t, e);
}

static void put_number(text *t, double x)
{
    if (isnan(x))
        text_format(t, "\tNA");
    else
        text_format(t, "\t%.17g", x);
}

bool record_scores(const char *dir, const run_score *rows, int n, err *e)
{
    text t = {0};
    text_format(&t, "task\tsplit\tmetric\tvalue\tlow\thigh\tn\tunits\tmajority\tepoch\n");
    for (int i = 0; i < n; i++) {
        const run_score *r = &rows[i];
        text_format(&t, "%s\t%s\t%s", r->task, split_names[r->split], r->metric);
        put_number(&t, r->value);
        put_number(&t, r->low);
        put_number(&t, r->high);
        text_format(&t, "\t%ld\t%ld", r->n, r->units);
        put_number(&t, r->majority);
        text_format(&t, "\t%d\n", r->epoch);
    }
    return put(dir, "scores.tsv", &t, e);
}

static bool number(str s, double *to)
{
    if (str_is(s, "NA")) {
        *to = NAN;
        return true;
    }
    return str_real(s, to);
}

static bool read_score(run_score *r, str line, arena *mem)
{
    str f[10];
    int n = 0;
    while (line.at && n < 10) f[n++] = str_cut(&line, '\t');
    if (n < 10 || line.at) return false;
    r->task = str_keep(mem, f[0]);
    r->split = (enum split)SPLITS;
    for (int k = 0; k < SPLITS; k++)
        if (str_is(f[1], split_names[k])) r->split = (enum split)k;
    r->metric = str_keep(mem, f[2]);
    int64_t count, units, epoch;
    if ((int)r->split == SPLITS || !number(f[3], &r->value) || !number(f[4], &r->low) ||
        !number(f[5], &r->high) || !str_int(f[6], &count) || !str_int(f[7], &units) ||
        !number(f[8], &r->majority) || !str_int(f[9], &epoch))
        return false;
    r->n = (long)count, r->units = (long)units, r->epoch = (int)epoch;
    return true;
}

bool record_scores_read(const char *dir, arena *mem, run_score **rows, int *n, err *e)
{
    const char *path = path_join(mem, dir, "scores.tsv");
    file f;
    if (!file_open(&f, path, e)) return false;
    str rest = f.bytes, line;
    size_t cap = 0;
    int at = 0;
    *rows = NULL, *n = 0;
    while (str_line(&rest, &line)) {
        if (!at++) continue;
        GROW(mem, *rows, *n, cap);
        if (!read_score(&(*rows)[*n], line, mem)) {
            file_close(&f);
            return fail(e,
                        "%s:%d: a row of scores is needed: task, split, metric, 3 numbers, 2 "
                        "counts, number, epoch",
                        path, at);
        }
        ++*n;
    }
    file_close(&f);
    return true;
}

bool record_write(const char *dir, const run_record *r, err *e)
{
    text t = {0};
    const struct {
        const char *key, *value;
    } texts[] = {{"stage", r->stage},     {"preset", r->preset},   {"from", r->from},
                 {"protocol", r->stamp},  {"warning", r->warning}, {"version", MTBERT_VERSION},
                 {"command", r->command}, {"device", r->device},   {"precision", r->precision}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        text_format(&t, "%s: ", texts[i].key);
        yaml_put(&t, str_of(texts[i].value));
        text_char(&t, '\n');
    }
    text_format(&t, "plan: '%016llx'\ntest-scored: %d\n", (unsigned long long)r->plan,
                r->test_scored);
    text_format(&t, "seconds: %.1f\ncpu-seconds: %.1f\npeak-megabytes: %.1f\n", r->seconds,
                r->cpu_seconds, r->peak_bytes / 1e6);
    return put(dir, "record.yaml", &t, e);
}

bool record_read(const char *dir, arena *mem, run_record *r, err *e)
{
    yaml *y;
    const char *path = path_join(mem, dir, "record.yaml"), *plan = "0";
    int64_t scored = 0;
    *r = (run_record){.device = "", .precision = "f32"};
    if (!yaml_read(path, mem, &y, e)) return false;
    if (!yaml_text(yaml_get(y, "stage"), &r->stage, e) ||
        !yaml_text(yaml_get(y, "preset"), &r->preset, e) ||
        !yaml_text(yaml_get(y, "from"), &r->from, e) ||
        !yaml_text(yaml_get(y, "protocol"), &r->stamp, e) ||
        !yaml_text(yaml_get(y, "warning"), &r->warning, e) ||
        !yaml_text(yaml_get(y, "command"), &r->command, e) ||
        !yaml_text(yaml_get(y, "device"), &r->device, e) ||
        !yaml_text(yaml_get(y, "precision"), &r->precision, e) ||
        !yaml_text(yaml_get(y, "plan"), &plan, e) ||
        !yaml_int(yaml_get(y, "test-scored"), 0, 1000000, &scored, e) ||
        !yaml_real(yaml_get(y, "seconds"), 0, 1e12, &r->seconds, e) ||
        !yaml_real(yaml_get(y, "cpu-seconds"), 0, 1e12, &r->cpu_seconds, e) ||
        !yaml_real(yaml_get(y, "peak-megabytes"), 0, 1e12, &r->peak_bytes, e))
        return false;
    r->peak_bytes *= 1e6;
    r->test_scored = (int)scored;
    r->plan = strtoull(plan, NULL, 16);
    return true;
}

bool record_done(const char *dir, bool *done, uint64_t *plan, err *e)
{
    arena mem = {0};
    run_record r = {0};
    *done = path_exists(path_join(&mem, dir, "record.yaml"));
    bool ok = !*done || record_read(dir, &mem, &r, e);
    if (plan) *plan = r.plan;
    arena_close(&mem);
    return ok;
}
