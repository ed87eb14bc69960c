/* Whole corpora: the invented ones of the demo, and public ones where MTBERT_CORPORA says where they are. */
#include "base/file.h"
#include "reading.h"
#include <stdlib.h>

static void study_tasks(bench *b, const char *path, yaml **tasks)
{
    yaml *all;
    if (!yaml_read(path, &b->mem, &all, &b->e)) fail_msg("%s", b->e.text);
    *tasks = yaml_get(all, "tasks");
    assert_non_null(*tasks);
}

void demo_corpora_are_read_whole(void **state)
{
    (void)state;
    bench b = {0};
    yaml *tasks;
    int kinds = 0, n = 0;
    study_tasks(&b, "studies/demo.yaml", &tasks);
    for (yaml *y = tasks->first; y; y = y->next, n++) {
        task t;
        if (!task_read(&t, y, "studies", &b.mem, &b.e)) fail_msg("%s", b.e.text);
        kinds |= 1 << t.kind;
        for (int s = 0; s < SPLITS; s++) {
            if (!examples_read(&b.x, &t, (enum split)s, true, &b.mem, &b.e))
                fail_msg("%s", b.e.text);
            assert_true(b.x.n >= (s == SPLIT_TRAIN ? 300 : 75));
            assert_int_equal(b.x.unmasked, 0);
            assert_true(t.kind != KIND_WORDS || b.x.mentions > 60);
        }
    }
    assert_int_equal(n, 10);
    assert_int_equal(kinds, (1 << KINDS) - 1);
    arena_close(&b.mem);
}

void demo_corpora_are_what_the_generator_makes(void **state)
{
    (void)state;
    bench b = {0};
    const char *dir = test_dir();
    assert_int_equal(
        system(str_format(&b.mem, "tools/make-corpora %s/corpora && diff -r %s/corpora corpora",
                          dir, dir)),
        0);
    arena_close(&b.mem);
}

/* Examples and mentions of the three splits. The disease dev file has two mentions more than the corpus. */
static void counts_are(const char *map, const char *const files[3], const int n[3],
                       const int mentions[3])
{
    bench b = {0};
    assert_true(task_from(&b, map));
    for (int i = 0; i < 3; i++) {
        const char *path = path_join(&b.mem, test_corpora(), files[i]);
        if (!examples_read_file(&b.x, &b.t, path, true, &b.mem, &b.e)) fail_msg("%s", b.e.text);
        assert_int_equal(b.x.n, n[i]);
        if (mentions) assert_int_equal(b.x.mentions, mentions[i]);
    }
    arena_close(&b.mem);
}

void bc5cdr_has_its_mentions(void **state)
{
    (void)state;
    static const int sentences[] = {4560, 4581, 4797};
#define IOB(type)                                                 \
    (const char *const[]){"BC5CDR/BC5CDR-" type "-IOB/train.tsv", \
                          "BC5CDR/BC5CDR-" type "-IOB/devel.tsv", \
                          "BC5CDR/BC5CDR-" type "-IOB/test.tsv"}
    counts_are("kind: words, labels: [Disease]", IOB("disease"), sentences,
               (const int[]){4182, 4246, 4424});
    counts_are("kind: words, labels: [Chemical]", IOB("chem"), sentences,
               (const int[]){5203, 5347, 5385});
}

void sick_has_its_pairs(void **state)
{
    (void)state;
    static const char *const files[] = {"SICK/SICK_train.txt", "SICK/SICK_trial.txt",
                                        "SICK/SICK_test_annotated.txt"};
    static const int n[] = {4500, 500, 4927};
    counts_are("kind: score, text: sentence_A, text2: sentence_B, label: relatedness_score, id: "
               "pair_ID, range: [1, 5]",
               files, n, NULL);
    counts_are("kind: pair, text: sentence_A, text2: sentence_B, label: entailment_judgment, "
               "labels: [CONTRADICTION, NEUTRAL, ENTAILMENT]",
               files, n, NULL);
}

void biosses_has_its_pairs(void **state)
{
    (void)state;
    bench b = {0};
    assert_true(task_from(&b, "kind: score, range: [0, 4]"));
    if (!examples_read_file(&b.x, &b.t, path_join(&b.mem, test_corpora(), "BIOSSES/all.tsv"), true,
                            &b.mem, &b.e))
        fail_msg("%s", b.e.text);
    assert_int_equal(b.x.n, 100);
    arena_close(&b.mem);
}
