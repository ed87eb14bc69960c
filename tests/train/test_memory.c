/* What a run will take, told before. */
#include "base/file.h"
#include "base/log.h"
#include "train/memory.h"
#include "world.h"
#include <string.h>
#include <unistd.h>

/* The most pieces and scored rows of the mini-batches that the run wrote, counted as the file shows them. */
static void largest_written(const char *path, int *most_pieces, int *most_rows)
{
    file f;
    err e = {0};
    if (!file_open(&f, path, &e)) fail_msg("%s", e.text);
    *most_pieces = *most_rows = 0;
    for (str rest = f.bytes, line; str_line(&rest, &line);) {
        int in[2] = {0};
        static const char *const lists[] = {"\"ids\": [", "\"rows\": ["};
        for (int k = 0; k < 2; k++) {
            size_t at = 0, n = strlen(lists[k]);
            while (memcmp(line.at + at, lists[k], n) != 0) at++;
            int depth = 1;
            bool digit = false;
            for (at += n; depth; at++) {
                char c = line.at[at];
                depth += (c == '[') - (c == ']');
                bool now = c >= '0' && c <= '9';
                in[k] += now && !digit;
                digit = now;
            }
        }
        if (in[0] > *most_pieces) *most_pieces = in[0];
        if (in[1] > *most_rows) *most_rows = in[1];
    }
    file_close(&f);
}

static run_memory measured(const run_plan *p)
{
    run r;
    run_memory m;
    err e = {0};
    bool done = run_read(&r, p, &e);
    if (!done) fail_msg("%s", e.text);
    run_measure(&r, &m);
    run_close(&r);
    return m;
}

void memory_knows_the_largest_batch(void **state)
{
    (void)state;
    world w;
    world_open(&w, "largest");
    run_plan p = world_plan(&w, STAGE_REFINE, NULL, "run");
    p.batches = path_join(&w.mem, w.dir, "batches.jsonl");
    p.s.batch = 36; /* 36, 36 and 24 of 96 */
    assert_int_equal(world_run(&p, 1), 0);
    int most, rows;
    largest_written(p.batches, &most, &rows);
    run_memory m = measured(&p);
    assert_int_equal(m.tokens, most);
    assert_int_equal(m.rows, rows);
    world_close(&w);
}

void memory_of_batches_is_what_the_net_takes(void **state)
{
    (void)state;
    world w;
    err e = {0};
    world_open(&w, "slabs");
    run_plan p = world_plan(&w, STAGE_SINGLE, "drugs", "run");
    p.tasks[0].files[SPLIT_DEV] = p.tasks[0].files[SPLIT_TEST] = NULL;
    p.s.batch = 96, p.s.epochs = 1; /* one update: all that there is */
    run_memory m = measured(&p);
    run r;
    assert_true(run_open(&r, &p, &e));
    batch b;
    arena mem = {0};
    const int *chosen;
    int t, n;
    double loss;
    mix_epoch(&r.order, 0);
    mix_batch(&r.order, 0, &t, &chosen, &n);
    batch_make(&b, &r.tasks[0], &r.data[0].x[SPLIT_TRAIN], &r.data[0].p[SPLIT_TRAIN], chosen, n, 0,
               &mem);
    assert_true(net_step(r.n, &b, 0, 1, 0, 1, &loss, &e));
    double taken = (double)net_bytes(r.n), told = m.parameters + m.batches;
    print_message("%.0f bytes are taken, %.0f were told\n", taken, told);
    assert_true(taken >= told && taken <= told * 1.13); /* slabs are an eighth larger than asked */
    run_close(&r);
    arena_close(&mem);
    world_close(&w);
}

void memory_that_is_not_there_is_told_before(void **state)
{
    (void)state;
    world w;
    err e = {0};
    world_open(&w, "giant");
    if (memory_limit() > 30e9)
        test_skip("this machine could hold the largest model that there can be");
    text t = {0};
    text_add(
        &t,
        STR("{\"model_type\": \"bert\", \"vocab_size\": 32, \"hidden_size\": 2048, "
            "\"num_hidden_layers\": 40, \"num_attention_heads\": 32, \"intermediate_size\": 8192, "
            "\"hidden_act\": \"gelu\", \"max_position_embeddings\": 32, \"type_vocab_size\": 2, "
            "\"hidden_dropout_prob\": 0.1, \"attention_probs_dropout_prob\": 0.1, "
            "\"layer_norm_eps\": 1e-12, \"initializer_range\": 0.1, \"pad_token_id\": 0}\n"));
    assert_true(file_write(path_join(&w.mem, w.dir, "model/config.json"), text_str(&t), &e));
    text_close(&t);
    run_plan p = world_plan(&w, STAGE_SINGLE, "course", "run");
    assert_false(loop_train(&p, false, &e));
    assert_non_null(strstr(e.text, "GB of memory, and there are"));
    assert_false(path_exists(p.to));
    world_close(&w);
}
