/* Moments to and from a file: whole parameters, m and v. */
#include "persist/moments.h"
#include "base/str.h"
#include "persist/safetensors.h"

typedef struct moments {
    const params *ps;
    const param **of; /* [n/2] parameters that learn; tensor 2i is m of of[i], 2i + 1 its v */
    weight_plan *plan;
    int n;
} moments;

static enum slab_name slab_of(int i)
{
    return i % 2 ? SLAB_V : SLAB_M;
}

/* A frozen encoder has no gradients, and its moments stay 0. */
static moments list_moments(const params *ps, arena *mem)
{
    moments x = {.ps = ps};
    x.of = TAKE(mem, const param *, ps->n);
    x.plan = TAKE(mem, weight_plan, 2 * ps->n);
    for (int i = 0; i < ps->n; i++) {
        const param *p = ps->list[i];
        if (!p->grad.data) continue;
        x.of[x.n / 2] = p;
        for (int k = 0; k < 2; k++) {
            const char *name = str_format(mem, "%c.%s", "mv"[k], p -> name);
            x.plan[x.n++] = (weight_plan){.name = name, .shape = {p->rows, p->cols}, .n_dims = 2};
        }
    }
    return x;
}

static void get_moment(void *ctx, int i, float *to)
{
    const moments *x = ctx;
    params_slab_get(x->ps, x->of[i / 2], slab_of(i), to);
}

bool moments_write(const params *ps, const char *path, err *e)
{
    arena mem = {0};
    moments x = list_moments(ps, &mem);
    bool done = weights_write(path, x.plan, x.n, get_moment, &x, e);
    arena_close(&mem);
    return done;
}

static bool put_moments(params *ps, const moments *x, const weights *w, arena *mem, err *e)
{
    size_t most = 0;
    for (int i = 0; i < w->n; i++)
        if (w->list[i].count > most) most = w->list[i].count;
    float *values = TAKE(mem, float, most);
    for (int i = 0; i < x->n; i++) {
        const weight_plan *p = &x->plan[i];
        const weight *t = weights_find(w, p->name);
        if (!t) return fail(e, "%s: tensor %s is missing", w->files[0].path, p->name);
        if (t->type != WEIGHT_F32 || t->n_dims != 2 || t->shape[0] != p->shape[0] ||
            t->shape[1] != p->shape[1])
            return fail(e, "%s: tensor %s must be F32 [%lld,%lld]", t->path, p->name,
                        (long long)p->shape[0], (long long)p->shape[1]);
        if (!weight_floats(t, 0, t->count, values, e)) return false;
        params_slab_put(ps, x->of[i / 2], slab_of(i), values);
    }
    return w->n == x->n || fail(e, "%s: %d tensors, %d are needed", w->files[0].path, w->n, x->n);
}

bool moments_read(params *ps, const char *path, err *e)
{
    arena mem = {0};
    weights w;
    if (!weights_open(&w, path, e)) return false;
    moments x = list_moments(ps, &mem);
    bool done = put_moments(ps, &x, &w, &mem, e);
    weights_close(&w);
    arena_close(&mem);
    return done;
}
