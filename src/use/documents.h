#pragma once
/* A loaded model applied to documents: what it finds is added to them, what was there stays. Two passes: every sentence through the tasks of words,
 * labels and sentences; then, for each task of relations, every pair of mentions that stand in one sentence, those of the file and those just found.
 *   words      a mention of the task's type (of bare tags the task's name) where the document has none of that type at that place
 *   relation   a relation Arg1, Arg2 where the document has none of that type between the two; none for the negative class
 *   labels     a note on the document, and on each sentence that the file marks
 *   sentence   a note on each sentence that the file marks
 * Mentions and relations have the notes "made-by", MODEL/TASK, and "score", a probability; notes on texts are called MODEL/TASK and MODEL/TASK score.
 * Answers are those of the sentence alone, in whatever document it stands. */
#include "corpus/candidates.h"
#include "use/annotator.h"

typedef struct type_as { /* for relations a mention of the one type is one of the other */
    str from, to;
} type_as;
typedef struct documents_plan {
    const char *made_by; /* the model, as notes call it */
    const type_as *as;   /* [n_as] */
    int n_as;
    float least; /* score of a mention or relation that is added */
    bool
        flat; /* the target holds no mentions across each other (CoNLL): what is there goes first */
    bool
        concepts; /* the target's relations are between concepts (PubTator): once for each pair of identifiers */
} documents_plan;
typedef struct documents_found {
    size_t sentences, pairs, mentions, relations; /* looked at; added */
    size_t known;                                 /* answers that were there already */
    size_t low;                                   /* left out, below least */
    pack_counts counts;
} documents_found;

/* Everything that is added lives in mem; losses has what the target could not hold of it. Fails where the model has no task for documents. */
MUST_USE bool documents_annotate(annotator *a, document_list *d, const documents_plan *plan,
                                 arena *mem, documents_found *found, losses *l, err *e);
