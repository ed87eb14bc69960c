/* The public library over the annotator. A library must not end its host, so inside a call die
 * comes back here: it jumps to the call's setjmp and becomes an error. What the call had taken
 * by then stays taken until the model is closed, and the model answers nothing more. */
#include "use/mtbert.h"
#include "base/log.h"
#include "base/pool.h"
#include "use/annotator.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct mtbert_result {
    mtbert_answer *at;
    size_t n;
    text json;
};
struct mtbert {
    annotator a;
    arena mem; /* of the last result */
    mtbert_result r;
    err e;
    bool broken; /* the machine failed inside: no more calls */
};

enum { MAX_PIECES = 128 };
static _Thread_local jmp_buf *back; /* where die returns to; NULL outside of calls */
static _Thread_local err *reason;

static void last_words(const char *what)
{
    if (!back) return; /* not ours: die ends the process */
    fail(reason, "%s", what);
    longjmp(*back, 1);
}

void mtbert_threads(int n)
{
    pool_open(n < 0 ? 1 : n);
}

mtbert *mtbert_open(const char *model, const char *device, char *why, size_t why_size)
{
    err e = {0};
    jmp_buf here;
    mtbert *volatile m = calloc(1, sizeof *m);
    log_at(LOG_QUIET);
    die_with(last_words);
    back = &here, reason = &e;
    if (!m) {
        fail(&e, "no memory");
    } else if (!setjmp(here)) {
        const annotator_plan plan = {.model = model,
                                     .device = device ? device : "auto",
                                     .wordpiece_mode = -1,
                                     .max_pieces = MAX_PIECES};
        if (!annotator_open(&m->a, &plan, &e)) ASSERT(e.set, "a failure without a reason");
    } else {
        m->broken = true;
    }
    back = NULL, reason = NULL;
    if (!e.set) return m;
    if (why && why_size) snprintf(why, why_size, "%s", e.text);
    free(m);
    return NULL;
}

static size_t count_answers(const annotation *x)
{
    size_t n = 0;
    for (int i = 0; i < x->n; i++)
        n += (size_t)(x->at[i].t->kind == KIND_WORDS ? x->at[i].n_mentions
                                                     : 1 + x->at[i].t->n_labels);
    return n;
}

static void keep_answers(mtbert_result *r, const annotation *x, arena *mem)
{
    r->at = TAKE(mem, mtbert_answer, count_answers(x));
    r->n = 0;
    for (int i = 0; i < x->n; i++) {
        const task_answer *a = &x->at[i];
        const task *t = a->t;
        for (int k = 0; k < a->n_mentions; k++)
            r->at[r->n++] =
                (mtbert_answer){t->name, a->mentions[k].type, (double)a->mentions[k].score,
                                a->mentions[k].at.start, a->mentions[k].at.end};
        if (t->kind == KIND_SCORE)
            r->at[r->n++] = (mtbert_answer){t->name, "", (double)*a->scores, 0, 0};
        for (int k = 0; k < t->n_labels && t->kind != KIND_WORDS; k++)
            if (t->kind == KIND_LABELS ? a->scores[k] > 0.5f : k == a->best)
                r->at[r->n++] = (mtbert_answer){t->name, t->labels[k], (double)a->scores[k], 0, 0};
    }
}

static const mtbert_result *annotate(mtbert *m, str s, str s2)
{
    if (m->broken) return NULL;
    jmp_buf here;
    m->e = (err){0};
    m->r.n = 0, m->r.json.len = 0;
    arena_close(&m->mem);
    volatile bool done = false;
    back = &here, reason = &m->e;
    if (!setjmp(here)) {
        input in = input_of(s, s2, &m->mem);
        annotation x = {0};
        done = annotator_run(&m->a, &in, 1, &m->mem, &x, NULL, &m->e);
        if (done) {
            keep_answers(&m->r, &x, &m->mem);
            annotation_json(&m->r.json, &in, &x, UNIT_BYTE);
        }
    } else {
        m->broken = true;
    }
    back = NULL, reason = NULL;
    return done ? &m->r : NULL;
}

const mtbert_result *mtbert_annotate(mtbert *m, const char *s, size_t bytes)
{
    return annotate(m, (str){s, bytes}, (str){0});
}

const mtbert_result *mtbert_annotate_pair(mtbert *m, const char *s, size_t bytes, const char *s2,
                                          size_t bytes2)
{
    return annotate(m, (str){s, bytes}, (str){s2 ? s2 : "", bytes2});
}

size_t mtbert_count(const mtbert_result *r)
{
    return r->n;
}

const mtbert_answer *mtbert_at(const mtbert_result *r, size_t i)
{
    return i < r->n ? &r->at[i] : NULL;
}

const char *mtbert_json(const mtbert_result *r)
{
    return r->json.at;
}

const char *mtbert_why(const mtbert *m)
{
    return m->e.text;
}

void mtbert_close(mtbert *m)
{
    if (!m) return;
    if (!m->broken)
        annotator_close(&m->a); /* a net that was left in the middle is not touched again */
    arena_close(&m->mem);
    text_close(&m->r.json);
    free(m);
}
