/* Bringing a run up. */
#include "train/run.h"
#include "base/log.h"
#include "corpus/arguments.h"
#include "train/memory.h"
#include <stdlib.h>
#include <string.h>

const char *run_path(run *r, const char *name)
{
    return path_join(&r->mem, r->plan->to, name);
}

int run_tokens(const run *r)
{
    long most = (long)r->s.batch * r->s.max_pieces;
    return (int)(most < 512 ? 512 : most > 4096 ? 4096 : most);
}

/* The last three names of a path: enough to tell models apart, and the same after the whole was moved. */
static const char *end_of_path(const char *path)
{
    const char *at = path + strlen(path);
    for (int names = 0; at > path; at--)
        if (at[-1] == '/' && ++names == 3) break;
    return at;
}

uint64_t run_identity(const run_plan *p)
{
    text t = {0};
    text_format(&t, "%s %016llx %s", stage_names[p->stage],
                (unsigned long long)settings_hash(&p->s), end_of_path(p->from));
    for (int i = 0; i < p->n_tasks; i++)
        text_format(&t, " %s:%s:%s:%g:%d:%g", p->tasks[i].name, kind_names[p->tasks[i].kind],
                    metric_names[p->tasks[i].metric], p->tasks[i].rate, p->tasks[i].epochs,
                    p->tasks[i].dropout);
    uint64_t h = str_hash(text_str(&t));
    text_close(&t);
    return h;
}

/* What model directories say of the tasks: no file names, since these can be moved and passed on. */
static void keep_tasks(run *r)
{
    r->kept = TAKE(&r->mem, task, r->n_tasks);
    for (int i = 0; i < r->n_tasks; i++) {
        r->kept[i] = r->tasks[i];
        for (int k = 0; k < SPLITS; k++) r->kept[i].files[k] = NULL;
        if (r->tasks[i].kind == KIND_RELATION)
            r->kept[i].seen =
                arguments_seen(&r->data[i].x[SPLIT_TRAIN], &r->mem, &r->kept[i].n_seen);
    }
}

static bool read_data(run *r, err *e)
{
    pack_rules rules = data_rules(&r->s);
    if (rules.most > r->from.d.P)
        return fail(e, "max-pieces is %d, but the model has only %d positions", rules.most,
                    r->from.d.P);
    for (int i = 0; i < r->n_tasks; i++) {
        task *t = &r->tasks[i];
        t->piece_tags = t->kind == KIND_WORDS && !strcmp(r->s.tag_pieces, "all");
        if (!t->files[SPLIT_TRAIN]) return fail(e, "task %s: there is no train file", t->name);
        if (!data_read(&r->data[i], t, SPLIT_TRAIN, &r->from.v, &rules, &r->mem, e) ||
            !data_read(&r->data[i], t, SPLIT_DEV, &r->from.v, &rules, &r->mem, e))
            return false;
        if (!strcmp(r->s.select,
                    "test") && /* the authors' way: test is looked at after each epoch */
            !data_read(&r->data[i], t, SPLIT_TEST, &r->from.v, &rules, &r->mem, e))
            return false;
        if (is_on(r->s.train_on_dev)) data_join_dev(&r->data[i], &r->mem);
        if (rules.words == LONG_GOLD) data_leave_out_cut(t, &r->data[i].p[SPLIT_TRAIN]);
        if (!r->data[i].p[SPLIT_TRAIN].n) return fail(e, "task %s: train is empty", t->name);
    }
    keep_tasks(r);
    bool dev = false;
    for (int i = 0; i < r->n_tasks; i++) dev |= r->data[i].there[SPLIT_DEV];
    if (!dev && !strcmp(r->s.select, "dev")) {
        warn("no task has a dev file: the last epoch is taken");
        r->s.select = "last"; /* so that records and tables say it too */
    }
    return true;
}

/* What `auto` stands for: in a run that goes on what it began with, so that it can go on elsewhere. From here on the settings say what is computed. */
static bool choose_precision(run *r, err *e)
{
    const char *wish = r->s.precision;
    if (!strcmp(wish, "auto") && checkpoint_there(run_path(r, "checkpoint"))) {
        yaml *y, *kept;
        if (!yaml_read(run_path(r, "settings.yaml"), &r->mem, &y, e)) return false;
        kept = yaml_get(y, "settings");
        if (kept && !yaml_text(yaml_get(kept, "precision"), &wish, e)) return false;
    }
    r->kind = backend_kind(r->be, wish);
    r->s.precision = r->kind == BF16 ? "bf16" : "f32";
    return true;
}

net_plan run_net_plan(run *r)
{
    head_plan *heads = TAKE(&r->mem, head_plan, r->n_tasks);
    for (int i = 0; i < r->n_tasks; i++) {
        const task *t = &r->tasks[i];
        heads[i] = (head_plan){t->name, t->kind, task_classes(t),
                               (float)(t->dropout >= 0 ? t->dropout : r->s.head_dropout)};
    }
    net_plan plan = {.d = r->from.d,
                     .heads = heads,
                     .n_heads = r->n_tasks,
                     .train = true,
                     .pooler = is_on(r->s.pooler),
                     .freeze_encoder = is_on(r->s.freeze),
                     .head_mask_shared = is_on(r->s.head_mask_shared),
                     .kind = r->kind};
    if (r->s.dropout >= 0) plan.d.drop_hidden = plan.d.drop_attention = (float)r->s.dropout;
    return plan;
}

static bool open_net(run *r, err *e)
{
    net_plan plan = run_net_plan(r);
    return net_open(&r->n, r->be, &plan, e);
}

/* The directory's weights; what it lacks above the encoder, and heads that are to be new, are drawn. */
static bool fill_net(run *r, err *e)
{
    params *ps = net_params(r->n);
    uint64_t seed = (uint64_t)r->s.seed;
    float range = r->from.d.init_range;
    bool scratch = is_on(r->s.from_scratch) && r->plan->stage != STAGE_FINETUNE;
    params_start(ps, seed, range, scratch ? START_ALL : START_TOP);
    if (scratch && is_on(r->s.freeze))
        return fail(e, "freeze-encoder with from-scratch would train heads on random features");
    if (scratch) return true;
    if (!r->from.has_weights)
        return fail(
            e, "%s has no weights (model.safetensors); --from-scratch on starts from random ones",
            r->from.path);
    if (!model_dir_load(&r->from, r->n, true, false, e)) return false;
    bool fresh =
        !strcmp(r->s.new_heads, "auto") ? r->plan->stage != STAGE_REFINE : is_on(r->s.new_heads);
    for (int i = 0; fresh && i < r->n_tasks; i++) params_start(ps, seed, range, i);
    return true;
}

static bool open_order(run *r, err *e)
{
    int *sequences = TAKE(&r->mem, int, r->n_tasks);
    double *weights = TAKE(&r->mem, double, r->n_tasks);
    uint32_t who = 0;
    long batches = 0, size = (long)r->s.batch * r->s.accumulate;
    for (int i = 0; i < r->n_tasks; i++) {
        sequences[i] = r->data[i].p[SPLIT_TRAIN].n;
        r->who[i] = who;
        who += (uint32_t)sequences[i];
        batches += (sequences[i] + size - 1) / size;
    }
    str rest = str_of(r->s.mix_weights);
    while (*r->s.mix_weights && rest.at) {
        str share = str_cut(&rest, ','), name = str_cut(&share, '=');
        int t = 0;
        while (t < r->n_tasks && !str_is(str_trim(name), r->tasks[t].name)) t++;
        if (t == r->n_tasks || !share.at || !str_real(str_trim(share), &weights[t]) ||
            weights[t] < 0)
            return fail(e, "mix-weights: task=share,task=share is needed, here is '%s'",
                        r->s.mix_weights);
    }
    double all = 0;
    for (int i = 0; i < r->n_tasks; i++) all += weights[i];
    if (*r->s.mix_weights && all <= 0) return fail(e, "mix-weights: no task has a share");
    presets_choose(&r->s, r->plan->preset, r->plan->stage, r->tasks, r->n_tasks, r->from.d.H,
                   batches);
    mix_plan plan = {
        .kind = (enum mix_kind)setting_choice(
            "paper|proportional|uniform|temperature|capped|annealed|weights", r->s.mix),
        .temperature = r->s.mix_temperature,
        .cap = (double)r->s.mix_cap,
        .weights = weights,
        .redraw = is_on(r->s.redraw),
        .seed = (uint64_t)r->s.seed,
        .n_tasks = r->n_tasks,
        .epochs = (int)r->s.epochs,
        .sequences = sequences,
        .batch = (int)size,
        .updates = (long)r->s.mix_updates};
    mix_open(&r->order, &plan);
    return true;
}

static bool open_optimizer(run *r, err *e)
{
    const settings *s = &r->s;
    int64_t updates = s->epochs * r->order.n;
    if (updates > UINT32_MAX) return fail(e, "%lld updates are too many", (long long)updates);
    optimizer_plan plan = {
        .rule = (enum rule)setting_choice("adamax|adamaxw|bertadam|adamw", s->optimizer),
        .b1 = s->b1,
        .b2 = s->b2,
        .eps = s->eps,
        .decay = s->decay,
        .clip = s->clip,
        .layer_decay = s->layer_decay,
        .coast = is_on(s->coast),
        .own_counters = is_on(s->own_counters),
        .schedule = {(enum schedule)setting_choice("linear|released|constant", s->schedule),
                     s->rate, s->warmup, (uint32_t)updates}};
    return optimizer_open(&r->o, &plan, net_params(r->n), r->from.d.L, r->n_tasks, e);
}

/* The plan's identity with what was read and chosen: a checkpoint of anything else is refused. */
static uint64_t state_hash(const run *r)
{
    uint64_t h = run_identity(r->plan) ^ settings_hash(&r->s) * 31;
    for (int i = 0; i < r->n_tasks; i++) {
        h = (h ^ (uint64_t)r->data[i].p[SPLIT_TRAIN].n) * 0x100000001b3u;
        h = (h ^ r->data[i].p[SPLIT_TRAIN].counts.pieces) * 0x100000001b3u;
        for (int k = 0; k < r->tasks[i].n_labels; k++)
            h = (h ^ str_hash(str_of(r->tasks[i].labels[k]))) * 0x100000001b3u;
    }
    return h;
}

/* The loop's own notes: {history: [..], sum: [..], count: [..], test-scored: n}. */
static void notes_take(run *r, json *more)
{
    json *history = json_at(more, "history"), *sum = json_at(more, "sum"),
         *count = json_at(more, "count");
    for (size_t i = 0; i < json_count(history); i++) {
        text t = {0};
        json *copy = NULL;
        err e = {0};
        json_put(&t, json_item(history, i));
        if (json_parse(&copy, text_str(&t), "history", 1, &e)) json_append(r->history, copy);
        text_close(&t);
    }
    for (int i = 0; i < r->n_tasks; i++) {
        r->sum[i] = json_real(json_item(sum, (size_t)i));
        r->count[i] = (long)json_int(json_item(count, (size_t)i));
    }
    r->test_scored = (int)json_int(json_at(more, "test-scored"));
}

static json *notes(const run *r)
{
    json *more = json_new_object(), *sum = json_new_list(), *count = json_new_list(),
         *history = NULL;
    text t = {0};
    err e = {0};
    json_put(&t, r->history);
    if (!json_parse(&history, text_str(&t), "history", 1, &e)) die("%s", e.text);
    text_close(&t);
    for (int i = 0; i < r->n_tasks; i++) {
        json_append(sum, json_new_real(r->sum[i]));
        json_append(count, json_new_int(r->count[i]));
    }
    json_set(more, "history", history);
    json_set(more, "sum", sum);
    json_set(more, "count", count);
    json_set(more, "test-scored", json_new_int(r->test_scored));
    return more;
}

bool run_save(run *r, err *e)
{
    r->st.more = notes(r);
    bool ok = checkpoint_write(&r->from, r->n, &r->o, r->kept, r->n_tasks, &r->st,
                               run_path(r, "checkpoint"), e);
    json_close(r->st.more);
    r->st.more = NULL;
    return ok;
}

static bool resume(run *r, err *e)
{
    const char *dir = run_path(r, "checkpoint");
    uint64_t hash = state_hash(r);
    if (!checkpoint_there(dir)) {
        r->st = (checkpoint_state){.seed = (uint64_t)r->s.seed, .best_epoch = -1, .settings = hash};
        return true;
    }
    if (!checkpoint_read(dir, r->n, &r->o, &r->st, e)) return false;
    if (r->st.settings != hash) {
        json_close(r->st.more);
        r->st.more = NULL;
        return fail(
            e,
            "%s holds a run with other settings, tasks or data; give another --to, or --overwrite",
            r->plan->to);
    }
    notes_take(r, r->st.more);
    json_close(r->st.more);
    r->st.more = NULL;
    say("going on at update %u (epoch %d)", r->st.step, r->st.epoch + 1);
    return true;
}

static void begin(run *r, const run_plan *p)
{
    *r = (run){.plan = p, .s = p->s, .n_tasks = p->n_tasks, .history = json_new_list()};
    r->key = (uint64_t)p->s.seed * 0x9E3779B97F4A7C15u +
             0xD1B54A32D192ED03u; /* apart from other draws of the same seed */
}

/* Model, data, order of the batches. */
static bool read_all(run *r, const run_plan *p, err *e)
{
    static const char *const modes = "hf|google|bluebert";
    if (!backend_open(&r->be, p->s.device, e) ||
        !model_dir_open(&r->from, p->from, setting_choice(modes, p->s.wordpiece), e))
        return false;
    r->tasks = TAKE(&r->mem, task, p->n_tasks);
    memcpy(r->tasks, p->tasks, sizeof(task) * (size_t)p->n_tasks);
    r->data = TAKE(&r->mem, task_data, p->n_tasks);
    r->who = TAKE(&r->mem, uint32_t, p->n_tasks);
    r->sum = TAKE(&r->mem, double, p->n_tasks);
    r->count = TAKE(&r->mem, long, p->n_tasks);
    return choose_precision(r, e) && read_data(r, e) && open_order(r, e);
}

bool run_read(run *r, const run_plan *p, err *e)
{
    begin(r, p);
    return read_all(r, p, e);
}

/* What is more than the machine has is not begun. */
static bool fits(run *r, err *e)
{
    run_memory m;
    run_measure(r, &m);
    double limit = memory_limit();
    if (limit <= 0 || m.all <= limit) return true;
    return fail(
        e,
        "this takes %.1f GB of memory, and there are %.1f: half the --batch with --accumulate 2 "
        "takes less, or --precision bf16, or a shorter --max-pieces",
        m.all / 1e9, limit / 1e9);
}

bool run_open(run *r, const run_plan *p, err *e)
{
    begin(r, p);
    return dir_make(p->to, e) && lock_open(&r->locked, p->to, e) && read_all(r, p, e) &&
           fits(r, e) && open_net(r, e) && fill_net(r, e) && open_optimizer(r, e) && resume(r, e);
}

void run_close(run *r)
{
    mix_close(&r->order);
    optimizer_close(&r->o);
    net_close(r->n);
    model_dir_close(&r->from);
    json_close(r->history);
    lock_close(&r->locked);
    arena_close(&r->mem);
}
