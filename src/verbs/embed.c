/* Lines -> vectors: the encoder's hidden states, pooled. Lines are encoded in batches of like
 * length and come out in their order. */
#include "base/json.h"
#include "base/log.h"
#include "base/pool.h"
#include "persist/model_dir.h"
#include "use/put.h"
#include "verbs/lines.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024, BATCH_TOKENS = 4096 };
enum pool { POOL_NONE, POOL_CLS, POOL_MEAN, POOL_POOLER };
static const char pool_names[] = "none|cls|mean|pooler";

typedef struct embedder {
    model_dir m;
    net *n;
    pack_rules rules;
    enum pool pool;
    int layer;
    bool json;
    FILE *to;
    int64_t lines;
    pack_counts cut;
} embedder;

typedef struct chunk_of_lines {
    const embedder *em;
    examples x;
    packs p;
    float **vectors; /* [n] values of each line: [H], of POOL_NONE [pieces,H] */
    text *out;       /* [n] */
} chunk_of_lines;

/* vector[H] = mean of the rows x[n,H] */
static void mean_rows(float *vector, const float *x, int n, int H)
{
    for (int h = 0; h < H; h++) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += (double)x[(size_t)i * (size_t)H + (size_t)h];
        vector[h] = (float)(sum / n);
    }
}

static void pool_one(const embedder *em, float *to, const float *hidden, int rows)
{
    size_t H = (size_t)em->m.d.H;
    if (em->pool == POOL_MEAN)
        mean_rows(to, hidden, rows, (int)H);
    else
        memcpy(to, hidden, (em->pool == POOL_NONE ? (size_t)rows : 1) * H * sizeof *to);
}

static bool encode_batch(embedder *em, chunk_of_lines *c, const int *chosen, int n, arena *mem,
                         err *e)
{
    static const task plain = {.name = "lines", .kind = KIND_SENTENCE};
    size_t H = (size_t)em->m.d.H;
    arena scratch = {0};
    batch b = {0};
    batch_make(&b, &plain, &c->x, &c->p, chosen, n, 0, &scratch);
    size_t rows = em->pool == POOL_POOLER ? (size_t)b.B : (size_t)b.N;
    float *hidden = TAKE(&scratch, float, size_mul(rows, H));
    bool done = net_encode(em->n, &b, e) &&
                (em->pool == POOL_POOLER ? net_pooled(em->n, &b, hidden, e)
                                         : net_hidden(em->n, em->layer, hidden, e));
    for (int s = 0; done && s < b.B; s++) {
        int first = em->pool == POOL_POOLER ? s : b.start[s],
            own = em->pool == POOL_POOLER ? 1 : b.start[s + 1] - first;
        float *to = TAKE(mem, float, (em->pool == POOL_NONE ? (size_t)own : 1) * H);
        pool_one(em, to, hidden + (size_t)first * H, own);
        c->vectors[chosen[s]] = to;
    }
    arena_close(&scratch);
    return done;
}

typedef struct keyed {
    int length, index;
} keyed;
static int longer(const void *x, const void *y)
{
    const keyed *a = x, *b = y;
    return a->length != b->length ? b->length - a->length : a->index - b->index;
}

static bool encode_chunk(embedder *em, chunk_of_lines *c, arena *mem, err *e)
{
    int n = c->p.n, *order = TAKE(mem, int, n);
    keyed *keys = TAKE(mem, keyed, n);
    for (int i = 0; i < n; i++) keys[i] = (keyed){c->p.at[i].n, i};
    qsort(keys, (size_t)n, sizeof *keys, longer);
    for (int i = 0; i < n; i++) order[i] = keys[i].index;
    for (int i = 0, j; i < n; i = j) {
        int rows = 0;
        for (j = i; j < n && (j == i || rows + keys[j].length <= BATCH_TOKENS); j++)
            rows += keys[j].length;
        if (!encode_batch(em, c, order + i, j - i, mem, e)) return false;
    }
    return true;
}

static void put_vector(text *t, const float *v, int H, bool list)
{
    if (list) text_char(t, '[');
    for (int h = 0; h < H; h++) {
        if (h) text_char(t, list ? ',' : '\t');
        json_put_float(t, v[h]);
    }
    if (list) text_char(t, ']');
}

static void put_pieces(text *t, const chunk_of_lines *c, int i)
{
    const embedder *em = c->em;
    const packed *p = &c->p.at[i];
    size_t H = (size_t)em->m.d.H;
    if (em->json) text_add(t, STR(",\"tokens\":["));
    for (int k = 0; em->json && k < p->n; k++) {
        if (k) text_char(t, ',');
        json_put_str(t, em->m.v.pieces[p->ids[k]]);
    }
    if (em->json) text_add(t, STR("],\"vectors\":["));
    for (int k = 0; k < p->n; k++) {
        if (em->json && k) text_char(t, ',');
        if (!em->json) {
            put_int(t, em->lines + i + 1);
            text_char(t, '\t');
            text_add(t, em->m.v.pieces[p->ids[k]]);
            text_char(t, '\t');
        }
        put_vector(t, c->vectors[i] + (size_t)k * H, (int)H, em->json);
        if (!em->json) text_char(t, '\n');
    }
    if (em->json) text_add(t, STR("]}\n"));
}

/* Numbers to digits, a line a tile: with hundreds of numbers a line it is worth all threads. */
static void put_line(void *ctx, int i, int thread)
{
    chunk_of_lines *c = ctx;
    (void)thread;
    text *t = &c->out[i];
    if (c->em->json) {
        text_add(t, STR("{\"text\":"));
        json_put_str(t, c->x.at[i].text);
    }
    if (c->em->pool == POOL_NONE) {
        put_pieces(t, c, i);
        return;
    }
    if (c->em->json) text_add(t, STR(",\"vector\":"));
    put_vector(t, c->vectors[i], c->em->m.d.H, c->em->json);
    text_add(t, c->em->json ? STR("}\n") : STR("\n"));
}

static bool embed_chunk(embedder *em, const str *line, int n, err *e)
{
    arena mem = {0};
    static const task plain = {.name = "lines", .kind = KIND_SENTENCE};
    chunk_of_lines c = {.em = em, .x = {.at = TAKE(&mem, example, n), .n = n, .path = "lines"}};
    for (int i = 0; i < n; i++)
        c.x.at[i] = (example){.id = "", .doc = "", .text = line[i], .label = -1};
    c.vectors = TAKE(&mem, float *, n);
    c.out = TAKE(&mem, text, n);
    bool done = pack_examples(&c.p, &em->m.v, &plain, &c.x, &em->rules, &mem, e) &&
                encode_chunk(em, &c, &mem, e);
    if (done) {
        ASSERT(c.p.n == n, "a line is one sequence: %d lines, %d sequences", n, c.p.n);
        pool_run(n, put_line, &c);
        for (int i = 0; i < n; i++) fwrite(c.out[i].at, 1, c.out[i].len, em->to);
        fflush(em->to);
        em->cut.cut_examples += c.p.counts.cut_examples;
        em->cut.lost_pieces += c.p.counts.lost_pieces;
    }
    for (int i = 0; i < n; i++) text_close(&c.out[i]);
    em->lines += n;
    arena_close(&mem);
    return done;
}

static bool embed_all(embedder *em, const char *const *paths, int n_paths, err *e)
{
    lines l;
    str block, line[CHUNK];
    lines_open(&l, paths, n_paths);
    bool done = true;
    while (done && lines_next(&l, &block, e)) {
        int n = 0;
        while (done && str_line(&block, &line[n]))
            if (++n == CHUNK) done = embed_chunk(em, line, n, e), n = 0;
        if (done && n) done = embed_chunk(em, line, n, e);
    }
    lines_close(&l);
    if (em->cut.cut_examples)
        say("%d of %lld lines are longer than %d pieces: %zu pieces were left out",
            em->cut.cut_examples, (long long)em->lines, em->rules.most, em->cut.lost_pieces);
    return done && !e->set;
}

static bool open_model(embedder *em, const char *model, const char *device, const char *precision,
                       int64_t layer, err *e)
{
    const backend *be;
    if (!backend_open(&be, device, e)) return false;
    if (!model_dir_open(&em->m, model, -1, e)) return false;
    const dims *d = &em->m.d;
    if (!em->m.has_weights)
        return fail(e, "%s: there are no weights: model.safetensors is missing", model);
    if (layer > d->L)
        return fail(e, "--layer %lld: the model has %d layers", (long long)layer, d->L);
    em->layer = layer < 0 ? d->L : (int)layer;
    if (em->rules.most > d->P) em->rules.most = d->P;
    head_plan *heads =
        TAKE(&em->m.mem, head_plan, em->m.n_tasks); /* so that none is said to be left out */
    for (int i = 0; i < em->m.n_tasks; i++)
        heads[i] = (head_plan){.task = em->m.tasks[i].name,
                               .kind = em->m.tasks[i].kind,
                               .K = task_classes(&em->m.tasks[i])};
    net_plan plan = {
        .d = *d, .heads = heads, .n_heads = em->m.n_tasks, .kind = backend_kind(be, precision)};
    plan.pooler = em->pool == POOL_POOLER || (em->m.n_tasks && em->m.pooler);
    plan.keep_hidden = em->layer != d->L && em->layer != 0;
    return net_open(&em->n, be, &plan, e) &&
           model_dir_load(&em->m, em->n, true, em->pool == POOL_POOLER, e);
}

int verb_embed(int argc, char **argv)
{
    common c = {0};
    embedder em = {.rules = pack_default()};
    const char *model = NULL, *pooling = "mean", *device = "auto", *to = "-", *precision = "f32";
    int64_t layer = -1, most = 128;
    const option list[] = {
        {"model", 0, OPTION_TEXT, &model, "DIR", "the model's directory", 0, 0, NULL},
        {"pool", 0, OPTION_TEXT, &pooling, "HOW",
         "none: a vector a piece; cls: that of [CLS]; mean: the mean of all pieces, [CLS] and "
         "[SEP] included, not normalized (the default); pooler: BERT's "
         "dense layer and tanh over [CLS]",
         0, 0, pool_names},
        {"layer", 0, OPTION_INT, &layer, "N",
         "whose hidden states: 0 are the embeddings; default: the last layer", 0, 1000, NULL},
        {"max-pieces", 0, OPTION_INT, &most, "N",
         "longer lines lose their end, which is reported; default 128", PACK_LEAST, 65536, NULL},
        {"json", 0, OPTION_FLAG, &em.json, NULL,
         "an object a line: text, vector (none: tokens, vectors); default: numbers with tabs "
         "between, with none a row a piece behind line number and piece",
         0, 0, NULL},
        {"to", 'o', OPTION_TEXT, &to, "FILE", "where the vectors go; default: standard output", 0,
         0, NULL},
        {"device", 0, OPTION_TEXT, &device, "DEVICE", "what computes; default auto", 0, 0,
         "auto|cpu|cuda"},
        PRECISION_OPTION(precision, "f32"),
        COMMON_OPTIONS(c)};
    const options o = {
        .verb = "embed",
        .usage = "--model DIR [options] [FILE ..]",
        .about = "Gives each line of the files, or of standard input, its vector.",
        .table = list,
        .n = COUNT(list),
        .examples = "mtbert embed --model models/bluebert --json sentences.txt > vectors.jsonl"};
    arena mem = {0};
    err e = {0};
    out result = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) {
        em.pool = *pooling == 'n'   ? POOL_NONE
                  : *pooling == 'c' ? POOL_CLS
                  : *pooling == 'm' ? POOL_MEAN
                                    : POOL_POOLER;
        em.rules.most = (int)most;
        if (!model)
            status = verb_misused("embed", "--model is needed: a model's directory");
        else if (em.pool == POOL_POOLER && layer >= 0)
            status = verb_misused("embed", "--layer: the pooler stands on the last layer only");
        else if (!open_model(&em, model, device, precision, layer, &e) ||
                 !out_open(&result, to, &e) ||
                 (em.to = result.to, !embed_all(&em, words, n_words, &e)) ||
                 !out_close(&result, &e))
            status = verb_failed("embed", &e);
    }
    out_drop(&result);
    if (em.n) net_close(em.n);
    model_dir_close(&em.m);
    arena_close(&mem);
    return status;
}
