/* What a model keeps of its arguments. */
#include "corpus/arguments.h"
#include "corpus/formats.h"
#include "tests.h"

void arguments_are_those_seen(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    task t;
    examples x;
    assert_true(task_named(&t, STR("re"), "test", 1, &mem, &e));
    t.kind = KIND_RELATION, t.open_labels = true, t.format = "blue-tsv";
    if (!examples_parse(
            &x, &t, "test",
            STR("index\tsentence\tlabel\n1\t@GENE$ and @CHEMICAL$\ta\n2\t@CHEMICAL$ and "
                "@GENE$\ta\n3\t@DRUG$, @DRUG$\tb\n4\ta @CHEM-GENE$\tb\n5\tnone\tb\n"),
            true, &mem, &e))
        fail_msg("%s", e.text);
    t.seen = arguments_seen(&x, &mem, &t.n_seen);
    assert_int_equal(t.n_seen, 3);
    assert_string_equal(t.seen[0], "CHEM-GENE");
    assert_string_equal(t.seen[1], "CHEMICAL GENE");
    assert_string_equal(t.seen[2], "DRUG DRUG");
    assert_string_equal(arguments_both(&t), "CHEM-GENE");
    assert_true(str_is(arguments_tag(&t, STR("chemical")), "CHEMICAL"));
    assert_null(arguments_tag(&t, STR("Disease")).at);
    assert_null(arguments_tag(&t, STR("CHEM-GENE")).at);
    assert_true(arguments_pair(&t, STR("GENE"), STR("CHEMICAL")));
    assert_false(arguments_pair(&t, STR("GENE"), STR("DRUG")));
    arena_close(&mem);
}
