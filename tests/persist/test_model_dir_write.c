/* What is written, that it is written whole or not at all, and tasks.yaml. */
#include "base/log.h"
#include "persist/helpers.h"
#include "persist/new_dir.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct made_model {
    model_dir source;
    net *n;
} made_model;

static made_model two_heads(void)
{
    made_model x;
    err e = {0};
    works(model_dir_open(&x.source, DATA "plain", -1, &e), &e);
    x.n = net_of(&x.source.d, two_tasks, 2, false);
    fill_slab(x.n, SLAB_MASTER, 9);
    works(model_dir_load(&x.source, x.n, true, true, &e), &e);
    return x;
}

static void close_made(made_model *x)
{
    net_close(x->n);
    model_dir_close(&x->source);
}

static bool write_to(made_model *x, const char *to, bool replace, err *e)
{
    return model_dir_write(&x->source, x->n, two_tasks, 2, "preset paper: \"yes\"", to, replace, e);
}

void model_dir_as_transformers_writes(void **state)
{
    (void)state;
    err e = {0};
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    assert_same_file(own("m/model.safetensors"), DATA "plain/model.safetensors");
    assert_same_file(own("m/vocab.txt"), DATA "plain/vocab.txt");
    static const char *const files[] = {
        "config.json", "heads.safetensors", "model.safetensors",     "special_tokens_map.json",
        "tasks.yaml",  "tokenizer.json",    "tokenizer_config.json", "vocab.txt"};
    arena mem = {0};
    const char **names;
    int n;
    works(dir_list(own("m"), &mem, &names, &n, &e), &e);
    assert_int_equal(n, 8);
    for (int i = 0; i < n; i++) assert_string_equal(names[i], files[i]);
    arena_close(&mem);
    close_made(&x);
}
void model_dir_round_trip(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m/"), false, &e), &e);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    assert_memory_equal(&m.d, &x.source.d, sizeof m.d);
    assert_true(m.has_weights && m.pooler);
    assert_string_equal(m.note, "preset paper: \"yes\"");
    net *n = net_of(&m.d, m.tasks, m.n_tasks, false);
    works(model_dir_load(&m, n, false, true, &e), &e);
    assert_same_slab(n, x.n, SLAB_MASTER);
    net_close(n);
    model_dir_close(&m);
    close_made(&x);
}
void tasks_round_trip(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    assert_int_equal(m.n_tasks, 2);
    for (int i = 0; i < 2; i++) {
        const task *a = &m.tasks[i], *b = &two_tasks[i];
        assert_string_equal(a->name, b->name);
        assert_true(a->kind == b->kind && a->metric == b->metric && a->n_labels == b->n_labels &&
                    a->negative == b->negative);
        for (int k = 0; k < a->n_labels; k++) assert_string_equal(a->labels[k], b->labels[k]);
        assert_null(a->files[SPLIT_TRAIN]);
        assert_true(a->score_high == b->score_high);
    }
    file f;
    works(file_open(&f, own("m/tasks.yaml"), &e), &e);
    assert_true(str_find_str(f.bytes, STR("train.tsv")) < 0);
    file_close(&f);
    model_dir_close(&m);
    close_made(&x);
}
void tags_round_trip(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    static const char *tags[] = {"O", "B-Disease", "I-Disease", "B-no", "I-no"};
    const task t = {.name = "ner",
                    .kind = KIND_WORDS,
                    .metric = METRIC_SPAN_F1,
                    .labels = tags,
                    .n_labels = 5,
                    .open_labels = true,
                    .negative = -1,
                    .quoting = -1,
                    .rate = 2e-5,
                    .dropout = 0.3,
                    .epochs = 7};
    works(model_dir_open(&m, DATA "plain", -1, &e), &e);
    net *n = net_of(&m.d, &t, 1, false);
    works(model_dir_write(&m, n, &t, 1, NULL, own("m"), false, &e), &e);
    model_dir_close(&m);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    assert_int_equal(m.tasks[0].n_labels, 5);
    for (int i = 0; i < 5; i++) assert_string_equal(m.tasks[0].labels[i], tags[i]);
    assert_string_equal(m.note, "");
    net_close(n);
    model_dir_close(&m);
}
void model_dir_without_heads(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    works(model_dir_open(&m, DATA "plain", -1, &e), &e);
    net *n = net_of(&m.d, NULL, 0, false);
    works(model_dir_load(&m, n, false, true, &e) &&
              model_dir_write(&m, n, NULL, 0, NULL, own("m"), false, &e),
          &e);
    model_dir_close(&m);
    assert_false(path_exists(own("m/heads.safetensors")));
    works(model_dir_open(&m, own("m"), -1, &e) && model_dir_load(&m, n, false, true, &e), &e);
    assert_int_equal(m.n_tasks, 0);
    net_close(n);
    model_dir_close(&m);
}

void some_heads_of_a_model(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    net *n = net_of(&m.d, two_tasks + 1, 1, false);
    stderr_begin();
    log_at(LOG_MORE);
    bool done = model_dir_load(&m, n, false, true, &e);
    assert_non_null(strstr(stderr_end(), "tasks.sick.v2.classifier.weight (not asked for)"));
    works(done, &e);
    float a[24], b[24];
    params_get(net_params(n), params_find(net_params(n), "tasks.ddi.classifier.weight"), 0, a);
    params_get(net_params(x.n), params_find(net_params(x.n), "tasks.ddi.classifier.weight"), 0, b);
    assert_memory_equal(a, b, sizeof a);
    net_close(n);
    model_dir_close(&m);
    close_made(&x);
}

void a_pooler_that_is_not_used_is_handed_on(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    const backend *be;
    static const char *const from[] = {"plain", "tuned"};
    for (int i = 0; i < 2; i++) {
        works(model_dir_open(&m, i ? DATA "tuned" : DATA "plain", -1, &e) &&
                  backend_open(&be, "cpu", &e),
              &e);
        net_plan plan = {.d = m.d, .kind = F32};
        net *n;
        works(net_open(&n, be, &plan, &e) && model_dir_load(&m, n, false, false, &e), &e);
        works(model_dir_write(&m, n, NULL, 0, NULL, own(from[i]), false, &e), &e);
        net_close(n);
        n = net_of(&m.d, NULL, 0, false);
        model_dir_close(&m);
        works(model_dir_open(&m, own(from[i]), -1, &e) && model_dir_load(&m, n, false, true, &e),
              &e);
        assert_false(m.pooler);
        if (!i) assert_same_file(own("plain/model.safetensors"), DATA "plain/model.safetensors");
        net_close(n);
        model_dir_close(&m);
    }
}

/* The model written by two_heads, loaded into a net with other heads. */
static bool load_other(const task *tasks, int n_tasks, bool fresh, err *e, float *kept)
{
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m"), true, e), e);
    works(model_dir_open(&m, own("m"), -1, e), e);
    net *n = net_of(&m.d, tasks, n_tasks, false);
    fill_slab(n, SLAB_MASTER, 3);
    bool done = model_dir_load(&m, n, fresh, true, e);
    if (done)
        params_get(net_params(n), params_find(net_params(n), "tasks.ddi.classifier.bias"), 0, kept);
    net_close(n);
    model_dir_close(&m);
    close_made(&x);
    return done;
}

void a_new_head_is_missing_or_fresh(void **state)
{
    (void)state;
    err e = {0}, f = {0};
    float bias[3];
    task three[3] = {two_tasks[0], two_tasks[1], two_tasks[0]};
    three[2].name = "new";
    fails(load_other(three, 3, false, &e, bias), &e,
          "2 missing; missing: tasks.new.classifier.weight [1,8]; tasks.new.classifier.bias [1]");
    works(load_other(three, 3, true, &f, bias), &f);
}
void a_head_of_another_shape(void **state)
{
    (void)state;
    err e = {0}, f = {0};
    float bias[2], want[2];
    task other = two_tasks[1];
    other.n_labels = 2;
    fails(load_other(&other, 1, false, &e, bias), &e,
          "tasks.ddi.classifier.weight [3,8], needed [2,8]");
    stderr_begin();
    bool done = load_other(&other, 1, true, &f, bias);
    assert_non_null(
        strstr(stderr_end(), "tasks.ddi.classifier.weight (another shape, the head starts anew)"));
    works(done, &f);
    net *n;
    model_dir m;
    works(model_dir_open(&m, DATA "plain", -1, &f), &f);
    n = net_of(&m.d, &other, 1, false);
    fill_slab(n, SLAB_MASTER, 3);
    params_get(net_params(n), params_find(net_params(n), "tasks.ddi.classifier.bias"), 0, want);
    assert_memory_equal(bias, want, sizeof want);
    net_close(n);
    model_dir_close(&m);
}

void a_head_whose_name_begins_like_another(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    put_file(own("m/tasks.yaml"),
             STR("tasks:\n  sick: {kind: score}\n  ddi: {kind: relation, labels: [a, b, c]}\n"));
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    net *n = net_of(&m.d, m.tasks + 1, 1, false);
    fails(
        model_dir_load(&m, n, false, true, &e), &e,
        "2 unexpected; unexpected: tasks.sick.v2.classifier.bias; tasks.sick.v2.classifier.weight");
    net_close(n);
    model_dir_close(&m);
    close_made(&x);
}
void dropout_of_training_is_not_kept(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    works(model_dir_open(&m, DATA "plain", -1, &e), &e);
    dims d = m.d;
    d.drop_hidden = d.drop_attention = 0.5f;
    net *n = net_of(&d, NULL, 0, false);
    works(model_dir_write(&m, n, NULL, 0, NULL, own("m"), false, &e), &e);
    model_dir_close(&m);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    assert_true(m.d.drop_hidden == 0.1f && m.d.drop_attention == 0.1f);
    net_close(n);
    model_dir_close(&m);
}

void nothing_is_overwritten_unasked(void **state)
{
    (void)state;
    err e = {0}, f = {0}, g = {0}, h = {0};
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    fails(write_to(&x, own("m"), false, &f), &f, "/m: is there already");
    works(write_to(&x, own("m"), true, &e), &e);
    works(dir_make(own("photos"), &e), &e);
    works(write_to(&x, own("photos"), false, &e), &e); /* empty: nothing is lost */
    works(dir_make(own("letters"), &e), &e);
    put_file(own("letters/a"), STR("a"));
    fails(write_to(&x, own("letters"), true, &g), &g,
          "is no model directory (it has no config.json), so it is not replaced");
    fails(write_to(&x, own("letters/a"), true, &h), &h, "is no directory");
    assert_true(path_exists(own("letters/a")));
    assert_false(path_exists(own("letters.new")));
    close_made(&x);
}
void leftovers_of_a_killed_write_go(void **state)
{
    (void)state;
    err e = {0};
    made_model x = two_heads();
    works(dir_make(own("m.new/deep"), &e), &e);
    put_file(own("m.new/rubbish"), STR("x"));
    works(write_to(&x, own("m"), false, &e), &e);
    assert_false(path_exists(own("m.new")));
    assert_false(path_exists(own("m/rubbish")));
    close_made(&x);
}
void a_full_disk_leaves_the_old_model(void **state)
{
    (void)state;
    err e = {0};
    made_model x = two_heads();
    works(write_to(&x, own("m"), false, &e), &e);
    fill_slab(x.n, SLAB_MASTER, 5);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit no = {4000, 4000};
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    no.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &no);
    bool done = write_to(&x, own("m"), true, &e);
    setrlimit(RLIMIT_FSIZE, &old);
    fails(done, &e, "model.safetensors: cannot be written: File too large");
    assert_same_file(own("m/model.safetensors"), DATA "plain/model.safetensors");
    assert_false(path_exists(own("m.new")));
    close_made(&x);
}
void an_interrupted_swap_is_put_right(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    made_model x = two_heads();
    works(write_to(&x, own("m~"), false, &e), &e);
    works(model_dir_open(&m, own("m"), -1, &e), &e);
    assert_false(path_exists(own("m~")));
    model_dir_close(&m);
    copy_dir(DATA "plain", own("other~")); /* a user's own copy: no tasks.yaml, not ours to move */
    new_dir_recover(own("other"));
    assert_true(path_exists(own("other~")) && !path_exists(own("other")));
    close_made(&x);
}

static void tasks_refused(const char *content, const char *why)
{
    model_dir m;
    err e = {0};
    copy_dir(DATA "plain", own("varied"));
    put_file(own("varied/tasks.yaml"), str_of(content));
    fails(model_dir_open(&m, own("varied"), -1, &e), &e, why);
}
void tasks_yaml_that_is_wrong(void **state)
{
    (void)state;
    tasks_refused("pooler: perhaps\n", "tasks.yaml:1: pooler: true or false is needed");
    tasks_refused("tasks: [a]\n", "tasks.yaml:1: tasks must be a map");
    tasks_refused("- a\n", "pooler, note and tasks are needed");
    tasks_refused("pooler: true\nheads: {}\n", "tasks.yaml:2: ");
    tasks_refused("tasks:\n  a: {kind: sentence}\n", "task a: a trained head needs its labels");
    tasks_refused("tasks:\n  a: {kind: poem}\n", "tasks.yaml:2: kind: one of");
    tasks_refused("tasks: {a/b: {kind: score}}\n", "a task's name");
    tasks_refused("tasks: {", "tasks.yaml:");
}
void tasks_yaml_by_hand(void **state)
{
    (void)state;
    model_dir m;
    err e = {0};
    copy_dir(DATA "plain", own("varied"));
    put_file(own("varied/tasks.yaml"),
             STR("pooler: false\ntasks:\n  a: {kind: sentence, labels: ['false', yes]}\n"));
    works(model_dir_open(&m, own("varied"), -1, &e), &e);
    assert_false(m.pooler);
    assert_int_equal(m.n_tasks, 1);
    assert_string_equal(m.tasks[0].labels[0], "false");
    assert_string_equal(m.tasks[0].labels[1], "yes");
    model_dir_close(&m);
}
