/* Inference over packed examples: answers come back in order, by word, whatever the batches were. */
#include "model/infer.h"
#include "model/tiny.h"
#include "tests.h"
#include <math.h>
#include <string.h>

enum { K = 5, SEQUENCES = 5, EXAMPLES = 4 };
static const char *tags[K] = {"B-x", "I-x", "O", "B-y", "I-y"};

/* Four examples of tagged words; the second is two windows that overlap in its words 2 and 3, the third has a word without a piece. */
typedef struct corpus {
    task t;
    examples x;
    packs p;
    arena mem;
} corpus;

static void add(corpus *c, int i, int of, int n, int rows, const int *word, const int *owns)
{
    packed *s = &c->p.at[i];
    *s = (packed){.n = n, .n_rows = rows, .example = of};
    s->ids = TAKE(&c->mem, int32_t, n);
    s->types = TAKE(&c->mem, int32_t, n);
    s->rows = TAKE(&c->mem, int32_t, rows);
    s->word = TAKE(&c->mem, int32_t, rows);
    s->owns = TAKE(&c->mem, uint8_t, rows);
    for (int k = 0; k < n; k++) s->ids[k] = 1 + (i * 17 + k * 5) % 59;
    for (int r = 0; r < rows; r++)
        s->rows[r] = 1 + r, s->word[r] = word[r], s->owns[r] = (uint8_t)owns[r];
}

static void make(corpus *c)
{
    *c = (corpus){.t = {.name = "tag", .kind = KIND_WORDS, .labels = tags, .n_labels = K}};
    static const int words[EXAMPLES] = {2, 6, 3, 1};
    c->x = (examples){.at = TAKE(&c->mem, example, EXAMPLES), .n = EXAMPLES};
    for (int i = 0; i < EXAMPLES; i++) {
        c->x.at[i].n_words = words[i];
        c->x.at[i].tags = TAKE(&c->mem, int, words[i]);
        for (int w = 0; w < words[i]; w++) c->x.at[i].tags[w] = (i + w) % K;
        c->x.at[i].has_gold = true;
    }
    c->p = (packs){.at = TAKE(&c->mem, packed, SEQUENCES), .n = SEQUENCES};
    const int up[] = {0, 1, 2, 3, 4, 5}, later[] = {2, 3, 4, 5}, gap[] = {0, 2},
              all[] = {1, 1, 1, 1, 1, 1};
    const int first[] = {1, 1, 1, 0}, second[] = {0, 1, 1, 1};
    add(c, 0, 0, 5, 2, up, all);
    add(c, 1, 1, 8, 4, up, first);
    add(c, 2, 1, 9, 4, later, second);
    add(c, 3, 2, 4, 2, gap, all);
    add(c, 4, 3, 3, 1, up, all);
}

static void infer(tiny *t, corpus *c, int most, answer *to, double *loss)
{
    err e = {0};
    if (!infer_all(t->net, TINY_WORDS, &c->t, &c->x, &c->p, most, &c->mem, to, loss, NULL, NULL,
                   &e))
        die("%s", e.text);
}

static void open_tagger(tiny *t, corpus *c)
{
    net_plan plan = tiny_plan();
    plan.train = false;
    tiny_open(t, &plan);
    make(c);
}

/* What window s alone says of its row r. */
static void row_of(tiny *t, corpus *c, int s, int r, float *to)
{
    err e = {0};
    batch b;
    batch_make(&b, &c->t, &c->x, &c->p, &s, 1, 0, &c->mem);
    float *scores = TAKE(&c->mem, float, b.M *K);
    assert_true(net_encode(t->net, &b, &e) && net_scores(t->net, &b, TINY_WORDS, scores, &e));
    memcpy(to, scores + r * K, K * sizeof *to);
}

void infer_takes_the_owner_window(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer a[EXAMPLES];
    infer(&t, &c, 0, a, NULL);
    const struct {
        int example, word, sequence, row;
    } owners[] = {{0, 0, 0, 0}, {0, 1, 0, 1}, {1, 0, 1, 0}, {1, 2, 1, 2}, {1, 3, 2, 1},
                  {1, 5, 2, 3}, {2, 0, 3, 0}, {2, 2, 3, 1}, {3, 0, 4, 0}};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        float want[K];
        row_of(&t, &c, owners[i].sequence, owners[i].row, want);
        assert_true(largest_difference(a[owners[i].example].scores + owners[i].word * K, want, K) <
                    1e-6);
    }
    tiny_close(&t);
    arena_close(&c.mem);
}

void infer_word_without_pieces_is_outside(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer a[EXAMPLES];
    infer(&t, &c, 0, a, NULL);
    const float none[K] = {0};
    assert_int_equal(a[2].best[1], 2); /* "O" */
    assert_memory_equal(a[2].scores + K, none, sizeof none);
    tiny_close(&t);
    arena_close(&c.mem);
}

void infer_ignores_the_batch_size(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer whole[EXAMPLES], single[EXAMPLES];
    double loss[2];
    infer(&t, &c, 0, whole, &loss[0]);
    infer(&t, &c, 1, single, &loss[1]);
    for (int i = 0; i < EXAMPLES; i++) {
        size_t n = (size_t)c.x.at[i].n_words;
        assert_true(largest_difference(whole[i].scores, single[i].scores, n * K) < 1e-6);
        assert_memory_equal(whole[i].best, single[i].best, n * sizeof(int));
    }
    printf("losses %.9g and %.9g\n", loss[0], loss[1]);
    assert_true(fabs(loss[0] - loss[1]) < 1e-6);
    tiny_close(&t);
    arena_close(&c.mem);
}

void infer_loss_is_the_mean_over_words(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer a[EXAMPLES];
    double loss, sum = 0;
    int n = 0;
    infer(&t, &c, 10, a, &loss);
    for (int i = 0; i < EXAMPLES; i++)
        for (int w = 0; w < c.x.at[i].n_words; w++) {
            if (i == 2 && w == 1) continue; /* has no row */
            sum -= log((double)a[i].scores[w * K + c.x.at[i].tags[w]]), n++;
        }
    assert_true(fabs(loss - sum / n) < 1e-6);
    tiny_close(&t);
    arena_close(&c.mem);
}

void infer_is_the_same_twice(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer a[EXAMPLES], b[EXAMPLES];
    infer(&t, &c, 12, a, NULL);
    infer(&t, &c, 12, b, NULL);
    for (int i = 0; i < EXAMPLES; i++)
        assert_true(tiny_same(a[i].scores, b[i].scores, (size_t)c.x.at[i].n_words * K));
    tiny_close(&t);
    arena_close(&c.mem);
}

void infer_first_maximum_wins(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    const float zeros[K * 32] = {0}, bias[K] = {0, 1, 0, 1, 1};
    params_put(t.ps, tiny_param(&t, "tasks.tag.classifier.weight"), 0, zeros);
    params_put(t.ps, tiny_param(&t, "tasks.tag.classifier.bias"), 0, bias);
    answer a[EXAMPLES];
    infer(&t, &c, 0, a, NULL);
    for (int w = 0; w < 6; w++) assert_int_equal(a[1].best[w], 1);
    tiny_close(&t);
    arena_close(&c.mem);
}

static void note(void *ctx, int done, int all)
{
    int *seen = ctx;
    assert_true(done > *seen && done <= all && all == SEQUENCES);
    *seen = done;
}

void infer_tells_how_far_it_is(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    answer a[EXAMPLES];
    int seen = 0;
    err e = {0};
    assert_true(
        infer_all(t.net, TINY_WORDS, &c.t, &c.x, &c.p, 9, &c.mem, a, NULL, note, &seen, &e));
    assert_int_equal(seen, SEQUENCES);
    tiny_close(&t);
    arena_close(&c.mem);
}

/* One row an example: a number, and several labels. */
void infer_one_row_kinds(void **state)
{
    (void)state;
    tiny t;
    corpus c;
    open_tagger(&t, &c);
    c.t.kind = KIND_SCORE, c.t.n_labels = 0;
    c.p.n = 3;
    c.x.n = 3;
    for (int s = 0; s < 3; s++)
        c.p.at[s].example = 2 - s, c.p.at[s].n_rows = 1, c.p.at[s].rows[0] = 0;
    answer a[EXAMPLES], b[EXAMPLES];
    err e = {0};
    assert_true(infer_all(t.net, TINY_SCORE, &c.t, &c.x, &c.p, 0, &c.mem, a, NULL, NULL, NULL, &e));
    c.t.kind = KIND_LABELS, c.t.n_labels = 4;
    assert_true(
        infer_all(t.net, TINY_LABELS, &c.t, &c.x, &c.p, 0, &c.mem, b, NULL, NULL, NULL, &e));
    for (int s = 0; s < 3; s++) {
        batch one;
        float want[4];
        c.t.kind = KIND_SCORE;
        batch_make(&one, &c.t, &c.x, &c.p, &s, 1, 0, &c.mem);
        assert_true(net_encode(t.net, &one, &e) && net_scores(t.net, &one, TINY_SCORE, want, &e));
        assert_true(fabsf(a[2 - s].scores[0] - want[0]) < 1e-5f);
        assert_true(net_scores(t.net, &one, TINY_LABELS, want, &e));
        assert_true(largest_difference(b[2 - s].scores, want, 4) < 1e-6);
        assert_null(b[2 - s].best);
    }
    tiny_close(&t);
    arena_close(&c.mem);
}
