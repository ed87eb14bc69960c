#include "use/small_model.h"
#include "base/yaml.h"
#include "persist/model_dir.h"
#include "tests.h"
#include <math.h>

enum { SEED = 11 };

static task *read_tasks(arena *mem, int *n, err *e)
{
    yaml *y = NULL;
    if (!yaml_read("tests/cli/data/tasks.yaml", mem, &y, e)) fail_msg("%s", e->text);
    task *tasks = TAKE(mem, task, y->count);
    for (yaml *t = y->first; t; t = t->next)
        if (!task_read(&tasks[(*n)++], t, NULL, mem, e)) fail_msg("%s", e->text);
    return tasks;
}

/* The heads anew, with numbers wide enough that answers are not all alike. */
static void widen(net *n)
{
    params *ps = net_params(n);
    for (int t = 0; t < net_plan_of(n)->n_heads; t++) params_start(ps, SEED, 0.6f, t);
}

void small_model(const char *dir)
{
    err e = {0};
    arena mem = {0};
    model_dir m = {0};
    net *n = NULL;
    const backend *be;
    int n_tasks = 0;
    task *tasks = read_tasks(&mem, &n_tasks, &e);
    if (!model_dir_open(&m, "tests/cli/data/tiny", -1, &e)) fail_msg("%s", e.text);
    head_plan *heads = TAKE(&mem, head_plan, n_tasks);
    for (int i = 0; i < n_tasks; i++)
        heads[i] =
            (head_plan){.task = tasks[i].name, .kind = tasks[i].kind, .K = task_classes(&tasks[i])};
    net_plan plan = {.d = m.d, .heads = heads, .n_heads = n_tasks, .pooler = true, .kind = F32};
    if (!backend_open(&be, "cpu", &e) || !net_open(&n, be, &plan, &e)) fail_msg("%s", e.text);
    params_start(net_params(n), SEED, 0.3f, -1);
    widen(n);
    m.pooler = true;
    if (!model_dir_write(&m, n, tasks, n_tasks, "made for tests", dir, true, &e))
        fail_msg("%s", e.text);
    net_close(n);
    model_dir_close(&m);
    arena_close(&mem);
}
