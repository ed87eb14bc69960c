#pragma once
/* Documents -> pairs of mentions that stand in one sentence, with their gold labels, and the text in which the two are masked. */
#include "corpus/document.h"

/* What a pair needs. Types: of argument 1 and 2; NULL: every pair of mentions, the first in the order of the file being argument 1. */
typedef struct candidate_rules {
    const char *first, *second;
    const char *both; /* tag of overlapping arguments; NULL: the two tags joined by - */
    bool
        authors; /* as the released data: if argument 2 comes first, the tags stay in the order of the arguments (facts: the mask bug) */
} candidate_rules;

typedef struct candidate {
    int first, second; /* mentions: arguments 1 and 2 */
    span sentence;
    int number; /* of the sentence in its document */
    int gold;   /* a relation of the document, or -1: none */
} candidate;
typedef struct candidates {
    candidate *at; /* one of each label for a pair with several */
    int n;
    size_t cap;
    int *lost; /* [n_lost] relations between mentions that do not stand in one sentence */
    int n_lost;
    size_t cap_lost;
} candidates;
/* The pairs of a document, by sentence, then in the order of its mentions. Where d->pairs_given only pairs with a relation are candidates. A relation between
 * concepts (PubTator's CID) holds for each pair of mentions whose identifiers have both. */
void candidates_of(candidates *to, const document *d, const candidate_rules *rules, arena *mem);
/* The sentence with @TYPE$ in place of the two arguments, in text order; of arguments that overlap or touch one tag for both. A mention in
 * several pieces is masked from its first to its last. Other mentions keep their words. args: where the tags are. */
str candidate_text(const document *d, const candidate *c, const candidate_rules *rules, arena *mem,
                   span args[2]);
/* "document.T1.T2", or the id of the relation where the pairs are given. */
const char *candidate_id(const document *d, const candidate *c, arena *mem);
