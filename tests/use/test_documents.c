/* A model applied to documents: what is added, what stays. */
#include "base/file.h"
#include "corpus/split.h"
#include "tests.h"
#include "use/documents.h"
#include "use/small_model.h"
#include <stdlib.h>
#include <string.h>

/* Two documents with mentions, a relation of concepts, Greek letters, sentences that begin in the middle of a line. */
static const char pubtator[] =
    "7|t|Naloxone and \xce\xb2-blockers in renal failure\n"
    "7|a|Naloxone reverses the effect of clonidine. IL-2 activates T cells. The patients had renal "
    "failure and fever.\n"
    "7\t0\t8\tNaloxone\tChemical\tC1\n"
    "7\t73\t82\tclonidine\tChemical\tC2\n"
    "7\tmechanism\tC1\tC2\n"
    "\n"
    "8|t|IL-2 in the heart\n8|a|\n\n";

typedef struct fixture {
    arena mem;
    annotator a;
    document_list d;
    documents_found found;
    losses l;
} fixture;

static void open_fixture(fixture *f, const char *const *only, int n_only, const char *form,
                         str bytes)
{
    err e = {0};
    const char *dir = str_format(&f->mem, "%s/model", test_dir());
    small_model(dir);
    const annotator_plan plan = {.model = dir,
                                 .device = "cpu",
                                 .wordpiece_mode = -1,
                                 .max_pieces = 64,
                                 .only = only,
                                 .n_only = n_only};
    if (!annotator_open(&f->a, &plan, &e)) fail_msg("%s", e.text);
    for (int t = 0; t < f->a.m.n_tasks; t++)
        if (f->a.m.tasks[t].kind == KIND_RELATION) f->a.m.tasks[t].negative = -1; /* all answers */
    if (!documents_parse(&f->d, form, "test", bytes, &f->mem, &e)) fail_msg("%s", e.text);
}

static void annotate(fixture *f, documents_plan plan)
{
    err e = {0};
    plan.made_by = "small";
    f->found = (documents_found){0};
    if (!documents_annotate(&f->a, &f->d, &plan, &f->mem, &f->found, &f->l, &e))
        fail_msg("%s", e.text);
}

static void close_fixture(fixture *f)
{
    annotator_close(&f->a);
    arena_close(&f->mem);
}

static const char *const disease[] = {"disease"}, *const ddi[] = {"ddi"},
                         *const both[] = {"disease", "ddi"};

void documents_gain_the_mentions_of_each_sentence(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, disease, 1, "pubtator", str_of(pubtator));
    annotate(&f, (documents_plan){0});
    int compared = 0;
    for (int i = 0; i < f.d.n; i++) {
        const document *d = &f.d.at[i];
        span *at;
        int n = document_sentences(d, &f.mem, &at), next = i ? 0 : 2;
        for (int k = 0; k < n; k++) {
            err e = {0};
            annotation x;
            input in = input_of(str_sub(d->text, at[k].start, at[k].end), (str){0}, &f.mem);
            assert_true(annotator_run(&f.a, &in, 1, &f.mem, &x, NULL, &e));
            for (int m = 0; m < x.at->n_mentions; m++, compared++) {
                const doc_mention *got = &d->mentions[next++];
                assert_int_equal(got->n, 1);
                assert_int_equal(got->at->start, at[k].start + x.at->mentions[m].at.start);
                assert_int_equal(got->at->end, at[k].start + x.at->mentions[m].at.end);
                assert_true(str_is(got->type, "Disease"));
                assert_true(str_is(infon_get(&got->more, "made-by"), "small/disease"));
                const char *score = str_keep(&f.mem, infon_get(&got->more, "score"));
                double want = (double)x.at->mentions[m].score;
                assert_true(strtod(score, NULL) > want - 1e-4 && strtod(score, NULL) < want + 1e-4);
            }
        }
        assert_int_equal(next, d->n_mentions);
    }
    assert_true(compared > 3);
    assert_int_equal(f.found.mentions, compared);
    close_fixture(&f);
}

static str written(fixture *f, const char *form, const char *name)
{
    err e = {0};
    losses l = {0};
    file in = {0};
    const char *path = str_format(&f->mem, "%s/%s", test_dir(), name);
    if (!documents_write(&f->d, form, path, &l, &e)) fail_msg("%s", e.text);
    if (!strcmp(form, "brat")) path = str_format(&f->mem, "%s/7.ann", path);
    if (!file_open(&in, path, &e)) fail_msg("%s", e.text);
    str bytes = str_copy(&f->mem, in.bytes);
    file_close(&in);
    return bytes;
}

/* Without what was added, the files are those of a model that found nothing. */
void documents_keep_what_was_there(void **state)
{
    (void)state;
    static const char *const forms[] = {"pubtator", "bioc-xml", "bioc-json", "brat"};
    fixture f = {0};
    open_fixture(&f, both, 2, "pubtator", str_of(pubtator));
    str before[4];
    for (int i = 0; i < 4; i++)
        before[i] = written(&f, forms[i], str_format(&f.mem, "before-%d", i));
    annotate(&f, (documents_plan){0});
    assert_true(f.d.at[0].n_mentions > 2 && f.d.at[0].n_relations > 1);
    f.d.at[0].n_mentions = 2, f.d.at[0].n_relations = 1, f.d.at[1].n_mentions = 0;
    f.d.at[1].n_relations = 0;
    for (int i = 0; i < 4; i++) {
        str after = written(&f, forms[i], str_format(&f.mem, "after-%d", i));
        assert_true(str_eq(before[i], after));
    }
    close_fixture(&f);
}

void documents_gain_nothing_twice(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, both, 2, "pubtator", str_of(pubtator));
    annotate(&f, (documents_plan){0});
    size_t mentions = f.found.mentions, relations = f.found.relations, known = f.found.known;
    assert_true(mentions > 3 && relations > 3);
    annotate(&f, (documents_plan){0});
    assert_int_equal(f.found.mentions, 0);
    assert_int_equal(f.found.relations, 0);
    assert_int_equal(f.found.known, mentions + relations + known);
    close_fixture(&f);
}

static const char three[] =
    "{\"documents\":[{\"id\":\"1\",\"passages\":[{\"offset\":0,\"text\":\"il-2 binds "
    "naloxone and clonidine.\",\"annotations\":["
    "{\"id\":\"T7\",\"infons\":{\"type\":\"Gene\"},\"text\":\"il-2\",\"locations\":[{"
    "\"offset\":0,\"length\":4}]},"
    "{\"id\":\"T9\",\"infons\":{\"type\":\"Chemical\"},\"text\":\"naloxone\","
    "\"locations\":[{\"offset\":11,\"length\":8}]},"
    "{\"id\":\"T2\",\"infons\":{\"type\":\"Chemical\"},\"text\":\"clonidine\","
    "\"locations\":[{\"offset\":24,\"length\":9}]}]}]}]}";

/* What the model says of the masked sentence is what the document gains, between these mentions. */
void documents_gain_the_relations_of_each_pair(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, ddi, 1, "bioc-json", str_of(three));
    static const int pairs[][2] = {{0, 1}, {0, 2}, {1, 2}};
    static const char *const masked[] = {"@FEVER$ binds @HEART$ and clonidine.",
                                         "@FEVER$ binds naloxone and @HEART$.",
                                         "il-2 binds @HEART$ and @HEART$."};
    static const type_as as[] = {{{"Gene", 4}, {"FEVER", 5}}, {{"Chemical", 8}, {"HEART", 5}}};
    annotate(&f, (documents_plan){.as = as, .n_as = 2});
    int next = 0;
    for (int i = 0; i < 3; i++) {
        err e = {0};
        annotation x;
        input in = input_of(str_of(masked[i]), (str){0}, &f.mem);
        assert_true(annotator_run(&f.a, &in, 1, &f.mem, &x, NULL, &e));
        const relation *r = &f.d.at[0].relations[next++];
        assert_true(str_is(r->type, x.at->t->labels[x.at->best]));
        assert_int_equal(r->args[0].mention, pairs[i][0]);
        assert_int_equal(r->args[1].mention, pairs[i][1]);
        assert_true(str_eq(r->args[1].ref, f.d.at[0].mentions[pairs[i][1]].id));
        assert_true(str_is(infon_get(&r->more, "made-by"), "small/ddi"));
        const char *score = str_keep(&f.mem, infon_get(&r->more, "score"));
        double want = (double)x.at->scores[x.at->best];
        assert_true(strtod(score, NULL) > want - 1e-4 && strtod(score, NULL) < want + 1e-4);
    }
    assert_int_equal(next, f.d.at[0].n_relations);
    assert_int_equal(f.found.pairs, 3);
    assert_int_equal(next, 3);
    close_fixture(&f);
}

/* A model that has seen genes with chemicals is not asked about two chemicals. */
void documents_ask_of_pairs_that_were_seen(void **state)
{
    (void)state;
    static const char *seen[] = {"CHEMICAL GENE", "CHEM-GENE"};
    fixture f = {0};
    open_fixture(&f, ddi, 1, "bioc-json", str_of(three));
    for (int t = 0; t < f.a.m.n_tasks; t++) f.a.m.tasks[t].seen = seen, f.a.m.tasks[t].n_seen = 2;
    annotate(&f, (documents_plan){0});
    assert_int_equal(f.found.pairs, 2);
    for (int i = 0; i < f.d.at[0].n_relations; i++)
        assert_int_equal(f.d.at[0].relations[i].args[0].mention, 0);
    assert_int_equal(f.d.at[0].n_relations, 2);
    close_fixture(&f);
}

void documents_gain_no_negative_relation(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, ddi, 1, "bioc-json", str_of(three));
    annotate(&f, (documents_plan){0});
    size_t all = f.found.relations, negative = 0;
    for (int i = 0; i < f.d.at[0].n_relations; i++)
        negative += str_is(f.d.at[0].relations[i].type, "false");
    assert_true(negative > 0);
    f.d.at[0].n_relations = 0;
    for (int t = 0; t < f.a.m.n_tasks; t++)
        if (f.a.m.tasks[t].kind == KIND_RELATION) f.a.m.tasks[t].negative = 0;
    annotate(&f, (documents_plan){0});
    assert_int_equal(f.found.relations, all - negative);
    close_fixture(&f);
}

/* Naloxone and naloxone are one concept, clonidine another, il-2 none. */
void documents_of_concepts_gain_a_relation_once(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, ddi, 1, "pubtator",
                 STR("1|t|il-2 binds naloxone and naloxone and clonidine.\n1|a|\n"
                     "1\t0\t4\til-2\tGene\n1\t11\t19\tnaloxone\tX\tC1\n"
                     "1\t24\t32\tnaloxone\tX\tC1\n1\t37\t46\tclonidine\tX\tC2\n"));
    annotate(&f, (documents_plan){.concepts = true});
    for (int i = 0; i < f.d.at[0].n_relations; i++)
        assert_true(f.d.at[0].relations[i].args[0].mention > 0);
    assert_int_equal(f.found.pairs, 6);
    assert_true(f.found.known == 1); /* of the second naloxone and clonidine */
    assert_int_equal(f.found.relations, 2);
    assert_int_equal(f.l.at[0].n, 3);
    close_fixture(&f);
}

void documents_ids_go_on(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(
        &f, disease, 1, "bioc-json",
        STR("{\"documents\":[{\"id\":\"1\",\"passages\":[{\"offset\":0,\"text\":\"Patients "
            "with renal failure had no fever.\",\"annotations\":["
            "{\"id\":\"T9\",\"infons\":{\"type\":\"X\"},\"text\":\"with\",\"locations\":[{"
            "\"offset\":9,\"length\":4}]},"
            "{\"id\":\"T10\",\"infons\":{\"type\":\"X\"},\"text\":\"had\",\"locations\":[{"
            "\"offset\":28,\"length\":3}]}]}]}]}"));
    annotate(&f, (documents_plan){0});
    assert_true(f.found.mentions > 1);
    assert_true(str_is(f.d.at[0].mentions[2].id, "T11"));
    assert_true(str_is(f.d.at[0].mentions[3].id, "T12"));
    close_fixture(&f);
}

/* A title without sentences, an abstract with two. */
static const char cut[] =
    "{\"documents\":[{\"id\":\"1\",\"passages\":[{\"offset\":0,\"text\":\"Renal failure and "
    "fever in T cells.\"},{\"offset\":34,\"sentences\":[{\"offset\":34,\"text\":\"Loss of heart "
    "effect.\"},{\"offset\":57,\"text\":\"No fever.\"}]}]}]}";

void documents_of_marked_sentences_gain_notes(void **state)
{
    (void)state;
    static const char *const kind[] = {"kind", "disease"};
    fixture f = {0};
    open_fixture(&f, kind, 2, "bioc-json", str_of(cut));
    annotate(&f, (documents_plan){0});
    const document *d = &f.d.at[0];
    int in_title = 0;
    for (int i = 0; i < d->n_mentions; i++) in_title += d->mentions[i].at->start < 34;
    assert_true(in_title > 0);
    assert_int_equal(f.found.sentences, 3);
    assert_int_equal(d->n_sentences, 2);
    for (int i = 0; i < 2; i++) {
        err e = {0};
        annotation x;
        span at = d->sentences[i].at;
        input in = input_of(str_sub(d->text, at.start, at.end), (str){0}, &f.mem);
        assert_true(annotator_run(&f.a, &in, 1, &f.mem, &x, NULL, &e));
        const task_answer *want = &x.at[x.n - 1];
        assert_int_equal(want->t->kind, KIND_SENTENCE);
        assert_true(
            str_is(infon_get(&d->sentences[i].more, "small/kind"), want->t->labels[want->best]));
    }
    close_fixture(&f);
}

/* Words cut at blanks go to the model as they are, and for a flat target nothing lies across another. */
void documents_keep_words_cut_at_blanks(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, disease, 1, "bioc-json",
                 STR("{\"documents\":[{\"id\":\"1\",\"infons\":{\"words\":\"blanks\"},\"passages\":"
                     "[{\"offset\":0,\"text\":\"heart-failure. renal, (fever) loss,effect "
                     "cells\"}]}]}"));
    annotate(&f, (documents_plan){0});
    const document *d = &f.d.at[0];
    assert_true(d->n_mentions > 0);
    for (int i = 0; i < d->n_mentions; i++) {
        span at = d->mentions[i].at[0];
        assert_true(!at.start || d->text.at[at.start - 1] == ' ');
        assert_true(at.end == d->text.len || d->text.at[at.end] == ' ');
    }
    close_fixture(&f);
}

void documents_that_are_flat_stay_so(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, disease, 1, "pubtator",
                 STR("1|t|Patients with renal failure had no fever.\n1|a|\n"
                     "1\t14\t19\trenal\tX\n1\t0\t13\tPatients with\tX\n"));
    annotate(&f, (documents_plan){.flat = true});
    const document *d = &f.d.at[0];
    assert_true(f.found.mentions > 0);
    assert_int_equal(f.l.at[0].n, 1);
    for (int i = 0; i < d->n_mentions; i++)
        for (int k = 0; k < i; k++)
            assert_true(d->mentions[i].at->start >= d->mentions[k].at->end ||
                        d->mentions[k].at->start >= d->mentions[i].at->end);
    close_fixture(&f);
}

void documents_need_a_task_that_fits(void **state)
{
    (void)state;
    static const char *const nli[] = {"nli"};
    fixture f = {0};
    err e = {0};
    open_fixture(&f, nli, 1, "pubtator", str_of(pubtator));
    const documents_plan plan = {.made_by = "small"};
    assert_false(documents_annotate(&f.a, &f.d, &plan, &f.mem, &f.found, &f.l, &e));
    assert_non_null(strstr(e.text, "words, relations or labels is expected"));
    close_fixture(&f);
}
