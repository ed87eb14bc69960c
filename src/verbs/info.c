/* What a model is, and what this machine can do. A model's weights are only looked at, not
 * loaded. */
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "persist/model_dir.h"
#include "persist/safetensors.h"
#include "train/record.h"
#include "use/put.h"
#include "verbs/info_plan.h"
#include "verbs/info_tensors.h"
#include "verbs/machine.h"
#include "verbs/measure.h"
#include "verbs/verbs.h"
#include <string.h>

enum { BATCH = 32, PIECES = 128 }; /* what the memory is given for */

static const char *act_name(enum act act)
{
    return act == ACT_GELU        ? "gelu"
           : act == ACT_GELU_TANH ? "gelu_tanh"
           : act == ACT_RELU      ? "relu"
                                  : "tanh";
}

/* Values in the encoder (with the pooler), and in one head. */
static double encoder_values(const dims *d)
{
    double H = d->H, F = d->F;
    double layer = 4 * (H * H + H) + 2 * H * F + F + H + 4 * H;
    return (d->V + d->P + d->T + 2) * H + d->L * layer + H * H + H;
}

static double head_values(const dims *d, const task *t)
{
    return (d->H + 1.0) * task_classes(t);
}

/* Bytes of a net with all heads: for applying it, and for training it, with a batch of BATCH
 * sequences of PIECES. */
static double bytes_for(const model_dir *m, bool train, arena *mem)
{
    head_plan *heads = TAKE(mem, head_plan, m->n_tasks + 1);
    for (int i = 0; i < m->n_tasks; i++)
        heads[i] = (head_plan){
            .task = m->tasks[i].name, .kind = m->tasks[i].kind, .K = task_classes(&m->tasks[i])};
    if (!m->n_tasks) heads[0] = (head_plan){.task = "words", .kind = KIND_WORDS, .K = 3};
    const net_plan plan = {.d = m->d,
                           .heads = heads,
                           .n_heads = m->n_tasks ? m->n_tasks : 1,
                           .train = train,
                           .pooler = true,
                           .kind = F32};
    return (double)net_bytes_for(&plan, BATCH, BATCH * (PIECES < m->d.P ? PIECES : m->d.P),
                                 BATCH * PIECES);
}

typedef struct about { /* what is printed of a model, either way */
    const model_dir *m;
    weights w[2]; /* the encoder's, and the heads' where they have a file of their own */
    int n_files;
    double values, infer, train;
    run_record run; /* of a run's directory; stage NULL: it is none, or not done */
} about;

/* The type of the first tensor of reals: buffers of whole numbers stand beside the weights. */
static const char *value_type(const weights *w)
{
    for (int i = 0; i < w->n; i++)
        if (w->list[i].type <= WEIGHT_F64) return w->list[i].type_name;
    return "none";
}

static void print_model(const about *a)
{
    const model_dir *m = a->m;
    const dims *d = &m->d;
    printf("model       %s\n", m->path);
    printf("encoder     %d layers, hidden %d, %d heads, feed-forward %d, %s\n", d->L, d->H, d->A,
           d->F, act_name(d->act));
    printf("input       %d pieces in the vocabulary, at most %d positions, %d types\n", d->V, d->P,
           d->T);
    printf("text        %s: %s; cut as %s does\n", m->v.lower ? "lower case" : "cased",
           m->v.why_lower, wordpiece_mode_names[m->v.mode]);
    printf("parameters  %.0f (%.1f million)\n", a->values, a->values / 1e6);
    if (m->has_weights)
        printf("weights     %d tensors, %s, %s\n", a->w[0].n, value_type(&a->w[0]), a->w[0].form);
    else
        printf("weights     none: only config and vocabulary\n");
    printf("memory      %.0f MB to apply, %.0f MB to train, with %d sequences of %d pieces\n",
           a->infer / 1e6, a->train / 1e6, BATCH, PIECES < d->P ? PIECES : d->P);
    if (*m->note) printf("note        %s\n", m->note);
    if (a->run.stage)
        printf("run         %s in %s on %s, %.0f s, %.0f MB at most, by %s\n", a->run.stage,
               a->run.precision, a->run.device, a->run.seconds, a->run.peak_bytes / 1e6,
               a->run.command);
    for (int i = 0; i < m->n_tasks; i++) {
        const task *t = &m->tasks[i];
        printf("task        %s: %s, %s", t->name, kind_names[t->kind], metric_names[t->metric]);
        for (int k = 0; k < t->n_labels; k++)
            printf("%s%s%s", k ? ", " : "; ", t->labels[k], k == t->negative ? " (negative)" : "");
        putchar('\n');
    }
}

static void json_task(text *to, const task *t)
{
    text_add(to, STR("{\"name\":"));
    json_put_str(to, str_of(t->name));
    text_format(to, ",\"kind\":\"%s\",\"metric\":\"%s\",\"labels\":[", kind_names[t->kind],
                metric_names[t->metric]);
    for (int k = 0; k < t->n_labels; k++) {
        if (k) text_char(to, ',');
        json_put_str(to, str_of(t->labels[k]));
    }
    text_add(to, STR("]}"));
}

static bool json_tensors(text *to, const about *a, err *e)
{
    text_add(to, STR(",\"tensors\":"));
    return info_tensors(to, a->w, a->n_files, e);
}

static bool json_model(text *to, const about *a, err *e)
{
    const model_dir *m = a->m;
    const dims *d = &m->d;
    text_add(to, STR("{\"path\":"));
    json_put_str(to, str_of(m->path));
    text_format(to, ",\"layers\":%d,\"hidden\":%d,\"heads\":%d,\"feed_forward\":%d,\"act\":\"%s\"",
                d->L, d->H, d->A, d->F, act_name(d->act));
    text_format(to,
                ",\"vocabulary\":%d,\"positions\":%d,\"types\":%d,\"lower_case\":%s,\"why\":", d->V,
                d->P, d->T, m->v.lower ? "true" : "false");
    json_put_str(to, str_of(m->v.why_lower));
    text_format(to,
                ",\"mode\":\"%s\",\"parameters\":%.0f,\"bytes_infer\":%.0f,\"bytes_"
                "train\":%.0f,\"note\":",
                wordpiece_mode_names[m->v.mode], a->values, a->infer, a->train);
    json_put_str(to, str_of(m->note));
    if (a->run.stage) {
        text_format(to, ",\"precision\":\"%s\",\"command\":", a->run.precision);
        json_put_str(to, str_of(a->run.command));
    }
    text_add(to, STR(",\"tasks\":["));
    for (int i = 0; i < m->n_tasks; i++) {
        if (i) text_char(to, ',');
        json_task(to, &m->tasks[i]);
    }
    text_char(to, ']');
    if (m->has_weights) text_format(to, ",\"form\":\"%s\"", a->w[0].form);
    bool done = json_tensors(to, a, e);
    text_add(to, STR("}\n"));
    return done;
}

/* A checkpoint of which only the tensors can be told: why says what is missing. */
static bool info_checkpoint(const char *path, bool json_out, const err *why, err *e)
{
    about a = {.n_files = 1};
    text t = {0};
    if (!weights_open(&a.w[0], path, e)) return false;
    bool done = true;
    if (json_out) {
        text_add(&t, STR("{\"path\":"));
        json_put_str(&t, str_of(path));
        text_format(&t, ",\"form\":\"%s\",\"note\":", a.w[0].form);
        json_put_str(&t, str_of(why->text));
        done = json_tensors(&t, &a, e);
        text_add(&t, STR("}\n"));
    } else {
        text_format(&t, "checkpoint  %s\nform        %s\nweights     %d tensors, %s\n", path,
                    a.w[0].form, a.w[0].n, value_type(&a.w[0]));
        if (a.w[0].skipped.len) text_format(&t, "left out    %s\n", a.w[0].skipped.at);
        text_format(&t, "note        %s\n", why->text);
    }
    if (done) fwrite(t.at, 1, t.len, stdout);
    text_close(&t);
    weights_close(&a.w[0]);
    return done;
}

/* The weights beside what is told of the model. */
static bool open_weights(about *a, arena *mem, err *e)
{
    const model_dir *m = a->m;
    const char *heads = path_join(mem, m->path, "heads.safetensors");
    if (!m->has_weights) return true;
    if (!weights_open(&a->w[0], m->weights, e)) return false;
    a->n_files = 1;
    if (m->n_tasks && path_exists(heads) && !weights_open(&a->w[a->n_files++], heads, e))
        return false;
    return true;
}

static bool info_model(const char *path, bool json_out, arena *mem, err *e)
{
    model_dir m = {0};
    about a = {.m = &m};
    err why = {0};
    if (!model_dir_open(&m, path, -1, &why))
        return weights_there(path) ? info_checkpoint(path, json_out, &why, e)
                                   : fail(e, "%s", why.text);
    bool run = false;
    bool done = open_weights(&a, mem, e) && record_done(path, &run, NULL, e) &&
                (!run || record_read(path, mem, &a.run, e));
    if (done) {
        a.values = encoder_values(&m.d);
        for (int i = 0; i < m.n_tasks; i++) a.values += head_values(&m.d, &m.tasks[i]);
        a.infer = bytes_for(&m, false, mem), a.train = bytes_for(&m, true, mem);
        text t = {0};
        if (json_out)
            done = json_model(&t, &a, e);
        else
            print_model(&a);
        if (done && t.len) fwrite(t.at, 1, t.len, stdout);
        text_close(&t);
    }
    for (int i = 0; i < a.n_files; i++) weights_close(&a.w[i]);
    model_dir_close(&m);
    return done;
}

static bool info_machine(bool json_out, arena *mem, err *e)
{
    machine m;
    const backend *be;
    machine_read(&m, mem);
    if (!backend_open(&be, "cpu", e)) return false;
    if (json_out) {
        text t = {0};
        text_add(&t, STR("{\"processor\":"));
        json_put_str(&t, str_of(m.processor));
        text_format(&t,
                    ",\"processors\":%d,\"features\":\"%s\",\"kernels\":\"%s\",\"products\":\"%s\","
                    "\"memory\":%.0f,\"memory_free\":%.0f,\"cache\":%.0f}\n",
                    m.processors, m.features, be->name, products_name(), m.memory, m.memory_free,
                    m.cache);
        fwrite(t.at, 1, t.len, stdout);
        text_close(&t);
        return true;
    }
    printf("processor   %s, %d for this process\nfeatures    %s\n", m.processor, m.processors,
           m.features);
    printf("kernels     %s, products by %s\n", be->name, products_name());
    printf("memory      %.1f GB, %.1f GB free; last cache %.1f MB\n", m.memory / 1e9,
           m.memory_free / 1e9, m.cache / 1e6);
    return true;
}

int verb_info(int argc, char **argv)
{
    common c = {0};
    const char *model = NULL, *plan = NULL;
    bool json_out = false;
    const option list[] = {
        {"model", 0, OPTION_TEXT, &model, "DIR",
         "a model's directory, or a checkpoint of any form; default: the machine", 0, 0, NULL},
        {"plan", 0, OPTION_TEXT, &plan, "STUDY.yaml",
         "what each run of this study will take of the memory, in MB: parameters with gradients "
         "and moments, the largest batch, copies of weights, and the program with its corpora",
         0, 0, NULL},
        {"json", 0, OPTION_FLAG, &json_out, NULL,
         "one JSON object; of a model with every tensor and its hash", 0, 0, NULL},
        COMMON_OPTIONS(c)};
    const options o = {
        .verb = "info",
        .usage = "[DIR or CHECKPOINT] [options]",
        .about = "Says what a model is: sizes, parameters, casing and what decided "
                 "it, tasks with their labels, and the memory it takes. "
                 "Of a checkpoint without config or vocabulary: its form and tensors. "
                 "Of a study: the memory that its runs will take. Without a model: what this "
                 "machine can do.",
        .table = list,
        .n = COUNT(list),
        .examples = "mtbert info --model models/bluebert\nmtbert info --plan studies/demo.yaml"};
    arena mem = {0};
    err e = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) {
        if (plan && (n_words || model || json_out))
            status = verb_misused("info", "--plan stands alone: a study names its model");
        else if (plan)
            status = info_plan(plan, &e) ? 0 : verb_failed("info", &e);
        else if (n_words > 1 || (n_words && model))
            status = verb_misused("info", "one model is described at a time; here is '%s'",
                                  words[n_words - 1]);
        else if (!(model || n_words ? info_model(model ? model : words[0], json_out, &mem, &e)
                                    : info_machine(json_out, &mem, &e)))
            status = verb_failed("info", &e);
    }
    arena_close(&mem);
    return status;
}
