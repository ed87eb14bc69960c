/* The options of a training run: its own, then every setting. */
#include "verbs/training.h"
#include <string.h>

static const char *command_line(arena *mem, int argc, char **argv)
{
    text t = {0};
    text_add(&t, STR("mtbert"));
    for (int i = 0; i < argc; i++) text_format(&t, " %s", argv[i]);
    const char *kept = str_keep(mem, text_str(&t));
    text_close(&t);
    return kept;
}

const char **training_names(arena *mem, const char *list, int *n)
{
    str rest = str_of(list);
    const char **names = NULL;
    size_t cap = 0;
    for (*n = 0; rest.at; ++*n) {
        str name = str_trim(str_cut(&rest, ','));
        GROW(mem, names, *n, cap);
        names[*n] = str_keep(mem, name);
    }
    return names;
}

bool training_begin(training *t, const char *verb, const char *usage, const char *about,
                    const char *lines, int argc, char **argv, int *status)
{
    settings_start(&t->o.s, PRESET_NONE);
    bool refine = !strcmp(verb, "refine"), many = !strcmp(verb, "study");
    const option own[] = {
        {"to", 'o', OPTION_TEXT, &t->to, "DIR",
         "directory of the results; what is finished there is not done again", 0, 0, NULL},
        {"from", 0, OPTION_TEXT, &t->o.from, "DIR",
         "model directory, a run's, or a checkpoint, to start from (the study's `from`)", 0, 0,
         NULL},
        {"preset", 0, OPTION_TEXT, &t->o.preset, "WORD",
         "paper: as the paper's text says; authors: as the released code does, stamped on every "
         "table (none)",
         0, 0, "none|paper|authors"},
        {"overwrite", 0, OPTION_FLAG, &t->overwrite, NULL, "remove what is in the way", 0, 0, NULL},
        COMMON_OPTIONS(t->c),
        {refine ? "tasks"
         : many ? "plan"
                : "task",
         0, many ? OPTION_FLAG : OPTION_TEXT, many ? (void *)&t->plan : (void *)&t->task,
         many ? NULL : "NAME",
         refine ? "only these of the study's tasks, separated by commas"
         : many ? "print the runs as commands, a line each, and run nothing"
                : "the task to train",
         0, 0, NULL},
        {"batches", 0, OPTION_TEXT, &t->batches, "FILE",
         "write every mini-batch there, as JSON lines, so that another program can be given the "
         "very same",
         0, 0, NULL},
        {"stage", 0, OPTION_TEXT, &t->stage, "WORD",
         "what kind of run this is in the study: single (the task alone) or finetune (behind "
         "refine; with --from the default)",
         0, 0, "single|finetune"},
    };
    options o = {.verb = verb,
                 .usage = usage,
                 .about = about,
                 .table = own,
                 .n = COUNT(own) - (many ? 2 : refine),
                 .examples = lines};
    o.more = settings_options(&t->o.s, &t->mem);
    o.more_n = SETTINGS;
    bool given[COUNT(own) + SETTINGS] = {false};
    const char **words;
    int n;
    t->command = command_line(&t->mem, argc, argv);
    if (!verb_begin(&o, &t->c, argc, argv, &t->mem, &words, &n, given, status)) return false;
    memcpy(t->o.given.at, given + o.n, sizeof t->o.given.at);
    if (n != 1)
        *status = verb_misused(verb, "one study file is needed, here are %d", n);
    else if (!t->to && !t->plan)
        *status = verb_misused(verb, "--to DIR is needed");
    else {
        t->path = words[0];
        return true;
    }
    return false;
}
