/* Any bytes as the files of an owner's folder: the first byte chooses the corpus, the rest is cut at 0x1e into its files. */
#include "base/file.h"
#include "base/log.h"
#include "corpus/prepare/prepare.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 4 };
static const struct corpus {
    const char *name, *files[FILES];
} corpora[] = {
    {"ddi", {"Train/a.xml", "Test/b.xml"}},
    {"chemprot",
     {"train_abstracts.tsv", "train_entities.tsv", "train_relations.tsv", "dev_abstracts.tsv"}},
    {"hoc", {"text/1.txt", "labels/1.txt"}},
    {"hoc", {"HoCCorpus/1.txt"}},
    {"biosses", {"annotation_pairs_scores.tsv"}},
    {"biosses", {"all.tsv"}},
    {"i2b2-2010", {"train/a.txt", "train/a.con", "train/a.rel", "test/b.txt"}},
    {"share-clefe", {"train/a/x.txt", "train/b/x.txt", "test/a/y.txt", "test/b/y.txt"}},
    {"share-clefe", {"train/x.txt", "train/x.txt.knowtator.xml", "test/a/y.txt", "test/b/y.txt"}},
    {"mednli", {"mli_train_v1.jsonl", "mli_dev_v1.jsonl", "mli_test_v1.jsonl"}},
    {"clinicalsts",
     {"clinicalSTS.train.txt", "clinicalSTS.test.txt", "clinicalSTS.test.gs.sim.txt"}},
    {"ncbi-disease",
     {"NCBItrainset_corpus.txt", "NCBIdevelopset_corpus.txt", "NCBItestset_corpus.txt"}},
};
enum { CORPORA = sizeof corpora / sizeof *corpora };

static const char *folder(void)
{
    static char dir[32];
    if (!*dir) {
        strcpy(dir, "/dev/shm/owners.XXXXXX");
        if (!mkdtemp(dir)) abort();
    }
    return dir;
}

static void put(const char *path, str bytes, arena *mem)
{
    err e = {0};
    if (!dir_make(path_dir(mem, path), &e)) abort();
    FILE *to = fopen(path, "wb");
    if (!to) abort();
    fwrite(bytes.at, 1, bytes.len, to);
    fclose(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    arena mem = {0};
    err e = {0};
    prepared p;
    log_at(LOG_QUIET);
    const struct corpus *c = &corpora[(data[0] >> 1) % CORPORA];
    const char *dir = str_format(&mem, "%s/%d", folder(), (int)(c - corpora));
    str rest = {(const char *)data + 1, size - 1};
    for (int i = 0; i < FILES && c->files[i]; i++)
        put(path_join(&mem, dir, c->files[i]), rest.at ? str_cut(&rest, 0x1e) : STR(""), &mem);
    const prepare_asked a = {.corpus = c->name, .from = dir, .authors = data[0] & 1};
    if (!prepare_read(&p, &a, &mem, &e)) {
        if (!e.set || strchr(e.text, '\n')) abort();
    } else {
        text shown = {0};
        prepare_json(&shown, &p);
        text_close(&shown);
        const char *to = path_join(&mem, folder(), "out");
        if (!prepare_write(&p, to, true, &e)) abort();
    }
    arena_close(&mem);
    return 0;
}
