#pragma once
/* A study's runs, each a process of this program that could be started alone: started one after another, those that are done skipped; and what they found. */
#include "trials/study.h"

/* The command of one planned run, as words for execv (ended by NULL; the first is "mtbert"). threads 0: not said. */
char **runs_command(const study *s, const planned *p, const study_options *o, int threads,
                    arena *mem);
/* As a line for a shell. */
const char *runs_line(char *const *words, arena *mem);
/* Is a finished run of just this plan there? Fails where another one is in its place. */
MUST_USE bool runs_done(const study *s, const planned *p, const study_options *o, bool *done,
                        err *e);
/* Runs what is not done, with progress and time left on stderr. Stops at the first that fails. Ctrl-C and SIGTERM reach the running one, which saves. */
MUST_USE bool runs_start(const study *s, const planned *p, int n, const study_options *o,
                         int threads, bool quiet, err *e);
