#include "corpus/formats.h"
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"
#include <string.h>

enum {
    SENTENCE = 1 << KIND_SENTENCE,
    PAIR = 1 << KIND_PAIR,
    RELATION = 1 << KIND_RELATION,
    SCORE = 1 << KIND_SCORE,
    WORDS = 1 << KIND_WORDS,
    LABELS = 1 << KIND_LABELS,
    ALL = (1 << KINDS) - 1
};

static const format formats[] = {
#define FORMAT(name, reader, kinds, about) \
    {name, about, reader, NULL, NULL, "", kinds, TAKES_FILES},
#define DOCUMENTS(name, reader, kinds, documents_reader, writer, takes, suffixes, about) \
    {name, about, reader, documents_reader, writer, suffixes, kinds, takes},
#include "corpus/formats.def"
#undef FORMAT
#undef DOCUMENTS
};
enum { FORMATS = sizeof formats / sizeof *formats };

const format *format_named(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        if (!strcmp(formats[i].name, name)) return &formats[i];
    return NULL;
}

static const char *names(unsigned kinds, arena *mem)
{
    text all = {0};
    for (int i = 0; i < FORMATS; i++)
        if (formats[i].kinds & kinds)
            text_format(&all, "%s%s", all.len ? ", " : "", formats[i].name);
    const char *kept = str_keep(mem, text_str(&all));
    text_close(&all);
    return kept;
}

const char *format_names(arena *mem)
{
    return names(ALL, mem);
}

const char *format_names_for(enum task_kind kind, arena *mem)
{
    return names(1u << kind, mem);
}

const char *format_names_documents(bool written, arena *mem)
{
    text all = {0};
    for (int i = 0; i < FORMATS; i++)
        if (formats[i].documents &&
            (written ? formats[i].write != no_writer : formats[i].documents != no_reader))
            text_format(&all, "%s%s", all.len ? ", " : "", formats[i].name);
    const char *kept = str_keep(mem, text_str(&all));
    text_close(&all);
    return kept;
}

static bool ends(const char *path, const char *with)
{
    str p = str_of(path);
    if (str_ends(p, ".gz")) p = str_sub(p, 0, p.len - 3);
    return str_ends(p, with);
}

/* The format whose header this is, if any: the first column names tell BLUE's own from a user's table. */
static const char *by_header(const task *t, const row *w)
{
    static const column_names blue = {
        {[ROLE_TEXT] = {"sentence"}, [ROLE_LABEL] = {"label"}, [ROLE_ID] = {"index"}}};
    bool mapped = t->column_text || t->column_text2 || t->column_label || t->column_id;
    if (mapped) return columns_fit(t, w, &columns_usual) ? "tsv" : NULL;
    if (t->kind == KIND_RELATION && columns_fit(t, w, &blue)) return "blue-tsv";
    if (t->kind == KIND_SCORE && w->n >= 9) return "sts";
    if (t->kind == KIND_LABELS && columns_fit(t, w, &columns_usual)) return "hoc";
    return columns_fit(t, w, &columns_usual) ? "tsv" : NULL;
}

static const char *guess(const task *t, const char *path, str bytes, const row *tabs,
                         const row *commas)
{
    str start = str_trim(bytes);
    bool json = start.len && start.at[0] == '{';
    if (json || ends(path, ".jsonl") || ends(path, ".ndjson")) return "jsonl";
    if (t->kind == KIND_WORDS) {
        str second = tabs->n >= 3 ? str_trim(tabs->at[1]) : (str){0};
        if (second.len > 1 && second.at[0] == '[') return "mt-dnn";
        return tabs->n > 1 || str_find(str_trim(tabs->at[0]), ' ') > 0 || ends(path, ".conll")
                   ? "conll"
                   : NULL;
    }
    if (ends(path, ".csv")) return "csv";
    const char *found = by_header(t, tabs);
    if (found) return found;
    if (tabs->n == 1 && columns_fit(t, commas, &columns_usual) && commas->n > 1) return "csv";
    bool two = t->kind == KIND_PAIR || t->kind == KIND_SCORE;
    if (t->kind != KIND_LABELS && tabs->n == (two ? 4 : 3)) return "mt-dnn";
    return NULL;
}

/* A word a line, as conll without tags has it, is not told from sentences: plain lines are sentences. */
bool format_find(const format **to, const task *t, const char *path, str bytes, err *e)
{
    arena mem = {0};
    task any = *t;
    const reading r = {.t = &any, .path = path, .bytes = bytes, .gold = false, .mem = &mem};
    bool ok = true, more = false;
    const char *name = t->format;
    if (!name) {
        rows tabs = rows_of(&r, '\t', t->quoting), commas = rows_of(&r, ',', 1);
        row w = {0}, v = {0};
        err ignored = {0};
        ok = rows_next(&tabs, &w, &more, e);
        if (!rows_next(&commas, &v, &more, &ignored)) v.n = 0;
        if (ok && w.n) name = guess(t, path, bytes, &w, &v);
    }
    *to = name ? format_named(name) : NULL;
    if (ok && !*to)
        ok = fail(e,
                  "%s:1: a first line that shows the format of a task of kind %s is expected; name "
                  "one with format: %s",
                  path, kind_names[t->kind], format_names_for(t->kind, &mem));
    arena_close(&mem);
    return ok;
}
