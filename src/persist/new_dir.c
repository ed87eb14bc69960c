/* Directories by base/file's dir_replace, with a name for what is being written and care for what is
 * already there. */
#include "persist/new_dir.h"
#include "base/log.h"
#include <string.h>

static const char *without_slash(arena *mem, const char *path)
{
    str s = str_of(path);
    while (s.len > 1 && s.at[s.len - 1] == '/') s.len--;
    return str_keep(mem, s);
}

static bool check_place(new_dir *d, bool replace, err *e)
{
    const char **names;
    int n;
    if (!path_exists(d->to)) return true;
    if (!path_is_dir(d->to)) return fail(e, "%s: is there and is no directory", d->to);
    if (!dir_list(d->to, &d->mem, &names, &n, e)) return false;
    if (!n) return true;
    if (!replace) return fail(e, "%s: is there already", d->to);
    if (!path_exists(path_join(&d->mem, d->to, "config.json")))
        return fail(e, "%s: is no model directory (it has no config.json), so it is not replaced",
                    d->to);
    return true;
}

bool new_dir_open(new_dir *d, const char *to, bool replace, err *e)
{
    *d = (new_dir){0};
    d->to = without_slash(&d->mem, to);
    const char *beside = str_format(&d->mem, "%s.new", d->to);
    if (check_place(d, replace, e) && dir_remove(beside, e)) {
        d->beside = beside;
        if (dir_make(beside, e)) return true;
    }
    new_dir_drop(d);
    return false;
}

bool new_dir_close(new_dir *d, err *e)
{
    bool done = dir_replace(d->beside, d->to, e);
    if (done) d->beside = NULL;
    new_dir_drop(d);
    return done;
}

void new_dir_drop(new_dir *d)
{
    err e = {0};
    if (d->beside && !dir_remove(d->beside, &e)) warn("%s", e.text);
    arena_close(&d->mem);
    *d = (new_dir){0};
}

void new_dir_recover(const char *to)
{
    arena mem = {0};
    err e = {0};
    const char *place = without_slash(&mem, to), *old = str_format(&mem, "%s~", place);
    if (!path_exists(place) && path_exists(path_join(&mem, old, "tasks.yaml"))) {
        if (dir_recover(place, &e))
            say("%s: was being replaced when a run ended; the old one is put back", place);
        else
            warn("%s", e.text);
    }
    arena_close(&mem);
}
