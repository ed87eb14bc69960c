#pragma once
/* Text -> sentences -> words, for input that nobody has cut yet. Neither looks at labels, neither changes or loses a byte. */
#include "corpus/document.h"

/* A run of letters, digits, _ and ' is a word, each other visible character is one of its own, as BLUE cuts. Beyond ASCII, blanks separate,
 * punctuation and symbols of the Latin-1 and General Punctuation blocks stand alone, and all else counts as letters.
 * Words as spans into s; *words lives in the arena. Returns how many. */
int split_words(str s, arena *mem, span **words);

/* A sentence ends behind . ? or ! and a blank, where a capital letter A-Z follows and what ends is not an abbreviation (split.c lists
 * them); and at an empty line. Spans into s without blanks at their ends: only blanks lie between them. Returns how many. */
int split_sentences(str s, arena *mem, span **sentences);
/* Those of a document: of each passage (else of the text) as the file has them, or split where it has none there. */
int document_sentences(const document *d, arena *mem, span **sentences);
/* Words of s, a part of the document: as split_words cuts them, or what stands between blanks where a note "words" on the document says so (CoNLL). */
int document_words(const document *d, str s, arena *mem, span **words);
