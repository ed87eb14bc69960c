/* state.json: numbers of 64 bits and reals that may not be finite are texts, since JSON has neither. */
#include "persist/state.h"
#include "base/file.h"
#include "persist/digest.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_FORMAT = 1 };

static void put_key(text *to, const char *key)
{
    text_format(to, "%s  \"%s\": ", to->len > 2 ? ",\n" : "", key);
}

static void put_int(text *to, const char *key, int64_t x)
{
    put_key(to, key);
    text_format(to, "%" PRId64, x);
}

static void put_u64(text *to, const char *key, uint64_t x)
{
    put_key(to, key);
    text_format(to, "\"%016" PRIx64 "\"", x);
}

static void put_real(text *to, const char *key, double x)
{
    put_key(to, key);
    if (isfinite(x))
        json_put_real(to, x);
    else
        text_add(to, isnan(x) ? STR("\"nan\"") : x > 0 ? STR("\"inf\"") : STR("\"-inf\""));
}

static void put_optimizer(text *to, const net_plan *plan, const optimizer *o)
{
    put_key(to, "optimizer");
    text_format(to, "{\"steps\": %" PRIu32 ", \"pooler_steps\": %" PRIu32 ", \"heads\": {",
                o->steps, o->pooler_steps);
    for (int i = 0; i < plan->n_heads; i++) {
        if (i) text_add(to, STR(", "));
        json_put_str(to, str_of(plan->heads[i].task));
        text_format(to, ": %" PRIu32, o->head_steps[i]);
    }
    text_add(to, STR("}}"));
}

static bool put_files(text *to, const char *dir, err *e)
{
    arena mem = {0};
    const char **names;
    int n;
    bool done = dir_list(dir, &mem, &names, &n, e);
    put_key(to, "files");
    text_char(to, '{');
    for (int i = 0; done && i < n; i++) {
        file f;
        done = file_open(&f, path_join(&mem, dir, names[i]), e);
        if (!done) break;
        text_add(to, i ? STR(",\n    ") : STR("\n    "));
        json_put_str(to, str_of(names[i]));
        text_format(to, ": {\"bytes\": %zu, \"digest\": \"%016" PRIx64 "\"}", f.bytes.len,
                    digest_file(&f));
        file_close(&f);
    }
    text_add(to, STR("\n  }"));
    arena_close(&mem);
    return done;
}

bool state_put(text *to, const char *dir, const net_plan *plan, const optimizer *o,
               const checkpoint_state *s, err *e)
{
    text_add(to, STR("{\n"));
    put_int(to, "format", STATE_FORMAT);
    put_int(to, "step", s->step);
    put_int(to, "epoch", s->epoch);
    put_int(to, "at", s->at);
    put_int(to, "best_epoch", s->best_epoch);
    put_int(to, "bad_epochs", s->bad_epochs);
    put_int(to, "loss_count", s->loss_count);
    put_real(to, "best", s->best);
    put_real(to, "loss_sum", s->loss_sum);
    put_u64(to, "seed", s->seed);
    put_u64(to, "settings", s->settings);
    put_optimizer(to, plan, o);
    if (!put_files(to, dir, e)) return false;
    put_key(to, "more");
    if (s->more)
        json_put(to, s->more);
    else
        text_add(to, STR("null"));
    text_add(to, STR("\n}\n"));
    return true;
}

static bool get_int(const json *j, const char *key, int64_t low, int64_t high, int64_t *to,
                    const char *path, err *e)
{
    if (!json_at(j, key)) return fail(e, "%s: %s is missing", path, key);
    return json_get_int(j, key, low, high, to, path, e);
}

static bool get_count(const json *j, const char *key, uint32_t *to, const char *path, err *e)
{
    int64_t x = 0;
    if (!get_int(j, key, 0, UINT32_MAX, &x, path, e)) return false;
    *to = (uint32_t)x;
    return true;
}

static bool get_u64(const json *j, const char *key, uint64_t *to, const char *path, err *e)
{
    str s = json_text(json_at(j, key));
    uint64_t x = 0;
    for (size_t i = 0; i < s.len && s.len == 16; i++) {
        const char *digits = "0123456789abcdef", *at = s.at[i] ? strchr(digits, s.at[i]) : NULL;
        if (!at) return fail(e, "%s: %s must be 16 hexadecimal digits", path, key);
        x = x << 4 | (uint64_t)(at - digits);
    }
    *to = x;
    return s.len == 16 || fail(e, "%s: %s must be 16 hexadecimal digits", path, key);
}

static bool get_real(const json *j, const char *key, double *to, const char *path, err *e)
{
    const json *x = json_at(j, key);
    if (!x) return fail(e, "%s: %s is missing", path, key);
    if (json_type_of(x) != JSON_IS_TEXT) return json_get_real(j, key, to, path, e);
    str s = json_text(x);
    *to = str_is(s, "inf") ? INFINITY : str_is(s, "-inf") ? -INFINITY : NAN;
    return !isnan(*to) || str_is(s, "nan") || fail(e, "%s: %s must be a number", path, key);
}

static bool read_loop(const json *j, checkpoint_state *s, const char *path, err *e)
{
    static const struct {
        const char *key;
        int low;
        size_t at;
    } ints[] = {{"epoch", 0, offsetof(checkpoint_state, epoch)},
                {"at", 0, offsetof(checkpoint_state, at)},
                {"best_epoch", -1, offsetof(checkpoint_state, best_epoch)},
                {"bad_epochs", 0, offsetof(checkpoint_state, bad_epochs)},
                {"loss_count", 0, offsetof(checkpoint_state, loss_count)}};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        int64_t x = 0;
        if (!get_int(j, ints[i].key, ints[i].low, INT32_MAX, &x, path, e)) return false;
        *(int *)(void *)((char *)s + ints[i].at) = (int)x;
    }
    return get_count(j, "step", &s->step, path, e) && get_real(j, "best", &s->best, path, e) &&
           get_real(j, "loss_sum", &s->loss_sum, path, e) &&
           get_u64(j, "seed", &s->seed, path, e) && get_u64(j, "settings", &s->settings, path, e);
}

static bool read_optimizer(const json *j, const net_plan *plan, optimizer *o, const char *path,
                           err *e)
{
    const json *heads = json_at(j, "heads");
    if (!get_count(j, "steps", &o->steps, path, e) ||
        !get_count(j, "pooler_steps", &o->pooler_steps, path, e))
        return false;
    if (json_type_of(heads) != JSON_IS_OBJECT || json_count(heads) != (size_t)plan->n_heads)
        return fail(e, "%s: is of a run with %zu tasks, here are %d", path, json_count(heads),
                    plan->n_heads);
    for (int i = 0; i < plan->n_heads; i++)
        if (!get_count(heads, plan->heads[i].task, &o->head_steps[i], path, e))
            return fail_in(e, "tasks");
    return true;
}

static bool check_file(const char *dir, const char *name, const json *entry, const char *state,
                       err *e)
{
    arena mem = {0};
    file f = {0};
    int64_t bytes = 0;
    uint64_t sum = 0;
    const char *path = path_join(&mem, dir, name);
    bool done = get_int(entry, "bytes", 0, INT64_MAX, &bytes, state, e) &&
                get_u64(entry, "digest", &sum, state, e) && file_open(&f, path, e);
    if (done && f.bytes.len != (size_t)bytes)
        done = fail(e, "%s: has %zu bytes, %lld were written: the checkpoint is damaged", path,
                    f.bytes.len, (long long)bytes);
    if (done && digest_file(&f) != sum)
        done = fail(e, "%s: is damaged or of another checkpoint (its checksum differs)", path);
    file_close(&f);
    arena_close(&mem);
    return done;
}

static bool check_files(const char *dir, const json *files, const char *path, err *e)
{
    static const char *const needed[] = {"config.json", "model.safetensors", "moments.safetensors",
                                         "tasks.yaml"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!json_at(files, needed[i])) return fail(e, "%s: files: %s is missing", path, needed[i]);
    for (void *i = json_first(files); i; i = json_next(files, i)) {
        char name[256];
        str s = json_key(i);
        if (s.len >= sizeof name || str_find(s, '/') >= 0)
            return fail(e, "%s: files: names of files in this directory are needed", path);
        snprintf(name, sizeof name, "%.*s", (int)s.len, s.at);
        if (!check_file(dir, name, json_value(i), path, e)) return false;
    }
    return true;
}

static bool copy_more(const json *more, json **to, const char *path, err *e)
{
    text t = {0};
    if (!more || json_type_of(more) == JSON_IS_NULL) return true;
    json_put(&t, more);
    bool done = json_parse(to, text_str(&t), path, 1, e);
    text_close(&t);
    return done;
}

bool state_read(const char *dir, const net_plan *plan, optimizer *o, checkpoint_state *s, err *e)
{
    arena mem = {0};
    const char *path = path_join(&mem, dir, "state.json");
    json *j = NULL;
    int64_t format = 0;
    bool done = json_read(&j, path, e);
    if (done && json_type_of(j) != JSON_IS_OBJECT)
        done = fail(e, "%s: a JSON object is needed", path);
    done = done && get_int(j, "format", 0, INT32_MAX, &format, path, e);
    if (done && format != STATE_FORMAT)
        done = fail(e, "%s: format %lld is not this version's", path, (long long)format);
    done = done && check_files(dir, json_at(j, "files"), path, e) && read_loop(j, s, path, e) &&
           read_optimizer(json_at(j, "optimizer"), plan, o, path, e) &&
           copy_more(json_at(j, "more"), &s->more, path, e);
    if (j) json_close(j);
    arena_close(&mem);
    return done;
}
