/* Reads and writes lists of documents in any format of formats.def: one file, or all files of a folder. */
#include "base/file.h"
#include "corpus/formats/readers.h"
#include <string.h>

enum { FOLDERS_DEEP = 16 };

static const format *wanted(const char *name, bool written, err *e)
{
    const format *f = format_named(name);
    if (f && f->documents && (written || f->documents != no_reader)) return f;
    arena mem = {0};
    fail(e, "format '%s' does not hold documents%s; one of %s is expected", name,
         f && f->documents ? ", it is only written from them" : "",
         format_names_documents(written, &mem));
    arena_close(&mem);
    return NULL;
}

static bool parse(document_list *to, const format *f, const char *path, str bytes, arena *mem,
                  err *e)
{
    if (!format_bytes(path, bytes, false, e)) return false;
    return f->documents(to, &(source){path, bytes, mem}, e);
}

static bool has_suffix(const char *name, const char *suffixes)
{
    for (str rest = str_of(suffixes); rest.at;) {
        str one = str_cut(&rest, ' ');
        str n = str_of(name);
        if (one.len && n.len > one.len && str_eq(str_sub(n, n.len - one.len, n.len), one))
            return true;
    }
    return false;
}

static bool read_file(document_list *to, const format *f, const char *path, arena *mem, err *e)
{
    file in = {0};
    if (!file_open(&in, path, e)) return false;
    str bytes = str_copy(mem, in.bytes);
    file_close(&in);
    return parse(to, f, str_keep(mem, str_of(path)), bytes, mem, e);
}

/* Every file with a suffix of the format, sorted, folders within too. */
static bool read_folder(document_list *to, const format *f, const char *path, int deep, int *files,
                        arena *mem, err *e)
{
    const char **names;
    int n;
    if (deep > FOLDERS_DEEP)
        return fail(e, "%s: at most %d folders within each other are expected", path, FOLDERS_DEEP);
    if (!dir_list(path, mem, &names, &n, e)) return false;
    for (int i = 0; i < n; i++) {
        const char *in = path_join(mem, path, names[i]);
        if (path_is_dir(in)) {
            if (!read_folder(to, f, in, deep + 1, files, mem, e)) return false;
        } else if (has_suffix(names[i], f->suffixes)) {
            if (!read_file(to, f, in, mem, e)) return false;
            ++*files;
        }
    }
    return true;
}

bool documents_read(document_list *to, const char *format_name, const char *path, arena *mem,
                    err *e)
{
    const format *f = wanted(format_name, false, e);
    int files = 0;
    if (!f) return false;
    if (f->takes == TAKES_FOLDER)
        return f->documents(to, &(source){str_keep(mem, str_of(path)), {"", 0}, mem}, e);
    if (!path_is_dir(path)) return read_file(to, f, path, mem, e);
    if (!read_folder(to, f, path, 0, &files, mem, e)) return false;
    return files > 0 ||
           fail(e, "%s: files that end in %s are expected in this folder", path, f->suffixes);
}

bool documents_parse(document_list *to, const char *format_name, const char *path, str bytes,
                     arena *mem, err *e)
{
    const format *f = wanted(format_name, false, e);
    if (!f) return false;
    if (f->takes == TAKES_FOLDER)
        return fail(e, "%s: format '%s' takes a folder, not a stream", path, format_name);
    return parse(to, f, path, bytes, mem, e);
}

bool documents_write(const document_list *d, const char *format_name, const char *path, losses *l,
                     err *e)
{
    const format *f = wanted(format_name, true, e);
    return f && f->write(d, path, l, e);
}

/* For formats that are only written. documents_read never comes here. */
bool no_reader(document_list *to, const source *s, err *e)
{
    (void)to;
    return fail(e, "%s: this format is only written from documents", s->path);
}

/* For formats that are only read. */
bool no_writer(const document_list *d, const char *path, losses *l, err *e)
{
    (void)d, (void)l;
    arena mem = {0};
    fail(e, "%s: this format is only read; one of %s is expected", path,
         format_names_documents(true, &mem));
    arena_close(&mem);
    return false;
}

void loss_note(losses *l, const char *what, const document *d)
{
    int i = 0;
    while (i < l->n && strcmp(l->at[i].what, what) != 0) i++;
    if (i == LOSSES_MOST) return;
    if (i == l->n) l->at[l->n++] = (lost_kind){what, 0, d->id};
    l->at[i].n++;
}
