#include "corpus/tags.h"
#include "reading.h"

/* Chunks of a line of tags, as "first-last:type" each. */
static void chunks_are(const char *tags, const char *want)
{
    bench b = {0};
    tagset s;
    chunk found[64];
    int ids[64], n = 0;
    assert_true(task_from(&b, strstr(tags, "-") ? "kind: words, labels: [A, B, D]"
                                                : "kind: words, labels: [O, B, I]"));
    assert_true(tagset_of(&s, &b.t, &b.mem, &b.e));
    for (str rest = str_of(tags); rest.at;) ids[n++] = task_label(&b.t, str_cut(&rest, ' '));
    text all = {0};
    text_add(&all, STR(""));
    int count = tags_chunks(&s, ids, n, found);
    for (int i = 0; i < count; i++)
        text_format(&all, "%s%d-%d:%s", i ? " " : "", found[i].first, found[i].last,
                    s.types[found[i].type]);
    if (strcmp(all.at ? all.at : "", want))
        fail_msg("'%s' gives '%s', not '%s'", tags, all.at ? all.at : "", want);
    text_close(&all);
    arena_close(&b.mem);
}

/* The golden cases of conlleval's semantics; a prediction that is no tag of the task (X, CLS, SEP) counts as O here. */
void chunks_follow_conlleval(void **state)
{
    (void)state;
    chunks_are("B O O", "0-0:");
    chunks_are("B I O", "0-1:");
    chunks_are("O O", "");
    chunks_are("O B O", "1-1:");
    chunks_are("B I I O", "0-2:");
    chunks_are("B O B", "0-0: 2-2:");
    chunks_are("O I O", "1-1:");
    chunks_are("B O I", "0-0: 2-2:");
    chunks_are("B I I", "0-2:");
    chunks_are("O B I O", "1-2:");
    chunks_are("O I I O", "1-2:");
    chunks_are("I I O", "0-1:");
    chunks_are("B I O", "0-1:");
    chunks_are("B B", "0-0: 1-1:");
    chunks_are("B I", "0-1:");
    chunks_are("B", "0-0:");
    chunks_are("I", "0-0:");
}

void chunks_change_with_the_type(void **state)
{
    (void)state;
    chunks_are("B-A I-A", "0-1:A");
    chunks_are("B-A I-B", "0-0:A 1-1:B");
    chunks_are("B-A O", "0-0:A");
    chunks_are("B-B O", "0-0:B");
    chunks_are("I-A I-B I-B O I-B", "0-0:A 1-2:B 4-4:B");
    chunks_are("B-A B-A I-A", "0-0:A 1-2:A");
}

void tagset_refuses_what_is_no_tag(void **state)
{
    (void)state;
    bench b = {0};
    tagset s;
    const char *labels[] = {"O", "B-D", "X"};
    b.t = (task){.name = "it", .kind = KIND_WORDS, .labels = labels, .n_labels = 3};
    assert_false(tagset_of(&s, &b.t, &b.mem, &b.e));
    assert_non_null(strstr(b.e.text, "'X' is no tag"));
    arena_close(&b.mem);
}

/* Words that are longer than a mention, on either side, on both, or are cut by it. */
void tags_of_mentions_take_the_word_that_holds_one(void **state)
{
    (void)state;
    const span words[] = {{0, 10}, {11, 20}};
    static const struct {
        span at;
        int first, second;
    } cases[] = {
        {{0, 4}, 0, -1},   {{6, 10}, 0, -1}, {{3, 6}, 0, -1},   {{0, 10}, 0, -1},
        {{11, 15}, -1, 0}, {{0, 20}, 0, 0},  {{5, 15}, -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span at = cases[i].at;
        doc_mention m = {.at = &at, .n = 1};
        const doc_mention *of = &m;
        int to[2];
        bool begins[2];
        int lost = tags_of_mentions(words, 2, &of, 1, to, begins);
        assert_true(to[0] == cases[i].first && to[1] == cases[i].second);
        assert_true(lost == (to[0] < 0 && to[1] < 0));
        assert_true((to[0] < 0 || begins[0]) && begins[1] == (to[0] < 0 && to[1] == 0));
    }
}
