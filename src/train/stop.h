#pragma once
/* Ctrl-C and SIGTERM wait until they are asked for, between two updates: a handler would run on the stack of a product's kernel, and
 * those of oneDNN keep values where a signal's frame goes (seen as a damaged heap). */
#include <signal.h>
#include <stdbool.h>

/* From here on they wait. Gives what was before, for stop_release. */
sigset_t stop_hold(void);
void stop_release(const sigset_t *before);
/* Did one come since the last call? Takes one. */
bool stop_asked(void);
