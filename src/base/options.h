#pragma once
/* The command line from one table: parser, help and manual page are made from it. Long options with
 * words joined by - (an _ is the same to the parser), letters as samtools has them. A mistyped name
 * gets a suggestion. Exit statuses: 0 done, 1 failed, 2 misused. */
#include "base/fail.h"
#include "base/str.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_INT, OPTION_REAL, OPTION_MANY };
typedef struct option {
    const char *name; /* "max-pieces" */
    char letter;      /* or 0 */
    enum option_type type;
    void *to;            /* bool *, const char **, int64_t *, double *, option_many * */
    const char *value;   /* what help calls the value, "DIR"; a flag: NULL */
    const char *help;    /* one sentence; says the default */
    double low, high;    /* numbers: the range; both 0: any */
    const char *choices; /* texts: "f32|bf16|auto", or NULL for any */
} option;
typedef struct option_many { /* an option that may be given several times */
    const char **values;
    int n;
} option_many;

typedef struct options {
    const char *verb, *usage; /* "refine", "STUDY.yaml --to DIR [options]" */
    const char *about;        /* a paragraph for help and the manual page */
    const option *table;
    int n;
    const option *more; /* a second table (the settings), or NULL */
    int more_n;
    const char *examples; /* lines that can be pasted, or NULL */
} options;

/* Fills the table's targets; the words that are no options go to *words (in the arena). Everybody has
 * --help. Sets *helped if help was printed (stdout) and there is nothing else to do. On failure the
 * message is for exit status 2. given[i] (may be NULL; n + more_n long) says which were there. */
MUST_USE bool options_parse(const options *o, int argc, char **argv, arena *mem,
                            const char ***words, int *n_words, bool *given, bool *helped, err *e);
void options_help(const options *o, FILE *to);
void options_manual(const options *o, FILE *to); /* one section of the manual page, roff */
