#pragma once
/* A study file: a model to start from, tasks, stages, seeds, settings; and the plan of runs that it stands for. House rules for the file: base/yaml.h. Keys:
 *   study      a name                        preset     none, paper, authors
 *   from       model directory               seeds      [1, 2, 3]; default: the seed setting
 *   tasks      a map of tasks, see corpus/task.h;  or task-def: mt-dnn's file, unchanged, with data: the folder of its files
 *   stages     a list of single:, refine:, finetune:, each a map of settings with tasks: each | all | [names]; default: all three
 *   settings   a map, see train/settings.def
 *   stage      in a run's settings.yaml: which stage it was
 * File names are relative to the study file's folder. A run's settings.yaml is a study file too. */
#include "train/loop.h"

typedef struct study_stage {
    enum stage stage;
    task *tasks; /* the study's, or those that the stage names */
    int n_tasks;
    settings s; /* only those in given count */
    settings_given given;
} study_stage;

typedef struct study {
    const char *name, *path, *from;
    enum preset preset;
    enum stage stage; /* of a run's settings.yaml; else STAGES */
    task *tasks;
    int n_tasks;
    uint64_t *seeds;
    int n_seeds;
    settings s;
    settings_given given;
    study_stage stages[STAGES];
    int n_stages;
} study;

/* What the command line says beside the study file. */
typedef struct study_options {
    const char *from, *preset; /* NULL: the file's */
    settings s;
    settings_given given;
} study_options;

MUST_USE bool study_read(study *s, const char *path, arena *mem, err *e);
/* Fills a run's plan: preset, then the file's settings, the stage's, the command line's. tasks: NULL for the stage's own. stage is looked for in the study;
 * where it is not listed the study's settings alone count. */
MUST_USE bool study_run(const study *s, enum stage stage, const char *const *tasks, int n_tasks,
                        const study_options *o, arena *mem, run_plan *to, err *e);

typedef struct planned { /* one run of a study */
    enum stage stage;
    const char *task; /* NULL: all */
    uint64_t seed;
    const char *from; /* NULL: the study's */
    const char *to;   /* DIR/single/TASK/seed-1, DIR/refine/seed-1, DIR/finetune/TASK/seed-1 */
} planned;
/* In the order in which they can be run. */
void study_plan(const study *s, const study_options *o, const char *dir, arena *mem, planned **to,
                int *n);
