/* mtbert check: what is wrong with a corpus, before a model is trained on it. */
#include "corpus/doctor/doctor.h"
#include "corpus/labels.h"
#include "encode/pack.h"
#include "trials/study.h"
#include "verbs/check_length.h"
#include "verbs/verbs.h"
#include <string.h>

typedef struct asked {
    common c;
    const char *format, *kind, *labels, *arguments, *quoting, *study;
    const char *columns[4]; /* text, text2, label, id */
    option_many only;
    int64_t most;
    bool all, json, most_given;
    arena mem;
    doctor d;
    length_check lengths;
} asked;

/* "A, B" -> two names. */
static const char **cut_list(const char *given, int *n, arena *mem)
{
    const char **names = NULL;
    size_t cap = 0;
    *n = 0;
    for (str rest = str_of(given); rest.at;) {
        str name = str_trim(str_cut(&rest, ','));
        GROW(mem, names, *n, cap);
        names[(*n)++] = str_keep(mem, name);
    }
    return names;
}

/* A task as the options say it, over the files. */
static bool task_of_options(asked *a, task *t, const char **paths, int n, err *e)
{
    if (!task_named(t, STR("corpus"), "", 0, &a->mem, e)) return false;
    t->format = a->format;
    t->column_text = a->columns[0], t->column_text2 = a->columns[1];
    t->column_label = a->columns[2], t->column_id = a->columns[3];
    if (a->quoting) t->quoting = !strcmp(a->quoting, "csv");
    for (int i = 0; i < n; i++) t->files[i] = paths[i];
    for (int k = 0; a->kind && k < KINDS; k++)
        if (!strcmp(a->kind, kind_names[k])) t->kind = (enum task_kind)k;
    if (!doctor_guess(t, a->kind != NULL, &a->mem, e)) return false;
    t->open_labels = t->kind != KIND_SCORE;
    if (a->labels) {
        int n_labels;
        const char **labels = cut_list(a->labels, &n_labels, &a->mem);
        if (!labels_set(t, labels, n_labels, "--labels", 1, &a->mem, e)) return false;
    }
    if (a->arguments) {
        int n_types;
        const char **types = cut_list(a->arguments, &n_types, &a->mem);
        if (n_types != 2)
            return fail(e, "--arguments: two types are needed, as in Chemical,Disease");
        t->arguments[0] = types[0], t->arguments[1] = types[1];
    }
    return true;
}

static bool wanted(const asked *a, const char *name)
{
    for (int i = 0; i < a->only.n; i++)
        if (!strcmp(a->only.values[i], name)) return true;
    return !a->only.n;
}

/* All tasks of a study, with its vocabulary and its longest sequence unless others are given. */
static bool check_study(asked *a, err *e)
{
    study s;
    int n = 0;
    if (!study_read(&s, a->study, &a->mem, e)) return false;
    for (int i = 0; i < s.n_tasks; i++) {
        if (!wanted(a, s.tasks[i].name)) continue;
        if (!doctor_check(&a->d, &s.tasks[i], e)) return false;
        n++;
    }
    if (!n) return fail(e, "%s: none of its tasks has this name", a->study);
    if (!a->lengths.model) {
        vocab v;
        err none = {0};
        if (s.from && vocab_open(&v, s.from, -1, &none)) {
            a->lengths.model = s.from;
            vocab_close(&v);
        }
    }
    if (!a->most_given && s.given.at[SETTING_max_pieces]) a->lengths.most = (int)s.s.max_pieces;
    return true;
}

static bool check_files(asked *a, const char **paths, int n, err *e)
{
    task *t = TAKE(&a->mem, task, 1);
    return task_of_options(a, t, paths, n, e) && doctor_check(&a->d, t, e);
}

static int check(asked *a, const char **paths, int n)
{
    err e = {0};
    text shown = {0};
    a->d = (doctor){.mem = &a->mem, .all = a->all};
    a->lengths.most = (int)a->most;
    if (!(a->study ? check_study(a, &e) : check_files(a, paths, n, &e)) ||
        !length_check_run(&a->lengths, &a->d, &e))
        return verb_failed("check", &e);
    if (a->json)
        doctor_put_json(&shown, &a->d, a->lengths.json);
    else
        doctor_put_text(&shown, &a->d, a->lengths.said);
    fwrite(shown.at, 1, shown.len, stdout);
    text_close(&shown);
    return doctor_errors(&a->d) ? 1 : 0;
}

static bool has_options_of_files(const asked *a)
{
    bool columns = false;
    for (int i = 0; i < 4; i++) columns |= a->columns[i] != NULL;
    return a->format || a->kind || a->labels || a->arguments || a->quoting || columns;
}

int verb_check(int argc, char **argv)
{
    asked a = {.most = 128};
    const option own[] = {
        {"format", 0, OPTION_TEXT, &a.format, "WORD",
         "what the files are, as in a study; default: found out from the first lines", 0, 0, NULL},
        {"kind", 0, OPTION_TEXT, &a.kind, "KIND",
         "the kind of task; default: what the format and the header say", 0, 0,
         "sentence|pair|relation|score|words|labels"},
        {"labels", 0, OPTION_TEXT, &a.labels, "A,B,..",
         "the labels, or types of mention, that there may be; default: those of TRAIN", 0, 0, NULL},
        {"text-column", 0, OPTION_TEXT, &a.columns[0], "NAME",
         "of a table or JSON lines: column or key of the text", 0, 0, NULL},
        {"text2-column", 0, OPTION_TEXT, &a.columns[1], "NAME", "of the second text", 0, 0, NULL},
        {"label-column", 0, OPTION_TEXT, &a.columns[2], "NAME", "of the answer", 0, 0, NULL},
        {"id-column", 0, OPTION_TEXT, &a.columns[3], "NAME", "of the id", 0, 0, NULL},
        {"quoting", 0, OPTION_TEXT, &a.quoting, "HOW",
         "of a table: whether quotes are text, or as csv has them; default: found out", 0, 0,
         "none|csv"},
        {"arguments", 0, OPTION_TEXT, &a.arguments, "A,B",
         "of relations from documents: the types of the two arguments; default: any", 0, 0, NULL},
        {"study", 0, OPTION_TEXT, &a.study, "STUDY.yaml",
         "instead of files: every task of a study, with its settings", 0, 0, NULL},
        {"task", 0, OPTION_MANY, &a.only, "NAME", "of a study: only this task", 0, 0, NULL},
        {"model", 0, OPTION_TEXT, &a.lengths.model, "DIR",
         "a model's directory, or a vocab.txt: counts pieces; default: the study's", 0, 0, NULL},
        {"max-pieces", 0, OPTION_INT, &a.most, "N", "longest sequence; default the study's, or 128",
         PACK_LEAST, 65536, NULL},
        {"all", 0, OPTION_FLAG, &a.all, NULL,
         "list all findings; default: the first ten of each kind in a file", 0, 0, NULL},
        {"json", 0, OPTION_FLAG, &a.json, NULL, "print one JSON object", 0, 0, NULL},
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "check",
        .usage = "[--format F] TRAIN [DEV [TEST]], or --study STUDY.yaml",
        .about =
            "Says what is wrong with a corpus, with file and line, the gravest first: slips of "
            "tabs and columns, what is no tag or no label, mentions that miss their text, bad "
            "encoding, and examples of TRAIN in DEV or TEST are errors, and the status is 1; tags "
            "that do not fit each other, texts that stand in two splits, and contradictions are "
            "warnings; duplicates, CRLF and the like are notes. What is faulty is passed over, and "
            "the "
            "check goes on behind it. Nothing is changed.",
        .table = own,
        .n = COUNT(own),
        .examples = "mtbert check --format conll train.tsv dev.tsv test.tsv\n"
                    "mtbert check --format ddi-xml DDICorpus/Train --model models/bert\n"
                    "mtbert check --study studies/clinical.yaml --json"};
    const char **words;
    bool given[COUNT(own)] = {false};
    int n, status;
    if (verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n, given, &status)) {
        for (int i = 0; i < o.n; i++) a.most_given |= given[i] && own[i].to == &a.most;
        if (a.study ? n > 0 : n < 1 || n > SPLITS)
            status = verb_misused("check", a.study ? "either --study or files"
                                                   : "TRAIN, and perhaps DEV and TEST, are needed");
        else if (a.study && has_options_of_files(&a))
            status = verb_misused("check", "the study says formats, kinds, labels and columns");
        else if (a.only.n && !a.study)
            status = verb_misused("check", "--task is for --study");
        else
            status = check(&a, words, n);
    }
    arena_close(&a.mem);
    return status;
}
