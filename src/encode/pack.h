#pragma once
/* Examples -> packed sequences: [CLS] a [SEP] or [CLS] a [SEP] b [SEP]. What does not fit: tagged words become overlapping windows that never look at
 * labels; a relation's window is centered on its two arguments; other texts lose their end, of a pair the longer side one piece at a time (on a tie the
 * second). Every cut is counted. The presets cut differently, see pack_rules. */
#include "corpus/examples.h"
#include "encode/wordpiece.h"

/* Overlapping windows; cut at 30 words; the authors': behind the last gold O of the first 30. The latter two lose what of their 30 words does not fit. */
enum long_words { LONG_WINDOWS, LONG_CUT30, LONG_GOLD };
enum long_relation { LONG_CENTERED, LONG_END };
enum { PACK_LEAST = 8 }; /* fewest pieces a sequence may be limited to */
typedef struct pack_rules {
    int most; /* pieces, with [CLS] and [SEP]: --max-pieces, 128 */
    /* LONG_WINDOWS: words that two neighbors share at least (half of it context for each), but
     * never more than half a window */
    int overlap;
    enum long_words words;
    enum long_relation relation;
    bool swap_pair; /* [CLS] b [SEP] a [SEP], as the authors' code; cut as without it */
    bool parse_special;
} pack_rules;
pack_rules pack_default(void); /* 128, 20 */

typedef struct packed {
    int32_t *ids, *types; /* [n] */
    int n;
    int32_t *rows; /* [n_rows] scored pieces: a word's first, or [CLS] alone */
    /* KIND_WORDS: [n_rows] which word of its example, or of piece_tags -1: X, -2: CLS, -3: SEP;
     * else NULL */
    int32_t *word;
    /* KIND_WORDS: [n_rows] 1 where this window gives the word its answer (each word has exactly one
     * owner); it also is what counts in the loss */
    uint8_t *owns;
    int n_rows;
    bool cut;    /* KIND_WORDS: pieces of its words did not fit and are lost */
    int example; /* index into the examples */
    /* [n] bytes of text (types 0) or text2 each piece came from; special tokens: 0, 0. With
     * swap_pair types 0 are text2 */
    uint32_t *from, *to;
} packed;
typedef struct pack_counts { /* for the line that is printed */
    int examples, sequences;
    int cut_examples; /* that lost pieces */
    int cut_windows;  /* examples that became several windows */
    size_t pieces;    /* of all text, cut or not */
    size_t lost_pieces;
    /* words that yield no piece at all (or, in the presets, are cut off); they get the answer O */
    size_t lost_words;
    int lost_arguments; /* relations whose argument did not fit */
} pack_counts;
typedef struct packs {
    packed *at; /* [n] in the order of the examples; of words without any piece there is none */
    int n;
    size_t cap;
    pack_counts counts;
} packs;
MUST_USE bool pack_examples(packs *to, const vocab *v, const task *t, const examples *x,
                            const pack_rules *rules, arena *mem, err *e);
