/* A checkpoint gives back every bit, a run that goes on from one takes the same steps, and a checkpoint
 * that is damaged, mixed or of another run is refused in one line. */
#include "persist/helpers.h"
#include <math.h>
#include <string.h>

static void fill_all(running *r, int seed)
{
    fill_slab(r->n, SLAB_MASTER, seed);
    fill_slab(r->n, SLAB_M, seed + 100);
    fill_slab(r->n, SLAB_V, seed + 200);
    r->o.steps = (uint32_t)seed;
    r->o.pooler_steps = (uint32_t)seed / 2;
    for (int i = 0; i < 2; i++) r->o.head_steps[i] = (uint32_t)(seed + i);
}

void checkpoint_round_trip(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, false), b = running_open(two_tasks, false);
    checkpoint_state s = {.seed = UINT64_MAX - 5,
                          .step = 4000000000u,
                          .epoch = 3,
                          .at = 17,
                          .best_epoch = 2,
                          .best = 0.1 + 0.2,
                          .loss_sum = 1e-300,
                          .loss_count = 9,
                          .bad_epochs = 1,
                          .settings = 0xfedcba9876543210u},
                     t;
    works(json_parse(&s.more, STR("{\"history\":[{\"loss\":0.30000000000000004,\"x\":null}]}"), "x",
                     1, &e),
          &e);
    fill_all(&a, 40);
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    assert_true(checkpoint_there(own("c")));
    works(checkpoint_read(own("c"), b.n, &b.o, &t, &e), &e);
    assert_same_slab(a.n, b.n, SLAB_MASTER);
    assert_same_slab(a.n, b.n, SLAB_M);
    assert_same_slab(a.n, b.n, SLAB_V);
    assert_int_equal(b.o.steps, 40);
    assert_int_equal(b.o.pooler_steps, 20);
    assert_int_equal(b.o.head_steps[0], 40);
    assert_int_equal(b.o.head_steps[1], 41);
    assert_true(t.seed == s.seed && t.step == s.step && t.epoch == 3 && t.at == 17 &&
                t.best_epoch == 2 && t.best == s.best);
    assert_true(t.loss_sum == s.loss_sum && t.loss_count == 9 && t.bad_epochs == 1 &&
                t.settings == s.settings);
    assert_true(json_real(json_at(json_item(json_at(t.more, "history"), 0), "loss")) == 0.1 + 0.2);
    json_close(s.more);
    json_close(t.more);
    running_close(&a);
    running_close(&b);
}
void checkpoint_reals_that_are_none(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, false);
    const double odd[] = {-INFINITY, INFINITY, NAN, -0.0};
    for (int i = 0; i < 4; i++) {
        checkpoint_state s = {.best_epoch = -1, .best = odd[i]}, t;
        works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
        works(checkpoint_read(own("c"), a.n, &a.o, &t, &e), &e);
        assert_true(isnan(odd[i]) ? isnan(t.best)
                                  : t.best == odd[i] && !signbit(t.best) == !signbit(odd[i]));
        assert_int_equal(t.best_epoch, -1);
        assert_null(t.more);
    }
    running_close(&a);
}
void checkpoint_goes_on_the_same(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, false), b = running_open(two_tasks, false);
    checkpoint_state s = {.step = 5}, t;
    params_start(net_params(a.n), 7, 0.2f, -1);
    for (int k = 0; k < 5; k++) running_step(&a, k);
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    for (int k = 5; k < 10; k++) running_step(&a, k);
    works(checkpoint_read(own("c"), b.n, &b.o, &t, &e), &e);
    for (int k = (int)t.step; k < 10; k++) running_step(&b, k);
    assert_same_slab(a.n, b.n, SLAB_MASTER);
    assert_same_slab(a.n, b.n, SLAB_M);
    assert_same_slab(a.n, b.n, SLAB_V);
    running_close(&a);
    running_close(&b);
}
void checkpoint_of_a_frozen_encoder(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, true), b = running_open(two_tasks, true),
            c = running_open(two_tasks, false);
    checkpoint_state s = {.step = 3}, t;
    weights w;
    params_start(net_params(a.n), 7, 0.2f, -1);
    for (int k = 0; k < 3; k++) running_step(&a, k);
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    works(weights_open(&w, own("c/moments.safetensors"), &e), &e);
    assert_int_equal(w.n, 12); /* m and v of the pooler and two heads */
    weights_close(&w);
    works(checkpoint_read(own("c"), b.n, &b.o, &t, &e), &e);
    assert_same_slab(a.n, b.n, SLAB_MASTER);
    assert_same_slab(a.n, b.n, SLAB_V);
    fails(checkpoint_read(own("c"), c.n, &c.o, &t, &e), &e,
          "moments.safetensors: tensor m.bert.embeddings.word_embeddings.weight is missing");
    works(checkpoint_write(&c.from, c.n, &c.o, two_tasks, 2, &s, own("c"), &e), &e);
    err f = {0};
    fails(checkpoint_read(own("c"), b.n, &b.o, &t, &f), &f,
          "moments.safetensors: 46 tensors, 12 are needed");
    running_close(&a);
    running_close(&b);
    running_close(&c);
}
void checkpoint_is_a_model_directory(void **state)
{
    (void)state;
    err e = {0};
    model_dir m;
    running a = running_open(two_tasks, false);
    checkpoint_state s = {0};
    fill_all(&a, 2);
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    works(model_dir_open(&m, own("c"), -1, &e), &e);
    net *n = net_of(&m.d, m.tasks, m.n_tasks, true);
    works(model_dir_load(&m, n, false, true, &e), &e);
    assert_same_slab(a.n, n, SLAB_MASTER);
    net_close(n);
    model_dir_close(&m);
    running_close(&a);
}
void checkpoint_cleans_leftovers(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, false);
    checkpoint_state s = {0};
    works(dir_make(own("c.new"), &e), &e);
    put_file(own("c.new/state.json"), STR("{"));
    assert_false(checkpoint_there(own("c")));
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    assert_false(path_exists(own("c.new")));
    running_close(&a);
}
void checkpoint_between_two_renames(void **state)
{
    (void)state;
    err e = {0};
    running a = running_open(two_tasks, false);
    checkpoint_state s = {.step = 8}, t;
    works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own("c"), &e), &e);
    assert_int_equal(rename(own("c"), own("c~")), 0);
    assert_true(checkpoint_there(own("c")));
    works(checkpoint_read(own("c"), a.n, &a.o, &t, &e), &e);
    assert_int_equal(t.step, 8);
    running_close(&a);
}

/* Two checkpoints, c and d, of different steps. */
static running two_checkpoints(void)
{
    err e = {0};
    running a = running_open(two_tasks, false);
    for (int k = 1; k < 3; k++) {
        checkpoint_state s = {.step = (uint32_t)k, .more = json_new_object()};
        fill_all(&a, k);
        works(checkpoint_write(&a.from, a.n, &a.o, two_tasks, 2, &s, own(k == 1 ? "c" : "d"), &e),
              &e);
        json_close(s.more);
    }
    return a;
}

static void read_fails(running *r, const char *why)
{
    err e = {0};
    checkpoint_state t;
    fails(checkpoint_read(own("x"), r->n, &r->o, &t, &e), &e, why);
    assert_true(!strncmp(e.text, "checkpoint: ", 12));
    assert_null(t.more);
}

static const char *const parts[] = {"config.json",         "heads.safetensors", "model.safetensors",
                                    "moments.safetensors", "tasks.yaml",        "vocab.txt"};

static const char *part_of_x(int i)
{
    char name[100];
    snprintf(name, sizeof name, "x/%s", parts[i]);
    return own(name);
}

void checkpoint_with_a_cut_file(void **state)
{
    (void)state;
    running a = two_checkpoints();
    for (int i = 0; i < 6; i++) {
        err e = {0};
        file f;
        copy_dir(own("c"), own("x"));
        works(file_open(&f, part_of_x(i), &e), &e);
        arena mem = {0};
        str cut = str_copy(&mem, str_sub(f.bytes, 0, f.bytes.len - 1));
        file_close(&f);
        put_file(part_of_x(i), cut);
        read_fails(&a, "were written: the checkpoint is damaged");
        arena_close(&mem);
    }
    running_close(&a);
}
void checkpoint_with_a_flipped_bit(void **state)
{
    (void)state;
    running a = two_checkpoints();
    for (int i = 0; i < 6; i++) {
        copy_dir(own("c"), own("x"));
        FILE *f = fopen(part_of_x(i), "r+b");
        assert_non_null(f);
        assert_int_equal(fseek(f, -1, SEEK_END), 0);
        int c = fgetc(f);
        fseek(f, -1, SEEK_END);
        fputc(c ^ 4, f);
        assert_int_equal(fclose(f), 0);
        read_fails(&a, "is damaged or of another checkpoint");
    }
    running_close(&a);
}
void checkpoint_of_two_halves(void **state)
{
    (void)state;
    running a = two_checkpoints();
    for (int i = 1; i < 4; i++) {
        err e = {0};
        file f;
        char name[100];
        copy_dir(own("c"), own("x"));
        snprintf(name, sizeof name, "d/%s", parts[i]);
        works(file_open(&f, own(name), &e), &e);
        put_file(part_of_x(i), f.bytes);
        file_close(&f);
        read_fails(&a, "is damaged or of another checkpoint");
    }
    running_close(&a);
}
void checkpoint_without_a_file(void **state)
{
    (void)state;
    running a = two_checkpoints();
    for (int i = 0; i < 6; i++) {
        copy_dir(own("c"), own("x"));
        assert_int_equal(remove(part_of_x(i)), 0);
        read_fails(&a, "No such file");
    }
    running_close(&a);
}

/* x is c with `from` in its state.json replaced by `to`. */
static void state_with(running *a, const char *from, const char *to, const char *why)
{
    err e = {0};
    file f;
    text t = {0};
    copy_dir(own("c"), own("x"));
    works(file_open(&f, own("c/state.json"), &e), &e);
    ptrdiff_t at = str_find_str(f.bytes, str_of(from));
    if (at < 0) fail_msg("no %s in state.json", from);
    text_add(&t, str_sub(f.bytes, 0, (size_t)at));
    text_add(&t, str_of(to));
    text_add(&t, str_sub(f.bytes, (size_t)at + strlen(from), f.bytes.len));
    put_file(own("x/state.json"), text_str(&t));
    text_close(&t);
    file_close(&f);
    read_fails(a, why);
}
void checkpoint_with_a_wrong_state(void **state)
{
    (void)state;
    running a = two_checkpoints();
    state_with(&a, "\"step\": 1", "\"step\": -1", "state.json: step");
    state_with(&a, "\"step\": 1", "\"step\": 4294967296", "state.json: step");
    state_with(&a, "\"step\": 1", "\"steps\": 1", "state.json: step is missing");
    state_with(&a, "\"format\": 1", "\"format\": 2", "state.json: format 2 is not this version's");
    state_with(&a, "\"best\": 0.0", "\"best\": \"good\"", "state.json: best must be a number");
    state_with(&a, "\"loss_sum\": 0.0", "\"loss\": 0.0", "state.json: loss_sum is missing");
    state_with(&a, "\"best_epoch\": 0", "\"best_epoch\": -2", "state.json: best_epoch");
    state_with(&a, "\"seed\": \"0000000000000000\"", "\"seed\": \"000000000000000g\"",
               "seed must be 16 hexadecimal digits");
    state_with(&a, "\"settings\": \"0000000000000000\"", "\"settings\": \"0\"",
               "settings must be 16 hexadecimal digits");
    state_with(&a, "\"ddi\"", "\"mednli\"", "ddi is missing");
    state_with(&a, ", \"ddi\": 2", "", "is of a run with 1 tasks, here are 2");
    state_with(&a, "\"pooler_steps\"", "\"pooler\"", "pooler_steps is missing");
    state_with(&a, "\"moments.safetensors\": {", "\"other\": {",
               "files: moments.safetensors is missing");
    state_with(&a, "\"vocab.txt\": {", "\"../c/vocab.txt\": {", "names of files in this directory");
    state_with(&a, "\n}\n", "", "state.json:");
    put_file(own("x/state.json"), STR("[]"));
    read_fails(&a, "a JSON object is needed");
    assert_int_equal(remove(own("x/state.json")), 0);
    read_fails(&a, "state.json: No such file");
    assert_false(checkpoint_there(own("x")));
    running_close(&a);
}
void checkpoint_of_other_tasks(void **state)
{
    (void)state;
    err e = {0};
    checkpoint_state t;
    running a = two_checkpoints();
    task other[2] = {two_tasks[0], two_tasks[1]};
    other[1].n_labels = 2;
    running b = running_open(other, false);
    fails(checkpoint_read(own("c"), b.n, &b.o, &t, &e), &e,
          "tasks.ddi.classifier.weight [3,8], needed [2,8]");
    assert_null(t.more);
    running_close(&a);
    running_close(&b);
}
void checkpoint_of_another_config(void **state)
{
    (void)state;
    err e = {0};
    checkpoint_state t;
    running a = two_checkpoints();
    dims d = a.from.d;
    d.A = 4;
    net *n = net_of(&d, two_tasks, 2, true);
    fails(checkpoint_read(own("c"), n, &a.o, &t, &e), &e, "config.json is of another model");
    net_close(n);
    running_close(&a);
}
