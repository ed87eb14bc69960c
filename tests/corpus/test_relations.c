#include "corpus/formats/collect.h"
#include "reading.h"

#define RELATION "kind: relation, labels: [\"CPR:3\", \"CPR:4\", \"false\"]"

void relations_of_blue(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, RELATION,
          "index\tsentence\tlabel\n77.T1.T9\t@CHEMICAL$ blocked @GENE$.\tCPR:4\r\n\n77.T2.T9\tNo "
          "@GENE$ by @CHEMICAL$\tfalse");
    assert_int_equal(b.x.n, 2);
    assert_int_equal(b.t.negative, 2);
    assert_string_equal(b.x.at[0].id, "77.T1.T9");
    assert_string_equal(b.x.at[0].doc, "77");
    assert_int_equal(b.x.at[0].label, 1);
    assert_int_equal(b.x.at[1].label, 2);
    assert_int_equal(b.x.at[1].line, 4);
    text_is(b.x.at[0].text, "@CHEMICAL$ blocked @GENE$.");
    arena_close(&b.mem);
}

static void arguments_are(const char *s, size_t a, size_t a_end, size_t b, size_t b_end)
{
    span args[2];
    assert_int_equal(find_arguments(str_of(s), args), a_end > 0);
    assert_int_equal(args[0].start, a);
    assert_int_equal(args[0].end, a_end);
    assert_int_equal(args[1].start, b);
    assert_int_equal(args[1].end, b_end);
}

void arguments_are_found_in_text_order(void **state)
{
    (void)state;
    arguments_are("@CHEMICAL$ binds @GENE$", 0, 10, 17, 23);
    arguments_are("\xce\xb1 @GENE$ of @CHEMICAL$", 3, 9, 13, 23);
    arguments_are("the @CHEM-GENE$ complex", 4, 15, 4,
                  15); /* two overlapping arguments have one tag */
    arguments_are("@drug_n$@drug$", 0, 8, 8, 14);
    arguments_are("mail a@b.org costs $5 @ 3$ @$", 0, 0, 0, 0);
    arguments_are("@GENE", 0, 0, 0, 0);
    arguments_are("", 0, 0, 0, 0);
}

void relations_without_tags_are_counted(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, RELATION,
          "index\tsentence\tlabel\n1.a.b\tno tag\tCPR:3\n1.a.c\t@GENE$ @GENE$\tfalse\n");
    assert_int_equal(b.x.unmasked, 1);
    assert_int_equal(b.x.at[0].args[0].end, 0);
    arena_close(&b.mem);
}

/* A pair with several labels has several rows in BLUE's files. */
void relations_with_two_labels_keep_both_rows(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, RELATION, "index\tsentence\tlabel\n1.a.b\t@A$ @B$\tCPR:3\n1.a.b\t@A$ @B$\tCPR:4\n");
    assert_string_equal(b.x.at[0].id, "1.a.b");
    assert_string_equal(b.x.at[1].id, "1.a.b#2");
    assert_string_equal(b.x.at[1].doc, "1");
    refuses(RELATION, "index\tsentence\tlabel\n1.a.b\t@A$ @B$\tCPR:3\n1.a.b\t@A$ @B$\tCPR:3\n",
            "file:3: the id '1.a.b' stands in line 2 already");
    arena_close(&b.mem);
}

void relations_of_ddi_have_their_document(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: relation",
          "index\tsentence\tlabel\nDDI-DrugBank.d0.s1.p0\t@DRUG$ @DRUG$\tDDI-int\n"
          "DDI-DrugBank.d12.s1.p0\t@DRUG$ @DRUG$\tDDI-false\n");
    assert_string_equal(b.x.at[0].doc, "DDI-DrugBank.d0");
    assert_string_equal(b.x.at[1].doc, "DDI-DrugBank.d12");
    assert_string_equal(b.t.labels[b.t.negative], "DDI-false"); /* the default, from open labels */
    assert_int_equal(b.x.at[0].label, 1);
    arena_close(&b.mem);
}

void quoting_is_found_out(void **state)
{
    (void)state;
    bench b = {0}, c = {0}, d = {0}, f = {0};
    const char *csv =
        "index\tsentence\tlabel\n1\t\"a \"\"clean\"\" @A$ @B$\"\tCPR:3\n2\tb @A$ @B$\tfalse\n";
    reads(&b, RELATION, csv);
    text_is(b.x.at[0].text, "a \"clean\" @A$ @B$");
    /* One field that begins with a quote and does not end as csv wants: quotes are text everywhere. */
    reads(&c, RELATION,
          "index\tsentence\tlabel\n1\t\"a\" @A$ @B$\tCPR:3\n2\t\"b @A$ @B$\"\tfalse\n");
    text_is(c.x.at[0].text, "\"a\" @A$ @B$");
    text_is(c.x.at[1].text, "\"b @A$ @B$\"");
    reads(&d, RELATION ", quoting: none", csv);
    text_is(d.x.at[0].text, "\"a \"\"clean\"\" @A$ @B$\"");
    reads(&f, RELATION ", quoting: csv",
          "index\tsentence\tlabel\n1\t\"a\n@A$ @B$\"\tCPR:3\n2\tb\tfalse\n");
    text_is(f.x.at[0].text, "a\n@A$ @B$");
    assert_int_equal(f.x.at[1].line, 4); /* lines are those of the file */
    /* a quote that is only closed in another line is no quoting */
    bench g = {0};
    reads(&g, RELATION, "index\tsentence\tlabel\n1\t\"a @A$ @B$\tCPR:3\n2\tb @A$ @B$\"\tfalse\n");
    assert_int_equal(g.x.n, 2);
    arena_close(&g.mem);
    refuses(RELATION ", quoting: csv", "index\tsentence\tlabel\n1\t\"a\" @A$ @B$\tCPR:3\n",
            "file:2: column 2: a quote is open");
    arena_close(&b.mem), arena_close(&c.mem), arena_close(&d.mem), arena_close(&f.mem);
}

void relation_faults_name_their_line(void **state)
{
    (void)state;
    refuses(RELATION, "index\tsentence\tlabel\n1\ta\n",
            "file:2: 3 columns are expected, here are 2");
    refuses(RELATION, "index\tsentence\tlabel\n1\ta\tCPR:3\tx\n",
            "file:2: 3 columns are expected, here are 4");
    refuses(RELATION, "index\tsentence\tlabel\n1\ta\tCPR:5\n",
            "file:2: a label of this task (CPR:3, CPR:4, false) is expected, here is 'CPR:5'");
    refuses(RELATION, "index\tsentence\tlabel\n1\t \tCPR:3\n", "file:2: a text is expected");
    refuses(RELATION ", format: blue-tsv", "1\ta\tCPR:3\n",
            "file:1: a column 'sentence or text' is expected in the header");
    refuses(RELATION ", format: blue-tsv", "index\tsentence\n",
            "file:1: a column 'label' is expected");
    refuses(RELATION, "index\tsentence\tlabel\n", "file: at least one example is expected");
}
