#pragma once
/* A loaded model applied to text: every task of the model that fits the input answers, from one
 * pass over the encoder. For the verb predict, the public library and a server. An annotator
 * owns the model, the net and everything that its pointers show; answers live in the arena that
 * was passed. */
#include "corpus/tags.h"
#include "model/infer.h"
#include "persist/model_dir.h"

typedef struct annotator_plan {
    const char *model, *device; /* a model directory; "auto", "cpu", "cuda" */
    const char *precision;      /* "f32", "bf16", "auto"; NULL: f32 */
    int wordpiece_mode;         /* -1: the model's */
    int max_pieces;             /* with [CLS] and [SEP]; at most the model's positions are used */
    const char *const *only;    /* [n_only] names of tasks; n_only 0: all that the model has */
    int n_only;
} annotator_plan;

typedef struct annotator {
    model_dir m;
    const backend *be;
    net *n;
    bool *chosen; /* [m.n_tasks] */
    tagset *tags; /* [m.n_tasks], of KIND_WORDS */
    pack_rules rules;
    arena mem;
} annotator;

/* Fails where the model has no weights, no tasks, or no task of a name in only. */
MUST_USE bool annotator_open(annotator *a, const annotator_plan *plan, err *e);
void annotator_close(annotator *a);

/* One input. Which tasks fit: with text2 those of pairs and scores; without, those of sentences,
 * labels and words, and those of relations where the two arguments are known. */
typedef struct input {
    const char *id;  /* or NULL */
    str text, text2; /* text2.at NULL: none */
    bool has_relation;
    str masked;   /* the text with tags for its arguments; the text itself if it has them */
    span args[2]; /* the two tags in masked */
    span *words;  /* of text */
    int n_words;
} input;
/* Cuts text into words and finds argument tags (@GENE$ ..) in it: the first two, or one that
 * stands for both. */
input input_of(str s, str text2, arena *mem);
/* Gives the input a relation by masking two spans of its text (bytes) with @TYPE$. Overlapping
 * spans become one tag @TYPE1-TYPE2$. */
void input_mask(input *in, const span args[2], const str types[2], arena *mem);

typedef struct mention {
    span at;          /* bytes of the text */
    const char *type; /* "" where the tags are bare */
    float score;      /* mean probability of its words' tags */
} mention;
typedef struct task_answer {
    const task *t;
    int best;                /* class; KIND_LABELS, KIND_WORDS, KIND_SCORE: -1 */
    const float *scores;     /* [K] probabilities; KIND_SCORE: the number; KIND_WORDS: NULL */
    const mention *mentions; /* KIND_WORDS */
    int n_mentions;
} task_answer;
typedef struct annotation {
    task_answer *at; /* in the model's order of tasks */
    int n;
} annotation;

/* Answers for n inputs, in their order. counts (may be NULL) is added to: what was cut, windows. */
MUST_USE bool annotator_run(annotator *a, const input *in, int n, arena *mem, annotation *out,
                            pack_counts *counts, err *e);

/* One line of JSON, without its newline: {"text":..,"unit":"points","tasks":{NAME:{..},..}};
 * offsets are in the unit. */
void annotation_json(text *to, const input *in, const annotation *x, enum unit unit);
/* Rows `id task answer score start end text`, a row an answer or mention; id where the input has
 * none: fallback. */
void annotation_tsv(text *to, const input *in, const annotation *x, enum unit unit,
                    const char *fallback);
