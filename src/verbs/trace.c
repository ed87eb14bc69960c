/* One example at every stage, from the line in the file to the loss: the debugger, and the best
 * document of the data flow. With --batches the batches of a file in its order, as JSON, so that
 * another program can be given the very same. */
#include "verbs/trace.h"
#include "base/json.h"
#include "base/log.h"
#include "verbs/verbs.h"
#include <math.h>
#include <string.h>

static int index_of_task(const model_dir *m, const char *name, err *e)
{
    const char *names[64];
    int n = m->n_tasks < 64 ? m->n_tasks : 64;
    for (int i = 0; i < m->n_tasks; i++)
        if (!strcmp(m->tasks[i].name, name)) return i;
    for (int i = 0; i < n; i++) names[i] = m->tasks[i].name;
    const char *near = str_nearest(name, names, n);
    fail(e, "%s: the model has no task '%s'%s%s%s", m->path, name, near ? "; did you mean '" : "",
         near ? near : "", near ? "'?" : "");
    return -1;
}

/* The example: from the file, or made of the text that was given. */
static bool take_example(tracer *t, err *e)
{
    if (!t->file) {
        input in = input_of(str_of(t->text), t->text2 ? str_of(t->text2) : (str){0}, &t->mem);
        t->x = (example){.id = "text",
                         .doc = "text",
                         .line = 1,
                         .text = in.text,
                         .text2 = in.text2,
                         .words = in.words,
                         .n_words = in.n_words,
                         .label = -1};
        t->x.args[0] = in.args[0], t->x.args[1] = in.args[1];
        bool pair = t->t->kind == KIND_PAIR || t->t->kind == KIND_SCORE;
        if (pair && !t->text2)
            return fail(e, "task %s is about two texts: --text2 is needed", t->t->name);
        if (t->t->kind == KIND_RELATION && !in.has_relation)
            return fail(
                e,
                "task %s needs its arguments masked in the text, as in '@GENE$ binds @CHEMICAL$'",
                t->t->name);
        t->where = "the command line";
        return true;
    }
    examples all = {0};
    if (!examples_read_file(&all, t->t, t->file, t->gold, &t->mem, e)) return false;
    if (t->number < 0 || t->number >= all.n)
        return fail(e, "%s: there are the examples 0 to %d, here is %lld", t->file, all.n - 1,
                    (long long)t->number);
    t->x = all.at[t->number];
    t->where = str_format(&t->mem, "%s:%d", t->file, t->x.line);
    return true;
}

static void print_text(const char *name, str s)
{
    text quoted = {0};
    json_put_str(&quoted, s);
    printf("%-10s %s\n", name, quoted.at);
    text_close(&quoted);
}

static const char *label_of(const task *t, int label)
{
    return label >= 0 && label < t->n_labels ? t->labels[label] : "-";
}

static void print_example(const tracer *t)
{
    const example *x = &t->x;
    printf("file       %s\n", t->where);
    printf("example    %s of document %s, task %s (%s)\n", x->id, x->doc, t->t->name,
           kind_names[t->t->kind]);
    print_text("text", x->text);
    if (x->text2.at) print_text("text2", x->text2);
    if (t->t->kind == KIND_RELATION)
        printf("arguments  bytes %zu-%zu and %zu-%zu\n", x->args[0].start, x->args[0].end,
               x->args[1].start, x->args[1].end);
    for (int i = 0; i < x->n_words && t->t->kind == KIND_WORDS; i++)
        printf("word       %-4d %zu-%zu '%.*s'%s%s\n", i, x->words[i].start, x->words[i].end,
               (int)(x->words[i].end - x->words[i].start), x->text.at + x->words[i].start,
               x->tags ? " " : "", x->tags ? label_of(t->t, x->tags[i]) : "");
    if (x->label >= 0) printf("gold       %s\n", label_of(t->t, x->label));
    if (t->t->kind == KIND_SCORE && x->has_gold) printf("gold       %g\n", x->score);
    for (int k = 0; x->set && k < t->t->n_labels; k++)
        if (x->set[k / 64] >> (k % 64) & 1) printf("gold       %s\n", t->t->labels[k]);
}

static void print_sequences(const tracer *t, const packs *p)
{
    for (int s = 0; s < p->n; s++) {
        const packed *q = &p->at[s];
        printf("sequence   %d of %d: %d pieces, %d scored\n", s + 1, p->n, q->n, q->n_rows);
        for (int i = 0, r = 0; i < q->n; i++) {
            str cut = t->m.v.pieces[q->ids[i]];
            printf("piece      %-4d %-6d %-16.*s type %d  bytes %u-%u", i, q->ids[i], (int)cut.len,
                   cut.at, q->types[i], q->from[i], q->to[i]);
            if (r < q->n_rows && q->rows[r] == i) {
                if (q->word)
                    printf("  word %d%s", q->word[r],
                           q->owns[r] ? "" : " (another window answers)");
                else
                    printf("  scored");
                r++;
            }
            putchar('\n');
        }
    }
    const pack_counts *c = &p->counts;
    printf("cut        %zu pieces lost, %zu words without a piece\n", c->lost_pieces,
           c->lost_words);
}

static bool print_hidden(const tracer *t, const batch *b, err *e)
{
    arena mem = {0};
    int H = t->m.d.H;
    size_t n = size_mul((size_t)b->N, (size_t)H);
    float *x = TAKE(&mem, float, n);
    bool done = true;
    for (int layer = 0; done && layer <= t->m.d.L; layer++) {
        done = net_hidden(t->n, layer, x, e);
        double squares = 0, most = 0;
        for (size_t i = 0; i < n; i++) {
            squares += (double)x[i] * (double)x[i];
            if (fabs((double)x[i]) > most) most = fabs((double)x[i]);
        }
        if (done)
            printf("layer      %-4d [%d,%d] root mean square %.4f, largest %.4f\n", layer, b->N, H,
                   sqrt(squares / (double)n), most);
    }
    arena_close(&mem);
    return done;
}

static void print_row(const tracer *t, const batch *b, int r, const float *logits,
                      const float *scores, int K)
{
    int best = 0;
    for (int k = 1; k < K; k++)
        if (scores[k] > scores[best]) best = k;
    printf("row        %-4d token %-4d logits", r, b->rows[r]);
    for (int k = 0; k < K; k++) printf(" %.4f", (double)logits[k]);
    if (t->t->kind == KIND_SCORE) {
        printf("  answer %.4f", (double)scores[0]);
    } else if (t->t->kind == KIND_LABELS) {
        printf("  answer");
        for (int k = 0; k < K; k++)
            if (scores[k] > 0.5f) printf(" %s %.4f", t->t->labels[k], (double)scores[k]);
    } else {
        printf("  answer %s %.4f", t->t->labels[best], (double)scores[best]);
        if (b->gold[r] >= 0) printf("  gold %s", label_of(t->t, b->gold[r]));
    }
    if (b->weight[r] > 0) printf("  weight %.4f", (double)b->weight[r]);
    putchar('\n');
}

static bool print_answers(const tracer *t, const batch *b, err *e)
{
    arena mem = {0};
    int K = task_classes(t->t);
    size_t n = size_mul((size_t)b->M, (size_t)K);
    float *logits = TAKE(&mem, float, n), *scores = TAKE(&mem, float, n);
    double loss = 0;
    bool done = net_logits(t->n, b, t->head, logits, e) && net_scores(t->n, b, t->head, scores, e);
    for (int r = 0; done && r < b->M; r++)
        print_row(t, b, r, logits + (size_t)r * (size_t)K, scores + (size_t)r * (size_t)K, K);
    if (done && b->counted && (done = net_loss_here(t->n, b, t->head, &loss, e)))
        printf("loss       %.6f over %d rows\n", loss, b->counted);
    arena_close(&mem);
    return done;
}

static bool open_net(tracer *t, err *e)
{
    const model_dir *m = &t->m;
    if (!m->has_weights)
        return fail(e, "%s: there are no weights: model.safetensors is missing", m->path);
    head_plan *heads = TAKE(&t->mem, head_plan, m->n_tasks);
    for (int i = 0; i < m->n_tasks; i++)
        heads[i] = (head_plan){
            .task = m->tasks[i].name, .kind = m->tasks[i].kind, .K = task_classes(&m->tasks[i])};
    const net_plan plan = {.d = m->d,
                           .heads = heads,
                           .n_heads = m->n_tasks,
                           .pooler = m->pooler,
                           .kind = F32,
                           .keep_hidden = true};
    const backend *be;
    return backend_open(&be, "auto", e) && net_open(&t->n, be, &plan, e) &&
           model_dir_load(m, t->n, false, m->pooler, e);
}

static bool trace_one(tracer *t, err *e)
{
    if (!take_example(t, e)) return false;
    print_example(t);
    examples x = {.at = &t->x, .n = 1, .path = t->where};
    packs p = {0};
    if (!pack_examples(&p, &t->m.v, t->t, &x, &t->rules, &t->mem, e)) return false;
    print_sequences(t, &p);
    if (!p.n || t->no_net) return true;
    int *all = TAKE(&t->mem, int, p.n);
    for (int i = 0; i < p.n; i++) all[i] = i;
    batch b = {0};
    batch_make(&b, t->t, &x, &p, all, p.n, 0, &t->mem);
    printf("batch      B %d, N %d, M %d\n", b.B, b.N, b.M);
    return open_net(t, e) && net_encode(t->n, &b, e) && print_hidden(t, &b, e) &&
           print_answers(t, &b, e);
}

static bool run(tracer *t, const char *task_name, err *e)
{
    if (!model_dir_open(&t->m, t->model, -1, e)) return false;
    if (t->rules.most > t->m.d.P) t->rules.most = t->m.d.P;
    if (t->batches) return trace_batches(t, task_name, e);
    if (!t->m.n_tasks)
        return fail(e, "%s: the model has no tasks: tasks.yaml is missing or empty", t->model);
    if (!task_name && t->m.n_tasks > 1)
        return fail(e, "%s: the model has %d tasks: --task NAME is needed", t->model, t->m.n_tasks);
    t->head = task_name ? index_of_task(&t->m, task_name, e) : 0;
    if (t->head < 0) return false;
    t->t = &t->m.tasks[t->head];
    return trace_one(t, e);
}

int verb_trace(int argc, char **argv)
{
    common c = {0};
    tracer t = {.rules = pack_default(), .gold = true};
    const char *task_name = NULL;
    bool no_gold = false;
    int64_t most = 128;
    t.batch = 32;
    const option list[] = {
        {"model", 0, OPTION_TEXT, &t.model, "DIR", "the model's directory", 0, 0, NULL},
        {"task", 0, OPTION_TEXT, &task_name, "NAME",
         "which of the model's tasks; may be left out where it has one", 0, 0, NULL},
        {"text", 0, OPTION_TEXT, &t.text, "TEXT", "the text to follow", 0, 0, NULL},
        {"text2", 0, OPTION_TEXT, &t.text2, "TEXT", "the second text of a pair", 0, 0, NULL},
        {"file", 0, OPTION_TEXT, &t.file, "FILE", "instead: a corpus file of the task", 0, 0, NULL},
        {"example", 0, OPTION_INT, &t.number, "N",
         "which example of the file; default 0, the first", 0, 2147483647, NULL},
        {"no-gold", 0, OPTION_FLAG, &no_gold, NULL, "the file may lack answers", 0, 0, NULL},
        {"max-pieces", 0, OPTION_INT, &most, "N", "longest sequence; default 128", PACK_LEAST,
         65536, NULL},
        {"no-net", 0, OPTION_FLAG, &t.no_net, NULL, "end before the network: no weights are needed",
         0, 0, NULL},
        {"batches", 0, OPTION_FLAG, &t.batches, NULL,
         "instead of one example: all batches of the file in its order, an object a batch; without "
         "--task as bench train makes them of lines",
         0, 0, NULL},
        {"batch", 0, OPTION_INT, &t.batch, "N", "sequences in a batch, with --batches; default 32",
         1, 65536, NULL},
        COMMON_OPTIONS(c)};
    const options o = {
        .verb = "trace",
        .usage = "--model DIR --task NAME (--text TEXT | --file FILE --example N) [options]",
        .about = "Prints one example at every stage: the line, the example, pieces with ids and "
                 "bytes, windows, the batch, each layer's size, logits, the "
                 "answer, and the loss where the answer is known.",
        .table = list,
        .n = COUNT(list),
        .examples = "mtbert trace --model runs/clinical --task disease --text 'Patients with renal "
                    "failure.'\n"
                    "mtbert trace --model runs/mednli --task mednli --file dev.tsv --example 17"};
    err e = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &t.mem, &words, &n_words, NULL, &status)) {
        t.rules.most = (int)most;
        t.gold = !no_gold;
        if (!t.model)
            status = verb_misused("trace", "--model is needed: a model's directory");
        else if (n_words)
            status =
                verb_misused("trace", "'%s' is no option; a file is named by --file", words[0]);
        else if (!t.file == !t.text)
            status = verb_misused("trace", "either --text or --file is needed");
        else if (t.batches && !t.file)
            status = verb_misused("trace", "--batches needs --file");
        else if (!run(&t, task_name, &e))
            status = verb_failed("trace", &e);
    }
    if (t.n) net_close(t.n);
    model_dir_close(&t.m);
    arena_close(&t.mem);
    return status;
}
