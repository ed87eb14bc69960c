/* How every verb begins and how it says that it failed. */
#include "verbs/verbs.h"
#include "base/log.h"
#include "base/pool.h"
#include <stdarg.h>
#include <string.h>

bool verb_begin(const options *o, const common *c, int argc, char **argv, arena *mem,
                const char ***words, int *n_words, bool *given, int *status)
{
    if (argc == 2 && !strcmp(argv[1], "--manual")) { /* how main.c asks each verb for its section */
        options_manual(o, stdout);
        *status = 0;
        return false;
    }
    err e = {0};
    bool helped = false;
    if (!options_parse(o, argc - 1, argv + 1, mem, words, n_words, given, &helped, &e)) {
        *status = verb_misused(o->verb, "%s", e.text);
        return false;
    }
    *status = 0;
    if (helped) return false;
    log_at(c->quiet ? LOG_QUIET : c->verbose ? LOG_MORE : LOG_NORMAL);
    pool_open((int)c->threads);
    return true;
}

int verb_failed(const char *verb, const err *e)
{
    fflush(stdout); /* what was printed comes before what went wrong */
    fprintf(stderr, "mtbert %s: %s\n", verb, e->text);
    return 1;
}

int verb_misused(const char *verb, const char *format, ...)
{
    va_list more;
    va_start(more, format);
    fprintf(stderr, "mtbert %s: ", verb);
    vfprintf(stderr, format, more);
    fputc('\n', stderr);
    va_end(more);
    return 2;
}
