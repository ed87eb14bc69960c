/* A net as its users see it: what a step may and may not depend on, what memory it takes, what it counts. */
#include "base/pool.h"
#include "model/tiny.h"
#include "optim/optimizer.h"
#include "tests.h"
#include <math.h>
#include <string.h>

static net_plan dropping(arena *mem)
{
    net_plan plan = tiny_plan();
    head_plan *heads = TAKE(mem, head_plan, TINY_HEADS);
    memcpy(heads, plan.heads, TINY_HEADS * sizeof *heads);
    for (int h = 0; h < TINY_HEADS; h++) heads[h].dropout = 0.1f;
    plan.heads = heads;
    plan.d.drop_hidden = plan.d.drop_attention = 0.1f;
    return plan;
}

static double step_of(tiny *t, const batch *b, int head, uint64_t key, uint32_t step, double share)
{
    err e = {0};
    double loss;
    if (!net_step(t->net, b, head, key, step, share, &loss, &e)) die("%s", e.text);
    return loss;
}

/* Alone in a batch, a sequence has the loss that it has among others; dropout is on. */
void dropout_ignores_the_batch(void **state)
{
    (void)state;
    tiny t;
    arena mem = {0};
    net_plan plan = dropping(&mem);
    tiny_open(&t, &plan);
    const batch *all = &t.batches[TINY_SENTENCE];
    double mean = 0;
    for (int s = 0; s < all->B; s++) {
        batch one = tiny_alone(&t, all, s);
        mean += step_of(&t, &one, TINY_SENTENCE, 5, 3, 1) / all->B;
    }
    double together = step_of(&t, all, TINY_SENTENCE, 5, 3, 1);
    printf("%.9g and %.9g\n", mean, together);
    assert_true(fabs(mean - together) < 1e-6);
    tiny_close(&t);
    arena_close(&mem);
}

void dropout_depends_on_key_step_and_who(void **state)
{
    (void)state;
    tiny t;
    arena mem = {0};
    net_plan plan = dropping(&mem);
    tiny_open(&t, &plan);
    batch b = t.batches[TINY_SENTENCE];
    double first = step_of(&t, &b, TINY_SENTENCE, 5, 3, 1);
    assert_true(first == step_of(&t, &b, TINY_SENTENCE, 5, 3, 1));
    assert_true(first != step_of(&t, &b, TINY_SENTENCE, 6, 3, 1));
    assert_true(first != step_of(&t, &b, TINY_SENTENCE, 5, 4, 1));
    uint32_t others[4] = {1, 2, 3, 4};
    b.who = others;
    assert_true(first != step_of(&t, &b, TINY_SENTENCE, 5, 3, 1));
    tiny_close(&t);
    arena_close(&mem);
}

void dropout_rests_without_training(void **state)
{
    (void)state;
    tiny t, plain;
    arena mem = {0};
    net_plan plan = dropping(&mem), without = tiny_plan();
    tiny_open(&t, &plan);
    tiny_open(&plain, &without);
    for (int h = 0; h < TINY_HEADS; h++) {
        double loss = tiny_loss(&t, h);
        assert_true(loss == tiny_step(&plain, h, 0));
        assert_true(loss != tiny_step(&t, h, 0));
        assert_true(loss == tiny_loss(&t, h)); /* also behind a step */
    }
    tiny_close(&t);
    tiny_close(&plain);
    arena_close(&mem);
}

static float *five_steps(tiny *t, enum kind kind, int threads, size_t *n)
{
    arena mem = {0};
    net_plan plan = dropping(&mem);
    plan.kind = kind;
    pool_open(threads);
    tiny_open(t, &plan);
    optimizer_plan how = {.rule = RULE_BERTADAM,
                          .b1 = 0.9,
                          .b2 = 0.999,
                          .eps = -1,
                          .decay = 0.01,
                          .clip = 1,
                          .layer_decay = 1,
                          .schedule = {SCHEDULE_CONSTANT, 1e-3, 0, 5}};
    optimizer o;
    err e = {0};
    if (!optimizer_open(&o, &how, t->ps, plan.d.L, TINY_HEADS, &e)) die("%s", e.text);
    for (uint32_t k = 0; k < 5; k++) {
        int head = (int)k + 1;
        tiny_step(t, head, k);
        if (!optimizer_step(&o, head, head != TINY_WORDS, &e)) die("%s", e.text);
    }
    optimizer_close(&o);
    arena_close(&mem);
    return tiny_all(t, SLAB_MASTER, n);
}

static void same_for_threads(enum kind kind)
{
    tiny one, two, three;
    size_t n;
    float *a = five_steps(&one, kind, 1, &n), *b = five_steps(&two, kind, 2, &n),
          *c = five_steps(&three, kind, 3, &n);
    assert_true(tiny_same(a, b, n));
    assert_true(tiny_same(a, c, n));
    tiny_close(&one), tiny_close(&two), tiny_close(&three);
}

void threads_give_the_same_bytes(void **state)
{
    (void)state;
    same_for_threads(F32);
}

void threads_give_the_same_bytes_in_bf16(void **state)
{
    (void)state;
    same_for_threads(BF16);
}

static void accumulate(int head, const batch *all, tiny *t)
{
    size_t n;
    double together = step_of(t, all, head, 5, 3, 1), mean = 0;
    float *want = tiny_all(t, SLAB_GRAD, &n);
    t->be->zero(t->ps->grads);
    for (int s = 0; s < all->B; s++) {
        batch one = tiny_alone(t, all, s);
        double share = 0;
        for (int m = 0; m < all->M; m++)
            if (all->rows[m] >= all->start[s] && all->rows[m] < all->start[s + 1])
                share += (double)all->weight[m];
        double mine = 0;
        for (int m = 0; m < one.M; m++) mine += (double)one.weight[m];
        if (share > 0) mean += share / mine * step_of(t, &one, head, 5, 3, share / mine);
    }
    double off = nmse(tiny_all(t, SLAB_GRAD, &n), want, n);
    printf("loss %.9g and %.9g, gradients differ by %.2g\n", together, mean, off);
    assert_true(fabs(mean - together) < 1e-6 * (1 + together));
    assert_true(off < 1e-11);
}

/* A batch's sequences one after the other, each with its share, are the batch. */
void accumulation_equals_one_batch(void **state)
{
    (void)state;
    arena mem = {0};
    net_plan plan = dropping(&mem);
    const int heads[] = {TINY_SENTENCE, TINY_SCORE, TINY_WORDS};
    for (int i = 0; i < 3; i++) {
        tiny t;
        tiny_open(&t, &plan);
        accumulate(heads[i], &t.batches[heads[i]], &t);
        tiny_close(&t);
    }
    arena_close(&mem);
}

void frozen_encoder_has_no_gradient(void **state)
{
    (void)state;
    tiny t, free;
    net_plan plan = tiny_plan();
    tiny_open(&free, &plan);
    plan.freeze_encoder = true;
    tiny_open(&t, &plan);
    for (int h = 0; h < TINY_HEADS; h++) assert_true(tiny_step(&t, h, 0) == tiny_step(&free, h, 0));
    for (int i = 0; i < t.ps->n; i++) {
        const param *p = t.ps->list[i];
        float *g = tiny_copy(&t, p, SLAB_GRAD),
              *want = tiny_copy(&free, free.ps->list[i], SLAB_GRAD);
        size_t n = tensor_count(p->value);
        if (p->part == plan.d.L + 1) {
            assert_true(tiny_same(g, want, n));
        } else {
            assert_null(p->grad.data);
            for (size_t k = 0; k < n; k++) assert_true(g[k] == 0);
        }
    }
    tiny_close(&t);
    tiny_close(&free);
}

void inference_net_answers_as_training_net(void **state)
{
    (void)state;
    tiny a, b;
    net_plan plan = tiny_plan(), infer = tiny_plan();
    infer.train = false;
    tiny_open(&a, &plan);
    tiny_open(&b, &infer);
    assert_null(b.ps->grads.data);
    for (int h = 0; h < TINY_HEADS; h++) assert_true(tiny_loss(&a, h) == tiny_loss(&b, h));
    tiny_close(&a);
    tiny_close(&b);
}

void hidden_kept_or_not_is_the_same(void **state)
{
    (void)state;
    net_plan plan = tiny_plan();
    plan.train = false;
    err e = {0};
    float hidden[2][24 * 32 * 4];
    for (int keep = 0; keep < 2; keep++) {
        tiny t;
        plan.keep_hidden = keep;
        tiny_open(&t, &plan);
        assert_true(net_encode(t.net, &t.batches[TINY_PAIR], &e) &&
                    net_hidden(t.net, 2, hidden[keep], &e));
        size_t n = (size_t)t.batches[TINY_PAIR].N * 32;
        if (keep) assert_true(tiny_same(hidden[0], hidden[1], n));
        tiny_close(&t);
    }
}

void scores_are_probabilities(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    err e = {0};
    for (int h = 0; h < TINY_HEADS; h++) {
        const batch *b = &t.batches[h];
        int K = plan.heads[h].K;
        float *p = TAKE(&t.mem, float, b->M *K), *z = TAKE(&t.mem, float, b->M *K);
        assert_true(net_encode(t.net, b, &e) && net_scores(t.net, b, h, p, &e) &&
                    net_logits(t.net, b, h, z, &e));
        for (int m = 0; m < b->M; m++) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += exp((double)z[m * K + k]);
            for (int k = 0; k < K; k++) {
                double x = (double)z[m * K + k];
                double want = h == TINY_SCORE    ? x
                              : h == TINY_LABELS ? 1 / (1 + exp(-x))
                                                 : exp(x) / sum;
                assert_true(fabs((double)p[m * K + k] - want) < 1e-6);
            }
        }
    }
    tiny_close(&t);
}

/* Several heads, other rows, one encoding. */
void heads_share_one_encoding(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    err e = {0};
    const batch *words = &t.batches[TINY_WORDS];
    batch whole = *words; /* the same sequences with their [CLS]es as rows */
    int32_t names[8] = {0};
    whole.M = words->B, whole.rows = words->start, whole.names = names;
    float tags[2][100 * 5], mood[2][4 * 3];
    assert_true(net_encode(t.net, words, &e) && net_scores(t.net, words, TINY_WORDS, tags[0], &e));
    assert_true(net_scores(t.net, &whole, TINY_SENTENCE, mood[0], &e));
    assert_true(net_scores(t.net, words, TINY_WORDS, tags[1], &e));
    assert_true(tiny_same(tags[0], tags[1], (size_t)words->M * 5));
    assert_true(net_encode(t.net, &whole, &e) &&
                net_scores(t.net, &whole, TINY_SENTENCE, mood[1], &e));
    assert_true(tiny_same(mood[0], mood[1], 12));
    tiny_close(&t);
}

void batch_without_rows_is_nothing(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    batch b = t.batches[TINY_WORDS];
    b.M = 0;
    err e = {0};
    double loss = 7;
    assert_true(net_step(t.net, &b, TINY_WORDS, 1, 1, 1, &loss, &e) && loss == 0);
    assert_true(net_encode(t.net, &b, &e) && net_scores(t.net, &b, TINY_WORDS, NULL, &e));
    tiny_close(&t);
}

void pooler_that_is_not_there(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    plan.pooler = false;
    tiny_open(&t, &plan);
    err e = {0};
    float to[4 * 32];
    assert_true(net_encode(t.net, &t.batches[TINY_SENTENCE], &e));
    assert_false(net_pooled(t.net, &t.batches[TINY_SENTENCE], to, &e));
    assert_string_equal(e.text, "this model has no pooler");
    assert_null(params_find(t.ps, "bert.pooler.dense.weight"));
    tiny_close(&t);
}

static long taken;
static devmem *(*real_take)(size_t);
static devmem *counting_take(size_t bytes)
{
    taken++;
    return real_take(bytes);
}

void steady_state_takes_nothing(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    backend counting = *t.be;
    real_take = counting.take, counting.take = counting_take;
    net *n;
    err e = {0};
    double loss;
    assert_true(net_open(&n, &counting, &plan, &e));
    params_start(net_params(n), 1, 0.02f, -1);
    for (int round = 0; round < 3; round++) {
        if (round == 1) taken = 0; /* the first round has met the largest batch of each head */
        for (int h = 0; h < TINY_HEADS; h++)
            assert_true(net_step(n, &t.batches[h], h, 1, 1, 1, &loss, &e));
        for (int h = 0; h < TINY_HEADS; h++) assert_true(net_loss(n, &t.batches[h], h, &loss, &e));
    }
    assert_int_equal(taken, 0);
    net_close(n);
    tiny_close(&t);
}

void bytes_are_foretold(void **state)
{
    (void)state;
    for (int train = 0; train < 2; train++) {
        tiny t;
        net_plan plan = tiny_plan();
        plan.train = train;
        plan.n_heads = 1;
        tiny_open(&t, &plan);
        const batch *b = &t.batches[0];
        size_t want = net_bytes_for(&plan, b->B, b->N, b->M);
        if (train) tiny_step(&t, 0, 0);
        tiny_loss(&t, 0);
        size_t got = net_bytes(t.net); /* batches' slabs are an eighth larger than was needed */
        printf("foretold %zu, taken %zu\n", want, got);
        assert_true(got >= want && got < want + want / 8 + 1000);
        tiny_close(&t);
    }
}

void layers_share_memory_in_inference(void **state)
{
    (void)state;
    net_plan few = tiny_plan(), many = tiny_plan();
    few.train = many.train = false;
    many.d.L = 12;
    size_t weights = net_bytes_for(&many, 1, 1, 1) - net_bytes_for(&few, 1, 1, 1);
    assert_true(net_bytes_for(&many, 8, 1000, 8) - net_bytes_for(&few, 8, 1000, 8) <= weights);
    many.keep_hidden = true;
    assert_true(net_bytes_for(&many, 8, 1000, 8) - net_bytes_for(&few, 8, 1000, 8) >=
                weights + (size_t)11 * 1000 * 32 * 4);
}

void times_count_operations(void **state)
{
    (void)state;
    tiny t;
    net_plan plan = tiny_plan();
    tiny_open(&t, &plan);
    tiny_step(&t, TINY_SENTENCE, 0);
    net_time times[40];
    int n = net_times(t.net, times, 40);
    bool linear = false, attention = false;
    for (int i = 0; i < n; i++) {
        assert_true(times[i].seconds >= 0 && times[i].calls > 0);
        const batch *b = &t.batches[TINY_SENTENCE];
        double H = 32, F = 64, pairs = 0;
        for (int s = 0; s < b->B; s++) pairs += pow(b->start[s + 1] - b->start[s], 2);
        if (!strcmp(times[i].op, "linear")) {
            linear = true;
            double want = 2.0 * b->N * (4 * H * H + 2 * H * F) * 2 + 2.0 * b->M * (H * H + 3 * H);
            assert_int_equal(times[i].calls, 2 * 4 + 2);
            assert_true(fabs(times[i].gflop * 1e9 / want - 1) < 1e-9);
        }
        if (!strcmp(times[i].op, "attention")) {
            attention = true;
            assert_true(fabs(times[i].gflop * 1e9 / (2 * 4 * pairs * H) - 1) < 1e-9);
        }
    }
    assert_true(linear && attention);
    assert_int_equal(net_times(t.net, times, 40), 0);
    tiny_close(&t);
}
