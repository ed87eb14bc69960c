/* The writer of safetensors files. */
#include "base/json.h"
#include "persist/safetensors.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
    const weight_plan *plan;
    int i;
} place;

static int by_name(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return strcmp(x->plan->name, y->plan->name);
}

static size_t plan_count(const weight_plan *p)
{
    ASSERT(p->n_dims == 1 || p->n_dims == 2, "tensor %s has %d dimensions", p->name, p->n_dims);
    size_t n = 1;
    for (int d = 0; d < p->n_dims; d++) n = size_mul(n, (size_t)p->shape[d]);
    return n;
}

/* As the reference writes it: metadata first, compact, padded with blanks to a multiple of 8. */
static void put_header(text *to, const place *sorted, int n)
{
    size_t at = 0;
    text_add(to, STR("{\"__metadata__\":{\"format\":\"pt\"}"));
    for (int i = 0; i < n; i++) {
        const weight_plan *p = sorted[i].plan;
        size_t bytes = size_mul(plan_count(p), 4);
        text_char(to, ',');
        json_put_str(to, str_of(p->name));
        text_add(to, STR(":{\"dtype\":\"F32\",\"shape\":["));
        for (int d = 0; d < p->n_dims; d++)
            text_format(to, "%s%lld", d ? "," : "", (long long)p->shape[d]);
        text_format(to, "],\"data_offsets\":[%zu,%zu]}", at, at + bytes);
        at += bytes;
    }
    text_char(to, '}');
    while (to->len % 8) text_char(to, ' ');
}

/* Says why at once: out_close would come too late for errno. */
static bool put(out *o, const void *bytes, size_t n, err *e)
{
    errno = 0;
    if (fwrite(bytes, 1, n, o->to) == n) return true;
    return fail(e, "%s: cannot be written: %s", o->path, strerror(errno ? errno : EIO));
}

bool weights_write(const char *path, const weight_plan *plan, int n,
                   void (*values)(void *ctx, int i, float *to), void *ctx, err *e)
{
    arena mem = {0};
    place *sorted = TAKE(&mem, place, n);
    size_t most = 0;
    for (int i = 0; i < n; i++) {
        sorted[i] = (place){&plan[i], i};
        if (plan_count(&plan[i]) > most) most = plan_count(&plan[i]);
    }
    if (n) qsort(sorted, (size_t)n, sizeof *sorted, by_name);
    bool done = true;
    for (int i = 1; i < n && done; i++)
        if (!strcmp(sorted[i].plan->name, sorted[i - 1].plan->name))
            done = fail(e, "%s: two tensors are called %s", path, sorted[i].plan->name);
    out o = {0};
    done = done && out_open(&o, path, e);
    if (done) {
        text header = {0};
        put_header(&header, sorted, n);
        uint64_t len = header.len;
        done = put(&o, &len, sizeof len, e) && put(&o, header.at, header.len, e);
        text_close(&header);
        float *buffer = TAKE(&mem, float, most);
        for (int i = 0; i < n && done; i++) {
            values(ctx, sorted[i].i, buffer);
            done = put(&o, buffer, 4 * plan_count(sorted[i].plan), e);
        }
        if (done)
            done = out_close(&o, e);
        else
            out_drop(&o);
    }
    arena_close(&mem);
    return done;
}
