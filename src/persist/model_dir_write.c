/* Writes a model directory: each file whole, then the directory takes its place. */
#include "persist/config.h"
#include "persist/model_dir.h"
#include "persist/names.h"
#include "persist/new_dir.h"
#include "persist/safetensors.h"
#include <string.h>

typedef struct part_of { /* one tensor of a file */
    const param *p;      /* NULL: the values are a file's */
    int part;
    const weight *from;
    bool transposed; /* from: [H,H] that lies so in its file */
} part_of;
typedef struct contents { /* those of one file, beside the plan that weights_write wants */
    const params *ps;
    part_of *list;
    weight_plan *plan;
    int n;
} contents;

static void part_values(void *ctx, int i, float *to)
{
    const contents *f = ctx;
    const part_of *x = &f->list[i];
    err e = {0};
    if (x->p)
        params_get(f->ps, x->p, x->part, to);
    else if (!weight_floats(x->from, 0, x->from->count, to, &e))
        ASSERT(false, "%s", e.text);
    int64_t H = x->transposed ? x->from->shape[0] : 0;
    for (int64_t r = 0; r < H; r++)
        for (int64_t c = 0; c < r; c++) {
            float swap = to[r * H + c];
            to[r * H + c] = to[c * H + r], to[c * H + r] = swap;
        }
}

/* The encoder and pooler without "bert.", as BertModel saves itself; or the heads. */
static void list_parts(contents *f, bool heads, arena *mem)
{
    const params *ps = f->ps;
    size_t most = 0;
    for (int i = 0; i < ps->n; i++) most += (size_t)param_parts(ps->list[i]);
    f->list = TAKE(mem, part_of, most + 2); /* and a carried pooler's two */
    f->plan = TAKE(mem, weight_plan, most + 2);
    for (int i = 0; i < ps->n; i++) {
        const param *p = ps->list[i];
        int parts = param_parts(p);
        for (int part = 0; part < parts && (p->task >= 0) == heads; part++) {
            char name[200];
            const char *own = param_part_name(p, part, name);
            if (!strncmp(own, "bert.", 5)) own += 5;
            weight_plan w = {.name = str_keep(mem, str_of(own)), .n_dims = p->flat ? 1 : 2};
            w.shape[0] = p->flat ? (int64_t)p->rows * p->cols / parts : p->rows / parts;
            w.shape[1] = p->flat ? 0 : p->cols;
            f->list[f->n] = (part_of){.p = p, .part = part};
            f->plan[f->n++] = w;
        }
    }
}

/* A net without a pooler hands on the one that its source has, so that the directory stays a whole
 * BertModel. Where the source is gone or has none, the new one has none either. */
static void carry_pooler(contents *f, const weights *w, int H)
{
    static const char *const names[2] = {"bert.pooler.dense.bias", "bert.pooler.dense.weight"};
    const weight *found[2] = {NULL, NULL}; /* [H] and [H,H] */
    bool transposed[2] = {false, false};
    for (int i = 0; i < w->n; i++) {
        const weight *t = &w->list[i];
        known_name k;
        name_read(t->name, w->style, &k);
        for (int m = 0; m < 2; m++)
            if (!strcmp(k.name, names[m]) && weight_is_real(t) && t->n_dims == 1 + m &&
                t->shape[0] == H && t->shape[m] == H)
                found[m] = t, transposed[m] = k.transposed;
    }
    for (int m = 0; m < 2 && found[0] && found[1]; m++) {
        f->list[f->n] = (part_of){.from = found[m], .transposed = transposed[m]};
        f->plan[f->n++] = (weight_plan){names[m] + 5, {H, m ? H : 0}, 1 + m};
    }
}

static bool put_weights(const model_dir *source, net *n, bool heads, const char *path, err *e)
{
    arena mem = {0};
    weights w = {0};
    err ignored = {0};
    contents f = {.ps = net_params(n)};
    list_parts(&f, heads, &mem);
    if (!heads && !net_plan_of(n)->pooler && source->has_weights &&
        weights_open(&w, source->weights, &ignored))
        carry_pooler(&f, &w, net_plan_of(n)->d.H);
    bool done = (heads && !f.n) || weights_write(path, f.plan, f.n, part_values, &f, e);
    weights_close(&w);
    arena_close(&mem);
    return done;
}

/* The task as a later reader needs it: where its corpus lay on this machine is nobody's business. */
static void put_task(text *to, const task *t)
{
    text one = {0};
    task bare = *t;
    bare.open_labels = false;
    for (int i = 0; i < SPLITS; i++) bare.files[i] = NULL;
    task_put(&one, &bare);
    str rest = text_str(&one), line;
    while (str_line(&rest, &line)) {
        text_add(to, STR("  "));
        text_add(to, line);
        text_char(to, '\n');
    }
    text_close(&one);
}

static void put_tasks(text *to, const net_plan *plan, const task *tasks, int n_tasks,
                      const char *note)
{
    text_add(to, STR("# The heads of this model, weights in heads.safetensors.\n"));
    text_format(to, "pooler: %s # below the heads of one row\n", plan->pooler ? "true" : "false");
    text_add(to, STR("note: "));
    yaml_put(to, str_of(note ? note : ""));
    text_add(to, plan->n_heads ? STR("\ntasks:\n") : STR("\ntasks: {}\n"));
    for (int i = 0; i < plan->n_heads; i++) {
        const task *t = NULL;
        for (int k = 0; k < n_tasks && !t; k++)
            if (!strcmp(tasks[k].name, plan->heads[i].task)) t = &tasks[k];
        ASSERT(t && task_classes(t) == plan->heads[i].K, "head %s is of no task",
               plan->heads[i].task);
        put_task(to, t);
    }
}

/* transformers takes 0 where nothing is said. */
static json *pad_id(const model_dir *source)
{
    const json *said = json_at(source->config, "pad_token_id");
    if (source->v.pad < 0 || json_int(said) == source->v.pad) return NULL;
    json *more = json_new_object();
    json_set(more, "pad_token_id", json_new_int(source->v.pad));
    return more;
}

bool model_dir_put(const model_dir *source, net *n, const task *tasks, int n_tasks,
                   const char *note, const char *dir, err *e)
{
    arena mem = {0};
    const net_plan *plan = net_plan_of(n);
    dims d = plan->d;
    text config = {0}, heads = {0};
    d.drop_hidden = source->d.drop_hidden, d.drop_attention = source->d.drop_attention;
    json *more = pad_id(source);
    config_put_more(&config, source->config, &d, more);
    if (more) json_close(more);
    put_tasks(&heads, plan, tasks, n_tasks, note);
    bool done = file_write(path_join(&mem, dir, "config.json"), text_str(&config), e) &&
                file_write(path_join(&mem, dir, "tasks.yaml"), text_str(&heads), e) &&
                vocab_write(&source->v, dir, source->d.P, e) &&
                put_weights(source, n, true, path_join(&mem, dir, "heads.safetensors"), e) &&
                put_weights(source, n, false, path_join(&mem, dir, "model.safetensors"), e);
    text_close(&config);
    text_close(&heads);
    arena_close(&mem);
    return done;
}

bool model_dir_write(const model_dir *source, net *n, const task *tasks, int n_tasks,
                     const char *note, const char *to, bool replace, err *e)
{
    new_dir d;
    if (!new_dir_open(&d, to, replace, e)) return false;
    bool done = model_dir_put(source, n, tasks, n_tasks, note, d.beside, e) && new_dir_close(&d, e);
    new_dir_drop(&d);
    return done;
}
