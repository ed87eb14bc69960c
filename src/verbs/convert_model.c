/* A checkpoint goes onto a net, which holds every tensor against the config, and from there into a directory: what cannot
 * be loaded is not written. */
#include "verbs/convert_model.h"
#include "base/log.h"
#include "persist/config.h"
#include "persist/export.h"
#include "persist/load.h"
#include "persist/model_dir.h"
#include "verbs/heads.h"
#include "verbs/model_card.h"
#include <string.h>

static bool has_pooler(const weights *w)
{
    int found = 0;
    for (int i = 0; i < w->n; i++) {
        known_name k;
        name_read(w->list[i].name, w->style, &k);
        found += k.use == NAME_BERT && !strncmp(k.name, "bert.pooler.dense.", 18);
    }
    return found == 2;
}

static void say_found(const model_dir *m, const weights *w)
{
    const dims *d = &m->d;
    say("%s: %s, %d tensors", m->weights, w->form, w->n);
    say("%s: %d layers, hidden %d, %d heads, feed-forward %d",
        config_there(m->path) ? m->path : "its own config", d->L, d->H, d->A, d->F);
    say("vocabulary: %d pieces; [PAD] %d, [UNK] %d, [CLS] %d, [SEP] %d, [MASK] %d", m->v.n,
        m->v.pad, m->v.unk, m->v.cls, m->v.sep, m->v.mask);
    say("text: %s: %s; accents are %s", m->v.lower ? "lower case" : "cased", m->v.why_lower,
        m->v.strip_accents ? "taken off" : "kept");
    if (w->skipped.len) say("%s: left out: %.*s", m->weights, (int)w->skipped.len, w->skipped.at);
}

/* A net with the heads that the directory has. The caller closes it, in any case. */
static bool fill_net(net **n, const model_dir *m, bool pooler, arena *mem, err *e)
{
    const backend *be;
    head_plan *heads = TAKE(mem, head_plan, m->n_tasks);
    for (int i = 0; i < m->n_tasks; i++)
        heads[i] = (head_plan){
            .task = m->tasks[i].name, .kind = m->tasks[i].kind, .K = task_classes(&m->tasks[i])};
    net_plan plan = {
        .d = m->d, .heads = heads, .n_heads = m->n_tasks, .pooler = pooler && m->pooler};
    return backend_open(&be, "cpu", e) && net_open(n, be, &plan, e) &&
           model_dir_load(m, *n, false, plan.pooler, e);
}

static bool write_dir(const convert_plan *p, const model_dir *m, bool pooler, err *e)
{
    arena mem = {0};
    net *n = NULL;
    bool done = fill_net(&n, m, pooler, &mem, e) &&
                model_dir_write(m, n, m->tasks, m->n_tasks, m->note, p->to, p->overwrite, e);
    if (done && !pooler)
        warn("%s: the checkpoint has no pooler, so neither has the directory; transformers starts "
             "one anew",
             p->to);
    if (n) net_close(n);
    arena_close(&mem);
    return done;
}

static bool write_task(const convert_plan *p, const model_dir *m, err *e)
{
    const task *t = NULL;
    text card = {0};
    net *n = NULL;
    for (int i = 0; i < m->n_tasks; i++)
        if (!strcmp(m->tasks[i].name, p->task)) t = &m->tasks[i];
    if (!t) return fail(e, "%s: has no task %s", m->path, p->task);
    if (p->prune && !t->piece_tags)
        return fail(e, "task %s: has no classes X, CLS, SEP, so there is nothing to prune",
                    t->name);
    bool done = export_net(&n, m, t, e) && model_dir_load(m, n, false, net_plan_of(n)->pooler, e) &&
                model_card(&card, m, t, p->prune, e);
    const export_plan plan = {.from = m, .task = t, .prune = p->prune, .card = text_str(&card)};
    done = done && export_write(&plan, n, p->to, p->overwrite, e);
    if (done) say("%s: %s of task %s", p->to, export_class(t), t->name);
    text_close(&card);
    if (n) net_close(n);
    return done;
}

bool convert_model(const convert_plan *p, err *e)
{
    model_dir m;
    weights w = {0};
    const heads_plan heads = {p->study, p->heads};
    const model_parts parts = {p->in, p->config, p->vocab};
    if (!model_dir_open_parts(&m, &parts, p->wordpiece_mode, e)) return false;
    bool done = m.has_weights || fail(e, "%s: no weights are here", p->in);
    done = done && weights_open(&w, m.weights, e);
    if (done) say_found(&m, &w);
    if (p->study) done = done && heads_name(&m, &w, &heads, e);
    bool pooler = has_pooler(&w);
    weights_close(&w);
    done = done && (p->task ? write_task(p, &m, e) : write_dir(p, &m, pooler, e));
    if (done) say("%s: written", p->to);
    model_dir_close(&m);
    return done;
}
