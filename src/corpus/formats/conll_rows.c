/* See conll.h. */
#include "corpus/formats/conll.h"
#include <string.h>

int conll_cut(str line, bool tabs, int most, str *to)
{
    int n = 0;
    str rest = tabs ? line : str_trim(line);
    while (rest.at && n <= most) {
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

/* The first line with a word decides for the whole file. */
static bool look(conll_rows *s, str line, err *e)
{
    str cell[CONLL_COLUMNS + 1] = {{0}};
    int64_t offset;
    s->tabs = str_find(line, '\t') >= 0;
    s->columns = conll_cut(line, s->tabs, CONLL_COLUMNS, cell);
    bool fits = s->columns == 2 || s->columns == 4 || (s->columns == 1 && !s->tags);
    if (!fits)
        return fail(e,
                    "%s:%d: 2 columns (word, tag) or 4 (word, document, offset, tag) are expected, "
                    "here %s %d%s",
                    s->path, s->line, s->columns == 1 ? "is" : "are", s->columns,
                    s->columns > CONLL_COLUMNS ? " or more" : "");
    s->blue = s->columns == 4 && str_int(str_trim(cell[2]), &offset);
    return true;
}

static bool check(conll_rows *s, const str *cell, int n, err *e)
{
    if (n != s->columns)
        return fail(e, "%s:%d: %d columns are expected, as in the first line, here are %d%s",
                    s->path, s->line, s->columns, n, n > CONLL_COLUMNS ? " or more" : "");
    if (!str_trim(cell[0]).len)
        return fail(e, "%s:%d: a word is expected, here it is blank", s->path, s->line);
    if (s->blue && (!str_int(str_trim(cell[2]), &s->offset) || s->offset < 0))
        return fail(e, "%s:%d: an offset is expected in column 3, here is '%.*s'", s->path, s->line,
                    (int)(cell[2].len < 60 ? cell[2].len : 60), cell[2].at);
    if (s->blue && !str_trim(cell[1]).len)
        return fail(e, "%s:%d: a document or - is expected in column 2, here it is blank", s->path,
                    s->line);
    return true;
}

/* BLUE names the document in the first row of each sentence. */
static bool name(conll_rows *s, str cell, err *e)
{
    str doc = str_trim(cell);
    bool names = !str_is(doc, "-");
    if (names && s->inside && !str_eq(s->doc, doc))
        return fail(
            e, "%s:%d: document %.*s begins inside a sentence; a blank line is expected before",
            s->path, s->line, (int)(doc.len < 60 ? doc.len : 60), doc.at);
    if (names) s->doc = doc;
    return s->doc.len ||
           fail(e,
                "%s:%d: the document's name is expected in column 2 of the first word, here is -",
                s->path, s->line);
}

bool conll_next(conll_rows *s, enum conll_row *kind, err *e)
{
    str line, cell[CONLL_COLUMNS + 1] = {{0}};
    *kind = CONLL_END;
    if (!str_line(&s->rest, &line)) return true;
    s->line++;
    bool start = str_starts(line, "-DOCSTART-");
    *kind = start ? CONLL_START : str_trim(line).len ? CONLL_WORD : CONLL_BLANK;
    if (start) s->doc = str_of(str_format(s->mem, "doc%d", ++s->starts));
    if (*kind != CONLL_WORD) {
        s->inside = false;
        return true;
    }
    if (!s->columns && !look(s, line, e)) return false;
    int n = conll_cut(line, s->tabs, CONLL_COLUMNS, cell);
    if (!check(s, cell, n, e) || (s->blue && !name(s, cell[1], e))) return false;
    s->word = str_trim(cell[0]);
    s->tag = n > 1 ? str_trim(cell[n - 1]) : (str){"", 0};
    s->inside = true;
    return true;
}
