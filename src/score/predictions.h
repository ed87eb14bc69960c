#pragma once
/* Gold and predicted answers of one task on one split, in memory and as TSV, so that whatever a
 * report says can be computed again, and so that predictions made elsewhere are scored by the same
 * code. TSV is UTF-8 with a header line; inside a field tab, newline, return and backslash are
 * written \t \n \r \\.
 *   sentence, pair, relation   id doc gold predicted [score:LABEL for every class]
 *   score                      id doc gold predicted
 *   labels                     id doc gold predicted [score:LABEL ..]  labels joined by | (one that
 *                              is inside a label: \|), an empty field is "none of them"
 *   words                      id doc word gold predicted    a row a word, in order; a new id
 *                              begins a new sentence
 * The order of columns is free, unknown ones are ignored. `doc` may be missing (each example is its
 * own document), `word` too, and so may `gold`: then predictions_against fills it in from the
 * corpus. An id stands once (but for relations of two labels: once with each gold answer).
 *
 * A predicted tag X, CLS, SEP, [CLS] or [SEP], which taggers of BERT's pieces may give, is foreign:
 * it is kept as TAG_FOREIGN and counts as O, or as the authors' scorer has it, see score.h.
 *
 * Everything belongs to the predictions and goes with predictions_close; but where train/evaluate
 * builds a value, it may point into the examples as long as those live. */
#include "corpus/tags.h"

enum { TAG_FOREIGN = -1 };

typedef struct predicted {
    const char *id, *doc;
    int line;                       /* in the file it was read from, of words the first; else 0 */
    int gold, best;                 /* class; gold -1: not given */
    double gold_score, score;       /* KIND_SCORE; gold_score NAN: not given */
    const uint64_t *gold_set, *set; /* KIND_LABELS; gold_set NULL: not given */
    const int *gold_tags, *tags;    /* KIND_WORDS [n_words]; gold_tags NULL: not given */
    const char **words;             /* KIND_WORDS [n_words], or NULL */
    int n_words;
    const float *scores; /* [K] or NULL */
} predicted;

typedef struct predictions {
    const task *t;
    predicted *at;
    int n;
    const char *path; /* they were read from; NULL: made here */
    size_t mentions;  /* KIND_WORDS: gold mentions of the corpus itself; 0: not known */
    bool as_authors;  /* count foreign tags as the authors' scorer does */
    arena mem;
} predictions;

/* All examples have gold, or none has and the column is left out; a mixture fails, as does a number
 * that is not finite. An example of no words leaves no row. */
MUST_USE bool predictions_write(const predictions *p, const char *path, err *e);
/* Complaints say file, line and what was expected. */
MUST_USE bool predictions_read(predictions *p, const task *t, const char *path, err *e);
/* The same from bytes; name is for messages. */
MUST_USE bool predictions_parse(predictions *p, const task *t, str bytes, const char *name, err *e);
/* Holds predictions against the corpus they are for: each example once and no others (examples of
 * no words aside), as many words and the same, the same gold where the file gives one. Fills in
 * gold, doc and words, sets the order of the corpus and p->mentions. */
MUST_USE bool predictions_against(predictions *p, const examples *x, err *e);
void predictions_close(predictions *p);
