#pragma once
/* What a model is given: a sentence, a pair, a masked candidate, tagged words; with its gold answer
 * where there is one. Examples live in the arena and point into it; text bytes are as they were read. */
#include "base/utf8.h"
#include "corpus/task.h"

typedef struct span {
    size_t start, end; /* bytes, half open */
} span;

typedef struct example {
    const char *id; /* unique within its split; made from the line where the file has none */
    /* The document or, where there is none, the example itself: what the bootstrap draws, and what
     * document-f1 counts. */
    const char *doc;
    int line;        /* where it stands in its file, from 1 */
    str text, text2; /* text2 of pairs and scores; else empty (at NULL) */
    /* KIND_WORDS: [n_words] into text. Read as words, text is these joined by a space each. */
    span *words;
    int n_words;
    int *tags;     /* KIND_WORDS: [n_words] gold tags, or NULL where the input has none */
    int label;     /* one class, or -1: none */
    uint64_t *set; /* KIND_LABELS: bit i of set[i / 64]: label i; NULL: none given */
    double score;  /* KIND_SCORE */
    bool has_gold;
    /* KIND_RELATION: where the two argument tags (@GENE$ ..) stand in text; both empty if they were
     * not found. One tag for two overlapping arguments (@CHEM-GENE$): both the same. */
    span args[2];
} example;

typedef struct examples {
    example *at;
    int n;
    const char *path; /* as given, for messages */
    int skipped;      /* rows without an agreed answer (gold_label "-"), left out */
    int unmasked;     /* KIND_RELATION: examples in whose text no argument tag was found */
    size_t mentions;  /* KIND_WORDS: gold mentions in all, by conlleval's semantics */
} examples;

/* Reads one split of a task. Labels that are open are first gathered from train into t. An unknown
 * label in dev or test is an error with file and line. gold: is an answer needed? Without
 * (prediction), columns of answers may be missing, and what is no answer of the task is passed over. */
MUST_USE bool examples_read(examples *to, task *t, enum split which, bool gold, arena *mem, err *e);
/* The same from a file of any name ("-" is standard input). For prediction, a file whose format is
 * neither given nor found out is taken as plain lines. */
MUST_USE bool examples_read_file(examples *to, task *t, const char *path, bool gold, arena *mem,
                                 err *e);
/* The same from bytes in memory, which must live as long as mem; path is for messages and for
 * finding out the format. */
MUST_USE bool examples_parse(examples *to, task *t, const char *path, str bytes, bool gold,
                             arena *mem, err *e);
