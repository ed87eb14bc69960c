/* Opens a model for use, and turns packed text into answers. Texts are packed once for each way
 * of packing (whole text, words in windows, masked text, pair), not once a task; sequences that
 * come out equal are encoded once, and every head that wants it reads that encoding. */
#include "use/annotator.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH_TOKENS = 4096 };
enum way { WAY_TEXT, WAY_WORDS, WAY_RELATION, WAY_PAIR };
enum { WAYS = 4 };

static enum way way_of(const task *t)
{
    switch (t->kind) {
    case KIND_WORDS: return WAY_WORDS;
    case KIND_RELATION: return WAY_RELATION;
    case KIND_PAIR:
    case KIND_SCORE: return WAY_PAIR;
    case KIND_SENTENCE:
    case KIND_LABELS: break;
    }
    return WAY_TEXT;
}

static bool choose(annotator *a, const annotator_plan *plan, err *e)
{
    const model_dir *m = &a->m;
    if (!m->n_tasks)
        return fail(e, "%s: the model has no tasks: tasks.yaml is missing or empty", plan->model);
    if (!m->has_weights)
        return fail(e, "%s: there are no weights: model.safetensors is missing", plan->model);
    const char **names = TAKE(&a->mem, const char *, m->n_tasks);
    a->chosen = TAKE(&a->mem, bool, m->n_tasks);
    for (int i = 0; i < m->n_tasks; i++) {
        names[i] = m->tasks[i].name;
        a->chosen[i] = !plan->n_only;
    }
    for (int w = 0; w < plan->n_only; w++) {
        int found = -1;
        for (int i = 0; i < m->n_tasks; i++)
            if (!strcmp(names[i], plan->only[w])) found = i;
        const char *near = found < 0 ? str_nearest(plan->only[w], names, m->n_tasks) : NULL;
        if (found < 0)
            return fail(e, "%s: the model has no task '%s'%s%s%s", plan->model, plan->only[w],
                        near ? "; did you mean '" : "; `mtbert info --model` lists them",
                        near ? near : "", near ? "'?" : "");
        a->chosen[found] = true;
    }
    return true;
}

static bool open_net(annotator *a, const char *precision, err *e)
{
    const model_dir *m = &a->m;
    head_plan *heads = TAKE(&a->mem, head_plan, m->n_tasks);
    a->tags = TAKE(&a->mem, tagset, m->n_tasks);
    for (int i = 0; i < m->n_tasks; i++) {
        const task *t = &m->tasks[i];
        heads[i] = (head_plan){.task = t->name, .kind = t->kind, .K = task_classes(t)};
        if (t->kind == KIND_WORDS && !tagset_of(&a->tags[i], t, &a->mem, e)) return false;
    }
    net_plan np = {.d = m->d,
                   .heads = heads,
                   .n_heads = m->n_tasks,
                   .pooler = m->pooler,
                   .kind = backend_kind(a->be, precision ? precision : "f32")};
    return net_open(&a->n, a->be, &np, e) && model_dir_load(m, a->n, false, m->pooler, e);
}

bool annotator_open(annotator *a, const annotator_plan *plan, err *e)
{
    *a = (annotator){.rules = pack_default()};
    if (model_dir_open(&a->m, plan->model, plan->wordpiece_mode, e) && choose(a, plan, e) &&
        backend_open(&a->be, plan->device, e) && open_net(a, plan->precision, e)) {
        a->rules.most = plan->max_pieces < a->m.d.P ? plan->max_pieces : a->m.d.P;
        return true;
    }
    annotator_close(a);
    return false;
}

void annotator_close(annotator *a)
{
    if (a->n) net_close(a->n);
    model_dir_close(&a->m);
    arena_close(&a->mem);
    *a = (annotator){0};
}

/* A sequence that the encoder sees, and how each way of packing reads it. */
typedef struct unit_seq {
    const packed *as[WAYS]; /* NULL: that way did not make it */
    const packed *one;      /* any of them */
    int input;
} unit_seq;

typedef struct work {
    annotator *a;
    const input *in;
    int n;
    arena *mem; /* for what ends with the call */
    unit_seq *units;
    int n_units;
    size_t cap;
    int *first; /* [n+1] units of an input while they are gathered: head of a chain */
    int *next;  /* [n_units] the chain */
    size_t cap_next;
    float **scores; /* [n_tasks * n]: [K], of words [n_words,K]; NULL: the task does not fit */
    pack_counts *counts;
} work;

static bool fits(const input *in, enum way way)
{
    if (in->text2.at) return way == WAY_PAIR;
    return way == WAY_RELATION ? in->has_relation : way != WAY_PAIR;
}

static const task *task_of_way(const annotator *a, enum way way)
{
    for (int i = 0; i < a->m.n_tasks; i++)
        if (a->chosen[i] && way_of(&a->m.tasks[i]) == way) return &a->m.tasks[i];
    return NULL;
}

static example example_of(const input *in, enum way way)
{
    example x = {
        .id = in->id ? in->id : "", .doc = "", .text = in->text, .text2 = in->text2, .label = -1};
    if (way == WAY_WORDS) x.words = in->words, x.n_words = in->n_words;
    if (way == WAY_RELATION) {
        x.text = in->masked;
        x.args[0] = in->args[0], x.args[1] = in->args[1];
    }
    return x;
}

static bool same_sequence(const packed *a, const packed *b)
{
    size_t bytes = (size_t)a->n * sizeof *a->ids;
    return a->n == b->n && !memcmp(a->ids, b->ids, bytes) && !memcmp(a->types, b->types, bytes);
}

static void add_sequence(work *w, const packed *p, enum way way, int whose)
{
    for (int i = w->first[whose]; w->units && i >= 0; i = w->next[i])
        if (!w->units[i].as[way] && same_sequence(w->units[i].one, p)) {
            w->units[i].as[way] = p;
            return;
        }
    GROW(w->mem, w->units, w->n_units, w->cap);
    GROW(w->mem, w->next, w->n_units, w->cap_next);
    unit_seq *u = &w->units[w->n_units];
    *u = (unit_seq){.one = p, .input = whose};
    u->as[way] = p;
    w->next[w->n_units] = w->first[whose];
    w->first[whose] = w->n_units++;
}

static void add_counts(pack_counts *to, const pack_counts *c)
{
    to->examples += c->examples, to->sequences += c->sequences;
    to->cut_examples += c->cut_examples, to->cut_windows += c->cut_windows;
    to->pieces += c->pieces, to->lost_pieces += c->lost_pieces, to->lost_words += c->lost_words;
    to->lost_arguments += c->lost_arguments;
}

static bool pack_way(work *w, enum way way, err *e)
{
    const task *t = task_of_way(w->a, way);
    if (!t) return true;
    examples x = {.at = TAKE(w->mem, example, w->n), .path = "input"};
    int *from = TAKE(w->mem, int, w->n);
    for (int i = 0; i < w->n; i++) {
        if (!fits(&w->in[i], way)) continue;
        from[x.n] = i;
        x.at[x.n++] = example_of(&w->in[i], way);
    }
    packs p = {0};
    if (!x.n) return true;
    if (!pack_examples(&p, &w->a->m.v, t, &x, &w->a->rules, w->mem, e)) return false;
    for (int i = 0; i < p.n; i++) add_sequence(w, &p.at[i], way, from[p.at[i].example]);
    if (w->counts) add_counts(w->counts, &p.counts);
    return true;
}

/* The batch's sequences as one way of packing reads them: the same tokens, its rows. */
static batch view_of(const batch *b, const unit_seq *const *u, enum way way, arena *mem)
{
    batch v = *b;
    v.M = v.counted = 0;
    for (int s = 0; s < b->B; s++) v.M += u[s]->as[way] ? u[s]->as[way]->n_rows : 0;
    v.rows = TAKE(mem, int32_t, v.M);
    v.names = TAKE(mem, int32_t, 2 * (size_t)v.M);
    v.gold = TAKE(mem, int32_t, v.M);
    v.weight = TAKE(mem, float, v.M);
    v.target = NULL;
    for (int s = 0, r = 0; s < b->B; s++) {
        const packed *p = u[s]->as[way];
        for (int i = 0; p && i < p->n_rows; i++, r++) {
            v.rows[r] = b->start[s] + p->rows[i];
            v.names[2 * r] = (int32_t)b->who[s], v.names[2 * r + 1] = p->rows[i];
            v.gold[r] = -1;
        }
    }
    return v;
}

/* Rows of scores to where they belong: the input's, or each owned word's. */
static void keep_scores(work *w, const unit_seq *const *u, int B, int t, const float *scores)
{
    const task *tk = &w->a->m.tasks[t];
    size_t K = (size_t)task_classes(tk);
    enum way way = way_of(tk);
    for (int s = 0; s < B; s++) {
        const packed *p = u[s]->as[way];
        float *to = w->scores[(size_t)t * (size_t)w->n + (size_t)u[s]->input];
        for (int i = 0; p && i < p->n_rows; i++, scores += K) {
            size_t at = p->word ? (size_t)p->word[i] : 0;
            if (!p->owns || p->owns[i]) memcpy(to + at * K, scores, K * sizeof *to);
        }
    }
}

static bool run_batch(work *w, const unit_seq *const *u, int B, err *e)
{
    arena_mark mark = arena_here(w->mem);
    annotator *a = w->a;
    packs p = {.at = TAKE(w->mem, packed, B), .n = B};
    examples x = {.at = TAKE(w->mem, example, B), .n = B, .path = "input"};
    int *all = TAKE(w->mem, int, B);
    static const task plain = {.name = "input", .kind = KIND_SENTENCE};
    for (int s = 0; s < B; s++) {
        p.at[s] = *u[s]->one;
        p.at[s].example = all[s] = s;
        p.at[s].word = NULL, p.at[s].owns = NULL;
        p.at[s].rows = TAKE(w->mem, int32_t, 1); /* [CLS]; the views have rows of their own */
        p.at[s].n_rows = 1;
        x.at[s] = (example){.id = "", .doc = "", .label = -1};
    }
    batch b = {0};
    batch_make(&b, &plain, &x, &p, all, B, 0, w->mem);
    bool done = net_encode(a->n, &b, e);
    for (int way = 0; done && way < WAYS; way++) {
        batch v = view_of(&b, u, (enum way)way, w->mem);
        for (int t = 0; done && v.M && t < a->m.n_tasks; t++) {
            if (!a->chosen[t] || way_of(&a->m.tasks[t]) != (enum way)way) continue;
            float *scores =
                TAKE(w->mem, float, size_mul((size_t)v.M, (size_t)task_classes(&a->m.tasks[t])));
            done = net_scores(a->n, &v, t, scores, e);
            if (done) keep_scores(w, u, B, t, scores);
        }
    }
    arena_rewind(w->mem, mark);
    return done;
}

static int by_length(const void *x, const void *y)
{
    const unit_seq *a = *(const unit_seq *const *)x, *b = *(const unit_seq *const *)y;
    return a->one->n != b->one->n ? b->one->n - a->one->n : a < b ? -1 : a > b;
}

/* Long sequences first, so that the first batch needs the most memory. */
static bool encode_all(work *w, err *e)
{
    const unit_seq **order = TAKE(w->mem, const unit_seq *, w->n_units);
    for (int i = 0; i < w->n_units; i++) order[i] = &w->units[i];
    qsort(order, (size_t)w->n_units, sizeof(const unit_seq *), by_length);
    for (int i = 0, j; i < w->n_units; i = j) {
        int rows = 0;
        for (j = i; j < w->n_units && (j == i || rows + order[j]->one->n <= BATCH_TOKENS); j++)
            rows += order[j]->one->n;
        if (!run_batch(w, order + i, j - i, e)) return false;
    }
    return true;
}

static void take_scores(work *w)
{
    const annotator *a = w->a;
    w->scores = TAKE(w->mem, float *, size_mul((size_t)a->m.n_tasks, (size_t)w->n));
    for (int t = 0; t < a->m.n_tasks; t++)
        for (int i = 0; a->chosen[t] && i < w->n; i++) {
            enum way way = way_of(&a->m.tasks[t]);
            if (!fits(&w->in[i], way)) continue;
            size_t rows = way == WAY_WORDS ? (size_t)w->in[i].n_words : 1;
            w->scores[(size_t)t * (size_t)w->n + (size_t)i] =
                TAKE(w->mem, float, size_mul(rows, (size_t)task_classes(&a->m.tasks[t])));
        }
}

static int best_of(const float *scores, int K)
{
    int best = 0;
    for (int k = 1; k < K; k++)
        if (scores[k] > scores[best]) best = k;
    return best;
}

/* Tags of words -> mentions. A word without a piece has no scores: its tag is O. */
static void mentions_of(const annotator *a, int t, const input *in, const float *scores, arena *mem,
                        task_answer *to)
{
    const task *tk = &a->m.tasks[t];
    int K = task_classes(tk), n = in->n_words, outside = task_label(tk, STR("O"));
    int *tags = TAKE(mem, int, n);
    for (int i = 0; i < n; i++) {
        tags[i] = best_of(scores + (size_t)i * (size_t)K, K);
        if (tags[i] >= tk->n_labels || scores[(size_t)i * (size_t)K + (size_t)tags[i]] <= 0)
            tags[i] = outside < 0 ? 0 : outside;
    }
    chunk *chunks = TAKE(mem, chunk, n);
    to->n_mentions = tags_chunks(&a->tags[t], tags, n, chunks);
    mention *found = TAKE(mem, mention, to->n_mentions);
    for (int i = 0; i < to->n_mentions; i++) {
        const chunk *c = &chunks[i];
        double sum = 0;
        for (int j = c->first; j <= c->last; j++)
            sum += scores[(size_t)j * (size_t)K + (size_t)tags[j]];
        found[i] = (mention){.at = {in->words[c->first].start, in->words[c->last].end},
                             .type = a->tags[t].types[c->type],
                             .score = (float)(sum / (c->last - c->first + 1))};
    }
    to->mentions = found;
}

static void answer_all(work *w, arena *mem, annotation *out)
{
    const annotator *a = w->a;
    for (int i = 0; i < w->n; i++) {
        out[i] = (annotation){.at = TAKE(mem, task_answer, a->m.n_tasks)};
        for (int t = 0; t < a->m.n_tasks; t++) {
            const task *tk = &a->m.tasks[t];
            const float *scores = w->scores[(size_t)t * (size_t)w->n + (size_t)i];
            if (!scores) continue;
            task_answer *to = &out[i].at[out[i].n++];
            *to = (task_answer){.t = tk, .best = -1};
            if (tk->kind == KIND_WORDS) {
                mentions_of(a, t, &w->in[i], scores, mem, to);
                continue;
            }
            int K = task_classes(tk);
            float *kept = TAKE(mem, float, K);
            memcpy(kept, scores, (size_t)K * sizeof *kept);
            to->scores = kept;
            if (tk->kind != KIND_SCORE && tk->kind != KIND_LABELS) to->best = best_of(kept, K);
        }
    }
}

bool annotator_run(annotator *a, const input *in, int n, arena *mem, annotation *out,
                   pack_counts *counts, err *e)
{
    arena scratch = {0};
    work w = {.a = a,
              .in = in,
              .n = n,
              .mem = &scratch,
              .first = TAKE(&scratch, int, n),
              .counts = counts};
    for (int i = 0; i < n; i++) w.first[i] = -1;
    bool done = true;
    for (int way = 0; done && way < WAYS; way++) done = pack_way(&w, (enum way)way, e);
    if (done) take_scores(&w);
    done = done && encode_all(&w, e);
    if (done) answer_all(&w, mem, out);
    arena_close(&scratch);
    return done;
}
