/* Rates and epochs for those who set none. The table is the released fine-tuning script's (run_blue_fine_tune.sh of mt-bluebert); the paper's own learning rates are missing
 * from its text. Everything else that a preset sets stands in settings.def, a column each. */
#include "train/presets.h"
#include <math.h>
#include <string.h>

const char *const stage_names[STAGES] = {"single", "refine", "finetune"};

static const struct tuned {
    const char *task;
    int epochs;
    double rate;
} released[] = {
    {"clinicalsts", 30, 5e-5},     {"biosses", 20, 5e-6},        {"mednli", 10, 1e-5},
    {"i2b2-2010-re", 10, 2e-5},    {"chemprot", 20, 2e-5},       {"ddi2013-type", 10, 5e-5},
    {"bc5cdr-chemical", 20, 5e-5}, {"bc5cdr-disease", 20, 6e-5}, {"shareclefe", 20, 5e-5},
};

static const struct tuned *find(const char *name)
{
    for (size_t i = 0; i < sizeof released / sizeof *released; i++)
        if (!strcmp(released[i].task, name)) return &released[i];
    return NULL;
}

/* 5e-5 is what everybody takes for BERT-base; narrower encoders bear and need more, in proportion. */
static double rate_for(int H)
{
    return fmin(fmax(5e-5 * 768 / H, 2e-5), 1e-3);
}

/* Enough updates for a small corpus, few passes over a large one: 1,500 updates, but 3 to 30 epochs. */
static int64_t epochs_for(long batches)
{
    int64_t epochs = batches > 0 ? (1500 + batches - 1) / batches : 3;
    return epochs < 3 ? 3 : epochs > 30 ? 30 : epochs;
}

void presets_choose(settings *s, enum preset p, enum stage stage, const task *tasks, int n_tasks,
                    int H, long batches)
{
    const task *one = n_tasks == 1 ? &tasks[0] : NULL;
    const struct tuned *t = one && stage != STAGE_REFINE ? find(one->name) : NULL;
    if (t && p != PRESET_AUTHORS && !(p == PRESET_NONE && H >= 512)) t = NULL;
    if (s->rate < 0)
        s->rate = one && one->rate > 0 ? one->rate : t ? t->rate : p ? 5e-5 : rate_for(H);
    if (s->epochs < 0)
        s->epochs = one && one->epochs > 0 ? one->epochs
                    : t                    ? t->epochs
                    : p                    ? (stage == STAGE_REFINE ? 100 : 10)
                                           : epochs_for(batches);
}

const char *presets_warning(const settings *s)
{
    bool test = !strcmp(s->select, "test"), dev = is_on(s->train_on_dev);
    return test && dev ? "epochs were SELECTED ON TEST and dev was TRAINED ON: not comparable with "
                         "honest scores"
           : test      ? "epochs were SELECTED ON TEST: not comparable with honest scores"
           : dev       ? "dev was TRAINED ON: dev scores are training scores"
                       : "";
}

const char *presets_stamp(arena *mem, const settings *s, enum preset p)
{
    const char *selects = !strcmp(s->select, "dev") ? "dev selects the epoch, test is only scored"
                          : !strcmp(s->select, "last")
                              ? "the last epoch is taken, test is only scored"
                              : "epochs were SELECTED ON TEST";
    return str_format(mem, "%s%s%strained on %s; %s", p ? "preset " : "", p ? preset_names[p] : "",
                      p ? ": " : "", is_on(s->train_on_dev) ? "train and DEV" : "train", selects);
}
