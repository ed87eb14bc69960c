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

static const char *const whole[] = {"bioc-xml", "bioc-json", "brat", "jsonl"}; /* hold everything */
enum { WHOLE = sizeof whole / sizeof *whole };

static bool names_one(const losses *l, const char *const *of)
{
    for (int i = 0; i < l->n; i++)
        for (const char *const *name = of; *name; name++)
            if (strstr(l->at[i].what, *name)) return true;
    return false;
}

/* What a target said that it cannot hold, and that moves text or mentions. */
static bool moves(const losses *l)
{
    static const char *const of[] = {"line ends",
                                     "blank between",
                                     "newlines at the end",
                                     "several pieces",
                                     "repeat a part",
                                     "behind the last letter",
                                     "mentions without a type",
                                     "outside passages",
                                     "ids that",
                                     "other blanks",
                                     "without a word",
                                     "begin or end inside a word",
                                     "overlap",
                                     "in pieces that",
                                     "outside the sentences",
                                     "tabs, line",
                                     "without a letter",
                                     "control characters",
                                     NULL};
    return names_one(l, of);
}

/* The same, of what may be of a relation alone, or of an id. */
static bool may_move(const losses *l)
{
    static const char *const of[] = {"without a type", "without a role", "blanks in types", NULL};
    return moves(l) || names_one(l, of);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const document *)a)->id, ((const document *)b)->id);
}

/* BioC has mentions passage by passage. */
static int by_place(const void *a, const void *b)
{
    const doc_mention *m = a, *n = b;
    for (int k = 0; k < m->n && k < n->n; k++) {
        if (m->at[k].start != n->at[k].start) return m->at[k].start < n->at[k].start ? -1 : 1;
        if (m->at[k].end != n->at[k].end) return m->at[k].end < n->at[k].end ? -1 : 1;
    }
    return m->n != n->n ? m->n - n->n : str_cmp(m->type, n->type);
}

/* Files of a folder come by name. */
static void in_order(document_list *d)
{
    if (d->n) qsort(d->at, (size_t)d->n, sizeof *d->at, by_id);
    for (int i = 0; i < d->n; i++)
        if (d->at[i].n_mentions)
            qsort(d->at[i].mentions, (size_t)d->at[i].n_mentions, sizeof *d->at[i].mentions,
                  by_place);
}

static bool same_at(const doc_mention *m, const doc_mention *n)
{
    return m->n == n->n && str_eq(m->type, n->type) && !by_place(m, n);
}

/* The first document that is not what it was; NULL: they all are. */
static const char *changed(document_list *was, document_list *is)
{
    in_order(was);
    in_order(is);
    if (was->n != is->n) return "another number of documents";
    for (int i = 0; i < was->n; i++) {
        const document *a = &was->at[i], *b = &is->at[i];
        bool same =
            !strcmp(a->id, b->id) && str_eq(a->text, b->text) && a->n_mentions == b->n_mentions;
        for (int k = 0; same && k < a->n_mentions; k++)
            same = same_at(&a->mentions[k], &b->mentions[k]);
        if (!same) return a->id;
    }
    return NULL;
}

/* What changed the writer said; what it said of texts and mentions changed. */
static void hold_all(const char *form, const char *path, const losses *l, document_list *was,
                     document_list *is)
{
    const char *at = changed(was, is);
    if (at && !may_move(l)) fail_msg("%s by %s: %s changed in silence", path, form, at);
    if (!at && moves(l)) fail_msg("%s by %s: nothing changed, but %s", path, form, l->at[0].what);
}

/* At most 20 documents: brat's two files a document take long. */
static document_list thinned(const document_list *d, arena *mem)
{
    document_list few = {.at = TAKE(mem, document, d->n)};
    int step = (d->n + 19) / 20;
    for (int i = 0; i < d->n; i += step) few.at[few.n++] = d->at[i];
    return few;
}

static bool is_folder(const char *form)
{
    return !strcmp(form, "brat");
}

static const char *const targets[] = {"pubtator", "bioc-xml", "bioc-json",
                                      "brat",     "jsonl",    "conll"};
enum { TARGETS = sizeof targets / sizeof *targets };

/* Read as `form`, written as each format and from there as each other: all that can hold it has every byte and every span. Returns how many pairs had. */
static int pairs_of(const char *form, const char *path)
{
    int held = 0;
    for (int b = 0; b < TARGETS; b++) {
        arena mem = {0};
        err e = {0};
        document_list d = {0}, there = {0};
        losses l = {0};
        if (!documents_read(&d, form, path, &mem, &e)) fail_msg("%s", e.text);
        if (d.n < 2) fail_msg("%s: %d documents", path, d.n);
        if (is_folder(targets[b])) d = thinned(&d, &mem);
        pass(&d, &there, targets[b], &mem, &l);
        hold_all(targets[b], path, &l, &d, &there);
        for (int c = 0; c < TARGETS && !moves(&l); c++) {
            document_list back = {0}, was = d, from = there;
            losses more = {0};
            if (c == b) continue;
            if (is_folder(targets[c])) was = thinned(&d, &mem), from = thinned(&there, &mem);
            pass(&from, &back, targets[c], &mem, &more);
            hold_all(targets[c], path, &more, &was, &back);
            held += !moves(&more);
        }
        arena_close(&mem);
    }
    return held;
}

/* 30 pairs of formats. Without PubTator, which cannot hold every text, 20; without conll, whose text has no newlines and whose mentions are words, 20; without
 * both 12; one more where the few documents that brat is given happen to fit. */
static void all_pairs(const char *form, const char *path, int pairs)
{
    int held = pairs_of(form, path);
    if (held != pairs) fail_msg("%s: %d pairs of formats hold it, not %d", path, held, pairs);
}

void corpora_make_round_trips(void **state)
{
    (void)state;
    static const struct {
        const char *form, *path;
        int pairs;
    } of[] = {{"pubtator", "BC5CDR/CDR_TrainingSet.PubTator.txt", 20},
              {"pubtator", "BC5CDR/CDR_DevelopmentSet.PubTator.txt", 20},
              {"pubtator", "BC5CDR/CDR_TestSet.PubTator.txt", 20},
              {"bioc-xml", "BC5CDR/CDR_TrainingSet.BioC.xml", 12},
              {"bioc-xml", "BC5CDR/CDR_DevelopmentSet.BioC.xml", 12},
              {"bioc-xml", "BC5CDR/CDR_TestSet.BioC.xml", 13},
              {"pubtator", "NCBI-disease/original-data/devel", 20},
              {"ddi-xml", "DDI2013/DDICorpus", 12},
              {"chemprot", "ChemProt/chemprot_training", 20},
              {"hoc-folder", "HoC", 12}};
    arena mem = {0};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        all_pairs(of[i].form, path_join(&mem, test_corpora(), of[i].path), of[i].pairs);
    arena_close(&mem);
}

void invented_corpora_make_round_trips(void **state)
{
    (void)state;
    all_pairs("pubtator", "corpora/owners/bc5cdr/CDR.Corpus.v010516/CDR_TestSet.PubTator.txt", 20);
    all_pairs("ddi-xml", "corpora/owners/ddi/DDICorpus/Train/MedLine", 30);
    all_pairs("chemprot", "corpora/owners/chemprot/chemprot_development", 20);
    all_pairs("hoc-folder", "corpora/owners/hoc/dev", 12);
    all_pairs("i2b2", "corpora/owners/i2b2/reference_standard_for_test_data", 12);
    all_pairs("share", "corpora/owners/share/dev", 12);
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

static const char *put(arena *mem, const char *name, const char *bytes)
{
    err e = {0};
    const char *path = path_join(mem, test_dir(), name);
    if (!file_write(path, str_of(bytes), &e)) fail_msg("%s", e.text);
    return path;
}

/* One kind of trouble a document, so that no loss hides behind another one. */
static const char *const troubles[] = {
    "{\"text\":\"IL-2R\xce\xb1 binds.\",\"mentions\":[{\"type\":\"G\",\"start\":0,\"end\":6}]}",
    "{\"text\":\"nai\xcc\x88ve T cells\",\"mentions\":[{\"type\":\"C\",\"start\":0,\"end\":14}]}",
    "{\"text\":\"\xf0\x9f\x98\x80 pain "
    "\xf0\x9f\x98\x80\",\"mentions\":[{\"type\":\"D\",\"start\":2,\"end\":6}]}",
    "{\"text\":\"a\\r\\nfever\\r\\n\",\"mentions\":[{\"type\":\"D\",\"start\":3,\"end\":8}]}",
    "{\"text\":\"a\\tfever\",\"mentions\":[{\"type\":\"D\",\"start\":2,\"end\":7}]}",
    "{\"text\":\"7|t|a | b\",\"mentions\":[{\"type\":\"D\",\"start\":2,\"end\":3}]}",
    "{\"text\":\"Pain.\",\"mentions\":[{\"type\":\"D\",\"start\":0,\"end\":4}],\"passages\":"
    "[{\"start\":0,\"end\":5},{\"start\":5,\"end\":5,\"offset\":6}]}",
    "{\"text\":\"TNF a b\",\"mentions\":[{\"type\":\"G\",\"start\":0,\"end\":3}],\"passages\":"
    "[{\"start\":1,\"end\":7}]}",
    "{\"text\":\"a TNF b\",\"mentions\":[{\"type\":\"G\",\"start\":2,\"end\":5}],\"passages\":"
    "[{\"start\":0,\"end\":1},{\"start\":6,\"end\":7}]}",
    "{\"text\":\"left and right arm\",\"mentions\":[{\"type\":\"P\",\"spans\":[[0,4],[15,18]]}]}",
    "{\"text\":\"right left arm\",\"mentions\":[{\"type\":\"P\",\"spans\":[[6,14],[0,5]]}]}",
    "{\"text\":\"anti-TNF acute renal "
    "failure\",\"mentions\":[{\"type\":\"D\",\"start\":9,\"end\":28},"
    "{\"type\":\"D\",\"start\":15,\"end\":28},{\"type\":\"G\",\"start\":5,\"end\":8}]}",
    "{\"text\":\"5-HT1A\",\"mentions\":[{\"type\":\"G\",\"start\":0,\"end\":4}]}",
    "{\"text\":\"  two  blanks \",\"mentions\":[{\"type\":\"D\",\"start\":2,\"end\":13}]}",
    "{\"text\":\"no\xc2\xa0 blank\",\"mentions\":[{\"type\":\"D\",\"start\":4,\"end\":9}]}",
    "{\"text\":\"One end. Two\",\"mentions\":[{\"type\":\"D\",\"start\":4,\"end\":12}]}",
    "{\"text\":\"<b> & \\\"q\\\" 'x' ]]>\",\"mentions\":[{\"type\":\"D\",\"start\":7,\"end\":8}]}",
    "{\"text\":\"x\\u0001y\",\"mentions\":[{\"type\":\"D\",\"start\":0,\"end\":1}]}",
    "{\"text\":\"\"}",
    "{\"text\":\" \"}",
    "{\"text\":\"-DOCSTART- O\",\"mentions\":[{\"type\":\"D\",\"start\":1,\"end\":9}]}",
    "{\"id\":\"\",\"text\":\"no name\"}",
    "{\"id\":\"a|b\",\"text\":\"a name with a bar\"}",
    "{\"id\":\"-\",\"text\":\"a dash\"}",
    "{\"text\":\"no type\",\"mentions\":[{\"start\":0,\"end\":2}]}",
    "{\"text\":\"B type\",\"mentions\":[{\"type\":\"a b\",\"start\":0,\"end\":1}]}",
    "{\"text\":\"tab type\",\"mentions\":[{\"type\":\"a\\tb\",\"start\":0,\"end\":3}]}",
    "{\"text\":\"empty\",\"mentions\":[{\"type\":\"D\",\"start\":2,\"end\":2}]}",
    "{\"text\":\"twice\",\"mentions\":[{\"type\":\"D\",\"start\":0,\"end\":5},{\"type\":\"D\","
    "\"start\":0,"
    "\"end\":5}]}",
};

void troubles_are_held_or_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        for (int k = 0; k < TARGETS; k++) {
            arena mem = {0};
            err e = {0};
            document_list d = {0}, there = {0};
            losses l = {0};
            if (!documents_parse(&d, "jsonl", "d", str_of(troubles[i]), &mem, &e))
                fail_msg("%s: %s", troubles[i], e.text);
            pass(&d, &there, targets[k], &mem, &l);
            hold_all(targets[k], troubles[i], &l, &d, &there);
            arena_close(&mem);
        }
}

void pubtator_with_empty_abstracts_makes_round_trips(void **state)
{
    (void)state;
    arena mem = {0};
    all_pairs(
        "pubtator",
        put(&mem, "in.txt",
            "1|t|TNF-\xce\xb1 | e\xcc\x81\r\n1|a|\r\n1\t0\t5\tTNF-\xce\xb1\tGene\tg1|g2\r\n\r\n"
            "2|t|\r\n2|a|A fever.\r\n2\t3\t8\tfever\tDisease\tD1\r\n"),
        20);
    arena_close(&mem);
}
