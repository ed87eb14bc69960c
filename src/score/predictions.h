#pragma once
/* Gold and predicted answers of one task on one split, in memory and as TSV, so that whatever a report says can be computed again, also for predictions made elsewhere.
 * TSV, UTF-8, header line, tab separated (\t \n \\ escaped):
 *   sentence, pair, relation   id  doc  gold  predicted  [a score a class, headers "score:LABEL"]
 *   score                      id  doc  gold  predicted
 *   labels                     id  doc  gold  predicted  [score:LABEL ..]       gold, predicted: labels joined by |, "" for none
 *   words                      id  doc  word  gold  predicted                    a row a word, in order; a new id starts a new sentence
 * Column order is free, unknown columns are ignored. */
#include "corpus/tags.h"

typedef struct predicted {
    const char *id, *doc;
    int gold, best;          /* class; -1: none */
    double gold_score, score;
    const uint64_t *gold_set, *set; /* KIND_LABELS */
    const int *gold_tags, *tags;    /* KIND_WORDS [n_words] */
    const char **words;             /* KIND_WORDS [n_words], or NULL */
    int n_words;
    const float *scores;     /* [K] or NULL */
} predicted;

typedef struct predictions {
    const task *t;
    predicted *at;
    int n;
    arena mem;
} predictions;

MUST_USE bool predictions_write(const predictions *p, const char *path, err *e);
MUST_USE bool predictions_read(predictions *p, const task *t, const char *path, err *e);
void predictions_close(predictions *p);
