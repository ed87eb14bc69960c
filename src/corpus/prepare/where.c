/* Ids and their splits (where.h). */
#include "corpus/prepare/where.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include <string.h>

static const struct list {
    const char *corpus;
    enum split split;
    const char *ids;
} lists[] = {
#define LIST(corpus, split, ids) {corpus, split, ids},
#include "corpus/prepare/blue_splits.def"
#undef LIST
};
enum { LISTS = sizeof lists / sizeof *lists };

static bool add(where *w, str id, enum split split, int line, arena *mem, err *e)
{
    int old;
    if (!table_add(&w->ids, mem, id, w->n, &old))
        return fail(e, "%s:%d: the id '%.*s' stands in line %d already", w->path, line,
                    (int)(id.len < 60 ? id.len : 60), id.at, w->at[old].line);
    GROW(mem, w->at, w->n, w->cap);
    w->at[w->n++] = (struct where_id){id, split, line, false};
    return true;
}

/* "DDI-MedLine.d 2:0,3" is DDI-MedLine.d2.s0 and DDI-MedLine.d2.s3. */
static void add_sentences(where *w, const struct list *l, arena *mem, err *e)
{
    str rest = str_of(l->ids), prefix = str_cut(&rest, ' ');
    while (rest.at) {
        str numbers = str_cut(&rest, ' '), doc = str_cut(&numbers, ':');
        while (numbers.at) {
            str one = str_cut(&numbers, ',');
            str id = str_of(str_format(mem, "%.*s%.*s.s%.*s", (int)prefix.len, prefix.at,
                                       (int)doc.len, doc.at, (int)one.len, one.at));
            ASSERT(add(w, id, l->split, 0, mem, e), "%s", e->text);
        }
    }
}

bool where_blue(where *w, const char *corpus, arena *mem)
{
    err e = {0};
    *w = (where){.rest = SPLIT_TRAIN};
    for (int i = 0; i < LISTS; i++) {
        if (strcmp(lists[i].corpus, corpus) != 0) continue;
        if (lists[i].split == SPLIT_TRAIN) w->rest = -1;
        if (strchr(lists[i].ids, ':')) {
            add_sentences(w, &lists[i], mem, &e);
            continue;
        }
        for (str rest = str_of(lists[i].ids); rest.at;)
            ASSERT(add(w, str_cut(&rest, ' '), lists[i].split, 0, mem, &e), "%s", e.text);
    }
    return w->n > 0;
}

bool where_missing(where *w, const char *corpus, arena *mem)
{
    return where_blue(w, str_format(mem, "%s-missing", corpus), mem);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '"';
}

static str next_word(str *rest)
{
    size_t start = 0;
    while (start < rest->len && blank(rest->at[start])) start++;
    size_t end = start;
    while (end < rest->len && !blank(rest->at[end])) end++;
    str word = str_sub(*rest, start, end);
    *rest = str_sub(*rest, end, rest->len);
    return word;
}

static bool read_line(where *w, str line, int number, bool *named, arena *mem, err *e)
{
    str id = next_word(&line), name = next_word(&line);
    int split = SPLIT_DEV;
    if (next_word(&line).len) name = STR("?");
    if (name.len) {
        *named = true;
        for (split = 0; split < SPLITS && !str_is(name, split_names[split]);) split++;
        if (str_is(name, "devel")) split = SPLIT_DEV;
        if (split == SPLITS)
            return fail(e,
                        "%s:%d: an id, or an id and one of train, dev, test behind it, is expected",
                        w->path, number);
    }
    return add(w, id, (enum split)split, number, mem, e);
}

bool where_read(where *w, const char *path, arena *mem, err *e)
{
    *w = (where){.path = path, .rest = -1};
    file f = {0};
    bool named = false;
    int number = 0;
    if (!file_open(&f, path, e)) return false;
    str bytes = str_copy(mem, f.bytes);
    file_close(&f);
    for (str rest = utf8_body(bytes), line; str_line(&rest, &line);) {
        number++;
        line = str_trim(line);
        if (!line.len || line.at[0] == '#') continue;
        if (!read_line(w, line, number, &named, mem, e)) return false;
    }
    if (!w->n) return fail(e, "%s: at least one id is expected, the file is empty", path);
    if (!named) w->rest = SPLIT_TRAIN;
    return true;
}

int where_is(where *w, str id)
{
    int i = table_get(&w->ids, id);
    if (i < 0) return -1;
    w->at[i].seen = true;
    return (int)w->at[i].split;
}

bool where_close(const where *w, const char *from, err *e)
{
    int missing = 0;
    for (int i = 0; i < w->n; i++) {
        const struct where_id *x = &w->at[i];
        if (x->seen) continue;
        missing++;
        if (w->path)
            return fail(e, "%s:%d: an id of the corpus is expected, '%.*s' is not in %s", w->path,
                        x->line, (int)(x->id.len < 60 ? x->id.len : 60), x->id.at, from);
    }
    if (missing) warn("%s: %d of the %d ids of BLUE's lists are not there", from, missing, w->n);
    return true;
}
