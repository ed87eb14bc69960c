#include "corpus/split.h"
#include "reading.h"

#define SECTION "kind: sentence, text: note, label: part, id: row"

void user_columns_by_name_in_tsv_and_csv(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads(&b, SECTION, "row\tpart\tx\tnote\n1\tplan\t\treturn, please\n2\texam\t\tclear\n");
    reads(&c, SECTION,
          "row,part,x,note\r\n1,plan,,\"return, \"\"please\"\"\r\n\"\r\n2,exam,,clear\r\n");
    text_is(b.x.at[0].text, "return, please");
    text_is(c.x.at[0].text, "return, \"please\"\r\n");
    for (int i = 0; i < 2; i++) {
        const bench *it = i ? &c : &b;
        assert_int_equal(it->x.n, 2);
        assert_string_equal(it->x.at[1].id, "2");
        assert_int_equal(it->x.at[0].label, 1); /* exam, plan: sorted */
        assert_int_equal(it->x.at[1].label, 0);
    }
    arena_close(&b.mem), arena_close(&c.mem);
}

void customary_names_in_any_case(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: pair", "UID\tSentence1\tHypothesis\tGold_Label\n4\ta\tb\tyes\n5\tc\td\tno\n");
    assert_string_equal(b.x.at[0].id, "4");
    text_is(b.x.at[1].text2, "d");
    arena_close(&b.mem);
}

void user_table_as_sick_has_it(void **state)
{
    (void)state;
    const char *file = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"
                       "6\tA boy runs\tNo boy runs\t3.3\tCONTRADICTION\n9\tA boy runs\tA kid "
                       "runs\t4.7\tENTAILMENT\n";
    bench b = {0}, c = {0};
    reads(
        &b,
        "kind: score, text: sentence_A, text2: sentence_B, label: relatedness_score, range: [1, 5]",
        file);
    assert_float_equal(b.x.at[1].score, 4.7, 1e-12);
    reads(
        &c,
        "kind: pair, text: sentence_A, text2: sentence_B, label: entailment_judgment, id: pair_ID",
        file);
    assert_int_equal(c.x.at[1].label, 1);
    assert_string_equal(c.x.at[0].id, "6");
    text_is(c.x.at[0].text2, "No boy runs");
    arena_close(&b.mem), arena_close(&c.mem);
}

void user_column_that_is_not_there(void **state)
{
    (void)state;
    refuses("kind: sentence, format: tsv, text: notes", "row\tpart\tnote\n1\tplan\tx\n",
            "did you mean 'note'?");
    refuses("kind: sentence, format: tsv", "row\tpart\tnote\n1\tplan\tx\n",
            "here are: row, part, note");
    refuses("kind: sentence, format: csv, id: nr", "text,label\na,b\n",
            "a column 'nr' is expected");
    refuses("kind: sentence", "no header here\n",
            "a first line that shows the format of a task of kind sentence");
}

void user_json_lines_of_each_kind(void **state)
{
    (void)state;
    bench b = {0}, c = {0}, d = {0}, f = {0};
    reads(&b, "kind: sentence, labels: [no, yes]",
          "{\"text\": \"a\", \"label\": \"yes\", \"id\": 7}\n{\"text\": \"b\", \"label\": 0}\n");
    assert_string_equal(b.x.at[0].id, "7");
    assert_int_equal(b.x.at[0].label, 1);
    assert_int_equal(b.x.at[1].label, 0);
    reads(&c, "kind: labels, label: topics",
          "{\"text\": \"a\", \"topics\": [\"x\", \"y\"]}\n{\"text\": \"b\", \"topics\": "
          "[]}\n{\"text\": \"c\", \"topics\": \"y\"}\n");
    assert_int_equal(c.x.at[0].set[0], 3);
    assert_int_equal(c.x.at[1].set[0], 0);
    assert_int_equal(c.x.at[2].set[0], 2);
    reads(&d, "kind: score, text: a, text2: b", "{\"a\": \"x\", \"b\": \"y\", \"score\": 2.25}\n");
    assert_float_equal(d.x.at[0].score, 2.25, 0);
    reads(&f, "kind: sentence",
          "{\"text\": \"a\", \"label\": true}\n{\"text\": \"b\", \"label\": false}\n");
    assert_string_equal(f.t.labels[0], "false");
    assert_int_equal(f.x.at[0].label, 1);
    arena_close(&b.mem), arena_close(&c.mem), arena_close(&d.mem), arena_close(&f.mem);
}

void user_json_words_by_any_name_and_number(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads(&b, "kind: words, labels: [Drug], text: toks, label: t",
          "{\"id\": \"s1\", \"toks\": [\"an\", \"aspirin\"], \"t\": [\"O\", \"B-Drug\"]}\n");
    tags_are(&b, 0, "O B-Drug");
    text_is(b.x.at[0].text, "an aspirin");
    /* numbers count in the list as the study has it, whatever the order of our tags is */
    reads(&c, "kind: words, labels: [O, B-Drug, B-Gene, I-Drug, I-Gene]",
          "{\"tokens\": [\"a\", \"b\", \"c\", \"d\"], \"ner_tags\": [1, 3, 2, 0]}\n");
    tags_are(&c, 0, "B-Drug I-Drug B-Gene O");
    assert_string_equal(c.t.labels[2], "I-Drug");
    arena_close(&b.mem), arena_close(&c.mem);
}

void json_faults_name_their_line(void **state)
{
    (void)state;
    refuses("kind: sentence",
            "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"a\", \"label\": \n", "file:2");
    refuses("kind: sentence", "{\"text\": \"a\", \"label\": \"x\"}\n[1]\n",
            "file:2: an object {..} is expected");
    refuses("kind: sentence", "{\"label\": \"x\"}\n",
            "file:1: a key \"text\" with a text is expected");
    refuses("kind: sentence", "{\"text\": 3, \"label\": \"x\"}\n",
            "file:1: a key \"text\" with a text is expected");
    refuses("kind: sentence", "{\"text\": \"a\"}\n",
            "file:1: a key \"label\" with a label is expected");
    refuses("kind: sentence", "{\"text\": \"a\\u0000b\", \"label\": \"x\"}\n", "file:1");
    refuses("kind: sentence", "{\"text\": \"\\u0000a\", \"label\": \"x\"}\n", "file:1");
    refuses("kind: sentence, id: nr", "{\"text\": \"a\", \"label\": \"x\"}\n",
            "file:1: a key \"nr\" with a text or a number");
    refuses("kind: score", "{\"text\": \"a\", \"text2\": \"b\", \"score\": [1]}\n",
            "a key \"label\" with a number is expected");
    refuses("kind: words", "{\"words\": [\"a\", \"b\"], \"tags\": [\"O\"]}\n",
            "file:1: as many tags as words");
    refuses("kind: words", "{\"words\": \"a b\", \"tags\": [\"O\"]}\n",
            "file:1: a key \"words\" with a list of texts");
    refuses("kind: words", "{\"words\": [\"a\", 1], \"tags\": [\"O\", \"O\"]}\n",
            "file:1: a key \"words\" with a list of texts");
    refuses("kind: words, labels: [D]", "{\"words\": [\"a\"], \"tags\": [7]}\n", "here is '7'");
}

void prediction_takes_plain_lines(void **state)
{
    (void)state;
    bench b = {0}, c = {0}, d = {0};
    const char *lines = "A fever.\n\nNo \"cough\".\n", *pairs = "a\tb\n",
               *table = "text\tlabel\nx\tnew\ny\t\n";
    assert_true(read_n(&b, "kind: sentence, labels: [no, yes]", lines, strlen(lines), false));
    assert_int_equal(b.x.n, 2);
    text_is(b.x.at[1].text, "No \"cough\".");
    assert_string_equal(b.x.at[1].id, "3");
    assert_int_equal(b.x.at[1].label, -1);
    assert_true(read_n(&c, "kind: pair, labels: [no, yes]", pairs, strlen(pairs), false));
    text_is(c.x.at[0].text2, "b");
    /* answers of a table that are none of the task's are passed over */
    assert_true(read_n(&d, "kind: sentence, labels: [no, yes]", table, strlen(table), false));
    assert_int_equal(d.x.n, 2);
    assert_false(d.x.at[0].has_gold);
    arena_close(&b.mem), arena_close(&c.mem), arena_close(&d.mem);
    refuses("kind: sentence, labels: [no, yes], format: lines", lines,
            "plain lines hold no answers");
}

void words_of_plain_text(void **state)
{
    (void)state;
    arena mem = {0};
    static const char line[] =
        "IL-2R\xce\xb1 (5\xc2\xb5g\xc2\xa0) isn't\xe2\x80\x94na\xc3\xafve \xc2\xb1 2";
    static const char *const want[] = {"IL",           "-",        "2R\xce\xb1", "(",
                                       "5\xc2\xb5g",   ")",        "isn't",      "\xe2\x80\x94",
                                       "na\xc3\xafve", "\xc2\xb1", "2"};
    span *words;
    int n = split_words(str_of(line), &mem, &words);
    assert_int_equal(n, 11);
    for (int i = 0; i < n; i++)
        text_is(str_sub(str_of(line), words[i].start, words[i].end), want[i]);
    assert_int_equal(split_words(STR(" \t\x7f\xc2\xa0"), &mem, &words), 0);
    arena_close(&mem);
}

void formats_are_found_out(void **state)
{
    (void)state;
    static const struct {
        const char *task, *path, *bytes, *format;
    } cases[] = {
        {"kind: words", "a.tsv", "a\tO\n", "conll"},
        {"kind: words", "a.tsv", "1\t[\"O\"]\t[\"a\"]\n", "mt-dnn"},
        {"kind: words", "a.jsonl", "{\"words\": []}\n", "jsonl"},
        {"kind: relation", "a.tsv", "index\tsentence\tlabel\n", "blue-tsv"},
        {"kind: relation", "a.tsv", "1\tfalse\t@A$ @B$\n", "mt-dnn"},
        {"kind: pair", "a.tsv", "label\tindex\tsentence1\tsentence2\n", "tsv"},
        {"kind: pair", "a.txt", "{\"gold_label\": \"-\"}\n", "jsonl"},
        {"kind: score", "a.tsv", "1\t2\t3\t4\t5\t6\t7\t8\t9\n", "sts"},
        {"kind: score", "a.tsv", "0\t2.5\ta\tb\n", "mt-dnn"},
        {"kind: labels", "a.tsv", "labels\tsentence\tindex\n", "hoc"},
        {"kind: sentence", "a.csv", "text,label\n", "csv"},
        {"kind: sentence", "a", "text,label\n", "csv"},
        {"kind: sentence", "a.tsv.gz", "label\ttext\n", "tsv"},
        {"kind: sentence, text: t", "a", "t\tlabel\n", "tsv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b = {0};
        const format *f;
        assert_true(task_from(&b, cases[i].task));
        if (!format_find(&f, &b.t, cases[i].path, str_of(cases[i].bytes), &b.e))
            fail_msg("%zu: %s", i, b.e.text);
        if (strcmp(f->name, cases[i].format))
            fail_msg("%zu: %s is not %s", i, f->name, cases[i].format);
        arena_close(&b.mem);
    }
}
