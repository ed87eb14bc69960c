#include "reading.h"

void mtdnn_texts(void **state)
{
    (void)state;
    bench b = {0}, c = {0}, d = {0};
    reads(&b, "kind: pair, labels: [contradiction, neutral, entailment]",
          "p-12\tentailment\ta \"quoted\" one\tb\np-13\t1\tc\td\n");
    assert_int_equal(b.x.at[0].label, 2);
    assert_int_equal(b.x.at[1].label, 1); /* a number of the list */
    text_is(b.x.at[0].text, "a \"quoted\" one");
    reads(&c, "kind: sentence, labels: [no, yes]", "1\tyes\ta\n2\tno\tb\n");
    assert_int_equal(c.x.at[0].label, 1);
    reads(&d, "kind: score", "0\t2.5\ta\tb\n");
    assert_float_equal(d.x.at[0].score, 2.5, 0);
    arena_close(&b.mem), arena_close(&c.mem), arena_close(&d.mem);
}

void mtdnn_words_as_json_and_as_python(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words, labels: [Disease]",
          "10001.0\t[\"O\",\"B-Disease\"]\t[\"no\",\"asthm\\u00e4\"]\t[\"0;2\",\"3;9\"]\n"
          "10001.9\t['O', 'B-Disease', 'I-Disease']\t[\"Crohn's\", 'a\\'b', 'x\\xe4']\n"
          "10002.0\t[O, O]\t['\\ud83d\\ude00', \"q\\\"\"]\n");
    text_is(b.x.at[0].text, "no asthm\xc3\xa4");
    tags_are(&b, 0, "O B-Disease");
    text_is(b.x.at[1].text, "Crohn's a'b x\xc3\xa4");
    tags_are(&b, 1, "O B-Disease I-Disease");
    text_is(b.x.at[2].text, "\xf0\x9f\x98\x80 q\"");
    assert_string_equal(b.x.at[1].id, "10001.9");
    assert_string_equal(b.x.at[1].doc, "10001");
    arena_close(&b.mem);
}

void mtdnn_faults_name_their_line(void **state)
{
    (void)state;
#define W "kind: words, labels: [Disease], format: mt-dnn"
    refuses(W, "1\t[\"O\"]\t[\"a\",\"b\"]\n",
            "file:1: as many tags as words are expected, here are 1 for 2");
    refuses(W, "1\tO\t[\"a\"]\n", "file:1: a list of tags");
    refuses(W, "1\t[\"O\"]\t[\"a\"\n", "file:1: a list of words");
    refuses(W, "1\t[\"O\"]\t[\"a\\q\"]\n", "file:1: a list of words");
    refuses(W, "1\t[\"O\"]\t[\"\\ud83d\"]\n", "file:1: a list of words");
    refuses(W, "1\t[\"O\"]\t[\"\\u0000\"]\n", "file:1: a list of words");
    refuses(W, "1\t[\"O\"]\t[\" \"]\n", "file:1: a word is expected");
    refuses(W, "1\t[]\t[]\n", "file:1: at least one word");
    refuses(W, "1\t[\"O\"]\n", "file:1: 3 columns (uid, tags, words) are expected, here are 2");
    refuses("kind: sentence, labels: [no, yes], format: mt-dnn", "1\tyes\ta\n1\tno\tb\n",
            "file:2: the id '1' stands in line 1");
    refuses("kind: sentence, labels: [no, yes], format: mt-dnn", "1\t2\ta\n", "here is '2'");
    refuses("kind: pair, labels: [no, yes], format: mt-dnn", "1\tyes\ta\n",
            "file:1: 4 columns (uid, label, premise, hypothesis)");
}
