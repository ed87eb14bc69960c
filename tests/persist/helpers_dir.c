/* Model directories that differ from data/plain in what a test is about. */
#include "persist/helpers.h"
#include <string.h>

void opened(model_dir *m, const char *path)
{
    err e = {0};
    works(model_dir_open(m, path, -1, &e), &e);
}

void variant_values(void *ctx, int i, float *to)
{
    const variant *v = ctx;
    err e = {0};
    const weight *t = &v->w->list[v->of[i]];
    works(weight_floats(t, 0, t->count, to, &e), &e);
}

const char *varied(bool (*change)(weight_plan *p, arena *mem))
{
    weights w;
    err e = {0};
    weight_plan plan[40];
    int n = 0;
    works(weights_open(&w, DATA "plain", &e), &e);
    variant v = {.w = &w};
    for (int i = 0; i < w.n; i++) {
        plan[n] = (weight_plan){w.list[i].name,
                                {w.list[i].shape[0], w.list[i].n_dims > 1 ? w.list[i].shape[1] : 0},
                                w.list[i].n_dims};
        v.of[n] = i;
        n += change(&plan[n], &w.mem);
    }
    copy_dir(DATA "plain", own("varied"));
    works(weights_write(own("varied/model.safetensors"), plan, n, variant_values, &v, &e), &e);
    weights_close(&w);
    return own("varied");
}

bool load_encoder(const char *path, bool need_pooler, err *e)
{
    model_dir m;
    opened(&m, path);
    net *n = net_of(&m.d, NULL, 0, false);
    bool done = model_dir_load(&m, n, false, need_pooler, e);
    net_close(n);
    model_dir_close(&m);
    return done;
}
