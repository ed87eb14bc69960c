/* Batches: sequences end to end, and which rows count. */
#include "base/random.h"
#include "letters.h"
#include <math.h>
#include <string.h>

void batch_lays_sequences_end_to_end(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_PAIR);
    example x[3] = {{.id = "1", .text = STR("a"), .text2 = STR("b c"), .label = 2},
                    {.id = "2", .text = STR("d e"), .text2 = STR("a"), .label = -1},
                    {.id = "3", .text = STR("e"), .label = 1}};
    examples all = letters_list(x, 3);
    pack_rules r = pack_default();
    packs p = letters_pack(&t, &all, &r);
    batch b;
    static const int chosen[] = {2, 0, 1};
    batch_make(&b, &t, &all, &p, chosen, 3, 1000, &letters_mem);
    assert_true(b.B == 3 && b.N == 3 + 6 + 6 && b.M == 3 && b.longest == 6);
    assert_true(b.start[0] == 0 && b.start[1] == 3 && b.start[2] == 9 && b.start[3] == 15);
    assert_true(b.who[0] == 1002 && b.who[1] == 1000 && b.who[2] == 1001);
    for (int i = 0; i < 3; i++) {
        const packed *s = b.from[i];
        assert_ptr_equal(s, &p.at[chosen[i]]);
        assert_memory_equal(b.ids + b.start[i], s->ids, (size_t)s->n * 4);
        assert_memory_equal(b.types + b.start[i], s->types, (size_t)s->n * 4);
        for (int k = 0; k < s->n; k++) assert_int_equal(b.places[b.start[i] + k], k);
        assert_int_equal(b.rows[i], b.start[i]);
        assert_true(b.names[2 * i] == (int32_t)b.who[i] && b.names[2 * i + 1] == 0);
    }
    assert_true(b.gold[0] == 1 && b.gold[1] == 2 && b.gold[2] == -1);
    assert_true(b.counted == 2 && b.weight[0] == 0.5f && b.weight[1] == 0.5f && b.weight[2] == 0);
    assert_null(b.target);
    letters_close();
}

void batch_weighs_only_the_words_a_window_owns(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_WORDS);
    int tags[40];
    for (int i = 0; i < 40; i++) tags[i] = i % 3;
    example x[2] = {letters_words(40, 1, tags), letters_words(3, 1, NULL)};
    examples all = letters_list(x, 2);
    pack_rules r = {.most = 22, .overlap = 6};
    packs p = letters_pack(&t, &all, &r);
    int chosen[20], n = p.n;
    for (int i = 0; i < n; i++) chosen[i] = i;
    batch b;
    batch_make(&b, &t, &all, &p, chosen, n, 0, &letters_mem);
    assert_int_equal(b.counted, 40);
    assert_true(b.M > 43);
    double sum = 0;
    for (int i = 0, m = 0; i < n; i++)
        for (int k = 0; k < p.at[i].n_rows; k++, m++) {
            const packed *s = &p.at[i];
            assert_int_equal(b.rows[m], b.start[i] + s->rows[k]);
            assert_int_equal(b.names[2 * m + 1], s->rows[k]);
            assert_int_equal(b.gold[m], s->example ? -1 : tags[s->word[k]]);
            assert_int_equal(b.weight[m] > 0, s->owns[k] && !s->example);
            sum += (double)b.weight[m];
        }
    assert_true(fabs(sum - 1) < 1e-6);
    letters_close();
}

void batch_carries_scores_and_sets(void **state)
{
    (void)state;
    letters_open();
    task t = letters_task(KIND_SCORE);
    example x[2] = {{.id = "1",
                     .text = STR("a"),
                     .text2 = STR("b"),
                     .score = 3.5,
                     .has_gold = true,
                     .label = -1},
                    {.id = "2", .text = STR("a"), .text2 = STR("b"), .label = -1}};
    examples all = letters_list(x, 2);
    pack_rules r = pack_default();
    packs p = letters_pack(&t, &all, &r);
    batch b;
    static const int chosen[] = {0, 1};
    batch_make(&b, &t, &all, &p, chosen, 2, 0, &letters_mem);
    assert_true(b.target[0] == 3.5f && b.weight[0] == 1 && b.weight[1] == 0 && b.gold[0] == -1);
    t = letters_task(KIND_LABELS);
    uint64_t set = 1 | 4;
    x[1].set = &set;
    p = letters_pack(&t, &all, &r);
    batch_make(&b, &t, &all, &p, chosen, 2, 0, &letters_mem);
    static const float want[] = {0, 0, 0, 1, 0, 1};
    assert_memory_equal(b.target, want, sizeof want);
    assert_true(b.weight[0] == 0 && b.weight[1] == 1 && b.counted == 1);
    letters_close();
}
