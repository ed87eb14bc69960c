#pragma once
/* One line an event on stderr, progress only on a terminal (elsewhere a line now and then), the clock,
 * and what the process took. Results never go through here: they are stdout's. */
#include "base/fail.h"
#include <stdbool.h>

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_MORE };
void log_at(enum log_level level);                   /* -q and -v */
void say(const char *format, ...) PRINTF(1, 2);      /* from LOG_NORMAL */
void say_more(const char *format, ...) PRINTF(1, 2); /* from LOG_MORE */
void warn(const char *format, ...) PRINTF(1, 2);     /* always, with "warning: " in front */

/* Progress of long work: done of all, with time left; call as often as you like. On a terminal one line
 * that is rewritten at most ten times a second, elsewhere a line each minute at most. */
typedef struct progress {
    const char *what;
    double all, start, last;
} progress;
void progress_open(progress *p, const char *what, double all);
void progress_at(progress *p, double done, const char *format, ...) PRINTF(3, 4);
void progress_close(progress *p);

double clock_now(void);    /* seconds, monotonic */
double clock_cpu(void);    /* processor seconds of this process */
double memory_now(void);   /* bytes of this process that are in memory */
double memory_limit(void); /* bytes that it may have: of the machine, or of its control group */
double memory_peak(void);  /* bytes */
const char *duration(double seconds, char to[32]); /* "2:07", "1:02:07" */
