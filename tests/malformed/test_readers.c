/* Each reader against files that nobody should have: cut off, oversized, wrongly encoded, of other columns, empty, changed at any byte. What is
 * refused is refused in one line that begins with the file; what is read is whole. */
#include "../corpus/reading.h"
#include <stdlib.h>

static const struct sample {
    const char *task, *bytes;
} samples[] = {
    {"kind: words, labels: [Disease], format: conll",
     "Severe\t1\t0\tO\nasthma\t-\t7\tB\n\nno\t1\t20\tO\ngout\t-\t23\tB-Disease\n"},
    {"kind: words, format: conll", "Severe O\nasthma B-D\n\n-DOCSTART- O\n\ngout I-D\n"},
    {"kind: relation, labels: [yes, \"false\"], format: blue-tsv",
     "index\tsentence\tlabel\n7.T1.T2\t@A$ \"and\" @B$\tyes\n7.T1.T3\t\"@A$ \"\"or\"\" "
     "@B$\"\tfalse\n"},
    {"kind: pair, labels: [yes, no], format: mednli",
     "label\tindex\tsentence1\tsentence2\nyes\tp1\ta fever\tno fever\nno\tp2\tb\tc\n"},
    {"kind: pair, labels: [yes, no], format: mednli",
     "{\"gold_label\": \"yes\", \"sentence1\": \"a\", \"sentence2\": \"b\", \"pairID\": 3}\n"},
    {"kind: score, range: [0, 5], format: sts",
     "i\tg\tf\ty\to\ts\ts\tone\ttwo\tscore\n0\tg\tf\t1\t0\ts\ts\tA fever\tNo fever\t2.5\n"},
    {"kind: labels, format: hoc",
     "labels\tsentence\tindex\n0_0,1_1,2_0\tDNA damage\t1_s0\n0_1\tmore\t1_s1\n"},
    {"kind: words, labels: [D], format: mt-dnn",
     "1.0\t[\"O\", 'B-D']\t[\"no\", 'g\\u00f6ut']\t[\"0;2\"]\n"},
    {"kind: pair, labels: [yes, no], format: mt-dnn", "1\tyes\ta\tb\n2\t1\tc\td\n"},
    {"kind: sentence, labels: [yes, no], text: t, label: l, id: i, format: tsv",
     "i\tt\tl\n1\ta fever\tyes\n2\tb\tno\n"},
    {"kind: sentence, labels: [yes, no], format: csv",
     "text,label\n\"a, \"\"b\"\"\n\",yes\nc,no\n"},
    {"kind: words, labels: [D], format: jsonl",
     "{\"words\": [\"a\", \"g\\u00f6ut\"], \"tags\": [\"O\", \"B-D\"], \"id\": \"x\"}\n"},
    {"kind: labels, labels: [a, b], format: jsonl",
     "{\"text\": \"a fever\", \"label\": [\"a\", \"b\"]}\n{\"text\": \"b\", \"label\": \"a|b\"}\n"},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static void check(const bench *b, bool ok)
{
    if (!ok) {
        assert_true(b->e.set && !strchr(b->e.text, '\n'));
        if (strncmp(b->e.text, "file", 4)) fail_msg("the file is not named first: %s", b->e.text);
        return;
    }
    assert_true(b->x.n > 0);
    for (int i = 0; i < b->x.n; i++) {
        const example *x = &b->x.at[i];
        assert_true(x->id && x->doc && x->text.len && x->label < b->t.n_labels);
        for (int k = 0; k < x->n_words; k++) {
            assert_true(x->words[k].start < x->words[k].end && x->words[k].end <= x->text.len);
            assert_true(!x->tags || (x->tags[k] >= 0 && x->tags[k] < b->t.n_labels));
        }
    }
}

static void try(int i, const char *bytes, size_t n, bool gold)
{
    bench b = {0};
    check(&b, read_n(&b, samples[i].task, bytes, n, gold));
    arena_close(&b.mem);
}

void samples_are_good(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        bench b = {0};
        reads(&b, samples[i].task, samples[i].bytes);
        check(&b, true);
        arena_close(&b.mem);
    }
}

void cut_anywhere(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        size_t n = strlen(samples[i].bytes);
        for (size_t k = 0; k < n; k++) {
            char *cut = malloc(k + 1); /* of its own, so that a sanitizer sees a step beyond */
            memcpy(cut, samples[i].bytes, k);
            try(i, cut, k, true);
            try(i, cut, k, false);
            free(cut);
        }
    }
}

void changed_anywhere(void **state)
{
    (void)state;
    static const char put[] = "\t\n\r \"'\\,[]{}|_@0B\x80\xff";
    for (int i = 0; i < SAMPLES; i++) {
        size_t n = strlen(samples[i].bytes);
        char *copy = malloc(n + 1);
        for (size_t k = 0; k < n; k++)
            for (size_t p = 0; p < sizeof put; p++) { /* the closing zero byte, too */
                memcpy(copy, samples[i].bytes, n);
                copy[k] = put[p];
                try(i, copy, n, p % 2);
            }
        free(copy);
    }
}

void empty_files(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        refuses(samples[i].task, "", "file: at least one example is expected, the file is empty");
        refuses(samples[i].task, " \r\n\n", "the file is empty");
        refuses(samples[i].task, "\xef\xbb\xbf", "the file is empty");
    }
}

/* Each sample with something behind it. */
static void each_with(const char *tail, size_t n, const char *says)
{
    for (int i = 0; i < SAMPLES; i++) {
        size_t len = strlen(samples[i].bytes);
        char *copy = malloc(len + n);
        memcpy(copy, samples[i].bytes, len);
        memcpy(copy + len, tail, n);
        refuses_n(samples[i].task, copy, len + n, says);
        free(copy);
    }
}

void zero_bytes(void **state)
{
    (void)state;
    each_with("a\0b\n", 4, "text is expected, here is a zero byte");
    refuses_n("kind: words, format: conll", "a O\nb\0 O\n", 9,
              "file:2: text is expected, here is a zero byte");
}

void other_encodings(void **state)
{
    (void)state;
    each_with("na\xefve\n", 6, "UTF-8 is expected, byte 0xef is not");
    each_with("\xed\xa0\x80\n", 4, "UTF-8 is expected"); /* half of a pair */
    each_with("\xc0\xaf\n", 3, "UTF-8 is expected");     /* longer than need be */
    refuses_n("kind: words, format: conll", "a O\nb\xb5 O\n", 10,
              "file:2: UTF-8 is expected, byte 0xb5 is not");
    refuses_n("kind: words, format: conll",
              "\xff\xfe"
              "a\0 \0O\0",
              8, "(the file looks like UTF-16)");
}

void lines_without_end(void **state)
{
    (void)state;
    size_t n = (1 << 20) + 2;
    char *line = malloc(n);
    memset(line, 'a', n);
    line[n - 1] = '\n';
    each_with(line, n, "lines of at most 1048576 bytes are expected, here are 1048578");
    free(line);
}

void more_labels_than_any_task_has(void **state)
{
    (void)state;
    text all = {0};
    text_add(&all, STR("text\tlabel\n"));
    for (int i = 0; i <= LABELS_MOST; i++) text_format(&all, "a\tlabel %d\n", i);
    refuses("kind: sentence, format: tsv", all.at,
            "file:514: more than 512 different labels; is 'label 512' a label?");
    text_close(&all);
    all = (text){0};
    for (int i = 0; i < LABELS_MOST; i++) text_format(&all, "a B-%d\n", i);
    refuses("kind: words, format: conll", all.at, "file:256: a tag");
    text_close(&all);
}

void other_columns(void **state)
{
    (void)state;
    static const char *const says[SAMPLES] = {"file:6: 4 columns are expected",
                                              "file:7: 2 columns are expected",
                                              "file:4: 3 columns are expected",
                                              "file:4: 4 columns are expected",
                                              "file:2",
                                              "file:3: 10 columns are expected",
                                              "file:4: 3 columns are expected",
                                              "file:2: 3 columns (uid, tags, words)",
                                              "file:3: 4 columns (uid",
                                              "file:4: 3 columns are expected",
                                              "file:5: 2 columns are expected",
                                              "file:2",
                                              "file:3"};
    for (int i = 0; i < SAMPLES; i++) {
        arena mem = {0};
        refuses(samples[i].task, str_format(&mem, "%salone\n", samples[i].bytes), says[i]);
        arena_close(&mem);
    }
}

/* Nobody needs a million columns; they must only not hurt. */
void very_many_columns(void **state)
{
    (void)state;
    size_t n = 1 << 19;
    for (int i = 0; i < SAMPLES; i++) {
        bench b = {0};
        char *row = malloc(n);
        memset(row, strstr(samples[i].task, "csv") ? ',' : '\t', n);
        row[0] = 'a', row[n - 1] = '\n';
        check(&b, read_n(&b, samples[i].task, row, n, true));
        free(row);
        arena_close(&b.mem);
    }
}
