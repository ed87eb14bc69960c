/* Opens and loads a model directory. Writing one is model_dir_write.c. */
#include "persist/model_dir.h"
#include "persist/config.h"
#include "persist/load.h"
#include "persist/new_dir.h"
#include <string.h>

static bool read_tasks(model_dir *m, yaml *map, err *e)
{
    if (map && map->type != YAML_MAP)
        return fail(e, "%s:%d: tasks must be a map from names to tasks", map->file, map->line);
    m->tasks = TAKE(&m->mem, task, map ? map->count : 0);
    for (yaml *y = map ? map->first : NULL; y; y = y->next) {
        task *t = &m->tasks[m->n_tasks++];
        if (!task_read(t, y, NULL, &m->mem, e)) return false;
        if (t->kind != KIND_SCORE && t->open_labels)
            return fail(e, "%s:%d: task %s: a trained head needs its labels", y->file, y->line,
                        t->name);
    }
    return true;
}

static bool read_tasks_yaml(model_dir *m, err *e)
{
    static const char *const keys[] = {"pooler", "note", "tasks"};
    const char *path = path_join(&m->mem, m->path, "tasks.yaml");
    yaml *top;
    m->note = "";
    m->pooler = true;
    if (!path_exists(path)) return true;
    if (!yaml_read(path, &m->mem, &top, e)) return false;
    if (top->type != YAML_MAP) return fail(e, "%s: pooler, note and tasks are needed", path);
    return yaml_bool(yaml_get(top, "pooler"), &m->pooler, e) &&
           yaml_text(yaml_get(top, "note"), &m->note, e) &&
           read_tasks(m, yaml_get(top, "tasks"), e) && yaml_no_more(top, keys, 3, e);
}

/* A run's directory stands for the model it chose. */
static const char *of_run(arena *mem, const char *path)
{
    const char *best = path_join(mem, path, "best");
    bool run = !path_exists(path_join(mem, path, "config.json")) && path_is_dir(best);
    return run ? best : str_keep(mem, str_of(path));
}

/* A checkpoint that has nothing beside it may know its sizes itself. */
static bool read_config(model_dir *m, const char *where, err *e)
{
    weights w = {0};
    if (where) return config_read(&m->config, &m->d, where, e);
    err ignored = {0}; /* what is no checkpoint has no config either */
    bool there = config_there(m->path),
         own = !there && weights_there(m->weights) && weights_open(&w, m->weights, &ignored);
    if (!there && !w.config) {
        weights_close(&w);
        return fail(e, "%s: a config.json or a bert_config.json is expected, here is neither",
                    m->path);
    }
    const char *name = str_format(&m->mem, "%s: config", m->weights);
    bool done = own && w.config ? config_parse(&m->config, &m->d, str_of(w.config), name, e)
                                : config_read(&m->config, &m->d, m->path, e);
    weights_close(&w);
    return done;
}

bool model_dir_open(model_dir *m, const char *path, int wordpiece_mode, err *e)
{
    return model_dir_open_parts(m, &(model_parts){.weights = path}, wordpiece_mode, e);
}

bool model_dir_open_parts(model_dir *m, const model_parts *p, int wordpiece_mode, err *e)
{
    *m = (model_dir){0};
    const char *path = m->path = m->weights = of_run(&m->mem, p->weights);
    new_dir_recover(path);
    if (!path_is_dir(path) && weights_there(path)) m->path = path = path_dir(&m->mem, path);
    bool done = path_is_dir(path) || fail(e, "%s: a model directory is needed, %s", path,
                                          path_exists(path) ? "this is a file" : "there is none");
    done = done && read_config(m, p->config, e) &&
           vocab_open(&m->v, p->vocab ? p->vocab : path, wordpiece_mode, e);
    if (done && m->v.n > m->d.V)
        done = fail(e, "%s: the vocabulary has %d pieces, config.json's vocab_size is only %d",
                    path, m->v.n, m->d.V);
    done = done && read_tasks_yaml(m, e);
    if (done)
        m->has_weights = weights_there(m->weights);
    else
        model_dir_close(m);
    return done;
}

void model_dir_close(model_dir *m)
{
    if (m->config) json_close(m->config);
    vocab_close(&m->v);
    arena_close(&m->mem);
    *m = (model_dir){0};
}

/* dir has the heads; the encoder is in `from`, dir itself or a checkpoint. */
static bool load_from(const char *dir, const char *from, load_plan plan, net *n, err *e)
{
    arena mem = {0};
    weights files[2] = {0};
    const char *heads = path_join(&mem, dir, "heads.safetensors");
    int n_files = path_exists(heads) ? 2 : 1;
    plan.dir = from;
    bool done = weights_open(&files[0], from, e) &&
                (n_files == 1 || weights_open(&files[1], heads, e)) &&
                load_weights(files, n_files, net_params(n), &plan, e);
    weights_close(&files[0]);
    weights_close(&files[1]);
    arena_close(&mem);
    return done;
}

bool model_dir_weights(const char *dir, const task *tasks, int n_tasks, net *n, bool fresh_heads,
                       bool need_pooler, err *e)
{
    return load_from(dir, dir,
                     (load_plan){.fresh_heads = fresh_heads,
                                 .need_pooler = need_pooler,
                                 .tasks = tasks,
                                 .n_tasks = n_tasks},
                     n, e);
}

bool model_dir_load(const model_dir *m, net *n, bool fresh_heads, bool need_pooler, err *e)
{
    return load_from(m->path, m->weights,
                     (load_plan){.fresh_heads = fresh_heads,
                                 .need_pooler = need_pooler,
                                 .tasks = m->tasks,
                                 .n_tasks = m->n_tasks,
                                 .positions = m->positions,
                                 .n_positions = m->n_positions},
                     n, e);
}
