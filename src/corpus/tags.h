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

/* Mentions of one document by place, to go through its sentences with. The caller fills at[n] and sorts; from is the first that may reach the next sentence. */
typedef struct placed_mentions {
    const doc_mention **at;
    int n, from;
} placed_mentions;
void mentions_by_place(placed_mentions *of);
/* The tags of the words of the next sentence: mention[k] is that of word k or NULL, prefix[k] is B, I or O. Where mentions overlap the last one in the order of
 * the document counts, as in BLUE's writer; what goes on from the sentence before has I, as there. */
void tags_of_sentence(placed_mentions *of, span sentence, const span *words, int n,
                      const doc_mention **mention, char *prefix, arena *scratch);
