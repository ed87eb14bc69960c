/* conll, jsonl and blue-tsv as documents. */
#include "base/file.h"
#include "corpus/split.h"
#include "reading.h"

typedef struct forms {
    arena mem;
    document_list d;
    losses l;
} forms;

static void read_as(forms *f, const char *form, const char *bytes)
{
    err e = {0};
    if (!documents_parse(&f->d, form, "folder/notes.x", str_of(bytes), &f->mem, &e))
        fail_msg("%s", e.text);
}

static void refuses_as(const char *form, const char *bytes, const char *says)
{
    forms f = {0};
    err e = {0};
    if (documents_parse(&f.d, form, "notes", str_of(bytes), &f.mem, &e))
        fail_msg("this was read: %s", bytes);
    if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
    arena_close(&f.mem);
}

static str written(forms *f, const char *form)
{
    err e = {0};
    file in;
    const char *path = path_join(&f->mem, test_dir(), "written");
    if (!documents_write(&f->d, form, path, &f->l, &e) || !file_open(&in, path, &e))
        fail_msg("%s", e.text);
    str bytes = str_copy(&f->mem, in.bytes);
    file_close(&in);
    return bytes;
}

/* "TYPE:piece|piece" of each mention, a blank between. */
static void mentions_are(const document *d, const char *wanted)
{
    text all = {0};
    for (int i = 0; i < d->n_mentions; i++) {
        const doc_mention *m = &d->mentions[i];
        text_format(&all, "%s%.*s:", i ? " " : "", (int)m->type.len, m->type.at);
        for (int k = 0; k < m->n; k++) {
            if (k) text_char(&all, '|');
            text_add(&all, str_sub(d->text, m->at[k].start, m->at[k].end));
        }
    }
    text_is(text_str(&all), wanted);
    text_close(&all);
}

static void loses(const losses *l, const char *what, size_t n)
{
    for (int i = 0; i < l->n; i++)
        if (strstr(l->at[i].what, what)) {
            assert_int_equal(l->at[i].n, n);
            return;
        }
    if (n) fail_msg("no loss of '%s'", what);
}

void conll_documents_in_every_scheme(void **state)
{
    (void)state;
    static const char *const same[] = {
        "a B-X\nb I-X\nc B-X\nd O\ne B-Y\n", /* IOB2 */
        "a I-X\nb I-X\nc B-X\nd O\ne I-Y\n", /* IOB1 */
        "a B-X\nb E-X\nc S-X\nd O\ne S-Y\n", /* IOBES */
        "a B-X\nb L-X\nc U-X\nd O\ne U-Y\n", /* BIOLU */
    };
    for (int i = 0; i < 4; i++) {
        forms f = {0};
        read_as(&f, "conll", same[i]);
        text_is(f.d.at[0].text, "a b c d e");
        mentions_are(&f.d.at[0], "X:a b X:c Y:e");
        arena_close(&f.mem);
    }
    forms f = {0};
    read_as(&f, "conll", "a B\nb I\nc B\nd O\n");
    mentions_are(&f.d.at[0], ":a b :c");
    arena_close(&f.mem);
}

void conll_documents_are_told_apart(void **state)
{
    (void)state;
    forms f = {0};
    read_as(&f, "conll", "a O\n\nb O\nc B-X\n"); /* neither: a sentence each */
    assert_int_equal(f.d.n, 2);
    text_is(f.d.at[1].text, "b c");
    assert_string_equal(f.d.at[1].id, "notes-2");
    f.d = (document_list){0};
    read_as(&f, "conll", "-DOCSTART- O\n\na O\n\nb O\n\n-DOCSTART- O\n\nc O\n");
    assert_int_equal(f.d.n, 2);
    text_is(f.d.at[0].text, "a b");
    assert_int_equal(f.d.at[0].n_sentences, 2);
    f.d = (document_list){0};
    read_as(&f, "conll", "a\t7\t0\tO\n\nb\t7\t3\tO\n\nc\t8\t0\tO\n\nd\t8\t0\tO\n");
    assert_int_equal(f.d.n, 3); /* 8 stands twice */
    text_is(f.d.at[0].text, "a  b");
    assert_string_equal(f.d.at[2].id, "8");
    arena_close(&f.mem);
}

void conll_of_blue_keeps_pieces_together(void **state)
{
    (void)state;
    forms f = {0};
    read_as(&f, "conll",
            "\xce\xb1\t7\t0\tB-X\n,\t-\t1\tO\nb\t-\t3\tI-X\nc\t-\t5\tB-X\n\nd\t7\t7\tI-X\ne\t-"
            "\t9\tO\n\nf\t7\t11\tI-X\n");
    text_is(f.d.at[0].text, "\xce\xb1, b c d e f");
    mentions_are(&f.d.at[0], "X:\xce\xb1|b X:c d X:f"); /* f: the sentence before ended otherwise */
    arena_close(&f.mem);
}

void conll_refuses_places_that_cannot_be(void **state)
{
    (void)state;
    refuses_as("conll", "ab\t7\t0\tO\nc\t-\t1\tO\n", "notes:2: an offset behind the word before");
    refuses_as("conll", "ab\t7\t0\tO\nc\t-\t9999999999\tO\n", "notes:2: an offset near the word");
    refuses_as("conll", "ab Q-X\n", "notes:1: a tag O, B-TYPE or I-TYPE");
    refuses_as("conll", "ab B-X\nc\n", "notes:2: 2 columns are expected");
}

static const char tangled[] =
    "{\"id\":\"7\",\"text\":\"Anti-TNF acts, and so does IL 2.\",\"mentions\":["
    "{\"type\":\"Drug\",\"start\":0,\"end\":8},{\"type\":\"Gene\",\"start\":5,\"end\":8},"
    "{\"id\":\"T3\",\"type\":\"Gene\",\"spans\":[[27,29],[30,31]]},"
    "{\"type\":\"Part\",\"start\":1,\"end\":3}]}\n";

void conll_written_says_what_is_lost(void **state)
{
    (void)state;
    forms f = {0};
    read_as(&f, "jsonl", tangled);
    text_is(written(&f, "conll"),
            "Anti\t7\t0\tB-Part\n-\t-\t4\tI-Drug\nTNF\t-\t5\tB-Gene\nacts\t-\t9\tO\n,\t-\t13\tO\n"
            "and\t-\t15\tO\nso\t-\t19\tO\ndoes\t-\t22\tO\nIL\t-\t27\tB-Gene\n2\t-\t30\tI-Gene\n.\t-"
            "\t31\tO\n\n");
    arena_close(&f.mem);
}

void conll_written_counts_what_is_lost(void **state)
{
    (void)state;
    forms f = {0};
    read_as(&f, "jsonl", tangled);
    (void)written(&f, "conll");
    loses(&f.l, "overlap", 1);
    loses(&f.l, "in pieces", 1);
    loses(&f.l, "inside a word", 1);
    loses(&f.l, "ids of mentions", 1);
    assert_int_equal(f.l.n, 4);
    arena_close(&f.mem);
}

void jsonl_documents_keep_everything(void **state)
{
    (void)state;
    static const char line[] =
        "{\"id\":\"a b\",\"text\":\"\xf0\x9f\x98\x80 TNF-\xce\xb1 and\\np55.\",\"mentions\":["
        "{\"id\":\"T1\",\"type\":\"Gene\",\"start\":2,\"end\":7,\"text\":\"TNF-\xce\xb1\","
        "\"infons\":[[\"k\",\"1\"],[\"k\",\"2\"]]},"
        "{\"id\":\"T2\",\"type\":\"\",\"spans\":[[12,15],[0,1]],\"text\":\"p55 \xf0\x9f\x98\x80\","
        "\"part\":true}],\"relations\":[{\"id\":\"R1\",\"type\":\"binds\",\"args\":["
        "{\"role\":\"Arg1\",\"ref\":\"T1\"},{\"role\":\"Arg2\",\"ref\":\"D9\"}],"
        "\"infons\":{\"note\":\"x\"}}],\"passages\":[{\"start\":0,\"end\":7,\"offset\":3,"
        "\"infons\":{\"type\":\"title\"}},{\"start\":12,\"end\":16}],"
        "\"sentences\":[{\"start\":0,\"end\":16}],\"pairs_given\":true,\"infons\":{\"n\":\"1\"}}\n";
    forms f = {0};
    read_as(&f, "jsonl", line);
    mentions_are(&f.d.at[0], "Gene:TNF-\xce\xb1 :p55|\xf0\x9f\x98\x80");
    text_is(written(&f, "jsonl"), line);
    assert_int_equal(f.l.n, 0);
    arena_close(&f.mem);
}

void jsonl_documents_find_their_unit(void **state)
{
    (void)state;
    forms f = {0};
    read_as(
        &f, "jsonl",
        "{\"text\":\"\xf0\x9f\x98\x80 TNF\",\"mentions\":[{\"type\":\"Gene\",\"start\":3,"
        "\"end\":6,\"text\":\"TNF\",\"score\":0.5}],\"sentences\":[{\"start\":0,\"end\":6}]}\n");
    assert_int_equal(f.d.at[0].unit, UNIT_UTF16);
    mentions_are(&f.d.at[0], "Gene:TNF");
    assert_int_equal(f.d.at[0].sentences[0].at.end, 8);
    text_is(infon_get(&f.d.at[0].mentions[0].more, "score"), "0.5");
    assert_string_equal(f.d.at[0].id, "notes-1");
    arena_close(&f.mem);
}

void jsonl_refuses_documents_that_cannot_be(void **state)
{
    (void)state;
    refuses_as("jsonl", "{\"id\":1}\n", "notes:1: an object with a text");
    refuses_as("jsonl", "\n{\"text\":\"a\",\"mentions\":[{\"start\":0,\"end\":2}]}\n", "notes:2: ");
    refuses_as("jsonl", "{\"text\":\"a\",\"mentions\":[{\"start\":1,\"end\":0}]}\n",
               "start <= end");
    refuses_as("jsonl", "{\"text\":\"a\",\"mentions\":[{\"spans\":[[0]]}]}\n",
               "spans [[start, end]");
    refuses_as("jsonl", "{\"text\":\"a\",\"mentions\":{}}\n", "a list of mentions");
    refuses_as(
        "jsonl",
        "{\"text\":\"ab\",\"sentences\":[{\"start\":1,\"end\":2},{\"start\":0,\"end\":1}]}\n",
        "in order");
    refuses_as("jsonl", "{\"text\":\"a\\u0000\"}\n", "U+0000");
    refuses_as("jsonl", "{\"text\":\"a\",\"unit\":\"words\"}\n", "points, utf16 or bytes");
}

void studies_read_documents_of_jsonl(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words, format: jsonl",
          "{\"id\":\"7\",\"text\":\"No TNF "
          "here.\",\"mentions\":[{\"type\":\"Gene\",\"start\":3,\"end\":6}]}\n");
    tags_are(&b, 0, "O B-Gene O O");
    assert_string_equal(b.x.at[0].doc, "7");
    arena_close(&b.mem);
}

void overlaps_go_to_the_last_mention(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words, format: jsonl, labels: [D]", /* the longer one comes later, and wins */
          "{\"text\":\"acute renal failure\",\"mentions\":[{\"type\":\"D\",\"start\":6,\"end\":11},"
          "{\"type\":\"D\",\"start\":0,\"end\":19}]}\n");
    tags_are(&b, 0, "B-D I-D I-D");
    arena_close(&b.mem);
}

void blue_tsv_has_the_pairs_that_relate(void **state)
{
    (void)state;
    forms f = {0};
    read_as(&f, "jsonl",
            "{\"id\":\"7\",\"text\":\"Say \\\"A\\\" cut B and c. Then D.\",\"mentions\":["
            "{\"id\":\"T1\",\"type\":\"CHEMICAL\",\"start\":5,\"end\":6},"
            "{\"id\":\"T2\",\"type\":\"GENE\",\"start\":12,\"end\":13},"
            "{\"id\":\"T3\",\"type\":\"GENE\",\"start\":18,\"end\":19},"
            "{\"id\":\"T4\",\"type\":\"GENE\",\"start\":26,\"end\":27}],\"relations\":["
            "{\"type\":\"CPR:4\",\"args\":[{\"role\":\"a\",\"ref\":\"T1\"},{\"role\":\"b\",\"ref\":"
            "\"T2\"}]},"
            "{\"type\":\"CPR:3\",\"args\":[{\"role\":\"a\",\"ref\":\"T1\"},{\"role\":\"b\",\"ref\":"
            "\"T4\"}]}]}\n");
    text_is(written(&f, "blue-tsv"),
            "index\tsentence\tlabel\n"
            "7.T1.T2\t\"Say \"\"@CHEMICAL$\"\" cut @GENE$ and c.\"\tCPR:4\n"
            "7.T1.T3\t\"Say \"\"@CHEMICAL$\"\" cut B and @GENE$.\"\tfalse\n");
    loses(&f.l, "not in one sentence", 1);
    arena_close(&f.mem);
}

void blue_tsv_is_not_read_as_documents(void **state)
{
    (void)state;
    refuses_as("blue-tsv", "index\tsentence\tlabel\n", "only written");
}

/* IL-2 is one word in this file, and three by our rules. */
void conll_keeps_words_that_are_cut_otherwise(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    losses l = {0};
    document_list d = {0};
    str bytes = STR("-DOCSTART-\tO\n\nIL-2\tB-Gene\nbinds\tO\n\nRenal\tO\nfailure.\tO\n\n");
    file written = {0};
    span *words;
    const char *path = str_format(&mem, "%s/words.conll", test_dir());
    if (!documents_parse(&d, "conll", "test", bytes, &mem, &e)) fail_msg("%s", e.text);
    assert_true(str_is(infon_get(&d.at[0].more, "words"), "blanks"));
    assert_int_equal(document_words(&d.at[0], d.at[0].text, &mem, &words), 4);
    if (!documents_write(&d, "conll", path, &l, &e)) fail_msg("%s", e.text);
    assert_int_equal(l.n, 0);
    if (!file_open(&written, path, &e)) fail_msg("%s", e.text);
    assert_true(str_starts(written.bytes, "IL-2\t"));
    assert_true(str_find(written.bytes, '.') > 0);
    file_close(&written);
    arena_close(&mem);
}

/* Of ShARe the last line wins, wherever its mention begins: BLUE's writer goes through the lines and overwrites. */
void overlaps_in_share_go_to_the_last_line(void **state)
{
    (void)state;
    bench b = {0};
    const char *dir = test_dir();
    static const char *const folders[] = {"reports", "pipes"};
    static const char *const bytes[] = {
        "Mild renal failure today.\n", /* the second line begins before the first, the third inside it */
        "n.txt||D||C1||5||18\nn.txt||D||C2||0||10\nn.txt||D||C3||5||10\n"};
    for (int i = 0; i < 2; i++) {
        const char *in = path_join(&b.mem, dir, folders[i]);
        if (!dir_make(in, &b.e) ||
            !file_write(path_join(&b.mem, in, "n.txt"), str_of(bytes[i]), &b.e))
            fail_msg("%s", b.e.text);
    }
    if (!task_from(&b, "kind: words, format: share, labels: [D]") ||
        !examples_read_file(&b.x, &b.t, dir, true, &b.mem, &b.e))
        fail_msg("%s", b.e.text);
    tags_are(&b, 0, "B-D B-D I-D O O");
    arena_close(&b.mem);
}

/* 100,000 pieces and as many arguments, a megabyte and a half each, from where they were 80 gigabytes. */
void mentions_of_many_pieces_take_little(void **state)
{
    (void)state;
    forms f = {0};
    text t = {0};
    text_add(&t, STR("{\"text\":\"a\",\"mentions\":[{\"type\":\"D\",\"spans\":[[0,1]"));
    for (int i = 1; i < 100000; i++) text_add(&t, STR(",[0,1]"));
    text_add(&t, STR("]}],\"relations\":[{\"type\":\"r\",\"args\":[{}"));
    for (int i = 1; i < 100000; i++) text_add(&t, STR(",{}"));
    text_add(&t, STR("]}]}\n"));
    text_char(&t, 0);
    read_as(&f, "jsonl", t.at);
    assert_int_equal(f.d.at[0].mentions[0].n, 100000);
    assert_int_equal(f.d.at[0].relations[0].n, 100000);
    assert_true(f.mem.taken < 40000000);
    text_close(&t);
    arena_close(&f.mem);
}
