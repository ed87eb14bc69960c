/* Documents as JSON lines hold all that a document has; rows of a user's own stay rows. */
#include "base/file.h"
#include "reading.h"

typedef struct jsonl_way {
    arena mem;
    document_list d;
    losses lost;
} jsonl_way;

static const char *const nasty = "IL-2R\xce\xb1 \xf0\x9f\x98\x80\tand\r\n\"TNF\" e\xcc\x81 end";

/* All fields, and each of them where it is hard: two mentions of one id, none, a key twice, an argument that no id names. */
static void add_all(jsonl_way *w)
{
    arena *mem = &w->mem;
    document *d = document_add(&w->d, mem, "a\tb", "made", 1);
    d->text = str_of(nasty);
    d->pairs_given = true;
    doc_mention *m = document_mention(d, mem, STR("T1"), STR("Gene"), 1);
    mention_piece(m, mem, 0, 7);
    m->text = STR("il2ra");
    m->part = true;
    infon_add(&m->more, mem, STR("k"), STR("1"));
    infon_add(&m->more, mem, STR("k"), STR("2"));
    m = document_mention(d, mem, STR("T1"), STR(""), 1);
    mention_piece(m, mem, 13, 16);
    mention_piece(m, mem, 8, 12);
    mention_piece(document_mention(d, mem, STR(""), STR("x"), 1), mem, 24, 27);
    relation *r = document_relation(d, mem, STR("R1"), STR("has"), 1);
    relation_argument(r, mem, STR("a"), STR("T1"));
    relation_argument(r, mem, STR("b"), STR("T1"));
    relation_argument(r, mem, STR("c"), STR("T1"));
    relation_argument(r, mem, STR("d"), STR("D00\"1"));
    r->args[0].mention = 0, r->args[1].mention = 1, r->args[2].mention = -1;
    infon_add(&r->more, mem, STR("score"), STR("0.5"));
    section *s = document_passage(d, mem, (span){0, 16});
    s->offset = 100;
    infon_add(&s->more, mem, STR("type"), STR("title"));
    document_passage(d, mem, (span){18, d->text.len});
    document_sentence(d, mem, (span){8, 12});
    infon_add(&d->more, mem, STR("brat"), STR("x\ny"));
    document_add(&w->d, mem, "", "made", 1);
}

static const document *written(jsonl_way *w, document_list *back)
{
    err e = {0};
    const char *path = str_format(&w->mem, "%s/written.jsonl", test_dir());
    if (!documents_write(&w->d, "jsonl", path, &w->lost, &e) ||
        !documents_read(back, "jsonl", path, &w->mem, &e))
        fail_msg("%s", e.text);
    assert_int_equal(back->n, w->d.n);
    assert_int_equal(w->lost.n, 0);
    return &back->at[0];
}

static void same_infons(const infons *a, const infons *b)
{
    assert_int_equal(a->n, b->n);
    for (int i = 0; i < a->n; i++)
        assert_true(str_eq(a->at[i].key, b->at[i].key) && str_eq(a->at[i].value, b->at[i].value));
}

void jsonl_holds_text_and_mentions_whole(void **state)
{
    (void)state;
    jsonl_way w = {0};
    document_list back = {0};
    add_all(&w);
    const document *a = &w.d.at[0], *b = written(&w, &back);
    assert_string_equal(b->id, a->id);
    assert_string_equal(back.at[1].id, "");
    assert_true(str_eq(a->text, b->text) && b->pairs_given);
    assert_int_equal(b->n_mentions, 3);
    for (int i = 0; i < 3; i++) {
        const doc_mention *m = &a->mentions[i], *k = &b->mentions[i];
        assert_true(str_eq(m->id, k->id) && str_eq(m->type, k->type) && m->part == k->part);
        assert_int_equal(m->n, k->n);
        assert_memory_equal(m->at, k->at, (size_t)m->n * sizeof *m->at);
        same_infons(&m->more, &k->more);
    }
    text_is(b->mentions[0].text, "il2ra");
    same_infons(&a->more, &b->more);
    arena_close(&w.mem);
}

void jsonl_holds_relations_and_sections_whole(void **state)
{
    (void)state;
    jsonl_way w = {0};
    document_list back = {0};
    add_all(&w);
    const document *a = &w.d.at[0], *b = written(&w, &back);
    const relation *r = &a->relations[0], *q = &b->relations[0];
    assert_true(str_eq(r->id, q->id) && str_eq(r->type, q->type));
    same_infons(&r->more, &q->more);
    assert_int_equal(q->n, 4);
    for (int k = 0; k < 4; k++) {
        assert_true(str_eq(r->args[k].role, q->args[k].role));
        assert_true(str_eq(r->args[k].ref, q->args[k].ref));
        assert_int_equal(r->args[k].mention, q->args[k].mention);
    }
    assert_int_equal(b->n_passages, 2);
    assert_memory_equal(&a->passages[1].at, &b->passages[1].at, sizeof(span));
    assert_int_equal(b->passages[0].offset, 100);
    assert_true(b->passages[1].offset == SIZE_MAX);
    same_infons(&a->passages[0].more, &b->passages[0].more);
    assert_memory_equal(&a->sentences[0].at, &b->sentences[0].at, sizeof(span));
    arena_close(&w.mem);
}

void jsonl_refuses_arguments_of_no_mention(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "-1", "0.5", "\"0\"", "99999999999"};
    for (int i = 0; i < 5; i++) {
        arena mem = {0};
        err e = {0};
        document_list d = {0};
        str bytes = str_of(str_format(&mem,
                                      "{\"text\":\"TNF\",\"mentions\":[{\"start\":0,\"end\":3}],"
                                      "\"relations\":[{\"args\":[{\"mention\":%s}]}]}\n",
                                      numbers[i]));
        if (documents_parse(&d, "jsonl", "f", bytes, &mem, &e)) fail_msg("read: %s", numbers[i]);
        assert_non_null(strstr(e.text, "f:1: the number of a mention from 0 on"));
        arena_close(&mem);
    }
}

/* BioC counts a sentence and its mentions on from the number of their passage. */
void jsonl_offsets_of_passages_hold_in_bioc(void **state)
{
    (void)state;
    static const char *const forms[] = {"bioc-xml", "bioc-json"};
    for (int i = 0; i < 2; i++) {
        jsonl_way w = {0};
        err e = {0};
        document_list back = {0};
        const char *path = str_format(&w.mem, "%s/offsets-%s", test_dir(), forms[i]);
        str line = STR("{\"id\":\"7\",\"text\":\"TNF binds. IL-2\",\"mentions\":[{\"type\":\"G\","
                       "\"start\":0,\"end\":3},{\"type\":\"G\",\"start\":11,\"end\":15}],"
                       "\"passages\":[{\"start\":0,\"end\":10,\"offset\":100},{\"start\":11,"
                       "\"end\":15}],\"sentences\":[{\"start\":0,\"end\":10}]}\n");
        if (!documents_parse(&w.d, "jsonl", "f", line, &w.mem, &e) ||
            !documents_write(&w.d, forms[i], path, &w.lost, &e) ||
            !documents_read(&back, forms[i], path, &w.mem, &e))
            fail_msg("%s: %s", forms[i], e.text);
        const document *d = &back.at[0];
        text_is(mention_text(d, &d->mentions[0], &w.mem), "TNF");
        text_is(mention_text(d, &d->mentions[1], &w.mem), "IL-2");
        assert_int_equal(d->passages[1].offset, 111);
        arena_close(&w.mem);
    }
}

void bioc_leaves_out_mentions_outside_passages(void **state)
{
    (void)state;
    static const char *const forms[] = {"bioc-xml", "bioc-json"};
    for (int i = 0; i < 2; i++) {
        jsonl_way w = {0};
        err e = {0};
        document_list back = {0};
        const char *path = str_format(&w.mem, "%s/outside-%s", test_dir(), forms[i]);
        document *d = document_add(&w.d, &w.mem, "7", "made", 1);
        d->text = STR("TNF binds. IL-2");
        document_passage(d, &w.mem, (span){4, 9});
        for (size_t at = 0; at < 12; at += 4) /* before, in and behind it */
            mention_piece(document_mention(d, &w.mem, STR(""), STR("x"), 1), &w.mem, at, at + 3);
        if (!documents_write(&w.d, forms[i], path, &w.lost, &e) ||
            !documents_read(&back, forms[i], path, &w.mem, &e))
            fail_msg("%s: %s", forms[i], e.text);
        assert_int_equal(back.at[0].n_mentions, 1);
        text_is(mention_text(&back.at[0], &back.at[0].mentions[0], &w.mem), "bin");
        bool said = false;
        for (int k = 0; k < w.lost.n; k++)
            said |= strstr(w.lost.at[k].what, "mentions outside passages") && w.lost.at[k].n == 2;
        assert_true(said);
        arena_close(&w.mem);
    }
}

void bioc_says_what_becomes_a_type(void **state)
{
    (void)state;
    jsonl_way w = {0};
    err e = {0};
    document *d = document_add(&w.d, &w.mem, "7", "made", 1);
    d->text = STR("TNF");
    doc_mention *m = document_mention(d, &w.mem, STR(""), STR(""), 1);
    mention_piece(m, &w.mem, 0, 3);
    infon_add(&m->more, &w.mem, STR("type"), STR("title"));
    const char *path = str_format(&w.mem, "%s/types", test_dir());
    if (!documents_write(&w.d, "bioc-json", path, &w.lost, &e)) fail_msg("%s", e.text);
    assert_int_equal(w.lost.n, 1);
    assert_non_null(strstr(w.lost.at[0].what, "called type"));
    arena_close(&w.mem);
}
