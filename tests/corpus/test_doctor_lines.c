/* What the doctor finds in files of lines: bytes, rows, tags. All text is invented. */
#include "doctor.h"

#define DISEASE "kind: words, format: conll, labels: [Disease]"
#define TABLE   "kind: sentence, format: tsv"

void doctor_finds_every_faulty_row_of_conll(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, DISEASE,
        "Severe\tO\nasthma B-Disease\nattack\tI-Disease\tx\n \tO\n\nno\tO\ngout\nfever\tO\n", NULL,
        NULL);
    finds(&p, FINDING_COLUMNS, "train", 2, "blanks stand where a tab is expected");
    finds(&p, FINDING_COLUMNS, "train", 3, "here are 3; a tab too many");
    finds(&p, FINDING_BLANK, "train", 4, "a word is expected");
    finds(&p, FINDING_COLUMNS, "train", 7, "the tag is missing");
    finds_nothing_else(&p, 4);
    assert_int_equal(p.d.files[0].x.n, 2); /* what is left is read */
    assert_int_equal(p.d.files[0].x.at[1].line, 6);
    arena_close(&p.mem);
}

void doctor_takes_most_lines_and_not_the_first_for_the_layout(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, DISEASE, "Severe O x\nasthma\tB-Disease\nattack\tI-Disease\n", NULL, NULL);
    finds(&p, FINDING_COLUMNS, "train", 1, "2 columns are expected");
    finds_nothing_else(&p, 1 + times(&p, FINDING_BIO));
    patient q = {0};
    see(&q, DISEASE, "a b c\nd e f\n", NULL, NULL);
    finds(&q, FINDING_COLUMNS, "train", 0, "most lines have 3");
    finds_nothing_else(&q, 1);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_finds_documents_of_blue_out_of_place(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, DISEASE,
        "no\t10\t0\tO\ngout\t11\t3\tO\n\nso\t-\t9\tO\nit\t\t12\tO\nis\t-\tx\tO\n\nno\t12\t0\tO\n",
        NULL, NULL);
    finds(&p, FINDING_COLUMNS, "train", 2, "document 11 begins inside a sentence");
    finds(&p, FINDING_BLANK, "train", 5, "a document or -");
    finds(&p, FINDING_COLUMNS, "train", 6, "an offset is expected in column 3");
    finds_nothing_else(&p, 3);
    patient q = {0};
    see(&q, DISEASE, "no\t-\t0\tO\ngout\t-\t3\tO\n", NULL, NULL);
    finds(&q, FINDING_COLUMNS, "train", 1, "the document's name is expected");
    finds_nothing_else(&q, 2);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_says_what_was_meant_for_a_tag(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, DISEASE, "a\t0\nb\tB_Disease\nc\tb-Disease\nd\tDisease-B\ne\tX\nf\t\ng\tO\nh\tB-Drug\n",
        NULL, NULL);
    finds(&p, FINDING_TAG, "train", 1, "a zero for the letter O");
    finds(&p, FINDING_TAG, "train", 2, "a - is expected behind its first letter");
    finds(&p, FINDING_TAG, "train", 3, "a capital");
    finds(&p, FINDING_TAG, "train", 4, "stands in front");
    finds(&p, FINDING_TAG, "train", 5, "here is 'X'");
    finds(&p, FINDING_BLANK, "train", 6, "a tag is expected");
    finds(&p, FINDING_LABEL, "train", 8, "here is 'B-Drug'");
    finds_nothing_else(&p, 7);
    arena_close(&p.mem);
}

void doctor_finds_types_that_train_has_not(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words, format: conll", "a B-Drug\nb O\n", "c B-Gene\nd B-Drug\n", NULL);
    finds(&p, FINDING_LABEL, "dev", 1, "here is 'B-Gene'");
    finds_nothing_else(&p, 1);
    arena_close(&p.mem);
}

void doctor_judges_tags_by_the_scheme_of_their_file(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *bytes;
        int line; /* of the one that does not fit; 0: all fit */
    } files[] = {
        {"IOB2", "a B-D\nb I-D\nc B-D\nd O\n", 0},
        {"IOB2", "a B-D\nb O\nc B-D\nd O\ne I-D\n", 5},
        {"IOB2", "a B-D\nb I-D\n\nc I-D\nd O\ne B-D\n", 4},
        {"IOB2", "a B-D\nb I-E\nc O\nd B-E\n", 2},
        {"IOB1", "a I-D\nb I-D\nc B-D\nd O\ne I-D\n", 0},
        {"IOB1", "a I-D\nb O\nc I-D\nd B-D\ne O\nf B-D\n", 6},
        {"IO", "a I-D\nb O\n", 0},
        {"IOBES", "a B-D\nb I-D\nc E-D\nd S-D\ne O\n", 0},
        {"IOBES", "a B-D\nb E-D\nc S-D\nd B-D\ne O\n", 4},
        {"IOBES", "a B-D\nb E-D\nc O\nd E-D\ne O\n", 4},
        {"BIOLU", "a B-D\nb L-D\nc U-D\n", 0},
        {"BIOLU", "a U-D\nb B-D\nc I-D\n\nd U-D\n", 3},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        patient p = {0};
        see(&p, "kind: words, format: conll", files[i].bytes, NULL, NULL);
        assert_string_equal(p.d.files[0].scheme, files[i].scheme);
        if (files[i].line) finds(&p, FINDING_BIO, "train", files[i].line, "expected");
        finds_times(&p, FINDING_BIO, files[i].line ? 1 : 0);
        arena_close(&p.mem);
    }
}

void doctor_finds_mixed_schemes_and_bare_tags(void **state)
{
    (void)state;
    patient p = {0}, q = {0};
    see(&p, "kind: words, format: conll", "a S-D\nb U-D\nc E-D\n", NULL, NULL);
    finds(&p, FINDING_BIO, "train", 0, "are mixed");
    see(&q, "kind: words, format: conll", "a B-D\nb B\nc B-D\n", NULL, NULL);
    finds(&q, FINDING_TAG, "train", 2, "with a type (2) and without one (1) are mixed");
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_finds_every_faulty_row_of_a_table(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: sentence, format: tsv, labels: [\"yes\", \"no\"]",
        "id\ttext\tlabel\n1\tone text\tyes\n2\tshort\n3\t\tno\n4\tanother\tmaybe\n5\tlast\tno\n1\t"
        "again\tno\n",
        NULL, NULL);
    finds(&p, FINDING_COLUMNS, "train", 3, "3 columns are expected, here are 2");
    finds(&p, FINDING_BLANK, "train", 4, "a text is expected");
    finds(&p, FINDING_LABEL, "train", 5, "here is 'maybe'");
    finds(&p, FINDING_ID, "train", 7, "ids must differ");
    finds_nothing_else(&p, 4);
    assert_int_equal(p.d.files[0].x.n, 2);
    arena_close(&p.mem);
}

void doctor_finds_every_fault_of_each_line_format(void **state)
{
    (void)state;
    static const struct {
        const char *map, *bytes;
        int first, second; /* lines */
    } files[] = {
        {"kind: sentence, format: jsonl, labels: [a, b]",
         "{\"text\":\"x\",\"label\":\"a\"}\n{\"text\":\n{\"text\":\"x\",\"label\":\"b\"}\n{"
         "\"label\":"
         "\"b\"}\n",
         2, 4},
        {"kind: relation, format: blue-tsv",
         "index\tsentence\tlabel\na.1\t@A$ x @B$\tyes\na.2\t@A$ y @B$\na.3\t@A$ z "
         "@B$\tno\na.4\t\tno\n",
         3, 5},
        {"kind: pair, format: mednli",
         "label\tindex\tsentence1\tsentence2\nneutral\t1\ta\nneutral\t2\ta\tb\nentailment\t3\ta\tb "
         "c\nneutral\t4\ta\t\n",
         2, 5},
        {"kind: score, format: sts",
         "index\tsentence1\tsentence2\tscore\n1\ta\tb\tmuch\n2\tc\td\t3\n3\te\tf\t\n", 2, 4},
        {"kind: labels, format: hoc",
         "labels\tsentence\tindex\n0_1,1_0\ta b\t7_s0\n0_1,1_x\tc d\t7_s1\n0_0\te\n1_1\tf\t7_s2\n",
         3, 4},
        {"kind: score, format: biosses",
         "sentence_id\tsentence_1\tsentence_2\tannotator_a\n1\ta\tb\tx\n2\tc\td\t1\n3\te\tf\n", 2,
         4},
        {"kind: score, format: medsts", "a\tb\t1\nc\td\nx\n", 2, 3},
        {"kind: sentence, format: mt-dnn, labels: [a, b]", "1\ta\tx\n2\tb\n3\tc\tz\n", 2, 3},
        {"kind: sentence, format: csv", "text,label\n\"a, b\",x\nc\nd,y\n,y\n", 3, 5},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        patient p = {0};
        see(&p, files[i].map, files[i].bytes, NULL, NULL);
        for (int k = 0; k < 2; k++) {
            int line = k ? files[i].second : files[i].first, found = 0;
            for (int n = 0; n < p.d.n; n++)
                found +=
                    p.d.at[n].line == line && finding_severity(p.d.at[n].kind) == SEVERITY_ERROR;
            if (found != 1) {
                show_all(&p);
                fail_msg("%s: %d errors in line %d", files[i].map, found, line);
            }
        }
        if (doctor_errors(&p.d) != 2) fail_msg("%s: %zu errors", files[i].map, doctor_errors(&p.d));
        arena_close(&p.mem);
    }
}

void doctor_stops_at_a_header_without_its_columns(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE, "text\tlabels of it\na\tb\nc\td\n", NULL, NULL);
    finds(&p, FINDING_READ, "train", 1, "a column");
    finds_nothing_else(&p, 1);
    assert_int_equal(p.d.files[0].x.n, 0);
    arena_close(&p.mem);
}

void doctor_finds_bad_bytes_and_reads_on(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE, "text\tlabel\nna\xefve\tyes\nplain\tno\nbad \x81 and \xc3\tno\nlast\xff\tyes",
        NULL, NULL);
    finds(&p, FINDING_ENCODING, "train", 2, "0xef is not; in Latin-1 it would be 'ï'");
    finds(&p, FINDING_ENCODING, "train", 4, "0x81 is not");
    finds(&p, FINDING_ENCODING, "train", 5, "0xff");
    finds_nothing_else(&p, 3);
    assert_int_equal(p.d.files[0].x.n, 4);
    patient q = {0};
    see(&q, TABLE, "\xff\xfet", NULL, NULL);
    finds(&q, FINDING_ENCODING, "train", 1, "UTF-16");
    finds_nothing_else(&q, 1);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_finds_zero_bytes(void **state)
{
    (void)state;
    patient p = {0};
    static const char bytes[] = "text\tlabel\na\tyes\nb\0c\tno\n";
    see(&p, TABLE, "text\tlabel\nx\tyes\ny\tno\n", NULL, NULL);
    p.t.files[SPLIT_TRAIN] = patient_file(&p, "zero", bytes, sizeof bytes - 1);
    assert_true(doctor_check(&p.d, &p.t, &p.e));
    finds(&p, FINDING_ENCODING, "zero", 3, "a zero byte");
    finds_nothing_else(&p, 1);
    arena_close(&p.mem);
}

void doctor_finds_what_an_earlier_program_did_to_characters(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE,
        "\xef\xbb\xbftext\tlabel\r\nna\xc3\x83\xc2\xafve\tyes\r\nlost \xef\xbf\xbd\tno\na\x0c"
        "b\tyes\r\nc\rd\tno\n"
        "caf\xc3\xa9\tno\n",
        NULL, NULL);
    finds(&p, FINDING_MARK, "train", 1, "byte order mark");
    finds(&p, FINDING_MANGLED, "train", 2, "encoded twice");
    finds(&p, FINDING_MANGLED, "train", 3, "U+FFFD");
    finds(&p, FINDING_CONTROL, "train", 4, "control");
    finds(&p, FINDING_LINE_ENDS, "train", 5, "a carriage return inside");
    finds(&p, FINDING_LINE_ENDS, "train", 0, "3 of 6 lines end in CRLF");
    finds_nothing_else(&p, 6);
    assert_int_equal(doctor_errors(&p.d), 0);
    arena_close(&p.mem);
}

void doctor_lists_ten_of_a_kind_and_counts_all(void **state)
{
    (void)state;
    patient p = {0}, q = {.d = {.all = true}};
    text t = {0};
    text_add(&t, STR("text\tlabel\na\tx\nb\ty\n"));
    for (int i = 0; i < 300; i++) text_format(&t, "row %d\n", i);
    see(&p, TABLE, t.at, NULL, NULL);
    finds_times(&p, FINDING_COLUMNS, 300);
    assert_int_equal(p.d.n, LISTED_MOST);
    see(&q, TABLE, t.at, NULL, NULL);
    assert_int_equal(q.d.n, 300);
    text_close(&t);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_is_documented(void **state)
{
    (void)state;
    file f;
    err e = {0};
    if (!file_open(&f, "docs/formats.md", &e)) fail_msg("%s", e.text);
    for (int k = 0; k < FINDINGS; k++) {
        char name[64];
        snprintf(name, sizeof name, "| `%s` | %s |", finding_names[k],
                 severity_names[finding_severity((enum finding_kind)k)]);
        if (str_find_str(f.bytes, str_of(name)) < 0) fail_msg("docs/formats.md lacks %s", name);
    }
    file_close(&f);
}

void doctor_fails_only_where_a_file_cannot_be_opened(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE, "", NULL, NULL);
    finds(&p, FINDING_READ, "train", 0, "the file is empty");
    p.t.files[SPLIT_TRAIN] = "build/tmp/there/is/none";
    assert_false(doctor_check(&p.d, &p.t, &p.e));
    assert_non_null(strstr(p.e.text, "there is no such file"));
    arena_close(&p.mem);
}
