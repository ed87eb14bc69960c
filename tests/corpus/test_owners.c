/* The owners' formats on invented corpora: what a study reads from the originals, what survives the way through BioC, and the parts of prepare. */
#include "base/log.h"
#include "corpus/prepare/cut.h"
#include "corpus/prepare/prepare.h"
#include "corpus/prepare/printable.h"
#include "reading.h"

#define OWNERS "tests/cli/data/owners/"

/* Examples of a folder, as a study asks for them. */
static void reads_folder(bench *b, const char *map, const char *path)
{
    log_at(LOG_QUIET);
    bool ok = task_from(b, map) && examples_read_file(&b->x, &b->t, path, true, &b->mem, &b->e);
    log_at(LOG_NORMAL);
    if (!ok) fail_msg("%s", b->e.text);
}

void study_reads_ddi(void **state)
{
    (void)state;
    bench b = {0};
    reads_folder(&b, "kind: relation, format: ddi-xml", OWNERS "ddi/DDICorpus/Train");
    assert_int_equal(b.x.n, 11); /* of 12 one has no type */
    text_is(str_of(b.t.labels[b.t.negative]), "DDI-false");
    text_is(str_of(b.x.at[0].id), "DDI-DrugBank.d9001.s0.p0");
    text_is(str_of(b.x.at[0].doc), "DDI-DrugBank.d9001");
    text_is(b.x.at[0].text, "@DRUG$ raises the level of @DRUG$; brelocid does not.");
    arena_close(&b.mem);
}

void study_reads_chemprot(void **state)
{
    (void)state;
    bench b = {0};
    reads_folder(&b,
                 "kind: relation, format: chemprot, arguments: [CHEMICAL, GENE], both-tag: "
                 "CHEM-GENE, labels: [\"CPR:3\", \"CPR:4\", \"CPR:9\", \"false\"]",
                 OWNERS "chemprot/ChemProt_Corpus/chemprot_training");
    assert_int_equal(b.x.n, 9);
    text_is(b.x.at[0].text, "Inhibition of @GENE$ by @CHEMICAL$.");
    text_is(b.x.at[1].text, "@GENE$ was not bound, i.e. @CHEMICAL$ left it alone.");
    arena_close(&b.mem);
}

void study_reads_i2b2_and_share(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads_folder(&b, "kind: relation, format: i2b2",
                 OWNERS "i2b2/concept_assertion_relation_training_data");
    assert_int_equal(b.x.n, 5);
    reads_folder(&c, "kind: words, labels: [Disease_Disorder], format: share", OWNERS "share");
    assert_int_equal(c.x.n, 7);
    tags_are(&c, 4, "O B-Disease_Disorder I-Disease_Disorder O O I-Disease_Disorder O");
    arena_close(&b.mem);
    arena_close(&c.mem);
}

void study_reads_hoc_in_both_forms(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads_folder(&b, "kind: labels, format: hoc-folder", OWNERS "hoc-a/HoCCorpus");
    reads_folder(&c, "kind: labels, format: hoc-folder", OWNERS "hoc-b");
    assert_int_equal(b.x.n, 4);
    assert_int_equal(c.x.n, 5);
    assert_int_equal(b.t.n_labels, 4);
    for (int i = 0; i < 4; i++) assert_int_equal(b.x.at[i].set[0], c.x.at[i].set[0]);
    text_is(str_of(b.x.at[1].id), "90000031_s1");
    arena_close(&b.mem);
    arena_close(&c.mem);
}

void study_reads_medsts_and_biosses(void **state)
{
    (void)state;
    bench b = {0}, c = {0};
    reads_folder(&b, "kind: score, format: medsts, range: [0, 5]",
                 OWNERS "clinicalsts/clinicalSTS.test.txt");
    assert_int_equal(b.x.n, 2);
    assert_true(b.x.at[1].score > 0.74 && b.x.at[1].score < 0.76);
    reads_folder(&c, "kind: score, format: biosses, range: [0, 4]",
                 OWNERS "biosses/annotation_pairs_scores.tsv");
    assert_true(c.x.at[2].score > 2.59 && c.x.at[2].score < 2.61);
    text_is(c.x.at[2].text2, "\"KRX2\" cells grow.");
    arena_close(&b.mem);
    arena_close(&c.mem);
}

static void same_document(const document *a, const document *b)
{
    if (!str_eq(a->text, b->text))
        fail_msg("%s: '%.*s' is not '%.*s'", a->id, (int)b->text.len, b->text.at, (int)a->text.len,
                 a->text.at);
    assert_int_equal(a->n_mentions, b->n_mentions);
    assert_int_equal(a->n_relations, b->n_relations);
    for (int i = 0; i < a->n_mentions; i++) {
        const doc_mention *m = &a->mentions[i], *k = &b->mentions[i];
        assert_true(m->n == k->n && str_eq(m->type, k->type));
        for (int n = 0; n < m->n; n++)
            assert_true(m->at[n].start == k->at[n].start && m->at[n].end == k->at[n].end);
    }
    if (!b->n_sentences) return; /* noted as a loss where a line end lies between them */
    assert_int_equal(a->n_sentences, b->n_sentences);
    for (int i = 0; i < a->n_sentences; i++)
        assert_true(a->sentences[i].at.start == b->sentences[i].at.start &&
                    a->sentences[i].at.end == b->sentences[i].at.end);
}

static void through(const char *format_name, const char *path, const char *other)
{
    arena mem = {0};
    err e = {0};
    losses l = {0};
    document_list a = {0}, b = {0};
    const char *to = str_format(&mem, "%s/%s-%s", test_dir(), format_name, other);
    log_at(LOG_QUIET);
    bool ok = documents_read(&a, format_name, path, &mem, &e) &&
              documents_write(&a, other, to, &l, &e) && documents_read(&b, other, to, &mem, &e);
    log_at(LOG_NORMAL);
    if (!ok) fail_msg("%s", e.text);
    assert_int_equal(a.n, b.n);
    for (int i = 0; i < a.n; i++) same_document(&a.at[i], &b.at[i]);
    if (!l.n && a.at[0].n_sentences) assert_true(b.at[0].n_sentences > 0);
    arena_close(&mem);
}

void owners_formats_go_through_bioc(void **state)
{
    (void)state;
    static const char *const others[] = {"bioc-json", "bioc-xml"};
    for (int i = 0; i < 2; i++) {
        through("ddi-xml", OWNERS "ddi/DDICorpus/Train", others[i]);
        through("chemprot", OWNERS "chemprot/ChemProt_Corpus/chemprot_training", others[i]);
        through("hoc-folder", OWNERS "hoc-a/HoCCorpus", others[i]);
        through("i2b2", OWNERS "i2b2/concept_assertion_relation_training_data", others[i]);
        through("share", OWNERS "share", others[i]);
    }
}

/* The corpus has sentences without a character, and they are the last of their document. */
void empty_sentences_go_through_bioc(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    const char *path = str_format(&mem, "%s/empty.xml", test_dir());
    str bytes = STR("<document id=\"d\"><sentence id=\"d.s0\" text=\"A.\"/><sentence id=\"d.s1\" "
                    "text=\"\"/></document>");
    if (!file_write(path, bytes, &e)) fail_msg("%s", e.text);
    through("ddi-xml", path, "bioc-json");
    through("ddi-xml", path, "bioc-xml");
    arena_close(&mem);
}

void sentences_are_cut_as_published(void **state)
{
    (void)state;
    arena mem = {0};
    document_list d = {0};
    document_add(&d, &mem, "1", "file", 1)->text = STR("On St. John's wort.\nGiven i.v. "
                                                       "Tovixan\u2009works! No? yes.");
    cut_sentences(&d, true, &mem);
    assert_int_equal(d.at[0].n_sentences, 4);
    assert_int_equal(d.at[0].sentences[0].at.end, 6);
    d.at[0].n_sentences = 0;
    cut_sentences(&d, false, &mem);
    assert_int_equal(d.at[0].n_sentences, 5);
    span last = d.at[0].sentences[4].at;
    text_is(str_sub(d.at[0].text, last.start, last.end), "No? yes.");
    arena_close(&mem);
}

void greek_is_spelled_as_the_authors_have_it(void **state)
{
    (void)state;
    text t = {0};
    printable_put(&t, STR("IL-2Rα, θ-ψ Ω ≥5 µM ± 3\u2009°C \u4e2d caf\u00e9 Θ"));
    text_is(text_str(&t), "IL-2Ra, th-ps w >5 mM + 3 *C  cafe TH");
    text_close(&t);
}

static void list_says(const char *bytes, const char *says)
{
    arena mem = {0};
    err e = {0};
    where w;
    const char *path = str_format(&mem, "%s/ids", test_dir());
    if (!file_write(path, str_of(bytes), &e)) fail_msg("%s", e.text);
    bool ok = where_read(&w, path, &mem, &e) && where_close(&w, "corpus", &e);
    if (ok) fail_msg("'%s' was taken", bytes);
    if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
    arena_close(&mem);
}

void lists_of_ids_are_checked(void **state)
{
    (void)state;
    list_says("", "at least one id is expected");
    list_says("1 train\n2 tset\n", "ids:2: an id, or an id and one of train, dev, test");
    list_says("1\n2\n1\n", "ids:3: the id '1' stands in line 1 already");
    list_says("1 dev 7\n", "ids:1: an id, or");
    list_says("# none\n1\n", "ids:2: an id of the corpus is expected, '1' is not in corpus");
}

/* As many as the released files have: 942 sentences, 472 abstracts of dev and test, 100 pairs. */
void lists_of_blue_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *corpus;
        int n, dev;
    } known[] = {{"biosses", 100, 16}, {"hoc", 472, 157}, {"ddi", 942, 942}};
    arena mem = {0};
    for (int i = 0; i < 3; i++) {
        where w;
        int dev = 0;
        assert_true(where_blue(&w, known[i].corpus, &mem));
        for (int k = 0; k < w.n; k++) dev += w.at[k].split == SPLIT_DEV;
        assert_int_equal(w.n, known[i].n);
        assert_int_equal(dev, known[i].dev);
    }
    where w;
    assert_true(where_blue(&w, "ddi", &mem));
    assert_int_equal(where_is(&w, STR("DDI-MedLine.d104.s8")), SPLIT_DEV);
    assert_int_equal(where_is(&w, STR("DDI-MedLine.d104.s99")), -1);
    arena_close(&mem);
}
