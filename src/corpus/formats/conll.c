/* Words and tags, a word a line: 2 columns (word, tag) or BLUE's 4 (word, document or -, offset in the document, tag), or of
 * CoNLL-2003 the first and the last of 4; cut at tabs if the first line has one, else at blanks. For prediction the word alone will
 * do. -DOCSTART- begins a document; a blank line ends a sentence, the last one may lack it. */
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include <string.h>

typedef struct words { /* one sentence while it is read */
    str *at, *tags;
    int n, tags_n, line;
    size_t cap, tags_cap;
    str doc, offset; /* of its first word */
} words;

enum { COLUMNS_MOST = 4 };

/* Cuts a line into columns, at most one more than there may be. */
static int cut(str line, bool tabs, str *to)
{
    int n = 0;
    str rest = tabs ? line : str_trim(line);
    while (rest.at && n <= COLUMNS_MOST) {
        if (tabs) {
            to[n++] = str_cut(&rest, '\t');
            continue;
        }
        size_t end = 0;
        while (end < rest.len && rest.at[end] != ' ' && rest.at[end] != '\t') end++;
        to[n++] = str_sub(rest, 0, end);
        rest = str_trim(str_sub(rest, end, rest.len));
        if (!rest.len) rest.at = NULL;
    }
    return n;
}

static bool end_sentence(collect *c, words *w, str doc, int columns, err *e)
{
    if (!w->n) return true;
    example *x = collect_add(c, w->line);
    if (!collect_words(c, x, w->at, w->n, 1, e)) return false;
    if (columns > 1 && !collect_tags(c, x, w->tags, 1, e)) return false;
    str id = {0};
    if (w->offset.len)
        id = str_of(str_format(c->r->mem, "%.*s.%.*s", (int)doc.len, doc.at, (int)w->offset.len,
                               w->offset.at));
    w->n = w->tags_n = 0;
    w->offset = (str){0};
    return collect_id(c, x, id, doc, e);
}

static void add_word(collect *c, words *w, const str *cell, int n, int line, bool blue)
{
    if (!w->n) {
        w->line = line;
        w->offset = blue ? str_trim(cell[2]) : (str){0};
    }
    GROW(c->r->mem, w->at, w->n, w->cap);
    w->at[w->n++] = str_trim(cell[0]);
    GROW(c->r->mem, w->tags, w->tags_n, w->tags_cap);
    w->tags[w->tags_n++] = n > 1 ? cell[n - 1] : (str){"", 0};
}

typedef struct layout {
    int columns;
    bool tabs, blue;
} layout;

/* The first line with a word decides for the whole file. */
static bool look(layout *l, const reading *r, str line, int number, err *e)
{
    str cell[COLUMNS_MOST + 1] = {{0}};
    int64_t offset;
    l->tabs = str_find(line, '\t') >= 0;
    l->columns = cut(line, l->tabs, cell);
    bool fits = l->columns == 2 || l->columns == 4 || (l->columns == 1 && !r->gold);
    if (!fits)
        return fail(e,
                    "%s:%d: 2 columns (word, tag) or 4 (word, document, offset, tag) are expected, "
                    "here %s %d%s",
                    r->path, number, l->columns == 1 ? "is" : "are", l->columns,
                    l->columns > COLUMNS_MOST ? " or more" : "");
    l->blue = l->columns == 4 && str_int(str_trim(cell[2]), &offset);
    return true;
}

static bool check_row(const reading *r, const layout *l, const str *cell, int n, int line, err *e)
{
    int64_t offset;
    if (n != l->columns)
        return fail(e, "%s:%d: %d columns are expected, as in the first line, here are %d%s",
                    r->path, line, l->columns, n, n > COLUMNS_MOST ? " or more" : "");
    if (!str_trim(cell[0]).len)
        return fail(e, "%s:%d: a word is expected, here it is blank", r->path, line);
    if (l->blue && (!str_int(str_trim(cell[2]), &offset) || offset < 0))
        return fail(e, "%s:%d: an offset is expected in column 3, here is '%.*s'", r->path, line,
                    (int)(cell[2].len < 60 ? cell[2].len : 60), cell[2].at);
    if (l->blue && !str_trim(cell[1]).len)
        return fail(e, "%s:%d: a document or - is expected in column 2, here it is blank", r->path,
                    line);
    return true;
}

bool conll_read(examples *to, const reading *r, err *e)
{
    collect c = collect_of(to, r);
    words w = {0};
    layout l = {0};
    str rest = r->bytes, line, doc = {0}, cell[COLUMNS_MOST + 1] = {{0}};
    int number = 0, documents = 0;
    while (str_line(&rest, &line)) {
        number++;
        bool blank = !str_trim(line).len, start = str_starts(line, "-DOCSTART-");
        if (blank || start) {
            if (!end_sentence(&c, &w, doc, l.columns, e)) return false;
            if (start) doc = str_of(str_format(r->mem, "doc%d", ++documents));
            continue;
        }
        if (!l.columns && !look(&l, r, line, number, e)) return false;
        int n = cut(line, l.tabs, cell);
        if (!check_row(r, &l, cell, n, number, e)) return false;
        bool names = l.blue && !str_is(str_trim(cell[1]), "-");
        if (names && w.n && !str_eq(doc, str_trim(cell[1]))) {
            return fail(
                e, "%s:%d: document %.*s begins inside a sentence; a blank line is expected before",
                r->path, number, (int)(cell[1].len < 60 ? cell[1].len : 60), cell[1].at);
        }
        if (names) doc = str_trim(cell[1]);
        if (l.blue && !doc.len)
            return fail(
                e,
                "%s:%d: the document's name is expected in column 2 of the first word, here is -",
                r->path, number);
        add_word(&c, &w, cell, n, number, l.blue);
    }
    return end_sentence(&c, &w, doc, l.columns, e) && collect_close(&c, e);
}
