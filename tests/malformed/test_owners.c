/* Corpora in their owners' formats with a file that was cut off, or has one wrong byte: refused in one line, or read into documents that hold together. */
#include "base/log.h"
#include "corpus/prepare/prepare.h"
#include "tests.h"
#include <string.h>

static const struct sample {
    const char *corpus, *folder, *ids;
} samples[] = {
    {"bc5cdr-disease", "bc5cdr", NULL}, {"ddi", "ddi", NULL},
    {"chemprot", "chemprot", NULL},     {"hoc", "hoc-a", "hoc.ids"},
    {"hoc", "hoc-b", "hoc.ids"},        {"biosses", "biosses", "biosses.ids"},
    {"ncbi-disease", "ncbi", NULL},     {"i2b2-2010", "i2b2", NULL},
    {"share-clefe", "share", NULL},     {"share-clefe", "share-pipe", NULL},
    {"mednli", "mednli", NULL},         {"clinicalsts", "clinicalsts", NULL},
};
enum { SAMPLES = sizeof samples / sizeof *samples };
static const char root[] = "tests/cli/data/owners";

static void put(const char *path, str bytes)
{
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, to), bytes.len);
    assert_int_equal(fclose(to), 0);
}

static void holds(const prepared *p)
{
    for (int s = 0; s < SPLITS; s++) {
        const part *of = &p->parts[s];
        for (int i = 0; i < of->docs.n; i++) {
            const document *d = &of->docs.at[i];
            for (int k = 0; k < d->n_mentions; k++)
                for (int n = 0; n < d->mentions[k].n; n++) {
                    span at = d->mentions[k].at[n];
                    assert_true(at.start <= at.end && at.end <= d->text.len);
                }
            for (int k = 0; k < d->n_sentences; k++)
                assert_true(d->sentences[k].at.end <= d->text.len);
        }
        for (int i = 0; i < of->x.n; i++) {
            assert_true(of->x.at[i].id && of->x.at[i].text.len);
            assert_true(of->x.at[i].label < p->t.n_labels);
        }
    }
}

static void try(const struct sample *x, const char *folder)
{
    arena mem = {0};
    err e = {0};
    prepared p;
    const prepare_asked a = {.corpus = x->corpus,
                             .from = folder,
                             .split_ids = x->ids ? str_format(&mem, "%s/%s", root, x->ids) : NULL};
    if (prepare_read(&p, &a, &mem, &e))
        holds(&p);
    else
        assert_true(e.set && !strchr(e.text, '\n'));
    arena_close(&mem);
}

/* Every file of every sample, each time with the others whole, changed by `change` at about `places` places. */
static void each_file(int places, void (*change)(text *t, size_t at, int turn))
{
    log_at(LOG_QUIET);
    const char *dir = test_dir();
    for (int i = 0; i < SAMPLES; i++) {
        arena mem = {0};
        err e = {0};
        tree files;
        const char *from = str_format(&mem, "%s/%s", root, samples[i].folder);
        const char *to = str_format(&mem, "%s/%d", dir, i);
        if (!tree_read(&files, from, &mem, &e)) fail_msg("%s", e.text);
        str *bytes = TAKE(&mem, str, files.n);
        const char **paths = TAKE(&mem, const char *, files.n);
        for (int k = 0; k < files.n; k++) {
            file f = {0};
            if (!file_open(&f, files.at[k], &e)) fail_msg("%s", e.text);
            bytes[k] = str_copy(&mem, f.bytes);
            file_close(&f);
            paths[k] = str_format(&mem, "%s%s", to, files.at[k] + strlen(from));
            if (!dir_make(path_dir(&mem, paths[k]), &e)) fail_msg("%s", e.text);
            put(paths[k], bytes[k]);
        }
        for (int k = 0; k < files.n; k++) {
            for (int n = 0; n < places; n++) {
                text t = {0};
                text_add(&t, bytes[k]);
                if (t.len) change(&t, t.len * (size_t)n / (size_t)places, n);
                put(paths[k], text_str(&t));
                text_close(&t);
                try(&samples[i], to);
            }
            put(paths[k], bytes[k]);
        }
        arena_close(&mem);
    }
    log_at(LOG_NORMAL);
}

static void cut(text *t, size_t at, int turn)
{
    (void)turn;
    t->len = at;
}

void owners_files_cut_anywhere(void **state)
{
    (void)state;
    each_file(14, cut);
}

static void change(text *t, size_t at, int turn)
{
    static const char put_there[] = "\t\n\r \"'|<:-9\x80\0&;";
    t->at[at] = put_there[turn % (int)sizeof put_there];
}

void owners_files_changed_anywhere(void **state)
{
    (void)state;
    each_file(16, change);
}

/* What is refused names the file, the line and what was expected. */
static void refuses(const char *corpus, const char *folder, const char *path, const char *bytes,
                    const char *says)
{
    arena mem = {0};
    err e = {0};
    tree files;
    prepared p;
    const char *dir = test_dir(), *from = str_format(&mem, "%s/%s", root, folder);
    const char *to = str_format(&mem, "%s/%s-%zu", dir, folder, (size_t)str_hash(str_of(says)));
    if (!tree_read(&files, from, &mem, &e)) fail_msg("%s", e.text);
    for (int k = 0; k < files.n; k++) {
        file f = {0};
        const char *there = str_format(&mem, "%s%s", to, files.at[k] + strlen(from));
        if (!dir_make(path_dir(&mem, there), &e) || !file_open(&f, files.at[k], &e))
            fail_msg("%s", e.text);
        bool it = strstr(there, path) != NULL;
        put(there, it ? str_of(bytes) : f.bytes);
        file_close(&f);
    }
    const prepare_asked a = {.corpus = corpus, .from = to, .split = "official"};
    log_at(LOG_QUIET);
    bool read = prepare_read(&p, &a, &mem, &e);
    log_at(LOG_NORMAL);
    if (read) fail_msg("%s with %s was read", corpus, path);
    if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
    arena_close(&mem);
}

void owners_faults_name_their_line(void **state)
{
    (void)state;
    refuses("ddi", "ddi", "Tovixan.xml",
            "<document id=\"d\">\n<sentence id=\"s\" text=\"ab\"><entity id=\"e\" "
            "charOffset=\"1-2\" type=\"drug\"/></sentence></document>",
            "Tovixan.xml:2: a mention that lies inside the text");
    refuses("ddi", "ddi", "Tovixan.xml",
            "<document id=\"d\"><sentence id=\"s\" text=\"ab\">\n<pair id=\"p\" e1=\"x\" e2=\"y\" "
            "ddi=\"false\"/></sentence></document>",
            "Tovixan.xml:2: an entity of this document is expected, 'x' is none");
    refuses("ddi", "ddi", "Tovixan.xml",
            "<document id=\"d\"><sentence id=\"s\" text=\"ab\">\n<entity id=\"e\" "
            "charOffset=\"1\" type=\"drug\"/></sentence></document>",
            "Tovixan.xml:2: charOffset as 3-9 or 3-9;15-20 is expected, here is '1'");
    refuses("chemprot", "chemprot", "training_entities.tsv", "90000021\tT1\tGENE-Y\t9\t4000\tx\n",
            "chemprot_training_entities.tsv:1: a mention that lies inside the text of document "
            "90000021 is expected");
    refuses("chemprot", "chemprot", "training_entities.tsv", "7\tT1\tGENE-Y\t1\t4\tx\n",
            "entities.tsv:1: a document of the abstracts is expected, '7' is none");
    refuses("chemprot", "chemprot", "training_relations.tsv",
            "90000021\tCPR:4\tY \tX\tArg1:T2\tArg2:T99\n",
            "relations.tsv:1: Arg1:T1 with the id of an entity of document 90000021 is expected, "
            "here is 'Arg2:T99'");
    refuses("i2b2-2010", "i2b2", "record-901.con", "\nc=\"x\" 4:1 4:99||t=\"problem\"\n",
            "record-901.con:2: c=\"text\" LINE:TOKEN LINE:TOKEN||t=\"type\" is expected");
    refuses("i2b2-2010", "i2b2", "record-901.rel", "c=\"x\" 4:0 4:0||r=\"TrIP\"||c=\"y\" 4:1 4:1\n",
            "record-901.rel:1: two concepts of record-901.con are expected, by the same places");
    refuses("share-clefe", "share-pipe", "GOLD/90001",
            "a.txt||Disease_Disorder||C1||5||9\na.txt||Disease_Disorder||C1||5||9||12\n",
            "SUMMARY.txt:2: pairs start||end are expected behind the CUI");
    refuses("share-clefe", "share", "90001-000001-DISCHARGE_SUMMARY.txt.knowtator.xml",
            "<annotations>\n<annotation><mention id=\"a\"/></annotation></annotations>",
            "knowtator.xml:2: an annotation whose mention is a classMention");
    refuses("clinicalsts", "clinicalsts", "gs.sim.txt", "5\n",
            "gs.sim.txt:2: a score is expected for line 2 of");
    refuses("clinicalsts", "clinicalsts", "gs.sim.txt", "5\n4\n1\n", "2 scores are expected");
    refuses("clinicalsts", "clinicalsts", "train.txt", "a\tb\t5.5\n",
            "train.txt:1: a score from 0 to 5 is expected, here is 5.5");
}
