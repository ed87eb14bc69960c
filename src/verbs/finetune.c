/* mtbert finetune: one task, from a pretrained model (single) or from a refined one (the paper's stage 3). */
#include "verbs/training.h"
#include <string.h>

int verb_finetune(int argc, char **argv)
{
    training t = {0};
    int status = 0;
    if (!training_begin(
            &t, "finetune", "STUDY.yaml --task NAME --to DIR [options]",
            "Trains a model on one task: from a refined model the paper's MT-BERT-Fine-Tune, which "
            "drops the last layer and puts a new one on; from a pretrained one the "
            "single-task baseline. Dev picks the epoch, test is scored once at the end. A run that "
            "was stopped goes on where it was.",
            "mtbert finetune studies/demo.yaml --task mednli --to runs/mednli\nmtbert finetune "
            "studies/demo.yaml --task mednli --from runs/refined --to runs/mednli-refined",
            argc, argv, &status)) {
        arena_close(&t.mem);
        return status;
    }
    err e = {0};
    study s;
    run_plan p;
    bool ok = study_read(&s, t.path, &t.mem, &e);
    if (ok && !t.task && s.n_tasks != 1)
        ok = fail(&e, "--task is needed: %s has %d tasks", t.path, s.n_tasks);
    const char *name = t.task ? t.task : ok ? s.tasks[0].name : "";
    enum stage stage = t.stage ? (!strcmp(t.stage, "single") ? STAGE_SINGLE : STAGE_FINETUNE)
                       : ok && s.stage <= STAGE_FINETUNE && s.stage != STAGE_REFINE ? s.stage
                       : t.o.from                                                   ? STAGE_FINETUNE
                                                                                    : STAGE_SINGLE;
    ok = ok && study_run(&s, stage, &name, 1, &t.o, &t.mem, &p, &e);
    if (ok) {
        p.to = t.to, p.command = t.command, p.batches = t.batches;
        ok = loop_train(&p, t.overwrite, &e);
    }
    arena_close(&t.mem);
    return ok ? 0 : verb_failed("finetune", &e);
}
