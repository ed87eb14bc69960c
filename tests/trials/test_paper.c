/* The studies of the paper's tables: what they say of a corpus is what `mtbert prepare` makes of it. */
#include "base/file.h"
#include "base/yaml.h"
#include "corpus/prepare/prepare.h"
#include "tests.h"
#include "trials/study.h"
#include <string.h>

/* The folder of the task's train.tsv is named as its corpus. */
static void is_as_prepared(const task *t, arena *mem)
{
    err e = {0};
    yaml *all;
    task own;
    const char *dir = path_dir(mem, t->files[SPLIT_TRAIN]), *name = strrchr(dir, '/') + 1;
    const recipe *r = recipe_named(name);
    if (!r) fail_msg("%s: prepare knows no corpus %s", t->name, name);
    str map = str_of(str_format(mem, "it: {%s}\n", r->task));
    if (!yaml_parse(map, "recipe", mem, &all, &e) || !task_read(&own, all->first, NULL, mem, &e))
        fail_msg("%s", e.text);
    assert_int_equal(t->kind, own.kind);
    assert_int_equal(t->n_labels, own.n_labels);
    for (int i = 0; i < own.n_labels; i++)
        if (task_label(t, str_of(own.labels[i])) < 0) fail_msg("%s: no %s", name, own.labels[i]);
    assert_true(t->score_low == own.score_low && t->score_high == own.score_high);
    for (int s = 0; s < SPLITS; s++)
        if (strncmp(t->files[s], dir, strlen(dir)) != 0)
            fail_msg("%s is of another corpus", t->files[s]);
}

void paper_studies_are_of_prepared_corpora(void **state)
{
    (void)state;
    static const int tasks[] = {4, 4, 4, 4, 8}, runs[] = {3, 3, 2, 2, 3};
    for (int i = 0; i < 5; i++) {
        arena mem = {0};
        err e = {0};
        study s;
        const char *path = str_format(&mem, "studies/paper/table-%d.yaml", i + 2);
        if (!study_read(&s, path, &mem, &e)) fail_msg("%s", e.text);
        assert_int_equal(s.n_tasks, tasks[i]);
        assert_int_equal(s.n_stages, runs[i]);
        assert_int_equal(s.preset, PRESET_PAPER);
        for (int k = 0; k < s.n_tasks; k++) is_as_prepared(&s.tasks[k], &mem);
        arena_close(&mem);
    }
}
