#pragma once
/* What the verbs share. A verb is a function `int verb_NAME(int argc, char **argv)` in NAME.c, listed in verbs.def; argv[0] is its
 * name, the result is the exit status: 0 done, 1 failed, 2 misused. It begins with verb_begin, so that help, the manual page and the
 * parser come from one table:
 *     common c = {0};
 *     const option list[] = {{"model", 0, OPTION_TEXT, &model, "DIR", "the model's directory", 0, 0, NULL}, COMMON_OPTIONS(c)};
 *     const options o = {.verb = "info", .usage = "..", .about = "..", .table = list, .n = COUNT(list)};
 *     if (!verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) return status; */
#include "base/options.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define VERB(name, about) int verb_##name(int argc, char **argv);
#include "verbs/verbs.def"
#undef VERB

typedef struct common { /* options that every verb has */
    int64_t threads;
    bool quiet, verbose;
} common;
#define COMMON_OPTIONS(c)                                                                     \
    {"threads",  '@',                                                                         \
     OPTION_INT, &(c).threads,                                                                \
     "N",        "threads to use; 0, the default: every processor",                           \
     0,          1024,                                                                        \
     NULL},                                                                                   \
        {"quiet", 'q', OPTION_FLAG, &(c).quiet, NULL, "only warnings on stderr", 0, 0, NULL}, \
    {                                                                                         \
        "verbose", 'v', OPTION_FLAG, &(c).verbose, NULL,                                      \
            "more on stderr, at the end version, command, time and memory", 0, 0, NULL        \
    }

#define PRECISION_OPTION(to, fallback)                                                        \
    {                                                                                         \
        "precision", 0, OPTION_TEXT, &(to), "P",                                              \
            "f32, bf16 (values take half the memory; results differ in the third digit), or " \
            "auto: bf16 "                                                                     \
            "where this processor gains by it; default " fallback,                            \
            0, 0, "f32|bf16|auto"                                                             \
    }

/* Resolves the options, sets the log level and opens the thread pool. False where nothing is
 * left to do, with *status to end with: help or the manual page was printed (0), or the command
 * was misused (2, and the line is on stderr). given as options_parse has it. */
MUST_USE bool verb_begin(const options *o, const common *c, int argc, char **argv, arena *mem,
                         const char ***words, int *n_words, bool *given, int *status);
/* Print one line `mtbert VERB: ..` on stderr and give the exit status, 1 and 2. */
int verb_failed(const char *verb, const err *e);
int verb_misused(const char *verb, const char *format, ...) PRINTF(2, 3);

void version_print(FILE *to); /* what this program is, how it was built, what it found: version.c */
