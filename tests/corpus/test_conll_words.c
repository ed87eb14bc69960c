/* Words of a CoNLL file that its owners cut in their own way stay so, also by way of another format. */
#include "base/file.h"
#include "reading.h"

typedef struct conll_words {
    arena mem;
    document_list d;
    losses lost;
} conll_words;

static void read_rows(conll_words *w, const char *rows)
{
    err e = {0};
    if (!documents_parse(&w->d, "conll", "f", str_of(rows), &w->mem, &e)) fail_msg("%s", e.text);
}

/* Written in the format, and read again. */
static void by(conll_words *w, const char *form)
{
    err e = {0};
    const char *path = str_format(&w->mem, "%s/words-%s", test_dir(), form);
    if (!documents_write(&w->d, form, path, &w->lost, &e)) fail_msg("%s", e.text);
    w->d = (document_list){0};
    if (!documents_read(&w->d, form, path, &w->mem, &e)) fail_msg("%s", e.text);
}

static void rows_are(conll_words *w, const char *rows)
{
    err e = {0};
    file f = {0};
    const char *path = str_format(&w->mem, "%s/rows", test_dir());
    if (!documents_write(&w->d, "conll", path, &w->lost, &e) || !file_open(&f, path, &e))
        fail_msg("%s", e.text);
    text_is(f.bytes, rows);
    file_close(&f);
}

static const char *const own = "IL-2\t7\t0\tB-Gene\nbinds.\t-\t5\tO\n\nO'x@y\t7\t13\tO\n\n";

void conll_words_stay_as_they_were_cut(void **state)
{
    (void)state;
    conll_words w = {0};
    read_rows(&w, own);
    rows_are(&w, own);
    assert_int_equal(w.lost.n, 0);
    arena_close(&w.mem);
}

void conll_words_come_through_other_formats(void **state)
{
    (void)state;
    conll_words w = {0};
    read_rows(&w, own);
    by(&w, "jsonl");
    rows_are(&w, own);
    arena_close(&w.mem);
}

/* What the rules cut the same needs no note, and words that touch cannot be told by blanks. */
void conll_words_are_noted_where_they_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        bool noted;
    } cases[] = {{"TNF\t7\t0\tO\nbinds\t-\t4\tO\n", false},
                 {"TNF-a\t7\t0\tO\n.\t-\t5\tO\n", false},
                 {"TNF-a\t7\t0\tO\n.\t-\t6\tO\n", true},
                 {"TNF a\t7\t0\tO\n", false},
                 {"a-b\tO\n\nc\tO\n", true}};
    for (int i = 0; i < 5; i++) {
        conll_words w = {0};
        read_rows(&w, cases[i].rows);
        if (w.d.at[0].more.n != cases[i].noted) fail_msg("case %d", i);
        arena_close(&w.mem);
    }
}

/* Whatever notes say of it. */
void conll_words_begin_no_document(void **state)
{
    (void)state;
    conll_words w = {0};
    document *d = document_add(&w.d, &w.mem, "1", "made", 1);
    d->text = STR("-DOCSTART- IL-2");
    infon_add(&d->more, &w.mem, STR("words"), STR("blanks"));
    by(&w, "conll");
    assert_int_equal(w.d.n, 1);
    text_is(w.d.at[0].text, "-DOCSTART- IL-2");
    arena_close(&w.mem);
}

void documents_with_words_of_their_own_are_tagged_so(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: words, labels: [Gene], format: jsonl",
          "{\"id\":\"7\",\"text\":\"IL-2 binds.\",\"mentions\":[{\"type\":\"Gene\",\"start\":0,"
          "\"end\":4}],\"infons\":{\"words\":\"blanks\"}}\n");
    tags_are(&b, 0, "B-Gene O");
    arena_close(&b.mem);
}
