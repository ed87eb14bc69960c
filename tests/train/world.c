#include "world.h"
#include "base/file.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/random.h"
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const subjects[] = {"cells", "mice",   "patients", "doses",
                                       "genes", "nurses", "trials",   "notes"};
static const char *const good[] = {"improved", "recovered", "healed", "grew"};
static const char *const bad[] = {"worsened", "failed", "died", "shrank"};
static const char *const drugs[] = {"relmadol", "tovixan", "cinarest"};

static uint32_t draw(uint32_t split, uint32_t i, uint32_t what, uint32_t n)
{
    return random_below(random_u32(99, CHANCE_TEST, split, i, what), n);
}

static void put(world *w, const char *name, text *t)
{
    err e = {0};
    if (!file_write(path_join(&w->mem, w->dir, name), text_str(t), &e)) fail_msg("%s", e.text);
    text_close(t);
}

static void put_vocab(world *w)
{
    text t = {0};
    text_add(&t, STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nafter\nthe\nsome\nwith\n.\n"));
    for (int i = 0; i < 8; i++) text_format(&t, "%s\n", subjects[i]);
    for (int i = 0; i < 4; i++) text_format(&t, "%s\n%s\n", good[i], bad[i]);
    text_add(&t, STR("relma\n##dol\ntovi\n##xan\ncina\n##rest\n"));
    put(w, "model/vocab.txt", &t);
    text_add(&t,
             STR("{\"model_type\": \"bert\", \"vocab_size\": 32, \"hidden_size\": 32, "
                 "\"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"intermediate_size\": 48, "
                 "\"hidden_act\": \"gelu\", \"max_position_embeddings\": 32, \"type_vocab_size\": "
                 "2, \"hidden_dropout_prob\": 0.1, \"attention_probs_dropout_prob\": 0.1, "
                 "\"layer_norm_eps\": 1e-12, \"initializer_range\": 0.1, \"pad_token_id\": 0}\n"));
    put(w, "model/config.json", &t);
}

static void put_split(world *w, uint32_t split, int n)
{
    text a = {0}, b = {0};
    char name[64];
    text_add(&a, STR("id\ttext\tlabel\n"));
    for (uint32_t i = 0; i < (uint32_t)n; i++) {
        const char *subject = subjects[draw(split, i, 0, 8)], *drug = drugs[draw(split, i, 1, 3)];
        int up = (int)draw(split, i, 2, 2);
        const char *verb = up ? good[draw(split, i, 3, 4)] : bad[draw(split, i, 3, 4)];
        text_format(&a, "%u-%u\tthe %s %s after %s .\t%s\n", split, i, subject, verb, drug,
                    up ? "up" : "down");
        text_format(&b, "some\tO\n%s\tO\n%s\tO\nwith\tO\n%s\tB-Drug\n.\tO\n\n", subject, verb,
                    drug);
    }
    snprintf(name, sizeof name, "course.%u.tsv", split);
    put(w, name, &a);
    snprintf(name, sizeof name, "drugs.%u.conll", split);
    put(w, name, &b);
}

void world_open(world *w, const char *name)
{
    err e = {0};
    *w = (world){0};
    log_at(LOG_QUIET);
    w->dir = str_format(&w->mem, "build/tmp/%s-%d", name, (int)getpid());
    if (path_exists(w->dir) && !dir_remove(w->dir, &e)) fail_msg("%s", e.text);
    if (!dir_make(path_join(&w->mem, w->dir, "model"), &e)) fail_msg("%s", e.text);
    put_vocab(w);
    put_split(w, 0, 96);
    put_split(w, 1, 24);
    put_split(w, 2, 32);
    text t = {0};
    text_add(&t, STR("study: world\nfrom: model\ntasks:\n"
                     "  course: {kind: sentence, train: course.0.tsv, dev: course.1.tsv, test: "
                     "course.2.tsv}\n"
                     "  drugs: {kind: words, format: conll, labels: [Drug], train: drugs.0.conll, "
                     "dev: drugs.1.conll, test: drugs.2.conll}\n"
                     "settings: {from-scratch: on, batch: 8, epochs: 3, rate: 1e-3, max-pieces: "
                     "32, resamples: 20}\n"));
    put(w, "study.yaml", &t);
    if (!study_read(&w->s, path_join(&w->mem, w->dir, "study.yaml"), &w->mem, &e))
        fail_msg("%s", e.text);
    settings_start(&w->o.s, PRESET_NONE);
}

void world_close(world *w)
{
    arena_close(&w->mem);
}

run_plan world_plan(world *w, enum stage stage, const char *name, const char *to)
{
    run_plan p;
    err e = {0};
    if (!study_run(&w->s, stage, name ? &name : NULL, 1, &w->o, &w->mem, &p, &e))
        fail_msg("%s", e.text);
    p.to = path_join(&w->mem, w->dir, to);
    return p;
}

pid_t world_start(const run_plan *p, int threads)
{
    fflush(NULL);
    pid_t child = fork();
    if (child) return child;
    err e = {0};
    pool_open(threads);
    bool ok = loop_train(p, false, &e);
    if (!ok) fprintf(stderr, "%s\n", e.text);
    fflush(NULL);
    _exit(ok ? 0 : 1);
}

int world_wait(pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int world_run(const run_plan *p, int threads)
{
    return world_wait(world_start(p, threads));
}

bool world_same_file(world *w, const char *a, const char *b, const char *name)
{
    file f = {0}, g = {0};
    err e = {0};
    const char *one = str_format(&w->mem, "%s/%s/%s", w->dir, a, name),
               *two = str_format(&w->mem, "%s/%s/%s", w->dir, b, name);
    if (!file_open(&f, one, &e) || !file_open(&g, two, &e)) fail_msg("%s", e.text);
    bool same = str_eq(f.bytes, g.bytes);
    file_close(&f);
    file_close(&g);
    return same;
}

static void same_tree(world *w, const char *a, const char *b, const char *sub)
{
    const char **names;
    int n;
    err e = {0};
    if (!dir_list(str_format(&w->mem, "%s/%s/%s", w->dir, a, sub), &w->mem, &names, &n, &e))
        fail_msg("%s", e.text);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        const char *name = str_format(&w->mem, "%s/%s", sub, names[i]);
        if (!world_same_file(w, a, b, name)) fail_msg("%s and %s differ in %s", a, b, name);
    }
}

void world_same(world *w, const char *a, const char *b)
{
    static const char *const files[] = {"steps.tsv", "log.tsv", "scores.tsv"};
    for (int i = 0; i < 3; i++)
        if (!world_same_file(w, a, b, files[i])) fail_msg("%s and %s differ in %s", a, b, files[i]);
    same_tree(w, a, b, "best");
    same_tree(w, a, b, "checkpoint");
    same_tree(w, a, b, "predictions");
}

double world_score(world *w, const char *in, const char *name, enum split split)
{
    run_score *rows;
    int n;
    err e = {0};
    if (!record_scores_read(path_join(&w->mem, w->dir, in), &w->mem, &rows, &n, &e))
        fail_msg("%s", e.text);
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].task, name) && rows[i].split == split) return rows[i].value;
    fail_msg("no score of %s", name);
    return 0;
}
