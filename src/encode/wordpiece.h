#pragma once
/* Text -> pieces as BERT's own tokenizers do: clean, space around CJK, split at blanks, lower case and accents off, split
 * punctuation, then greedy longest match. Each piece knows the bytes of the untouched text that it came from. */
#include "encode/vocab.h"

typedef struct piece {
    int32_t id;
    uint32_t start, end; /* bytes of the text */
} piece;
typedef struct pieces {
    piece *at;
    int n;
    size_t cap;
} pieces;

/* Appends the pieces of text to p (in mem; p zeroed at first). Invalid bytes count as U+FFFD, one each. Special tokens in the text stay literal
 * unless parse_special. Thread-safe as long as each thread has its own p and mem. */
void wordpiece_cut(const vocab *v, str text, bool parse_special, arena *mem, pieces *p);
