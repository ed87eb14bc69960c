/* What weight files of all forms have in common: finding out the form, mapping, names, shapes, shards. The
 * values are weights_values.c. */
#include "persist/weights.h"
#include "base/json.h"
#include "persist/safetensors.h"
#include "persist/tensorflow.h"
#include "persist/torch.h"
#include <string.h>
#include <sys/stat.h>

bool weight_name_ok(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < 32 || name.at[i] == 127) return false;
    return name.len > 0;
}

bool weight_count(weight *t)
{
    t->count = 1;
    for (int i = 0; i < t->n_dims; i++)
        if (t->shape[i] < 0 || __builtin_mul_overflow(t->count, (size_t)t->shape[i], &t->count))
            return false;
    return true;
}

bool weights_add(weights *w, const weight *t, err *e)
{
    int old = 0;
    if (!weight_name_ok(str_of(t->name)))
        return fail(e, "%s: tensor %d has no name or one with control characters", t->path,
                    w->n + 1);
    if (!table_add(&w->index, &w->mem, str_of(t->name), w->n, &old))
        return fail(e, "%s: tensor %.150s: is also in %s", t->path, t->name, w->list[old].path);
    GROW(&w->mem, w->list, w->n, w->cap);
    w->list[w->n++] = *t;
    return true;
}

/* file_open unpacks gzip, which a weight file never is: a bomb would be unpacked for nothing. */
static bool check_plain(const char *path, err *e)
{
    struct stat st;
    unsigned char head[2] = {0};
    if (!stat(path, &st) && !S_ISREG(st.st_mode)) return fail(e, "%s: a file is needed", path);
    FILE *f = fopen(path, "rb");
    if (!f) return true; /* file_open says why */
    size_t n = fread(head, 1, 2, f);
    (void)!fclose(f);
    if (n == 2 && head[0] == 0x1f && head[1] == 0x8b)
        return fail(e, "%s: is a gzip file, unpack it first", path);
    return true;
}

bool weights_map(weights *w, const char *path, str *bytes, err *e)
{
    if (!w->files) w->files = TAKE(&w->mem, file, 1);
    if (!check_plain(path, e) || !file_open(&w->files[w->n_files], path, e)) return false;
    *bytes = w->files[w->n_files++].bytes;
    return true;
}

/* A shard lies beside the index: its name comes from a stranger and must not lead elsewhere. */
static bool shard_ok(str name, const char *end)
{
    return weight_name_ok(name) && str_find(name, '/') < 0 && name.at[0] != '.' &&
           str_ends(name, end);
}

static bool read_shards(weights *w, const char *path, const json *map, const char *end,
                        bool (*read)(weights *w, const char *path, err *e), err *e)
{
    table seen = {0};
    const char *dir = path_dir(&w->mem, path);
    w->files = TAKE(&w->mem, file, json_count(map) < SHARDS_MOST ? json_count(map) : SHARDS_MOST);
    for (void *i = json_first(map); i; i = json_next(map, i)) {
        str name = json_text(json_value(i));
        if (!shard_ok(name, end))
            return fail(e, "%s: weight_map must name %s files beside the index", path, end);
        name = str_copy(&w->mem, name);
        if (!table_add(&seen, &w->mem, name, w->n_files, NULL)) continue;
        if (w->n_files == SHARDS_MOST) return fail(e, "%s: more than %d files", path, SHARDS_MOST);
        const char *shard = path_join(&w->mem, dir, str_keep(&w->mem, name));
        if (!read(w, shard, e)) return false;
    }
    for (void *i = json_first(map); i; i = json_next(map, i)) {
        const weight *t = weights_find(w, str_keep(&w->mem, json_key(i)));
        const char *shard = path_join(&w->mem, dir, str_keep(&w->mem, json_text(json_value(i))));
        if (!t || strcmp(t->path, shard) != 0)
            return fail(e, "%s: tensor %.150s is not in %s", path,
                        weight_name_ok(json_key(i)) ? str_keep(&w->mem, json_key(i)) : "(unnamed)",
                        shard);
    }
    return true;
}

bool weights_shards(weights *w, const char *path, const char *end,
                    bool (*read)(weights *w, const char *path, err *e), err *e)
{
    json *index = NULL;
    if (!check_plain(path, e) || !json_read(&index, path, e)) return false;
    const json *map = json_at(index, "weight_map");
    bool done = json_type_of(map) == JSON_IS_OBJECT && json_count(map) > 0
                    ? read_shards(w, path, map, end, read, e)
                    : fail(e, "%s: weight_map, from tensors to files, is missing", path);
    json_close(index);
    return done;
}

/* In a directory the usual names come first; else it must have one checkpoint, by the end of its name. */
static const char *const usual[] = {"model.safetensors", "model.safetensors.index.json",
                                    "pytorch_model.bin", "pytorch_model.bin.index.json"};
static const char *const ends[] = {".ckpt.index", ".index", ".safetensors", ".pt", ".bin", ".pth"};

/* One line for a place that has no weights, or more than one set of them. */
static const char *find_in_dir(arena *mem, const char *dir, err *e)
{
    const char **names = NULL;
    const char *found = NULL;
    int n = 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const char *path = path_join(mem, dir, usual[i]);
        if (path_exists(path)) return path;
    }
    if (!dir_list(dir, mem, &names, &n, e)) return NULL;
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        for (int i = 0; i < n; i++) {
            if (!str_ends(str_of(names[i]), ends[k]) || !strcmp(names[i], "heads.safetensors"))
                continue;
            if (found) {
                fail(e, "%s: has %s and %s; name the one that is meant", dir, found, names[i]);
                return NULL;
            }
            found = names[i];
        }
        if (found) return path_join(mem, dir, found);
    }
    fail(e, "%s: neither %s nor another checkpoint is here", dir, usual[0]);
    return NULL;
}

static const char *with(arena *mem, const char *path, const char *end)
{
    return str_format(mem, "%s%s", path, end);
}

bool weights_there(const char *path)
{
    arena mem = {0};
    err e = {0};
    bool there = path_is_dir(path)
                     ? find_in_dir(&mem, path, &e) != NULL || strstr(e.text, "; name the one")
                     : path_exists(path) || path_exists(with(&mem, path, ".index"));
    arena_close(&mem);
    return there;
}

/* By the first bytes; the name decides only between forms that have none of their own. */
static bool read_any(weights *w, const char *path, err *e)
{
    str name = str_of(path);
    if (str_ends(name, ".bin.index.json")) return torch_read_index(w, path, e);
    if (str_ends(name, ".json")) return safetensors_read_index(w, path, e);
    if (!path_exists(path) && path_exists(with(&w->mem, path, ".index")))
        return tensorflow_read(w, path, e);
    if (str_ends(name, ".index"))
        return tensorflow_read(w, str_keep(&w->mem, str_sub(name, 0, name.len - 6)), e);
    ptrdiff_t data = str_find_str(name, STR(".data-"));
    if (data > 0 && str_find_str(name, STR("-of-")) > data)
        return tensorflow_read(w, str_keep(&w->mem, str_sub(name, 0, (size_t)data)), e);
    char head[TORCH_MARK] = {0};
    if (!check_plain(path, e)) return false;
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f) (void)!fclose(f);
    if (torch_is((str){head, n})) return torch_read(w, path, e);
    if (n && (str_ends(name, ".pt") || str_ends(name, ".bin") || str_ends(name, ".pth")))
        return fail(e, "%s: no PyTorch file, its first bytes are none of that program's", path);
    return safetensors_read(w, path, e);
}

bool weights_open(weights *w, const char *path, err *e)
{
    *w = (weights){0};
    path = str_keep(&w->mem, str_of(path));
    if (path_is_dir(path)) path = find_in_dir(&w->mem, path, e);
    bool done = path && read_any(w, path, e);
    if (!done) weights_close(w);
    return done;
}

void weights_close(weights *w)
{
    for (int i = 0; i < w->n_files; i++) file_close(&w->files[i]);
    text_close(&w->skipped);
    arena_close(&w->mem);
    *w = (weights){0};
}

const weight *weights_find(const weights *w, const char *name)
{
    int i = table_get(&w->index, str_of(name));
    return i < 0 ? NULL : &w->list[i];
}

const char *weight_shape(const weight *t, char to[200])
{
    size_t n = (size_t)snprintf(to, 200, "[");
    for (int i = 0; i < t->n_dims; i++)
        n += (size_t)snprintf(to + n, 200 - n, "%s%lld", i ? "," : "", (long long)t->shape[i]);
    snprintf(to + n, 200 - n, "]");
    return to;
}
