/* Writes and reads a checkpoint. state.json is written last and lists the others with size and
 * checksum, so files of two checkpoints cannot be taken for one. */
#include "persist/checkpoint.h"
#include "persist/config.h"
#include "persist/moments.h"
#include "persist/new_dir.h"
#include "persist/state.h"
#include <string.h>

static bool put_state(const char *dir, net *n, const optimizer *o, const checkpoint_state *s,
                      err *e)
{
    arena mem = {0};
    text t = {0};
    bool done = state_put(&t, dir, net_plan_of(n), o, s, e) &&
                file_write(path_join(&mem, dir, "state.json"), text_str(&t), e);
    text_close(&t);
    arena_close(&mem);
    return done;
}

bool checkpoint_write(const model_dir *source, net *n, const optimizer *o, const task *tasks,
                      int n_tasks, const checkpoint_state *s, const char *dir, err *e)
{
    new_dir d;
    if (!new_dir_open(&d, dir, true, e)) return fail_in(e, "checkpoint");
    bool done =
        model_dir_put(source, n, tasks, n_tasks, "a checkpoint of a run", d.beside, e) &&
        moments_write(net_params(n), path_join(&d.mem, d.beside, "moments.safetensors"), e) &&
        put_state(d.beside, n, o, s, e) && new_dir_close(&d, e);
    new_dir_drop(&d);
    return done || fail_in(e, "checkpoint");
}

/* Shapes do not tell these from one another. */
static bool check_config(const char *dir, const dims *want, err *e)
{
    json *config;
    dims d;
    if (!config_read(&config, &d, dir, e)) return false;
    json_close(config);
    if (d.A == want->A && d.act == want->act && d.eps == want->eps) return true;
    return fail(e, "%s: config.json is of another model", dir);
}

bool checkpoint_read(const char *dir, net *n, optimizer *o, checkpoint_state *s, err *e)
{
    arena mem = {0};
    new_dir_recover(dir);
    *s = (checkpoint_state){0};
    bool done = state_read(dir, net_plan_of(n), o, s, e) &&
                check_config(dir, &net_plan_of(n)->d, e) &&
                model_dir_weights(dir, NULL, 0, n, false, true, e) &&
                moments_read(net_params(n), path_join(&mem, dir, "moments.safetensors"), e);
    if (!done && s->more) json_close(s->more);
    if (!done) s->more = NULL;
    arena_close(&mem);
    return done || fail_in(e, "checkpoint");
}

bool checkpoint_there(const char *dir)
{
    arena mem = {0};
    new_dir_recover(dir);
    bool there = path_exists(path_join(&mem, dir, "state.json"));
    arena_close(&mem);
    return there;
}
