/* From a study file to a plan of runs. */
#include "trials/study.h"
#include "base/file.h"
#include <stdlib.h>
#include <string.h>

static const char *const study_keys[] = {"study",    "from", "preset", "seeds",    "tasks",
                                         "task-def", "data", "stages", "settings", "stage"};
enum { STUDY_KEYS = sizeof study_keys / sizeof *study_keys };

static const char *beside(arena *mem, const char *dir, const char *path)
{
    return path[0] == '/' ? path : path_join(mem, dir, path);
}

static bool read_tasks(study *s, yaml *y, const char *dir, arena *mem, err *e)
{
    yaml *tasks = yaml_get(y, "tasks"), *def = yaml_get(y, "task-def"), *data = yaml_get(y, "data");
    if (!tasks == !def)
        return fail(e, "%s:%d: tasks, or task-def with data, is needed", y->file, y->line);
    if (def) {
        const char *path = NULL, *folder = ".";
        if (!yaml_text(def, &path, e) || !yaml_text(data, &folder, e)) return false;
        return task_read_mtdnn(beside(mem, dir, path), beside(mem, dir, folder), NULL, -1, mem,
                               &s->tasks, &s->n_tasks, e);
    }
    if (data) return fail(e, "%s:%d: data goes with task-def", data->file, data->line);
    if (tasks->type != YAML_MAP || !tasks->count)
        return fail(e, "%s:%d: tasks: a map of at least one task is needed", tasks->file,
                    tasks->line);
    s->tasks = TAKE(mem, task, tasks->count);
    for (yaml *t = tasks->first; t; t = t->next)
        if (!task_read(&s->tasks[s->n_tasks++], t, dir, mem, e)) return false;
    return true;
}

static task *find(const study *s, const char *name)
{
    for (int i = 0; i < s->n_tasks; i++)
        if (!strcmp(s->tasks[i].name, name)) return &s->tasks[i];
    return NULL;
}

static bool pick(const study *s, const char *const *names, int n, arena *mem, task **tasks,
                 int *n_tasks, err *e)
{
    *tasks = TAKE(mem, task, n);
    *n_tasks = n;
    for (int i = 0; i < n; i++) {
        const task *t = find(s, names[i]);
        if (!t) {
            const char **all = TAKE(mem, const char *, s->n_tasks);
            for (int k = 0; k < s->n_tasks; k++) all[k] = s->tasks[k].name;
            const char *near = str_nearest(names[i], all, s->n_tasks);
            return fail(e, "%s has no task '%s'%s%s%s", s->path, names[i],
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        }
        (*tasks)[i] = *t;
    }
    return true;
}

static bool read_stage(study *s, study_stage *to, yaml *y, arena *mem, err *e)
{
    static const char *const also[] = {"tasks", "from"};
    to->tasks = s->tasks, to->n_tasks = s->n_tasks;
    if (y->type == YAML_TEXT && !y->value.len) return true; /* `- refine:` alone */
    yaml *tasks = yaml_get(y, "tasks"), *from = yaml_get(y, "from");
    const char *what = NULL, *start = NULL;
    if (tasks && tasks->type == YAML_LIST) {
        const char **names;
        int n;
        if (!yaml_texts(tasks, mem, &names, &n, e) ||
            !pick(s, names, n, mem, &to->tasks, &to->n_tasks, e))
            return false;
    } else if (!yaml_text(tasks, &what, e)) {
        return false;
    }
    if (tasks && what && strcmp(what, to->stage == STAGE_REFINE ? "all" : "each") != 0)
        return fail(e, "%s:%d: tasks: %s or a list of names is needed, here is '%s'", tasks->file,
                    tasks->line, to->stage == STAGE_REFINE ? "all" : "each", what);
    if (!yaml_text(from, &start, e)) return false;
    if (start && (to->stage != STAGE_FINETUNE || strcmp(start, "refine") != 0))
        return fail(e, "%s:%d: from: only finetune has one, and it is refine", from->file,
                    from->line);
    return settings_read(&to->s, &to->given, y, also, 2, e);
}

static bool read_stages(study *s, yaml *list, arena *mem, err *e)
{
    if (!list) {
        for (int k = 0; k < STAGES; k++)
            s->stages[s->n_stages++] =
                (study_stage){.stage = (enum stage)k, .tasks = s->tasks, .n_tasks = s->n_tasks};
        return true;
    }
    if (list->type != YAML_LIST || list->count > STAGES)
        return fail(e, "%s:%d: stages: a list of single, refine, finetune is needed", list->file,
                    list->line);
    for (yaml *item = list->first; item; item = item->next) {
        int k = 0;
        yaml *y = item->type == YAML_MAP && item->count == 1 ? item->first : NULL;
        while (y && k < STAGES && !str_is(y->key, stage_names[k])) k++;
        if (!y || k == STAGES)
            return fail(e, "%s:%d: a stage is single:, refine: or finetune:", item->file,
                        item->line);
        study_stage *to = &s->stages[s->n_stages++];
        to->stage = (enum stage)k;
        if (!read_stage(s, to, y, mem, e)) return false;
    }
    return true;
}

static bool preset_of(const char *name, enum preset *to)
{
    for (int k = 0; k < 3; k++)
        if (!strcmp(preset_names[k], name)) {
            *to = (enum preset)k;
            return true;
        }
    return false;
}

static bool read_seeds(study *s, const yaml *y, arena *mem, err *e)
{
    if (!y) return true;
    if (y->type != YAML_LIST || !y->count)
        return fail(e, "%s:%d: seeds: a list of whole numbers is needed", y->file, y->line);
    s->seeds = TAKE(mem, uint64_t, y->count);
    for (const yaml *k = y->first; k; k = k->next) {
        int64_t seed = 0;
        if (!yaml_int(k, 0, INT64_MAX, &seed, e)) return false;
        for (int i = 0; i < s->n_seeds; i++)
            if (s->seeds[i] == (uint64_t)seed)
                return fail(e, "%s:%d: seeds: %lld is there twice", k->file, k->line,
                            (long long)seed);
        s->seeds[s->n_seeds++] = (uint64_t)seed;
    }
    return true;
}

bool study_read(study *s, const char *path, arena *mem, err *e)
{
    *s = (study){.path = path, .name = "study"};
    yaml *y;
    s->stage = STAGES;
    const char *dir = path_dir(mem, path), *preset = "none", *from = NULL, *stage = NULL;
    if (!yaml_read(path, mem, &y, e)) return false;
    if (y->type != YAML_MAP) return fail(e, "%s:%d: a study is a map of keys", path, y->line);
    if (!yaml_text(yaml_get(y, "study"), &s->name, e) ||
        !yaml_text(yaml_get(y, "from"), &from, e) ||
        !yaml_text(yaml_get(y, "preset"), &preset, e) ||
        !yaml_text(yaml_get(y, "stage"), &stage, e))
        return false;
    if (!preset_of(preset, &s->preset))
        return fail(e, "%s: preset: none, paper or authors is needed, here is '%s'", path, preset);
    for (int k = 0; stage && k < STAGES; k++)
        if (!strcmp(stage, stage_names[k])) s->stage = (enum stage)k;
    if (stage && s->stage == STAGES)
        return fail(e, "%s: stage: single, refine or finetune is needed, here is '%s'", path,
                    stage);
    s->from = from ? beside(mem, dir, from) : NULL;
    return read_tasks(s, y, dir, mem, e) && read_seeds(s, yaml_get(y, "seeds"), mem, e) &&
           read_stages(s, yaml_get(y, "stages"), mem, e) &&
           settings_read(&s->s, &s->given, yaml_get(y, "settings"), NULL, 0, e) &&
           yaml_no_more(y, study_keys, STUDY_KEYS, e);
}

static const study_stage *stage_of(const study *s, enum stage stage)
{
    for (int i = 0; i < s->n_stages; i++)
        if (s->stages[i].stage == stage) return &s->stages[i];
    return NULL;
}

bool study_run(const study *s, enum stage stage, const char *const *tasks, int n_tasks,
               const study_options *o, arena *mem, run_plan *to, err *e)
{
    *to = (run_plan){.stage = stage, .preset = s->preset, .from = o->from ? o->from : s->from};
    if (o->preset && !preset_of(o->preset, &to->preset))
        return fail(e, "--preset: none, paper or authors is needed, here is '%s'", o->preset);
    const study_stage *own = stage_of(s, stage);
    settings_start(&to->s, to->preset);
    settings_take(&to->s, NULL, &s->s, &s->given);
    if (own) settings_take(&to->s, NULL, &own->s, &own->given);
    settings_take(&to->s, NULL, &o->s, &o->given);
    if (!to->from) return fail(e, "%s names no model to start from; give --from", s->path);
    if (tasks) return pick(s, tasks, n_tasks, mem, &to->tasks, &to->n_tasks, e);
    to->tasks = own ? own->tasks : s->tasks;
    to->n_tasks = own ? own->n_tasks : s->n_tasks;
    return true;
}

static const char *place(arena *mem, const char *dir, enum stage stage, const char *t,
                         uint64_t seed)
{
    return t ? str_format(mem, "%s/%s/%s/seed-%llu", dir, stage_names[stage], t,
                          (unsigned long long)seed)
             : str_format(mem, "%s/%s/seed-%llu", dir, stage_names[stage],
                          (unsigned long long)seed);
}

void study_plan(const study *s, const study_options *o, const char *dir, arena *mem, planned **to,
                int *n)
{
    settings seed_only;
    settings_start(&seed_only, s->preset);
    settings_take(&seed_only, NULL, &s->s, &s->given);
    uint64_t one = (uint64_t)(o->given.at[SETTING_seed] ? o->s.seed : seed_only.seed);
    bool own = s->n_seeds && !o->given.at[SETTING_seed];
    int seeds = own ? s->n_seeds : 1, most = 0;
    for (int i = 0; i < s->n_stages; i++) most += (s->stages[i].n_tasks + 1) * seeds;
    *to = TAKE(mem, planned, most + 1);
    *n = 0;
    const study_stage *refine = stage_of(s, STAGE_REFINE);
    for (int k = 0; k < seeds; k++) {
        uint64_t seed = own ? s->seeds[k] : one;
        for (enum stage stage = STAGE_SINGLE; stage < STAGES; stage++) {
            const study_stage *st = stage_of(s, stage);
            if (!st) continue;
            bool after = stage == STAGE_FINETUNE && refine;
            const char *from = after ? place(mem, dir, STAGE_REFINE, NULL, seed) : NULL;
            for (int t = 0; t < (stage == STAGE_REFINE ? 1 : st->n_tasks); t++) {
                const char *name = stage == STAGE_REFINE ? NULL : st->tasks[t].name;
                (*to)[(*n)++] =
                    (planned){stage, name, seed, from, place(mem, dir, stage, name, seed)};
            }
        }
    }
}
