/* Words and tags, a word a line: every row and every tag. What most lines look like decides, so that one odd line at the start does not make all others
 * wrong, as it would for the reader. The scheme of tags is judged in scheme.c. */
#include "corpus/doctor/conll.h"
#include "corpus/formats/conll.h"
#include <string.h>

enum { COLUMNS_MOST = 8, LOOK_AT = 5000 };

static bool between_sentences(str line)
{
    return !str_trim(line).len || str_starts(line, "-DOCSTART-");
}

typedef struct layout {
    int columns;
    bool tabs, blue;
} layout;

static int most_frequent(const int *votes)
{
    int best = 0;
    for (int i = 1; i <= COLUMNS_MOST + 1; i++)
        if (votes[i] > votes[best]) best = i;
    return best;
}

static layout layout_of(str bytes)
{
    int with_tab = 0, lines = 0, votes[2][COLUMNS_MOST + 2] = {{0}}, offsets = 0;
    str cell[COLUMNS_MOST + 1], line;
    for (str rest = bytes; lines < LOOK_AT && str_line(&rest, &line);) {
        int64_t offset;
        if (between_sentences(line)) continue;
        lines++, with_tab += str_find(line, '\t') >= 0;
        for (int tabs = 0; tabs < 2; tabs++) {
            int n = conll_cut(line, tabs, COLUMNS_MOST, cell);
            votes[tabs][n]++;
            offsets += n == 4 && str_int(str_trim(cell[2]), &offset);
        }
    }
    layout l = {.tabs = 2 * with_tab > lines};
    l.columns = most_frequent(votes[l.tabs]);
    l.blue = l.columns == 4 && offsets > votes[0][4] / 2 + votes[1][4] / 2;
    return l;
}

static const char *hint(const layout *l, str line, int n)
{
    if (l->tabs && n == 1 && str_find(str_trim(line), ' ') > 0)
        return "; blanks stand where a tab is expected";
    if (n == 1) return "; the tag is missing";
    if (l->tabs && n > l->columns) return "; a tab too many";
    if (!l->tabs && n > l->columns) return "; a blank too many";
    return "";
}

/* Is the row one that the reader takes? If not, why, with the line. */
static bool row_fits(doctor *d, const layout *l, str line, int number, const str *cell, int n)
{
    int64_t offset;
    if (n != l->columns) {
        finding_add(d, FINDING_COLUMNS, NULL, number,
                    "%d columns are expected, as in most lines, here %s %d%s%s", l->columns,
                    n == 1 ? "is" : "are", n, n > COLUMNS_MOST ? " or more" : "", hint(l, line, n));
        return false;
    }
    if (!str_trim(cell[0]).len) {
        finding_add(d, FINDING_BLANK, NULL, number, "a word is expected, here it is blank");
        return false;
    }
    if (l->blue && (!str_int(str_trim(cell[2]), &offset) || offset < 0)) {
        finding_add(d, FINDING_COLUMNS, NULL, number,
                    "an offset is expected in column 3, here is '%.*s'", SHOWN(cell[2]));
        return false;
    }
    return true;
}

/* A sentence's first word names its document, another of its words must not. */
static bool document_fits(doctor *d, str name, bool first, str doc, int number)
{
    bool names = !str_is(name, "-");
    if (!name.len)
        finding_add(d, FINDING_BLANK, NULL, number,
                    "a document or - is expected in column 2, here it is blank");
    else if (names && !first && !str_eq(name, doc))
        finding_add(d, FINDING_COLUMNS, NULL, number,
                    "document %.*s begins inside a sentence; a blank line is expected before",
                    SHOWN(name));
    else if (!names && !doc.len)
        finding_add(d, FINDING_COLUMNS, NULL, number,
                    "the document's name is expected in column 2 of the first word, here is -");
    else
        return true;
    return false;
}

/* A sound row in place of a faulty one, so that lines keep their numbers. */
static void put_instead(text *to, const layout *l, bool first, str doc)
{
    const char *sep = l->tabs ? "\t" : " ";
    text_format(to, "?%s", sep);
    if (l->columns == 4)
        text_format(to, "%.*s%s0%s", first && doc.len ? (int)doc.len : 1,
                    first && doc.len ? doc.at
                    : first          ? "?"
                                     : "-",
                    sep, sep);
    text_add(to, STR("O\n"));
}

typedef struct conll { /* what is known at a line */
    layout l;
    bool first; /* the next word begins a sentence */
    str doc;
} conll;

static bool line_fits(doctor *d, conll *c, tag_reader *tags, str line, int number)
{
    str cell[COLUMNS_MOST + 1];
    int n = conll_cut(line, c->l.tabs, COLUMNS_MOST, cell);
    if (!row_fits(d, &c->l, line, number, cell, n)) return false;
    str name = c->l.blue ? str_trim(cell[1]) : (str){0};
    bool fits = !c->l.blue || document_fits(d, name, c->first, c->doc, number);
    if (c->l.blue && name.len && !str_is(name, "-")) c->doc = name;
    return tags_take(d, tags, str_trim(cell[n - 1]), number) && fits;
}

str conll_check(doctor *d, const task *t, str bytes)
{
    conll c = {.l = layout_of(bytes), .first = true};
    tag_reader tags = {.t = t, .mem = d->mem};
    text clean = {0};
    int number = 0;
    if (c.l.columns != 2 && c.l.columns != 4) {
        finding_add(d, FINDING_COLUMNS, NULL, 0,
                    "2 columns (word, tag) or 4 (word, document, offset, tag) are expected, most "
                    "lines have %d%s",
                    c.l.columns, c.l.columns > COLUMNS_MOST ? " or more" : "");
        return (str){NULL, 0};
    }
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (between_sentences(line)) {
            tags_end_sentence(&tags);
            c.first = true;
            text_add(&clean, line);
            text_char(&clean, '\n');
            continue;
        }
        if (line_fits(d, &c, &tags, line, number)) {
            text_add(&clean, line);
            text_char(&clean, '\n');
        } else {
            put_instead(&clean, &c.l, c.first, c.doc);
        }
        c.first = false;
    }
    tags_end_sentence(&tags);
    file_now(d)->scheme = tags_judge(d, &tags);
    str all = str_copy(d->mem, text_str(&clean));
    text_close(&clean);
    return all;
}
