#pragma once
/* What Unicode says about one code point: classes, lower case, canonical decomposition. utf8proc is
 * behind it and in no other file. The tables are Unicode 15.0; another version would cut some words
 * differently, so unicode_check refuses it before a vocabulary is opened. */
#include "base/fail.h"
#include <stdint.h>

enum { UNICODE_LONGEST = 8 }; /* more code points than any canonical decomposition has (4) */

MUST_USE bool unicode_check(err *e);
const char *unicode_version(void); /* "15.0.0" */

/* Two-letter classes of the Unicode Character Database, joined where BERT joins them. */
bool unicode_is_control(uint32_t c);    /* Cc or Cf */
bool unicode_is_private(uint32_t c);    /* Co */
bool unicode_is_unassigned(uint32_t c); /* Cn or Cs, and all above U+10FFFF */
bool unicode_is_space(uint32_t c);      /* White_Space */
bool unicode_is_punctuation(
    uint32_t c); /* P*, and all ASCII that is neither letter, digit, blank nor control */
bool unicode_is_mark(uint32_t c);    /* Mn */
bool unicode_is_capital(uint32_t c); /* Lu or Lt */
/* The ideographs that BERT sets apart by blanks. as_hf: with the typing slip of Hugging Face's
 * fast tokenizer, which leaves out U+2B820 to U+2B91F. */
bool unicode_is_ideograph(uint32_t c, bool as_hf);
/* For the final sigma (Unicode 3.13): is c cased; is c passed over when looking for a cased letter. */
bool unicode_is_cased(uint32_t c);
bool unicode_is_case_ignorable(uint32_t c);

int unicode_order(uint32_t c);      /* canonical combining class, 0 for starters */
uint32_t unicode_lower(uint32_t c); /* simple lower case; U+0130 gives i, its dot is the caller's */
/* Full canonical decomposition (NFD) of one code point; returns how many were written. */
int unicode_decompose(uint32_t c, uint32_t to[UNICODE_LONGEST]);
