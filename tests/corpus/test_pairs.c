#include "reading.h"

#define NLI "kind: pair, labels: [contradiction, neutral, entailment]"
#define STS "kind: score, range: [0, 5]"

void mednli_tsv_by_its_header(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads(&b, NLI ", format: mednli",
          "label\tindex\tsentence1\tsentence2\nentailment\tp-12\tPt afebrile.\tNo fever.\n");
    reads(&c, NLI ", format: mednli",
          "index\tsentence1\tsentence2\tlabel\np-12\tPt afebrile.\tNo fever.\tentailment\n");
    for (int i = 0; i < 2; i++) {
        const example *x = i ? c.x.at : b.x.at;
        text_is(x->text, "Pt afebrile.");
        text_is(x->text2, "No fever.");
        assert_int_equal(x->label, 2);
        assert_string_equal(x->id, "p-12");
        assert_string_equal(x->doc, "p-12");
    }
    arena_close(&b.mem), arena_close(&c.mem);
}

void mednli_json_lines_leave_out_what_has_no_gold(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, NLI ", format: mednli",
          "{\"gold_label\": \"neutral\", \"pairID\": \"a\", \"sentence1\": \"x\", \"sentence2\": "
          "\"y\", \"more\": [1]}\n\n"
          "{\"gold_label\": \"-\", \"pairID\": \"b\", \"sentence1\": \"x\", \"sentence2\": \"y\"}\n"
          "{\"gold_label\": \"entailment\", \"pairID\": \"c\", \"sentence1\": \"x\\u03b1\", "
          "\"sentence2\": \"y\"}");
    assert_int_equal(b.x.n, 2);
    assert_int_equal(b.x.skipped, 1);
    assert_string_equal(b.x.at[1].id, "c");
    assert_int_equal(b.x.at[1].line, 4);
    text_is(b.x.at[1].text, "x\xce\xb1");
    arena_close(&b.mem);
}

void sts_last_three_of_nine_columns(void **state)
{
    (void)state;
    bench b = {0}, c = {0}, d = {0};
    reads(&b, STS,
          "i\tg\tf\ty\to\ts\ts\tone\ttwo\tpoints\n0\tg\tf\t1\t0\ts\ts\tA fever.\tNo fever.\t2.5\n");
    assert_int_equal(b.x.n, 1);
    text_is(b.x.at[0].text, "A fever.");
    text_is(b.x.at[0].text2, "No fever.");
    assert_float_equal(b.x.at[0].score, 2.5, 0);
    /* by name where the header has the names; a number in the last column of the first line means that there is no header */
    reads(&c, STS,
          "index\tscore\tf\ty\to\ts\ts\tsentence1\tsentence2\n0\t4\tf\t1\t0\ts\ts\tA fever.\tNo "
          "fever.\n");
    assert_float_equal(c.x.at[0].score, 4, 0);
    reads(&d, STS,
          "0\tg\tf\t1\t0\ts\ts\tA fever.\tNo fever.\t0\n0\tg\tf\t1\t0\ts\ts\tA fever.\tNo "
          "fever.\t5\n");
    assert_int_equal(d.x.n, 2);
    arena_close(&b.mem), arena_close(&c.mem), arena_close(&d.mem);
}

void sts_of_blues_script(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, STS ", format: sts", "index\tsentence1\tsentence2\tscore\n7\ta\tb\t3\n");
    assert_string_equal(b.x.at[0].id, "7");
    assert_float_equal(b.x.at[0].score, 3, 0);
    arena_close(&b.mem);
}

void pair_faults_name_their_line(void **state)
{
    (void)state;
    const char *head = "index\tsentence1\tsentence2\tscore\n";
    bench b = {0};
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\tb\thigh\n", head),
            "file:2: a number is expected, here is 'high'");
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\tb\t\n", head),
            "file:2: a number is expected");
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\tb\tnan\n", head),
            "file:2: a number is expected");
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\tb\t5.5\n", head),
            "file:2: a score from 0 to 5 is expected, here is 5.5");
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\t\t5\n", head),
            "file:2: a second text is expected");
    refuses(STS ", format: sts", str_format(&b.mem, "%s1\ta\tb\t5\n1\ta\tb\t4\n", head),
            "file:3: the id '1' stands in line 2");
    refuses(STS, "i\tg\tf\ty\to\ts\ts\tone\ttwo\tpoints\n0\tg\tA fever.\tNo fever.\t2.5\n",
            "file:2: 10 columns are expected, here are 5");
    refuses(NLI ", format: mednli", "label\tindex\tsentence1\nneutral\t1\ta\n",
            "file:1: a column 'sentence2 or hypothesis'");
    refuses(NLI ", format: mednli", "{\"gold_label\": \"neutral\", \"sentence1\": \"x\"}\n",
            "file:1: a key \"text2\" with a text is expected");
    refuses(NLI ", format: mednli",
            "{\"gold_label\": \"maybe\", \"sentence1\": \"x\", \"sentence2\": \"y\"}\n",
            "here is 'maybe'");
    arena_close(&b.mem);
}
