/* mtbert refine: one model on all tasks together (the paper's stage 2). */
#include "verbs/training.h"

int verb_refine(int argc, char **argv)
{
    training t = {0};
    int status = 0;
    if (!training_begin(
            &t, "refine", "STUDY.yaml --to DIR [options]",
            "Trains one model on all tasks of a study together: the paper's MT-BERT-Refinement, by "
            "its Algorithm 1. After each epoch dev is scored, the "
            "epoch with the best mean over the tasks is kept, and test is scored once at the end. "
            "A run that was stopped goes on where it was.",
            "mtbert refine studies/demo.yaml --to runs/refined\nmtbert refine "
            "studies/clinical.yaml --preset paper --from bluebert/ --to runs/clinical",
            argc, argv, &status)) {
        arena_close(&t.mem);
        return status;
    }
    err e = {0};
    study s;
    run_plan p;
    int n = 0;
    const char **names = t.task ? training_names(&t.mem, t.task, &n) : NULL;
    bool ok = study_read(&s, t.path, &t.mem, &e) &&
              study_run(&s, STAGE_REFINE, names, n, &t.o, &t.mem, &p, &e);
    if (ok) {
        p.to = t.to, p.command = t.command, p.batches = t.batches;
        ok = loop_train(&p, t.overwrite, &e);
    }
    arena_close(&t.mem);
    return ok ? 0 : verb_failed("refine", &e);
}
