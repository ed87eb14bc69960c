#pragma once
/* What the tests of packing share: examples made by hand, and a vocabulary in which each word of letters a to e is as many pieces as it has letters, so lengths can
 * be chosen freely; words of dots only yield pieces too; "\x01" yields none. */
#include "encode/batch.h"
#include "tests.h"

extern vocab letters;
extern arena letters_mem; /* of the examples and what is packed */

void letters_open(void);
void letters_close(void);
task letters_task(enum task_kind kind); /* labels O B I, or no yes maybe */
examples letters_list(example *x, int n);
/* n words of n_pieces pieces each, with tags (NULL: none), joined by blanks. */
example letters_words(int n, int n_pieces, const int *tags);
/* Packs, or fails the test; every sequence fits and stands between [CLS] and [SEP]. */
packs letters_pack(const task *t, examples *x, const pack_rules *rules);
/* "CLS a b SEP c SEP": the pieces of a sequence. Valid until the next call. */
const char *letters_shown(const packed *p);
