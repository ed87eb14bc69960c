#pragma once
/* Text -> words, for input that nobody has cut yet: a run of letters, digits, _ and ' is a word, each other
 * visible character is one of its own, as BLUE cuts. Beyond ASCII, blanks separate, punctuation and symbols of the
 * Latin-1 and General Punctuation blocks stand alone, and all else counts as letters. */
#include "corpus/examples.h"

/* Words as spans into s; *words lives in the arena. Returns how many. */
int split_words(str s, arena *mem, span **words);
