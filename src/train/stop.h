#pragma once
/* Ctrl-C and SIGTERM wait until they are asked for, between two updates. With a handler the heap was found damaged inside oneDNN's products when
 * a signal came while they ran, and never since; that the handler's frame on a kernel's stack did it is likely, not proven. */
#include <signal.h>
#include <stdbool.h>

/* From here on they wait. Gives what was before, for stop_release. */
sigset_t stop_hold(void);
void stop_release(const sigset_t *before);
/* Did one come since the last call? Takes one. */
bool stop_asked(void);
