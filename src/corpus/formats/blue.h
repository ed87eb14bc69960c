#pragma once
/* Cells and rows as BLUE's files have them: what prepare and convert write. */
#include "base/str.h"
#include <stdio.h>

/* A text or an id as a cell: trimmed, on one line, without tabs; quoted as csv does if it has a quote, unless plain. Returns whether a blank took the place
 * of a line end or tab. */
bool blue_cell_put(FILE *to, str s, bool plain);
/* A tagged word: word, document or -, offset, tag. */
void blue_word_put(text *to, str word, const char *doc, size_t offset, str tag);
/* "7.T1.T2#2", the second row of a pair with two labels, is 7.T1.T2 as its owners call it. */
str blue_pair_id(str id);
