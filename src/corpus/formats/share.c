/* ShARe/CLEF eHealth 2013. A pipe line is NAME.txt||Disease_Disorder||CUI or CUI-less||start||end[||start||end]..: characters of the report, the end not
 * included, several pairs of a mention in pieces. Reports and pipe files both are called NAME.txt, in different folders; what begins with such a
 * line, or is empty, is a pipe file. Knowtator's XML (share_knowtator.c) is called NAME.txt.knowtator.xml. */
#include "corpus/formats/share.h"
#include "base/log.h"
#include "base/table.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <string.h>

static bool next_field(str *rest, str *to)
{
    if (!rest->at) return false;
    ptrdiff_t at = str_find_str(*rest, STR("||"));
    *to = at < 0 ? *rest : str_sub(*rest, 0, (size_t)at);
    *rest = at < 0 ? (str){0} : str_sub(*rest, (size_t)at + 2, rest->len);
    return true;
}

static bool next_number(str *rest, int64_t *to)
{
    str field;
    return next_field(rest, &field) && str_int(str_trim(field), to) && *to >= 0;
}

/* Cuts the three fields before the places; false where that is no pipe line. */
static bool head_of(str *rest, str *type, str *cui)
{
    str name;
    return next_field(rest, &name) && next_field(rest, type) && next_field(rest, cui) && rest->at &&
           name.len && type->len;
}

static bool is_pipe(str bytes)
{
    str line = {"", 0}, type, cui, rest = bytes;
    int64_t start, end;
    while (!str_trim(line).len)
        if (!str_line(&rest, &line)) return true;
    return head_of(&line, &type, &cui) && next_number(&line, &start) && next_number(&line, &end);
}

static bool pipe_line(document *d, str line, const char *path, int number, arena *mem, err *e)
{
    str type, cui;
    int64_t start, end;
    if (!head_of(&line, &type, &cui))
        return fail(e, "%s:%d: NAME.txt||type||CUI||start||end is expected", path, number);
    doc_mention *m = document_mention(d, mem, (str){"", 0}, type, number);
    if (cui.len) infon_add(&m->more, mem, STR("identifier"), cui);
    while (line.at) {
        if (!next_number(&line, &start) || !next_number(&line, &end) || end < start)
            return fail(e, "%s:%d: pairs start||end are expected behind the CUI, start before end",
                        path, number);
        mention_piece(m, mem, (size_t)start, (size_t)end);
    }
    return true;
}

static bool pipe_file(document *d, str bytes, const char *path, arena *mem, err *e)
{
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (str_trim(line).len && !pipe_line(d, str_trim(line), path, number, mem, e)) return false;
    }
    return true;
}

typedef struct found {
    const char *report, *pipe, *knowtator;
    str report_bytes, pipe_bytes;
} found;

static bool note(found *f, const char *path, arena *mem, err *e)
{
    str bytes;
    if (tree_ends(path, ".xml")) {
        f->knowtator = path;
        return true;
    }
    if (!whole_read(&bytes, path, mem, e)) return false;
    if (is_pipe(bytes))
        f->pipe = path, f->pipe_bytes = bytes;
    else
        f->report = path, f->report_bytes = bytes;
    return true;
}

static bool one(document_list *to, str stem, const found *f, arena *mem, err *e)
{
    document *d = document_add(to, mem, str_keep(mem, stem), f->pipe ? f->pipe : f->knowtator, 1);
    str bytes;
    d->text = f->report_bytes;
    if (f->pipe) {
        if (!pipe_file(d, f->pipe_bytes, f->pipe, mem, e)) return false;
    } else if (!whole_read(&bytes, f->knowtator, mem, e) ||
               !share_knowtator(d, bytes, f->knowtator, mem, e)) {
        return false;
    }
    if (!document_settle(d, f->pipe ? UNIT_POINT : -1, e)) return false;
    d->path = f->report;
    return true;
}

bool share_of(document_list *to, const tree *files, const char *folder, int *skipped, arena *mem,
              err *e)
{
    found *all = TAKE(mem, found, files->n + 1);
    str *stems = TAKE(mem, str, files->n + 1);
    table ids = {0};
    int n = 0, documents = 0;
    *skipped = 0;
    for (int i = 0; i < files->n; i++) {
        const char *path = files->at[i];
        if (!tree_ends(path, ".txt") && !tree_ends(path, ".pipe") && !tree_ends(path, ".xml"))
            continue;
        int k = n;
        stems[n] = tree_stem(path);
        n += table_add(&ids, mem, stems[n], n, &k);
        if (!note(&all[k], path, mem, e)) return false;
    }
    for (int i = 0; i < n; i++) {
        bool annotated = all[i].pipe || all[i].knowtator;
        if (!all[i].report || !annotated) {
            *skipped += all[i].report != NULL;
            continue;
        }
        documents++;
        if (!one(to, stems[i], &all[i], mem, e)) return false;
    }
    return documents > 0 ||
           fail(e, "%s: reports NAME.txt, and pipe files or NAME.txt.knowtator.xml, are expected",
                folder);
}

bool share_documents(document_list *to, const source *s, err *e)
{
    tree files;
    int skipped;
    if (!tree_read(&files, s->path, s->mem, e) ||
        !share_of(to, &files, s->path, &skipped, s->mem, e))
        return false;
    if (skipped) say("%s: %d reports have no annotations and are left out", s->path, skipped);
    return true;
}
