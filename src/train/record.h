#pragma once
/* What a run leaves in its directory, beside best/ and checkpoint/:
 *   settings.yaml     all that the run was told; handed back as a study file it repeats the run
 *   steps.tsv         step task loss norm rate: a row an update
 *   log.tsv           epoch task loss metric dev selected: a row a task an epoch
 *   predictions/      TASK.dev.tsv, TASK.test.tsv of the chosen epoch
 *   scores.tsv        task split metric value low high n units majority epoch
 *   record.yaml       protocol, version, command line, what it took; written last: a run that has one is done */
#include "corpus/task.h"
#include "train/presets.h"

typedef struct run_score { /* a row of scores.tsv; NAN: unknown */
    const char *task;
    enum split split;
    const char *metric;
    double value, low, high;
    long n, units; /* examples; units of the bootstrap */
    double majority;
    int epoch; /* chosen, from 1; 0: the last, without a choice */
} run_score;

typedef struct run_record {
    const char *stage, *preset, *from, *stamp, *warning, *command, *device;
    const char *precision; /* "f32" or "bf16": what was computed with */
    uint64_t plan;         /* hash of what makes the run what it is */
    int test_scored;       /* how often each test set was scored */
    double seconds, cpu_seconds, peak_bytes;
} run_record;

MUST_USE bool record_settings(const char *dir, const char *stage, enum preset p, const char *from,
                              const task *tasks, int n, const settings *s, err *e);
MUST_USE bool record_scores(const char *dir, const run_score *rows, int n, err *e);
MUST_USE bool record_scores_read(const char *dir, arena *mem, run_score **rows, int *n, err *e);
MUST_USE bool record_write(const char *dir, const run_record *r, err *e);
/* Is there a finished run in dir? plan (may be NULL) is then its hash. Fails only where record.yaml is there and cannot be read. */
MUST_USE bool record_done(const char *dir, bool *done, uint64_t *plan, err *e);
MUST_USE bool record_read(const char *dir, arena *mem, run_record *r, err *e);
