#pragma once
/* Documents that were read already -> examples, as a study gets them from the file: for those who choose among the documents first (prepare). */
#include "corpus/formats.h"

/* What of the gold reaches no example. */
typedef struct lost_gold {
    const document *d;
    const relation *r; /* between mentions that do not stand in one sentence, or without a type */
    const char *why;   /* a literal */
} lost_gold;
typedef struct lost_golds {
    lost_gold *at; /* [n] in the arena of the reading */
    int n;
    size_t cap;
} lost_golds;
/* lost may be NULL: how many there are is said on standard error then. */
MUST_USE bool examples_of_documents(examples *to, const reading *r, const document_list *d,
                                    lost_golds *lost, err *e);
