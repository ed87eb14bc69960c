/* mtbert prepare: a corpus from its owners' files to BLUE's. */
#include "corpus/prepare/prepare.h"
#include "base/log.h"
#include "verbs/verbs.h"

typedef struct asked {
    common c;
    prepare_asked what;
    const char *to;
    bool json, overwrite;
    arena mem;
} asked;

static bool prepare(asked *a, err *e)
{
    prepared p;
    text shown = {0};
    if (!prepare_read(&p, &a->what, &a->mem, e)) return false;
    if (a->to && !prepare_write(&p, a->to, a->overwrite, e)) return false;
    for (int s = 0; s < SPLITS; s++)
        if (!p.parts[s].x.n) say("%s: there is none by this split", split_names[s]);
    if (p.left_out) say("%d that the split does not name are left out", p.left_out);
    (a->json ? prepare_json : prepare_table)(&shown, &p);
    fwrite(shown.at, 1, shown.len, stdout);
    text_close(&shown);
    return true;
}

int verb_prepare(int argc, char **argv)
{
    asked a = {0};
    const option own[] = {
        {"from", 0, OPTION_TEXT, &a.what.from, "DIR", "the owners' files, in folders as they come",
         0, 0, NULL},
        {"to", 'o', OPTION_TEXT, &a.to, "DIR",
         "where train.tsv, dev.tsv and test.tsv go; without it they are only counted", 0, 0, NULL},
        {"split", 0, OPTION_TEXT, &a.what.split, "WORD",
         "blue, the default where its lists are known, or official, as the owners split", 0, 0,
         "blue|official"},
        {"split-ids", 0, OPTION_TEXT, &a.what.split_ids, "FILE",
         "a list of ids instead: an id a line is of dev, or train, dev or test stands behind it; "
         "what is not listed stays where its owners have it",
         0, 0, NULL},
        {"authors", 0, OPTION_FLAG, &a.what.authors, NULL,
         "as the authors' released data: tags in the order of the arguments, their ASCII, their "
         "omissions",
         0, 0, NULL},
        {"json", 0, OPTION_FLAG, &a.json, NULL, "print what is in it as JSON", 0, 0, NULL},
        {"overwrite", 0, OPTION_FLAG, &a.overwrite, NULL, "replace what is there", 0, 0, NULL},
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "prepare",
        .usage = "CORPUS --from DIR --to DIR [options]",
        .about =
            "Reads a corpus as its owners publish it and writes train.tsv, dev.tsv and test.tsv as "
            "BLUE has them, with the owners' ids; prints documents, sentences, mentions or pairs "
            "by label and split. Gold that no row can hold is listed in left-out.tsv.",
        .table = own,
        .n = COUNT(own),
        .examples = "mtbert prepare bc5cdr-disease --from CDR_Data --to data/bc5cdr-disease\n"
                    "mtbert prepare ddi --from DDICorpus --to data/ddi --json\n"
                    "mtbert prepare i2b2-2010 --from i2b2 --to data/i2b2 --split-ids dev.txt"};
    const char **words;
    int n, status;
    if (!verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n, NULL, &status)) {
        arena_close(&a.mem);
        return status;
    }
    err e = {0};
    if (n != 1 || !recipe_named(words[0])) {
        status = verb_misused("prepare", "one corpus is needed: %s", recipe_names(&a.mem));
    } else if (!a.what.from) {
        status = verb_misused("prepare", "--from is needed: the folder of the owners' files");
    } else {
        a.what.corpus = words[0];
        status = prepare(&a, &e) ? 0 : verb_failed("prepare", &e);
    }
    arena_close(&a.mem);
    return status;
}
