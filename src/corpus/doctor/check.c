/* One task's files, train first, since it says which labels there are. */
#include "base/file.h"
#include "corpus/doctor/parts.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <string.h>

enum { AGAIN_MOST = 100, WORK_MOST = 1 << 29, LINE_MOST = 1 << 20 };

static bool of_documents(const format *f)
{
    return f->documents && f->read == documents_examples;
}

static checked_file *file_add(doctor *d, const task *t, enum split which)
{
    int old;
    const char *path = str_keep(d->mem, str_of(t->files[which]));
    GROW(d->mem, d->files, d->n_files, d->files_cap);
    checked_file *f = &d->files[d->n_files];
    *f = (checked_file){.t = t, .path = path, .split = which};
    f->again = !table_add(&d->paths, d->mem, str_of(path), d->n_files, &old);
    d->n_files++;
    return f;
}

/* A line that long is of a file of another kind; format_bytes has the same limit for the readers. */
static bool lines_fit(doctor *d, str bytes)
{
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (line.len < LINE_MOST) continue;
        finding_add(d, FINDING_READ, NULL, number,
                    "lines of at most %d bytes are expected, here are %zu", LINE_MOST, line.len);
        return false;
    }
    return true;
}

bool file_has_errors(const checked_file *f)
{
    for (int k = 0; k < FINDINGS; k++)
        if (finding_severity((enum finding_kind)k) == SEVERITY_ERROR && f->counts[k]) return true;
    return false;
}

/* A reader that lacks something in the whole file may lack but what was faulty and is left out. */
int finding_of_what_is_left(doctor *d, const err *e)
{
    const checked_file *now = file_now(d);
    if (!reader_line(now->path, e) && file_has_errors(now)) return 0;
    return finding_of_reader(d, now->path, 1, e);
}

/* As training would read it. What is refused even now (an id that stands twice) is reported and blanked, too. */
static void read_clean(doctor *d, const format *f, task *t, str bytes, bool looked)
{
    checked_file *now = file_now(d);
    char *at = TAKE(d->mem, char, bytes.len + 1);
    memcpy(at, bytes.at, bytes.len);
    size_t work = 0;
    for (int again = 0; again < AGAIN_MOST && work <= WORK_MOST; again++, work += bytes.len) {
        arena_mark here = arena_here(d->mem);
        task own = *t;
        err e = {0};
        const reading r = {&own, now->path, {at, bytes.len}, true, d->mem};
        if (f->read(&now->x, &r, &e)) {
            *t = own;
            return;
        }
        now->x = (examples){.path = now->path};
        arena_rewind(d->mem, here);
        if (!looked) {
            str clean = rows_check(d, f, t, bytes);
            memcpy(at, clean.at, bytes.len);
            looked = true;
            continue;
        }
        int line = finding_of_what_is_left(d, &e);
        if (!line || (line == 1 && rows_have_header(f, bytes))) return;
        line_blank(at, bytes.len, line);
    }
    finding_add(d, FINDING_READ, NULL, 0, "there were too many faults to look for more");
}

static bool check_examples(doctor *d, task *t, err *e)
{
    checked_file *now = file_now(d);
    const format *f = t->format ? format_named(t->format) : NULL;
    str bytes;
    err none = {0};
    if (!whole_bytes(&bytes, now->path, d->mem, e)) return false;
    bytes = bytes_check(d, now->path, bytes, false, d->mem);
    if (!bytes.at || !lines_fit(d, bytes)) return true;
    if (!str_trim(bytes).len) {
        finding_add(d, FINDING_READ, NULL, 0,
                    "at least one example is expected, the file is empty");
        return true;
    }
    if (!f && !format_find(&f, t, now->path, bytes, &none)) {
        finding_of_reader(d, now->path, 1, &none);
        return true;
    }
    now->format = f->name;
    bool conll = !strcmp(f->name, "conll");
    if (conll) bytes = conll_check(d, t, bytes);
    if (!bytes.at) return true;
    read_clean(d, f, t, bytes, conll);
    if (!now->x.n) return true;
    labels_check(d, t);
    same_examples(d, t);
    return true;
}

static bool check_file(doctor *d, task *t, enum split which, err *e)
{
    const format *f = t->format ? format_named(t->format) : NULL;
    checked_file *now = file_add(d, t, which);
    bool stream = !strcmp(now->path, "-");
    if (!stream && !path_exists(now->path))
        return fail(e, "%s: there is no such file or folder", now->path);
    if (f && !(f->kinds >> t->kind & 1))
        return fail(e, "%s: format '%s' cannot hold a task of kind %s; one of %s is expected",
                    now->path, t->format, kind_names[t->kind], format_names_for(t->kind, d->mem));
    if (!stream && jsonl_has_documents(t, now->path))
        f = format_named("jsonl");
    else if (!f || !of_documents(f))
        return check_examples(d, t, e);
    now->format = f->name;
    if (!documents_check(d, f, t, e)) return false;
    if (now->x.n) labels_check(d, t);
    return true;
}

bool doctor_check(doctor *d, task *t, err *e)
{
    same_begin(d);
    for (int s = 0; s < SPLITS; s++)
        if (t->files[s] && !check_file(d, t, (enum split)s, e)) return false;
    return true;
}
