/* The formulas agree where the names do: classifier(pooled) and classifier(hidden) are net.c's heads. */
#include "persist/export.h"
#include "persist/config.h"
#include "persist/new_dir.h"
#include "persist/safetensors.h"
#include <string.h>

typedef struct part_of { /* one tensor of the file */
    const param *p;
    int part;
    size_t count; /* values that are written: a pruned head has less than its parameter */
} part_of;
typedef struct contents {
    const params *ps;
    part_of *list;
    weight_plan *plan;
    int n;
    arena mem;
} contents;

const char *export_class(const task *t)
{
    return t->kind == KIND_WORDS ? "BertForTokenClassification" : "BertForSequenceClassification";
}

bool export_net(net **n, const model_dir *from, const task *t, err *e)
{
    const backend *be;
    const head_plan head = {.task = t->name, .kind = t->kind, .K = task_classes(t)};
    const net_plan plan = {
        .d = from->d, .heads = &head, .n_heads = 1, .pooler = t->kind != KIND_WORDS};
    *n = NULL;
    if (plan.pooler && !from->pooler)
        return fail(e,
                    "task %s: its head reads [CLS] without a pooler; %s has one, so it would "
                    "answer otherwise",
                    t->name, export_class(t));
    return backend_open(&be, "cpu", e) && net_open(n, be, &plan, e);
}

static void part_values(void *ctx, int i, float *to)
{
    contents *f = ctx;
    const part_of *x = &f->list[i];
    arena_mark here = arena_here(&f->mem);
    float *all = TAKE(&f->mem, float, (size_t)x->p->rows *(size_t)x->p->cols);
    params_get(f->ps, x->p, x->part, all);
    memcpy(to, all, x->count * sizeof *to);
    arena_rewind(&f->mem, here);
}

static void list_parts(contents *f, int classes)
{
    arena *mem = &f->mem;
    size_t most = 0;
    for (int i = 0; i < f->ps->n; i++) most += (size_t)param_parts(f->ps->list[i]);
    f->list = TAKE(mem, part_of, most);
    f->plan = TAKE(mem, weight_plan, most);
    for (int i = 0; i < f->ps->n; i++) {
        const param *p = f->ps->list[i];
        int parts = param_parts(p);
        for (int part = 0; part < parts; part++) {
            char name[200];
            const char *own = param_part_name(p, part, name);
            if (p->task >= 0)
                own = str_ends(str_of(own), ".bias") ? "classifier.bias" : "classifier.weight";
            weight_plan w = {.name = str_keep(mem, str_of(own)), .n_dims = p->flat ? 1 : 2};
            w.shape[0] = p->flat ? (int64_t)p->rows * p->cols / parts : p->rows / parts;
            w.shape[1] = p->flat ? 0 : p->cols;
            if (p->task >= 0) w.shape[0] = classes;
            f->list[f->n] =
                (part_of){p, part, (size_t)w.shape[0] * (size_t)(p->flat ? 1 : p->cols)};
            f->plan[f->n++] = w;
        }
    }
}

static str label_name(const task *t, int k)
{
    static const char *const tags[PIECE_TAGS] = {"X", "CLS", "SEP"};
    if (t->kind == KIND_SCORE) return STR("score");
    return str_of(k < t->n_labels ? t->labels[k] : tags[k - t->n_labels]);
}

static const char *problem(const task *t)
{
    return t->kind == KIND_SCORE    ? "regression"
           : t->kind == KIND_LABELS ? "multi_label_classification"
                                    : "single_label_classification";
}

static json *config_keys(const export_plan *p, int classes)
{
    json *more = json_new_object(), *list = json_new_list(), *names = json_new_object(),
         *ids = json_new_object();
    json_append(list, json_new_str(str_of(export_class(p->task))));
    json_set(more, "architectures", list);
    for (int k = 0; k < classes; k++) {
        char key[16], name[300];
        str s = label_name(p->task, k);
        snprintf(key, sizeof key, "%d", k);
        snprintf(name, sizeof name, "%.*s", (int)s.len, s.at);
        json_set(names, key, json_new_str(s));
        json_set(ids, name, json_new_int(k));
    }
    json_set(more, "id2label", names);
    json_set(more, "label2id", ids);
    if (json_at(p->from->config, "num_labels")) json_set(more, "num_labels", json_new_int(classes));
    if (p->task->kind == KIND_WORDS)
        json_set(more, "problem_type", json_new_null());
    else
        json_set(more, "problem_type", json_new_str(str_of(problem(p->task))));
    if (p->from->v.pad >= 0) json_set(more, "pad_token_id", json_new_int(p->from->v.pad));
    return more;
}

static bool put_files(const export_plan *p, net *n, const char *dir, err *e)
{
    int classes =
        p->task->kind == KIND_WORDS && p->prune ? p->task->n_labels : task_classes(p->task);
    contents f = {.ps = net_params(n)};
    text config = {0};
    json *more = config_keys(p, classes);
    list_parts(&f, classes);
    config_put_more(&config, p->from->config, &p->from->d, more);
    bool done =
        file_write(path_join(&f.mem, dir, "config.json"), text_str(&config), e) &&
        file_write(path_join(&f.mem, dir, "README.md"), p->card, e) &&
        vocab_write(&p->from->v, dir, p->from->d.P, e) &&
        weights_write(path_join(&f.mem, dir, "model.safetensors"), f.plan, f.n, part_values, &f, e);
    json_close(more);
    text_close(&config);
    arena_close(&f.mem);
    return done;
}

bool export_write(const export_plan *p, net *n, const char *to, bool replace, err *e)
{
    new_dir d;
    if (!new_dir_open(&d, to, replace, e)) return false;
    bool done = put_files(p, n, d.beside, e) && new_dir_close(&d, e);
    new_dir_drop(&d);
    return done;
}
