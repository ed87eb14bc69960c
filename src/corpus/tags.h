#pragma once
/* B/I/O tags <-> mentions over words, by conlleval's semantics (facts: a chunk starts at B, at I after O or at
 * the start of a sentence, and where the type changes; it ends before B, O, a change of type, the end). */
#include "corpus/document.h"

typedef struct chunk {
    int first, last; /* words, last included */
    int type;        /* number of the type; 0 also for bare tags */
} chunk;
/* Tag names -> per tag its prefix ('B', 'I', 'O') and type number. Types are numbered in order of first appearance. */
typedef struct tagset {
    int n, n_types;
    char *prefix;
    int *type;
    const char **types; /* names, "" for bare tags */
} tagset;
MUST_USE bool tagset_of(tagset *s, const task *t, arena *mem, err *e);
/* Writes the chunks of tags[n] (ids of the task) to out (room for n), returns how many. */
int tags_chunks(const tagset *s, const int *tags, int n, chunk *out);
/* Mentions -> tags: to[k] is the mention (an index of `of`) that word k of n is tagged with, or -1; begins[k]: it begins with this word.
 * A word belongs to a mention if it lies inside one of its pieces, or holds one. Words are spans into the document's text. Mentions are taken in
 * the order of `of`; a later one overwrites. Returns how many mentions do not have all their words in the end. */
int tags_of_mentions(const span *words, int n, const doc_mention *const *of, int n_of, int *to,
                     bool *begins);
