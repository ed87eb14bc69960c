#pragma once
/* The files that a vocabulary comes from and goes to; vocab.c puts together what they say. */
#include "base/json.h"
#include "encode/vocab.h"

enum special { SPECIAL_PAD, SPECIAL_UNK, SPECIAL_CLS, SPECIAL_SEP, SPECIAL_MASK, SPECIALS };
extern const char *const special_keys[SPECIALS]; /* "pad_token", .. as configs have them */

enum { SAYS_NOTHING = -1 };
typedef struct vocab_says { /* by the files so far; later ones override */
    int lower, strip, chinese, clean, mode;
    int word_most;               /* 0: nothing said */
    const char *lower_by;        /* the file that told lower; NULL: none */
    const char *names[SPECIALS]; /* "[PAD]", .. */
} vocab_says;

/* One piece a line; v's pieces, n and ids. */
MUST_USE bool vocab_files_txt(vocab *v, const char *path, err *e);
/* The same from tokenizer.json, with what it says about cutting. Added tokens count as pieces. */
MUST_USE bool vocab_files_json(vocab *v, vocab_says *says, const char *path, err *e);
/* special_tokens_map.json and tokenizer_config.json, where the directory has them. */
MUST_USE bool vocab_files_configs(vocab *v, vocab_says *says, const char *dir, err *e);
