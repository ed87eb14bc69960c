#include "model/tiny.h"
#include <math.h>
#include <string.h>

const char *const tiny_names[TINY_HEADS] = {"mood", "entail", "relate", "similar", "tag", "topics"};

net_plan tiny_plan(void)
{
    static const head_plan heads[TINY_HEADS] = {
        {"mood", KIND_SENTENCE, 3, 0}, {"entail", KIND_PAIR, 3, 0}, {"relate", KIND_RELATION, 4, 0},
        {"similar", KIND_SCORE, 1, 0}, {"tag", KIND_WORDS, 5, 0},   {"topics", KIND_LABELS, 4, 0},
    };
    return (net_plan){
        .d = {.H = 32,
              .A = 4,
              .F = 64,
              .V = 60,
              .P = 24,
              .T = 2,
              .L = 2,
              .act = ACT_GELU,
              .eps = 1e-12f,
              .init_range = 0.02f},
        .heads = heads,
        .n_heads = TINY_HEADS,
        .train = true,
        .pooler = true,
        .kind = F32,
    };
}

static batch read_batch(tiny *t, const char *name)
{
    const golden *g = &t->g;
    batch b = {0};
    const golden_entry *start = golden_get(g, "batch.%s.start", name),
                       *rows = golden_get(g, "batch.%s.rows", name);
    const golden_entry *ids = golden_get(g, "batch.%s.ids", name);
    b.B = start->cols - 1, b.N = ids->cols, b.M = rows->cols;
    b.start = (int32_t *)start->i32, b.ids = (int32_t *)ids->i32, b.rows = (int32_t *)rows->i32;
    b.types = (int32_t *)golden_get(g, "batch.%s.types", name)->i32;
    b.places = (int32_t *)golden_get(g, "batch.%s.places", name)->i32;
    b.gold = (int32_t *)golden_get(g, "batch.%s.gold", name)->i32;
    b.who = (uint32_t *)golden_get(g, "batch.%s.who", name)->i32;
    b.weight = (float *)golden_get(g, "batch.%s.weight", name)->f32;
    char target[100];
    snprintf(target, sizeof target, "batch.%s.target", name);
    if (golden_has(g, target)) b.target = (float *)golden_get(g, "%s", target)->f32;
    b.names = TAKE(&t->mem, int32_t, 2 * b.M);
    for (int s = 0; s < b.B; s++) {
        int length = b.start[s + 1] - b.start[s];
        if (length > b.longest) b.longest = length;
        for (int m = 0; m < b.M; m++) {
            if (b.rows[m] < b.start[s] || b.rows[m] >= b.start[s + 1]) continue;
            b.names[2 * m] = (int32_t)b.who[s];
            b.names[2 * m + 1] = b.rows[m] - b.start[s];
        }
    }
    for (int m = 0; m < b.M; m++) b.counted += b.weight[m] > 0;
    return b;
}

static void read_weights(tiny *t)
{
    for (int i = 0; i < t->ps->n; i++) {
        const param *p = t->ps->list[i];
        for (int part = 0; part < param_parts(p); part++) {
            char name[200];
            const golden_entry *w = golden_get(&t->g, "weight.%s", param_part_name(p, part, name));
            ASSERT((size_t)w->rows * (size_t)w->cols * (size_t)param_parts(p) ==
                       tensor_count(p->value),
                   "%s", name);
            params_put(t->ps, p, part, w->f32);
        }
    }
}

void tiny_open(tiny *t, const net_plan *plan)
{
    *t = (tiny){0};
    golden_open(&t->g, "tests/golden/tiny.bin");
    err e = {0};
    if (!backend_open(&t->be, "cpu", &e) || !net_open(&t->net, t->be, plan, &e)) die("%s", e.text);
    t->ps = net_params(t->net);
    read_weights(t);
    for (int h = 0; h < TINY_HEADS; h++) t->batches[h] = read_batch(t, tiny_names[h]);
}

void tiny_close(tiny *t)
{
    net_close(t->net);
    golden_close(&t->g);
    arena_close(&t->mem);
    *t = (tiny){0};
}

double tiny_step(tiny *t, int head, uint32_t step)
{
    err e = {0};
    double loss;
    if (!net_step(t->net, &t->batches[head], head, 0x123456789ABCDEFu, step, 1, &loss, &e))
        die("%s", e.text);
    return loss;
}

double tiny_loss(tiny *t, int head)
{
    err e = {0};
    double loss;
    if (!net_loss(t->net, &t->batches[head], head, &loss, &e)) die("%s", e.text);
    return loss;
}

const param *tiny_param(const tiny *t, const char *name)
{
    const param *p = params_find(t->ps, name);
    if (!p) die("no parameter %s", name);
    return p;
}

float *tiny_copy(tiny *t, const param *p, enum slab_name which)
{
    float *to = TAKE(&t->mem, float, tensor_count(p->value));
    params_slab_get(t->ps, p, which, to);
    return to;
}

float *tiny_all(tiny *t, enum slab_name which, size_t *count)
{
    size_t n = 0;
    for (int i = 0; i < t->ps->n; i++) n += tensor_count(t->ps->list[i]->value);
    float *all = TAKE(&t->mem, float, n), *at = all;
    for (int i = 0; i < t->ps->n; i++) {
        params_slab_get(t->ps, t->ps->list[i], which, at);
        at += tensor_count(t->ps->list[i]->value);
    }
    *count = n;
    return all;
}

bool tiny_same(const float *a, const float *b, size_t n)
{
    return !memcmp(a, b, n * sizeof *a);
}

batch tiny_alone(tiny *t, const batch *b, int s)
{
    int first = b->start[s], N = b->start[s + 1] - first;
    batch one = {.B = 1,
                 .N = N,
                 .longest = N,
                 .ids = b->ids + first,
                 .types = b->types + first,
                 .places = b->places + first,
                 .who = b->who + s};
    one.start = TAKE(&t->mem, int32_t, 2);
    one.start[1] = N;
    int m = 0;
    while (m < b->M && b->rows[m] < first) m++;
    int last = m;
    while (last < b->M && b->rows[last] < first + N) last++;
    one.M = one.counted = last - m;
    one.names = b->names + 2 * m, one.gold = b->gold + m;
    one.target = b->target ? b->target + m : NULL; /* of score: one number a row */
    one.rows = TAKE(&t->mem, int32_t, one.M);
    one.weight = TAKE(&t->mem, float, one.M);
    for (int i = 0; i < one.M; i++) {
        one.rows[i] = b->rows[m + i] - first;
        one.weight[i] = b->gold[m + i] >= 0 ? 1.0f / (float)one.M : 0;
    }
    return one;
}

double nmse(const float *a, const float *b, size_t n)
{
    double off = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        off += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        all += (double)b[i] * (double)b[i];
    }
    return all > 0 ? off / all : off;
}

double largest_difference(const float *a, const float *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double off = fabs((double)a[i] - (double)b[i]);
        if (!(off <= most)) most = off; /* a NaN stays */
    }
    return most;
}
