#pragma once
/* What becomes of each code point before words are looked up: dropped, a blank, a word of its own,
 * or one or more folded code points (accents off, lower case). One table a vocabulary for the code
 * points that text is made of, computed by the same function that answers for all others. */
#include "base/arena.h"
#include "encode/unicode.h"

enum wordpiece_mode { WORDPIECE_HF, WORDPIECE_GOOGLE, WORDPIECE_BLUEBERT };

enum fold_class {
    FOLD_WORD,  /* part of a word, as the folded code point */
    FOLD_SPLIT, /* punctuation: a word of its own */
    FOLD_ALONE, /* an ideograph: blanks on both sides */
    FOLD_SPACE, /* ends a word */
    FOLD_DROP,  /* vanishes before all else */
    FOLD_MARK,  /* an accent that is taken off */
    FOLD_MANY,  /* several code points: ask fold_sequence */
    FOLD_SIGMA  /* capital sigma, whose lower case depends on its neighbors */
};
typedef struct folded {
    uint32_t code : 21;
    uint32_t class : 3;
    uint32_t
        order : 8; /* canonical combining class of what is left, or of the mark; 0 where accents stay */
} folded;

enum { FOLD_TABLE = 0x3100 };
typedef struct fold {
    /* What the owner sets before fold_fill. */
    enum wordpiece_mode mode;
    bool clean; /* drop control characters */
    bool lower, accents_off, chinese;
    /* What fold_fill computes. */
    folded *low;        /* [FOLD_TABLE] */
    uint8_t byte[256];  /* class of an ASCII byte; of others FOLD_MANY: look closer */
    uint8_t small[256]; /* an ASCII byte folded */
} fold;

void fold_fill(fold *f, arena *mem);
folded fold_of(const fold *f, uint32_t c);
/* Of a code point of class FOLD_MANY: what is left of it, each one of FOLD_WORD or FOLD_SPLIT. */
int fold_sequence(const fold *f, uint32_t c, folded to[UNICODE_LONGEST]);
