#include "reading.h"

void hoc_of_the_trainers(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: labels",
          "labels\tsentence\tindex\n0_0,1_0,2_0,3_0,4_0,5_1,6_0,7_1,8_0,9_0\tDNA damage.\t1001_s0\n"
          "0_0,1_0,2_0,3_0,4_0,5_0,6_0,7_0,8_0,9_0\tMethods.\t1001_s1\n");
    assert_int_equal(b.t.n_labels, 10);
    assert_string_equal(b.t.labels[7], "resisting cell death");
    assert_int_equal(b.x.at[0].set[0], 1 << 5 | 1 << 7);
    assert_int_equal(b.x.at[1].set[0], 0);
    assert_true(b.x.at[1].has_gold);
    assert_string_equal(b.x.at[0].doc, "1001");
    assert_string_equal(b.x.at[1].id, "1001_s1");
    arena_close(&b.mem);
}

/* BLUE's script writes four names above three values. */
void hoc_of_blues_script(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: labels, format: hoc",
          "index\tsentence1\tsentence2\tlabel\n9_s0\tDNA damage.\t0_0,1_1\n");
    text_is(b.x.at[0].text, "DNA damage.");
    assert_int_equal(b.x.at[0].set[0], 2);
    arena_close(&b.mem);
}

void labels_by_name_are_gathered_and_sorted(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: labels", "id\tlabels\ttext\na_1\tzoster|asthma\tx\na_2\t\ty\na_3\tgout\tz\n");
    assert_int_equal(b.t.n_labels, 3);
    assert_string_equal(b.t.labels[0], "asthma");
    assert_string_equal(b.t.labels[2], "zoster");
    assert_int_equal(b.x.at[0].set[0], 1 | 4);
    assert_int_equal(b.x.at[1].set[0], 0);
    assert_int_equal(b.x.at[2].set[0], 2);
    arena_close(&b.mem);
}

void label_faults_name_their_line(void **state)
{
    (void)state;
    refuses("kind: labels", "labels\tsentence\tindex\n0_0,10_1\ta\t1\n",
            "file:2: labels as 0_1,1_0,.. with numbers below 10");
    refuses("kind: labels", "labels\tsentence\tindex\n0_0,1_2\ta\t1\n", "here is '1_2'");
    refuses("kind: labels, labels: [a, b]", "labels\tsentence\tindex\na,c\tx\t1\n",
            "file:2: a label of this task (a, b)");
    refuses("kind: labels, format: hoc", "labels\tsentence\tindex\na\tx\n",
            "file:2: 3 columns are expected, here are 2");
}
