#pragma once
/* What the readers have in common: a list of examples that grows, and their ids and answers, checked the same way for all. */
#include "base/table.h"
#include "corpus/formats.h"

typedef struct collect {
    const reading *r;
    examples *to;
    size_t cap;
    arena *work; /* the list while it grows, and ids; r->mem, unless the caller has one to close */
    table ids;   /* id -> index of its example */
    bool any_begin; /* KIND_WORDS: a mention began with B where IOB1 has I */
    uint8_t *raw;   /* KIND_WORDS: the prefixes of one sentence as they were read */
    size_t raw_cap;
} collect;

collect collect_of(examples *to, const reading *r);
/* A new example; the pointer is good until the next call. */
example *collect_add(collect *c, int line);
/* Gives it its id, or one made from its line where id is empty; and its document. An id that is there already is an
 * error, but of a relation with another label (a pair may have several) and of words (ids are made from offsets). */
MUST_USE bool collect_id(collect *c, example *x, str id, str doc, err *e);
/* Its text, and the second of a pair or score; they must not be blank. Of a relation finds the arguments. */
MUST_USE bool collect_text(collect *c, example *x, str first, str second, err *e);
/* The answer as text: a class, a number, or a list of labels cut at , or | . */
MUST_USE bool collect_label(collect *c, example *x, str label, err *e);
/* One of several labels; collect_set first makes the empty set. */
void collect_set(collect *c, example *x);
MUST_USE bool collect_member(collect *c, example *x, str label, err *e);
/* The tags of x's words. The tag of word i stands in line x->line + i * step. IOBES and BIOLU become B and I. */
MUST_USE bool collect_tags(collect *c, example *x, const str *tags, int step, err *e);
/* Prefix and type (empty: bare) of a tag: false if it is none. The letters of IOBES and BIOLU are among them. */
bool tag_cut(str tag, char *prefix, str *type);
/* Ends: at least one example; IOB1 becomes IOB2; labels that were open are fixed; mentions are counted. */
MUST_USE bool collect_close(collect *c, err *e);
/* The words of x become its text, joined by a space each. */
MUST_USE bool collect_words(collect *c, example *x, const str *words, int n, int step, err *e);
/* The two tags @TYPE$ in text order; of overlapping arguments there is one. False if there is none. */
bool find_arguments(str s, span args[2]);
