#include "verbs/info_tensors.h"
#include "base/json.h"
#include "persist/sha256.h"
#include <stdlib.h>
#include <string.h>

typedef struct listed {
    const weight *t;
    const char *name;
    bool transposed;
} listed;

static int by_name(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* The values as f32, row after row as Hugging Face has them. */
static bool hash_of(const listed *x, arena *mem, char to[65], err *e)
{
    const weight *t = x->t;
    arena_mark here = arena_here(mem);
    const float *values = weight_direct(t);
    if (!values) {
        float *own = TAKE(mem, float, t->count);
        if (!weight_floats(t, 0, t->count, own, e)) return false;
        values = own;
    }
    if (x->transposed) {
        float *own = TAKE(mem, float, t->count);
        for (int64_t r = 0; r < t->shape[0]; r++)
            for (int64_t c = 0; c < t->shape[1]; c++)
                own[c * t->shape[0] + r] = values[r * t->shape[1] + c];
        values = own;
    }
    sha256((str){(const char *)values, t->count * sizeof *values}, to);
    arena_rewind(mem, here);
    return true;
}

static bool put_tensor(text *to, const listed *x, arena *mem, err *e)
{
    char hash[65];
    text_add(to, STR("{\"name\":"));
    json_put_str(to, str_of(x->name));
    text_add(to, STR(",\"shape\":["));
    for (int i = 0; i < x->t->n_dims; i++)
        text_format(to, "%s%lld", i ? "," : "",
                    (long long)x->t->shape[x->transposed ? x->t->n_dims - 1 - i : i]);
    text_format(to, "],\"type\":\"%s\",\"hash\":", x->t->type_name);
    if (!weight_is_real(x->t)) {
        text_add(to, STR("null}"));
        return true;
    }
    if (!hash_of(x, mem, hash, e)) return false;
    text_format(to, "\"%s\"}", hash);
    return true;
}

bool info_tensors(text *to, const weights *files, int n_files, err *e)
{
    arena mem = {0};
    int n = 0, most = 0;
    for (int i = 0; i < n_files; i++) most += files[i].n;
    listed *list = TAKE(&mem, listed, most);
    for (int i = 0; i < n_files; i++)
        for (int k = 0; k < files[i].n; k++) {
            char name[NAME_ROOM];
            listed x = {.t = &files[i].list[k]};
            if (!name_list(x.t->name, files[i].style, name, &x.transposed)) continue;
            if (x.t->n_dims != 2) x.transposed = false;
            x.name = str_keep(&mem, str_of(name));
            list[n++] = x;
        }
    if (n) qsort(list, (size_t)n, sizeof *list, by_name);
    bool done = true;
    text_char(to, '[');
    for (int i = 0; i < n && done; i++) {
        if (i) text_char(to, ',');
        done = put_tensor(to, &list[i], &mem, e);
    }
    text_char(to, ']');
    arena_close(&mem);
    return done;
}
