#pragma once
/* A slice of bytes that somebody else owns: a mapped file, an arena, a literal. Not ended by a
 * zero byte unless said. Nothing here changes the bytes. */
#include "base/arena.h"
#include "base/fail.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct str {
    const char *at;
    size_t len;
} str;

#define STR(literal) ((str){"" literal, sizeof(literal) - 1})
str str_of(const char *zero_ended);
str str_sub(str s, size_t from, size_t to); /* half open; both clamped to the slice */
bool str_eq(str a, str b);
bool str_is(str a, const char *b);
int str_cmp(str a, str b); /* by bytes, as memcmp; a prefix comes first */
bool str_starts(str s, const char *with);
bool str_ends(str s, const char *with);
/* Index of the first c, or of the first occurrence of what, or -1. */
ptrdiff_t str_find(str s, char c);
ptrdiff_t str_find_str(str s, str what);
/* Without ASCII blanks (space \t \r \n \v \f) on both ends. */
str str_trim(str s);
/* Cuts the part before the first c off the front of *rest, and c with it. Where c is not there the
 * part is all that was left. A rest that is used up has at == NULL, so "a," gives "a" and "". */
str str_cut(str *rest, char c);
/* The next line of *rest, without \n or \r\n; false at the end. A last line may lack its newline. */
bool str_line(str *rest, str *line);

/* Copies into an arena, ended by a zero byte. */
const char *str_keep(arena *mem, str s);
str str_copy(arena *mem, str s);
const char *str_format(arena *mem, const char *format, ...) PRINTF(2, 3);

/* Whole numbers and reals in decimal, the whole slice and nothing but it; false otherwise (also for
 * overflow, nan and inf). Independent of the locale. */
bool str_int(str s, int64_t *to);
bool str_real(str s, double *to);
uint64_t
str_hash(str s); /* FNV-1a, 64 bits: the same on every machine, for names and not for trust */

/* The most similar of n names by edit distance, or NULL if none is near: for suggestions. */
const char *str_nearest(const char *name, const char *const *names, int n);

/* A text that grows in memory of its own: for output that is built before it is written. */
typedef struct text {
    char *at; /* ended by a zero byte once anything was added */
    size_t len, cap;
} text;
void text_add(text *t, str s);
void text_char(text *t, char c);
void text_format(text *t, const char *format, ...) PRINTF(2, 3);
str text_str(const text *t);
void text_close(text *t);
