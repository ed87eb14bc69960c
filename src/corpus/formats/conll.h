#pragma once
/* Rows of tagged words, for both readers of conll: 2 columns (word, tag), or BLUE's 4 (word, document or -, offset in the document, tag), or of CoNLL-2003
 * the first and the last of 4; cut at tabs if the first line has one, else at blanks. The word alone will do where no tag is needed. */
#include "corpus/formats.h"

enum { CONLL_COLUMNS = 4 };
enum conll_row { CONLL_END, CONLL_WORD, CONLL_BLANK, CONLL_START }; /* -DOCSTART- */
typedef struct conll_rows {
    const char *path;
    str rest;
    bool tags; /* must there be tags? */
    arena *mem;
    int line, columns; /* from 1; 0 columns: no word was read yet */
    bool tabs, blue;
    /* Of a word: */
    str word, tag;  /* tag is empty where there is none */
    int64_t offset; /* BLUE's, in code points */
    str doc;        /* BLUE's name, or "docN" behind -DOCSTART-; empty before any */
    bool inside;    /* there was a word since the last blank line */
    int starts;
} conll_rows;
/* Cuts a line at tabs, or at blanks; at most one column more than `most` (to[most + 1]). Returns how many there are. */
int conll_cut(str line, bool tabs, int most, str *to);
MUST_USE bool conll_next(conll_rows *s, enum conll_row *kind, err *e);
