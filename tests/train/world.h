#pragma once
/* A small invented world for tests of whole runs: a model of one layer without weights, a task of sentences and one of tagged words, a study. */
#include "tests.h"
#include "trials/study.h"

typedef struct world {
    arena mem;
    const char *dir;
    study s;
    study_options o;
} world;

/* Made anew under build/tmp/NAME. */
void world_open(world *w, const char *name);
void world_close(world *w);
/* A run's plan; tasks NULL: both. to is a name in the world's directory. */
run_plan world_plan(world *w, enum stage stage, const char *name, const char *to);
/* Trains in a child process; 0, or its exit status, or minus the signal that ended it. */
int world_run(const run_plan *p, int threads);
int world_wait(pid_t child);
pid_t world_start(const run_plan *p, int threads);
/* Asserts that two runs (names in the world's directory) left the same bytes, but for times. */
void world_same(world *w, const char *a, const char *b);
bool world_same_file(world *w, const char *a, const char *b, const char *file);
/* The value in scores.tsv of the run `in`. */
double world_score(world *w, const char *in, const char *name, enum split split);
