/* mtbert convert: a corpus from one format to another. */
#include "base/file.h"
#include "corpus/formats.h"
#include "verbs/convert_corpus.h"
#include "verbs/verbs.h"

typedef struct asked {
    common c;
    const char *from, *to, *to_format;
    bool overwrite;
    arena mem;
} asked;

static bool convert(const asked *a, const char *in, err *e)
{
    if (!a->overwrite && !str_is(str_of(a->to), "-") && path_exists(a->to))
        return fail(e, "%s is there already; give another --to, or --overwrite", a->to);
    return convert_corpus(in, a->from, a->to, a->to_format, e);
}

int verb_convert(int argc, char **argv)
{
    asked a = {.to = "-"};
    const option own[] = {
        {"format", 0, OPTION_TEXT, &a.from, "WORD", "what is read", 0, 0, NULL},
        {"to-format", 0, OPTION_TEXT, &a.to_format, "WORD", "what is written", 0, 0, NULL},
        {"to", 'o', OPTION_TEXT, &a.to, "FILE",
         "where to; of brat a folder; -, the default: standard output", 0, 0, NULL},
        {"overwrite", 0, OPTION_FLAG, &a.overwrite, NULL, "replace what is there", 0, 0, NULL},
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "convert",
        .usage = "IN --format A --to OUT --to-format B",
        .about = "Writes a corpus in another format: pubtator, bioc-xml, bioc-json or brat. Text "
                 "and the places of mentions stay as they are; the unit in which a file counts "
                 "places is found out, and what the target cannot hold is said on standard error.",
        .table = own,
        .n = COUNT(own),
        .examples =
            "mtbert convert notes.xml --format bioc-xml --to notes.txt --to-format pubtator"};
    const char **words;
    int n, status;
    if (!verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n, NULL, &status)) {
        arena_close(&a.mem);
        return status;
    }
    err e = {0};
    if (n != 1) {
        status = verb_misused("convert", "one file or folder is needed, here are %d", n);
    } else if (!a.from || !a.to_format) {
        status = verb_misused("convert", "--format and --to-format are needed: %s",
                              format_names_documents(false, &a.mem));
    } else {
        status = convert(&a, words[0], &e) ? 0 : verb_failed("convert", &e);
    }
    arena_close(&a.mem);
    return status;
}
