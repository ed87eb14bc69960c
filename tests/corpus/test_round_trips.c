/* From format A to B to A: every byte of text and every span stay. */
#include "base/file.h"
#include "reading.h"
#include <stdlib.h>

static void same_text(const document *a, const document *b)
{
    assert_string_equal(a->id, b->id);
    if (!str_eq(a->text, b->text))
        fail_msg("text of %s is '%.*s', not '%.*s'", a->id, (int)b->text.len, b->text.at,
                 (int)a->text.len, a->text.at);
}

static void same_mentions(const document *a, const document *b)
{
    if (a->n_mentions != b->n_mentions)
        fail_msg("%s has %d mentions, not %d", a->id, b->n_mentions, a->n_mentions);
    for (int i = 0; i < a->n_mentions; i++) {
        const doc_mention *m = &a->mentions[i], *n = &b->mentions[i];
        assert_true(str_eq(m->type, n->type));
        assert_int_equal(m->n, n->n);
        for (int k = 0; k < m->n; k++)
            if (m->at[k].start != n->at[k].start || m->at[k].end != n->at[k].end)
                fail_msg("%s: a mention at %zu to %zu, not %zu to %zu", a->id, n->at[k].start,
                         n->at[k].end, m->at[k].start, m->at[k].end);
    }
}

static void same_relations(const document *a, const document *b)
{
    assert_int_equal(a->n_relations, b->n_relations);
    for (int i = 0; i < a->n_relations; i++) {
        const relation *r = &a->relations[i], *q = &b->relations[i];
        assert_true(str_eq(r->type, q->type));
        assert_int_equal(r->n, q->n);
        for (int k = 0; k < r->n; k++) {
            assert_int_equal(r->args[k].mention, q->args[k].mention);
            assert_true(str_eq(r->args[k].role, q->args[k].role));
            if (r->args[k].mention < 0) assert_true(str_eq(r->args[k].ref, q->args[k].ref));
        }
    }
}

static void pass(document_list *from, document_list *to, const char *form, arena *mem, losses *l)
{
    err e = {0};
    const char *path = str_format(mem, "%s/trip-%s", test_dir(), form);
    err none = {0};
    (void)!dir_remove(path, &none);
    if (!documents_write(from, form, path, l, &e) || !documents_read(to, form, path, mem, &e))
        fail_msg("%s: %s", form, e.text);
}

/* d, written as B and read, then written as A and read, is what it was. */
static void trip(document_list *d, const char *a, const char *b, bool relations, arena *mem)
{
    document_list there = {0}, back = {0};
    losses l = {0};
    pass(d, &there, b, mem, &l);
    assert_int_equal(d->n, there.n);
    for (int i = 0; i < d->n; i++) {
        same_text(&d->at[i], &there.at[i]);
        same_mentions(&d->at[i], &there.at[i]);
    }
    pass(&there, &back, a, mem, &l);
    assert_int_equal(d->n, back.n);
    for (int i = 0; i < d->n; i++) {
        same_text(&d->at[i], &back.at[i]);
        same_mentions(&d->at[i], &back.at[i]);
        if (relations) same_relations(&d->at[i], &back.at[i]);
    }
}

static const char *const whole[] = {"bioc-xml", "bioc-json", "brat"}; /* hold everything */
enum { WHOLE = sizeof whole / sizeof *whole };

static int by_id(const void *a, const void *b)
{
    return strcmp(((const document *)a)->id, ((const document *)b)->id);
}

void corpora_make_round_trips(void **state)
{
    (void)state;
    const char *at = getenv("MTBERT_CORPORA");
    if (!at) test_skip("MTBERT_CORPORA is not set");
    static const char *const of[][2] = {{"pubtator", "BC5CDR/CDR_TestSet.PubTator.txt"},
                                        {"bioc-xml", "BC5CDR/CDR_TestSet.BioC.xml"}};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < WHOLE; k++) {
            arena mem = {0};
            err e = {0};
            document_list d = {0};
            if (!documents_read(&d, of[i][0], path_join(&mem, at, of[i][1]), &mem, &e))
                fail_msg("%s", e.text);
            assert_int_equal(d.n, 500);
            qsort(d.at, (size_t)d.n, sizeof *d.at, by_id); /* files of a folder come by name */
            trip(&d, of[i][0], whole[k], strcmp(whole[k], "brat") != 0, &mem);
            arena_close(&mem);
        }
}

/* What tends to be changed on the way: Greek, combining marks, emoji, CRLF, tabs, bars, an empty text, mentions in pieces and across each other. */
static void add_nasty(document_list *d, arena *mem)
{
    static const char *const texts[] = {
        "IL-2R\xce\xb1 | e\xcc\x81 \xf0\x9f\x98\x80\tand\r\n\"TNF\" <&> 'x'\n\nend. ", "",
        "|t|\n\n|a|"};
    for (int i = 0; i < 3; i++) {
        document *x = document_add(d, mem, str_format(mem, "d%d", i), "made", 1);
        x->text = str_of(texts[i]);
        if (i) continue;
        doc_mention *m = document_mention(x, mem, STR("T1"), STR("Gene"), 1);
        mention_piece(m, mem, 0, 7);
        m = document_mention(x, mem, STR("T2"), STR("Sign"), 1);
        mention_piece(m, mem, 10, 13);
        mention_piece(m, mem, 25, 28);
        m = document_mention(x, mem, STR("T3"), STR("Gene"), 1);
        mention_piece(m, mem, 0, 4);
        infon_add(&m->more, mem, STR("identifier"), STR("a|b \"c\"\t<d>"));
        relation *r = document_relation(x, mem, STR("R1"), STR("has"), 1);
        relation_argument(r, mem, STR("Arg1"), STR("T2"));
        relation_argument(r, mem, STR("Arg2"), STR("T3"));
        document_link(x);
    }
}

void nasty_documents_make_round_trips(void **state)
{
    (void)state;
    for (int i = 0; i < WHOLE; i++)
        for (int k = 0; k < WHOLE; k++) {
            arena mem = {0};
            document_list d = {0};
            add_nasty(&d, &mem);
            trip(&d, whole[i], whole[k], true, &mem);
            arena_close(&mem);
        }
}
