#include "reading.h"

#define DISEASE "kind: words, labels: [Disease]"

void conll_two_columns_by_tab(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, DISEASE,
          "Severe\tO\nasthma\tB-Disease\nattack\tI-Disease\n\nno\tO\ngout\tB-Disease\n\n");
    assert_int_equal(b.x.n, 2);
    text_is(b.x.at[0].text, "Severe asthma attack");
    tags_are(&b, 0, "O B-Disease I-Disease");
    assert_int_equal(b.x.at[0].words[1].start, 7);
    assert_int_equal(b.x.at[0].words[1].end, 13);
    assert_int_equal(b.x.at[1].line, 5);
    assert_int_equal(b.x.mentions, 2);
    assert_string_equal(b.x.at[1].id, b.x.at[1].doc);
    arena_close(&b.mem);
}

void conll_blanks_crlf_and_no_last_blank_line(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, DISEASE,
          "\xef\xbb\xbf"
          "Severe O\r\nasthma  B-Disease\r\n\r\nno O\r\ngout B-Disease");
    assert_int_equal(b.x.n, 2);
    text_is(b.x.at[1].text, "no gout");
    tags_are(&b, 1, "O B-Disease");
    text_is(b.x.at[0].text, "Severe asthma");
    arena_close(&b.mem);
}

void conll_four_columns_of_blue(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, DISEASE,
          "Severe\t10001\t0\tO\nasthma\t-\t7\tB\nattack\t-"
          "\t14\tI\n\nno\t10001\t22\tO\n\ngout\t10002\t0\tB\n");
    assert_int_equal(b.x.n, 3);
    assert_string_equal(b.x.at[0].doc, "10001");
    assert_string_equal(b.x.at[1].doc, "10001");
    assert_string_equal(b.x.at[1].id, "10001.22");
    assert_string_equal(b.x.at[2].doc, "10002");
    tags_are(&b, 0, "O B-Disease I-Disease"); /* bare tags in a task with one type */
    arena_close(&b.mem);
}

void conll_docstart_groups_sentences(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, DISEASE,
          "-DOCSTART- -X- O O\n\nno NN X O\ngout NN X B-Disease\n\nso NN X O\n\n-DOCSTART- -X- O "
          "O\n\nmore NN X O\n");
    assert_int_equal(b.x.n, 3);
    assert_string_equal(b.x.at[0].doc, b.x.at[1].doc);
    assert_string_not_equal(b.x.at[1].doc, b.x.at[2].doc);
    arena_close(&b.mem);
}

void conll_iob1_becomes_iob2(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words, labels: [A, D]", "a I-D\nb I-D\nc B-D\nd I-A\ne O\nf I-D\n");
    tags_are(&b, 0, "B-D I-D B-D B-A O B-D");
    assert_int_equal(b.x.mentions, 4);
    arena_close(&b.mem);
}

/* BLUE writes I at the start of a sentence that a mention was cut in; the tag stays, and counts as a mention. */
void conll_iob2_keeps_an_i_that_begins(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, DISEASE, "a O\nb B-Disease\n\nc I-Disease\nd O\n");
    tags_are(&b, 1, "I-Disease O");
    assert_int_equal(b.x.mentions, 2);
    arena_close(&b.mem);
}

void conll_iobes_and_biolu_become_iob2(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads(&b, "kind: words, labels: [D]", "a S-D\nb B-D\nc I-D\nd E-D\ne S-D\nf O\n");
    tags_are(&b, 0, "B-D B-D I-D I-D B-D O");
    reads(&c, "kind: words, labels: [D]", "a U-D\nb B-D\nc L-D\nd I-D\n");
    tags_are(&c, 0, "B-D B-D I-D B-D");
    arena_close(&b.mem), arena_close(&c.mem);
}

void conll_gathers_types_that_are_not_listed(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words", "a B-Zoster\nb O\nc B-Asthma\nd I-Asthma\n");
    assert_int_equal(b.t.n_labels, 5);
    assert_string_equal(b.t.labels[0], "O");
    assert_string_equal(b.t.labels[1], "B-Asthma");
    assert_string_equal(b.t.labels[4], "I-Zoster");
    tags_are(&b, 0, "B-Zoster O B-Asthma I-Asthma");
    assert_false(b.t.open_labels);
    arena_close(&b.mem);
}

void conll_words_alone_for_prediction(void **state)
{
    (void)state;
    bench b = {0};
    const char *bytes = "no\ngout\n\nmore\n";
    assert_true(read_n(&b, DISEASE ", format: conll", bytes, strlen(bytes), false));
    assert_int_equal(b.x.n, 2);
    assert_null(b.x.at[0].tags);
    assert_false(b.x.at[0].has_gold);
    arena_close(&b.mem);
}

void conll_faults_name_their_line(void **state)
{
    (void)state;
    refuses(DISEASE, "a\tO\nb\n", "file:2: 2 columns are expected");
    refuses(DISEASE, "a\tO\nb\t1\t2\tO\n", "file:2: 2 columns are expected");
    refuses(DISEASE, "a\tb\tO\n", "file:1: 2 columns (word, tag) or 4");
    refuses(DISEASE ", format: conll", "a\n", "file:1: 2 columns");
    refuses(DISEASE, "a\tO\n \tO\n", "file:2: a word is expected");
    refuses(DISEASE, "a\tO\nb\tB-Drug\n", "file:2: a tag O, B-TYPE or I-TYPE");
    refuses(DISEASE, "a\tO\nb\tX\n", "here is 'X'");
    refuses(DISEASE, "a\tO\nb\tB-\n", "here is 'B-'");
    refuses(DISEASE, "a\t1\t0\tO\nb\t-\tx\tO\n", "file:2: an offset is expected in column 3");
    refuses(DISEASE, "a\t-\t0\tO\n", "file:1: the document's name is expected");
    refuses(DISEASE, "a\t1\t0\tO\nb\t2\t0\tO\n", "file:2: document 2 begins inside a sentence");
    refuses("kind: words", "a B\nb B-D\n", "are mixed");
    refuses(DISEASE, "\n\n", "the file is empty");
}
