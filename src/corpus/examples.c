#include "corpus/examples.h"
#include "base/file.h"
#include "corpus/formats/readers.h"
#include <string.h>

enum { LINE_MOST = 1 << 20 }; /* bytes; a line beyond is a file of another kind */

/* What no format may hold. Says the line. */
bool format_bytes(const char *path, str bytes, bool short_lines, err *e)
{
    size_t bad = utf8_invalid(bytes);
    const char *zero = bytes.len ? memchr(bytes.at, 0, bytes.len) : NULL;
    size_t stop = bytes.len;
    if (zero && (size_t)(zero - bytes.at) < bad) bad = (size_t)(zero - bytes.at);
    int line = 1;
    for (size_t at = 0; at < stop; line++) {
        const char *end = memchr(bytes.at + at, '\n', stop - at);
        size_t next = end ? (size_t)(end - bytes.at) + 1 : stop;
        if (bad < next) break;
        if (short_lines && next - at > LINE_MOST)
            return fail(e, "%s:%d: lines of at most %d bytes are expected, here are %zu", path,
                        line, LINE_MOST, next - at);
        at = next;
    }
    if (bad >= stop) return true;
    unsigned char byte = (unsigned char)bytes.at[bad];
    bool wide =
        bytes.len > 1 && (!memcmp(bytes.at, "\xff\xfe", 2) || !memcmp(bytes.at, "\xfe\xff", 2));
    if (byte == 0) return fail(e, "%s:%d: text is expected, here is a zero byte", path, line);
    return fail(e, "%s:%d: UTF-8 is expected, byte 0x%02x is not%s", path, line, byte,
                wide ? " (the file looks like UTF-16)" : "");
}

/* Are its examples made of documents? Such a file may have long lines, and a folder of them may be read. */
static bool of_documents(const format *f)
{
    return f && f->read == documents_examples;
}

bool examples_parse(examples *to, task *t, const char *path, str bytes, bool gold, arena *mem,
                    err *e)
{
    const format *f;
    *to = (examples){.path = path};
    bool whole = of_documents(t->format ? format_named(t->format) : NULL);
    if (!format_bytes(path, bytes, !whole, e)) return false;
    if (!whole) bytes = utf8_body(bytes); /* readers of documents see to it: brat counts the mark */
    if (!str_trim(bytes).len)
        return fail(e, "%s: at least one example is expected, the file is empty", path);
    if (t->format) {
        f = format_named(t->format);
        if (!f || !(f->kinds >> t->kind & 1))
            return fail(e, "%s: format '%s' cannot hold a task of kind %s; one of %s is expected",
                        path, t->format, kind_names[t->kind], format_names_for(t->kind, mem));
    } else if (!format_find(&f, t, path, bytes, e)) {
        if (gold) return false;
        *e = (err){0}; /* what is to be predicted may be plain text */
        f = format_named("lines");
    }
    const reading r = {.t = t, .path = path, .bytes = bytes, .gold = gold, .mem = mem};
    return f->read(to, &r, e);
}

/* The file is copied into the arena, which then owns all that the examples point to. */
bool examples_read_file(examples *to, task *t, const char *path, bool gold, arena *mem, err *e)
{
    const format *named = t->format ? format_named(t->format) : NULL;
    if (of_documents(named) && (named->takes == TAKES_FOLDER || path_is_dir(path))) {
        const reading r = {.t = t, .path = str_keep(mem, str_of(path)), .gold = gold, .mem = mem};
        return named->read(to, &r, e);
    }
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    str bytes = str_copy(mem, f.bytes);
    file_close(&f);
    return examples_parse(to, t, str_keep(mem, str_of(path)), bytes, gold, mem, e);
}

bool examples_read(examples *to, task *t, enum split which, bool gold, arena *mem, err *e)
{
    if (!t->files[which])
        return fail(e, "task %s: a file for %s is expected in the study", t->name,
                    split_names[which]);
    if (t->open_labels && which != SPLIT_TRAIN && t->files[SPLIT_TRAIN]) {
        examples train; /* whose labels are those of the task */
        if (!examples_read(&train, t, SPLIT_TRAIN, true, mem, e)) return false;
    }
    return examples_read_file(to, t, t->files[which], gold, mem, e) ||
           fail_in(e, "task %s", t->name);
}
