/* Hallmarks of Cancer as its owners publish it, a folder in one of two forms. Either a file PMID.txt an abstract with a line a sentence, its
 * labels behind a tab: ['sustaining proliferative signaling', 'NULL'], lines that begin with # passed over; or folders text/ and labels/,
 * PMID.txt in each: a sentence a line, and all labels in one line, a field a sentence behind each <, several joined by AND, of each the part before
 * the first -- counts. A sentence's labels stand among its notes, "labels", cut at | ; NULL is none. */
#include "base/file.h"
#include "base/log.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <string.h>

typedef struct hoc {
    const source *s;
    document_list *to;
    int wrong; /* bytes that were no UTF-8 */
} hoc;

/* Some files have bytes of Latin-1 among their UTF-8; each becomes the character it is there. */
static str as_utf8(hoc *h, str s)
{
    size_t bad = utf8_invalid(s);
    if (bad == s.len) return s;
    text t = {0};
    while (s.len) {
        bad = utf8_invalid(s);
        text_add(&t, str_sub(s, 0, bad));
        if (bad < s.len) {
            char to[4];
            text_add(&t, (str){to, (size_t)utf8_put((unsigned char)s.at[bad], to)});
            h->wrong++;
        }
        s = str_sub(s, bad + 1, s.len);
    }
    str kept = str_copy(h->s->mem, text_str(&t));
    text_close(&t);
    return kept;
}

static bool read(hoc *h, const char *path, str *to, err *e)
{
    if (!whole_bytes(to, path, h->s->mem, e)) return false;
    *to = as_utf8(h, *to);
    return whole_check(to, path, e);
}

/* Adds a label, in small letters, to those cut at | . */
static void add_label(text *to, str label)
{
    label = str_trim(label);
    if (!label.len || str_is(label, "NULL")) return;
    if (to->len) text_char(to, '|');
    for (size_t i = 0; i < label.len; i++) {
        char c = label.at[i];
        text_char(to, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
}

static void set_labels(hoc *h, section *s, text *labels)
{
    str all = labels->len ? str_copy(h->s->mem, text_str(labels)) : (str){"", 0};
    infon_add(&s->more, h->s->mem, STR("labels"), all);
    text_close(labels);
}

/* "A--B ANDC--D": A and C. */
static void cut_field(hoc *h, section *s, str field)
{
    text labels = {0};
    while (field.len) {
        ptrdiff_t and = str_find_str(field, STR(" AND"));
        str one = and < 0 ? field : str_sub(field, 0, (size_t) and);
        ptrdiff_t end = str_find_str(one, STR("--"));
        add_label(&labels, end < 0 ? one : str_sub(one, 0, (size_t)end));
        field = and < 0 ? (str){"", 0} : str_sub(field, (size_t) and +4, field.len);
    }
    set_labels(h, s, &labels);
}

/* ['a', 'b'] */
static bool cut_list(hoc *h, section *s, str list)
{
    text labels = {0};
    list = str_trim(list);
    if (list.len < 2 || list.at[0] != '[' || list.at[list.len - 1] != ']') return false;
    for (str rest = str_sub(list, 1, list.len - 1); rest.at;) {
        str one = str_trim(str_cut(&rest, ','));
        if (!one.len) continue;
        char q = one.at[0];
        if (one.len < 2 || (q != '\'' && q != '"') || one.at[one.len - 1] != q) {
            text_close(&labels);
            return false;
        }
        add_label(&labels, str_sub(one, 1, one.len - 1));
    }
    set_labels(h, s, &labels);
    return true;
}

static document *begin(hoc *h, const char *path)
{
    const char *name = strrchr(path, '/');
    str id = str_of(name ? name + 1 : path);
    id = str_sub(id, 0, id.len - 4);
    return document_add(h->to, h->s->mem, str_keep(h->s->mem, id), h->s->path, 1);
}

static bool one_file(hoc *h, const char *path, err *e)
{
    str bytes;
    if (!read(h, path, &bytes, e)) return false;
    document *d = begin(h, path);
    d->text = bytes, d->path = path;
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (!str_trim(line).len || line.at[0] == '#') continue;
        size_t at = (size_t)(line.at - bytes.at);
        str list = line, words = str_cut(&list, '\t');
        section *s = document_sentence(d, h->s->mem, (span){at, at + words.len});
        if (!list.at || !cut_list(h, s, list))
            return fail(e, "%s:%d: a sentence, a tab and a list ['label', ..] are expected", path,
                        number);
    }
    return document_settle(d, UNIT_POINT, e);
}

static bool two_files(hoc *h, const char *path, const char *labels_path, err *e)
{
    str bytes, labels;
    if (!read(h, path, &bytes, e) || !read(h, labels_path, &labels, e)) return false;
    document *d = begin(h, path);
    d->text = bytes, d->path = path;
    str fields = str_trim(labels);
    str_cut(&fields, '<'); /* nothing stands before the first */
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (!str_trim(line).len) continue;
        size_t at = (size_t)(line.at - bytes.at);
        section *s = document_sentence(d, h->s->mem, (span){at, at + line.len});
        if (!fields.at)
            return fail(e, "%s:1: a field < for each sentence is expected, sentence %d has none",
                        labels_path, number);
        cut_field(h, s, str_cut(&fields, '<'));
    }
    if (fields.at && str_trim(fields).len)
        return fail(e, "%s:1: a field < for each of %d sentences is expected, here are more",
                    labels_path, number);
    return document_settle(d, UNIT_POINT, e);
}

bool hoc_documents(document_list *to, const source *s, err *e)
{
    hoc h = {s, to, 0};
    const char **names, *folder = s->path;
    int n, files = 0;
    const char *texts = path_join(s->mem, folder, "text"),
               *labels = path_join(s->mem, folder, "labels");
    bool two = path_is_dir(texts);
    if (two && !path_is_dir(labels))
        return fail(e, "%s: folders text and labels are expected in this folder", folder);
    if (two) folder = texts;
    if (!dir_list(folder, s->mem, &names, &n, e)) return false;
    for (int i = 0; i < n; i++) {
        if (names[i][0] == '.' || !str_ends(str_of(names[i]), ".txt")) continue;
        const char *path = path_join(s->mem, folder, names[i]);
        files++;
        if (two ? !two_files(&h, path, path_join(s->mem, labels, names[i]), e)
                : !one_file(&h, path, e))
            return false;
    }
    if (h.wrong)
        warn("%s: %d bytes that are no UTF-8 are taken as Latin-1, which they seem to be", s->path,
             h.wrong);
    return files > 0 || fail(e, "%s: files PMID.txt are expected in this folder", folder);
}
