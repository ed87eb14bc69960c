#pragma once
/* What a model finds, as parts of a document. Half of use/documents.c. */
#include "use/documents.h"

/* The numbering of a file's ids: how the first of them begins, and the number that comes next. */
typedef struct numbering {
    bool any;
    str prefix;
    int64_t next;
} numbering;

typedef struct adding {
    annotator *a;
    document_list *d;
    const documents_plan *plan;
    arena *mem; /* of the documents */
    documents_found *found;
    losses *l;
    const document *numbered; /* its first n_numbered mentions are in ids */
    int n_numbered;
    numbering ids;
} adding;

/* False: it was there. Where the target holds one mention a word, one that lies across another is a loss. */
bool add_mention(adding *to, document *d, span at, const task *t, const char *type, float score);
/* first, second: mentions. */
void add_relation(adding *to, document *d, int first, int second, const task *t, const char *type,
                  float score);
/* Those above least, cut at |, with a score each. */
void add_labels(adding *to, infons *more, const task *t, const float *scores, float least);
/* The second pass, of the task number t. */
MUST_USE bool add_relations(adding *to, int t, err *e);
