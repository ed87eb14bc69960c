#pragma once
/* A vocabulary: piece <-> id, from vocab.txt or tokenizer.json, and how text is to be cut (casing and the like), from
 * tokenizer.json, tokenizer_config.json or the vocabulary itself. Ids of special tokens always come from the vocabulary. */
#include "base/table.h"
#include "encode/fold.h"
#include "encode/trie.h"

/* enum wordpiece_mode: WORDPIECE_HF, WORDPIECE_GOOGLE, WORDPIECE_BLUEBERT, see encode/fold.h */
extern const char *const wordpiece_mode_names[3]; /* "hf", "google", "bluebert" */
enum { WORD_MOST = 1000 };                        /* no vocabulary may ask for longer words */

typedef struct vocab {
    arena mem;
    int n;       /* V: ids are 0 to n - 1 */
    str *pieces; /* [n] as written, "##ing"; at NULL where a tokenizer.json leaves an id out */
    table ids;   /* piece -> id; of equal lines the last */
    int pad, unk, cls, sep, mask; /* ids; pad and mask may be -1 */
    bool lower, strip_accents, chinese, clean;
    int word_most; /* longest word in code points, 100 (hf, bluebert) or 200 (google); longer gives [UNK] */
    enum wordpiece_mode mode;
    const char *
        why_lower; /* what decided the casing, one phrase for people: "tokenizer_config.json", "the vocabulary has no capitals" .. */
    /* What wordpiece.c walks; made by vocab_open. */
    trie whole,
        tail; /* pieces that start a word; pieces behind ## (without it). Special tokens are in neither */
    fold folding;
    int32_t single[128]; /* id of each ASCII character, folded, as a word; -1: none */
    int special[5];      /* ids of the special tokens that there are, the longest text first */
    int n_special;
} vocab;

/* dir is a model directory (needs only vocab.txt or tokenizer.json and, where present, configs), or a vocabulary file itself. Truncation and padding in a
 * tokenizer.json are ignored. mode < 0: what the directory says (tasks.yaml is not asked), hf by default. On failure v is closed. */
MUST_USE bool vocab_open(vocab *v, const char *dir, int mode, err *e);
int vocab_id(const vocab *v, str piece); /* -1 if it is not there */
void vocab_close(vocab *v);
/* Writes vocab.txt, tokenizer_config.json, special_tokens_map.json and tokenizer.json into a directory, so that Hugging Face's tools and vocab_open cut alike.
 * longest: pieces that the model takes at once, for their model_max_length. */
MUST_USE bool vocab_write(const vocab *v, const char *dir, int longest, err *e);
