#pragma once
/* What a task is: its kind, labels, metric and files. Tasks come from a study file or from mt-dnn's
 * task_def YAML; names are kept in the model they were trained into. Everything lives in the arena
 * that was passed. */
#include "base/arena.h"
#include "base/yaml.h"

enum task_kind {
    KIND_SENTENCE, /* text -> one class */
    KIND_PAIR,     /* text, text2 -> one class */
    KIND_RELATION, /* text with two masked arguments -> one class */
    KIND_SCORE,    /* text, text2 -> a number */
    KIND_WORDS,    /* a tag a word, B-x I-x O */
    KIND_LABELS    /* text -> any number of labels (HoC) */
};
enum { KINDS = 6, LABELS_MOST = 512 };
extern const char *const kind_names[KINDS]; /* "sentence", "pair", .. as study files have them */

enum metric {
    METRIC_PEARSON,
    METRIC_SPEARMAN,
    METRIC_ACCURACY,
    METRIC_MICRO_F1,
    METRIC_MACRO_F1,
    METRIC_SPAN_F1,
    METRIC_DOCUMENT_F1
};
enum { METRICS = 7 };
/* "pearson" "spearman" "accuracy" "micro-f1" "macro-f1" "span-f1" "document-f1" */
extern const char *const metric_names[METRICS];

enum split { SPLIT_TRAIN, SPLIT_DEV, SPLIT_TEST };
enum { SPLITS = 3 };
extern const char *const split_names[SPLITS]; /* "train" "dev" "test" */

typedef struct task {
    const char *name; /* letters, digits, - . only: it becomes part of file and tensor names */
    enum task_kind kind;
    /* Classes in id order. Of KIND_WORDS the tags: "O", then "B-x", "I-x" for each type x (bare
     * corpora: "O" "B" "I"). KIND_SCORE has none. K = classes, 1 for KIND_SCORE. */
    const char **labels;
    int n_labels;
    /* The study listed none: they are gathered from train, sorted by bytes, and fixed from then on. */
    bool open_labels;
    /* As the study listed them, in its order: numbers in a corpus count in this list. NULL: none. */
    const char **listed;
    int n_listed;
    /* The study's `negative`, kept for labels that are gathered later; NULL: by default. */
    const char *negative_name;
    int negative; /* class that micro- and macro-F1 leave out ("false", "DDI-false"), or -1 */
    /* By default of a score pearson, sentence and pair accuracy, relation micro-f1, words span-f1,
     * labels document-f1. */
    enum metric metric;
    const char *format; /* name in formats.def; NULL: found out from kind, name and first line */
    const char *files[SPLITS]; /* NULL: there is none. Joined to the study file's folder already */
    /* Columns by name, for tables and JSONL of a user's own; NULL: the format's own names. */
    const char *column_text, *column_text2, *column_label, *column_id;
    /* KIND_RELATION from documents: the types of the two arguments (NULL: any), the tag of both where they overlap (NULL: their types), and
     * whether to mask as the authors' released data does. See candidates.h. */
    const char *arguments[2], *both;
    bool masked_as_authors;
    const char **
        seen; /* [n_seen] KIND_RELATION, of a trained model: the tags of its arguments in training (arguments.h) */
    int n_seen;
    int quoting;                  /* of TSV: -1 found out, 0 none (quotes are text), 1 as csv */
    double score_low, score_high; /* KIND_SCORE: range if known (0,0: unknown), for checks only */
    /* What the study says about training this task; negative: the stage's or program's default. */
    double rate, dropout;
    int epochs;
    /* KIND_WORDS: the head answers for every piece and not only for a word's first, with three classes behind the labels: X (a later
     * piece), CLS, SEP. As the paper's released code; the labels themselves stay as they are. */
    bool piece_tags;
} task;
enum { PIECE_X, PIECE_CLS, PIECE_SEP, PIECE_TAGS };

static inline int task_classes(const task *t)
{
    return t->kind == KIND_SCORE ? 1 : t->n_labels + (t->piece_tags ? PIECE_TAGS : 0);
}
int task_label(const task *t, str name); /* class of a label, or -1 */

/* A task of that name with everything else by default: no labels, no files, rate, dropout and
 * epochs negative. */
MUST_USE bool task_named(task *t, str name, const char *where, int line, arena *mem, err *e);
/* `node` is the map of one task in a study file (its key is the name); `dir` is what file names are
 * relative to. */
MUST_USE bool task_read(task *t, const yaml *node, const char *dir, arena *mem, err *e);
/* mt-dnn's task_def YAML, unchanged: a map of tasks. Only the tasks in `wanted` (n_wanted < 0: all).
 * Files are looked for as mt-dnn and BLUE name them in `data` (TASK_train.tsv .. in canonical form;
 * TASK/{train,dev,test}.tsv as BLUE; NULL: no files). Kinds that this program does not have are an
 * error with line. */
MUST_USE bool task_read_mtdnn(const char *path, const char *data, const char *const *wanted,
                              int n_wanted, arena *mem, task **tasks, int *n, err *e);
/* As a map in tasks.yaml of a model directory, with its files; back with task_read (dir NULL: files
 * are left out). */
void task_put(text *to, const task *t);
