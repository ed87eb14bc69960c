/* The first pass, and which tasks documents are for (documents.h). Sentences of many documents go through the model together. */
#include "use/documents.h"
#include "base/log.h"
#include "corpus/split.h"
#include "use/documents_add.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 512 };

typedef struct place { /* of a sentence */
    int document;
    span at;
} place;

typedef struct pass {
    adding to;
    input in[CHUNK];
    place of[CHUNK];
    int n;
    arena chunk;  /* of the inputs */
    int whose;    /* the document that labels are gathered for; -1: none yet */
    float **most; /* [n_tasks] of KIND_LABELS: [K] the highest score of its sentences */
    progress shown;
} pass;

static bool marks_sentences(const document_list *d)
{
    for (int i = 0; i < d->n; i++)
        if (d->at[i].n_sentences) return true;
    return false;
}

/* Labels of a document are those of its sentences, each with its highest score. */
static void close_document(pass *p)
{
    const annotator *a = p->to.a;
    for (int t = 0; t < a->m.n_tasks; t++) {
        float *most = p->most[t];
        if (!most || p->whose < 0) continue;
        const task *tk = &a->m.tasks[t];
        add_labels(&p->to, &p->to.d->at[p->whose].more, tk, most, 0.5f);
        memset(most, 0, (size_t)tk->n_labels * sizeof *most);
    }
}

/* The sentence of the file at this place, or NULL. */
static section *sentence_at(const document *d, span at)
{
    int low = 0, high = d->n_sentences; /* ascending */
    while (low < high) {
        int middle = (low + high) / 2;
        if (d->sentences[middle].at.start < at.start)
            low = middle + 1;
        else
            high = middle;
    }
    section *s = &d->sentences[low];
    return low < d->n_sentences && s->at.start == at.start && s->at.end == at.end ? s : NULL;
}

/* Labels as notes, on the sentence if the file marks it. */
static void put_notes(pass *p, const place *of, const task_answer *x)
{
    document *d = &p->to.d->at[of->document];
    section *marked = sentence_at(d, of->at);
    if (x->t->kind == KIND_LABELS) {
        float *most = p->most[x->t - p->to.a->m.tasks];
        for (int k = 0; k < x->t->n_labels; k++)
            if (x->scores[k] > most[k]) most[k] = x->scores[k];
        if (marked) add_labels(&p->to, &marked->more, x->t, x->scores, 0.5f);
    }
    if (x->t->kind == KIND_SENTENCE) {
        float *one = TAKE(&p->chunk, float, x->t->n_labels);
        one[x->best] = x->scores[x->best];
        if (marked) add_labels(&p->to, &marked->more, x->t, one, 0);
    }
}

typedef struct hit {
    const mention *m;
    const task *t;
    int order;
} hit;

static int by_place(const void *a, const void *b)
{
    const hit *x = a, *y = b;
    if (x->m->at.start != y->m->at.start) return x->m->at.start < y->m->at.start ? -1 : 1;
    return x->order - y->order;
}

/* The mentions of all tasks in the order of the text. */
static void put_mentions(pass *p, const place *of, const annotation *x)
{
    int n = 0;
    for (int k = 0; k < x->n; k++) n += x->at[k].n_mentions;
    hit *hits = TAKE(&p->chunk, hit, n + 1);
    n = 0;
    for (int k = 0; k < x->n; k++)
        for (int i = 0; i < x->at[k].n_mentions; i++, n++)
            hits[n] = (hit){&x->at[k].mentions[i], x->at[k].t, n};
    if (n) qsort(hits, (size_t)n, sizeof *hits, by_place);
    for (int i = 0; i < n; i++) {
        const mention *m = hits[i].m;
        if (m->score < p->to.plan->least) {
            p->to.found->low++;
            continue;
        }
        span at = {of->at.start + m->at.start, of->at.start + m->at.end};
        p->to.found->known +=
            !add_mention(&p->to, &p->to.d->at[of->document], at, hits[i].t, m->type, m->score);
    }
}

static bool run_chunk(pass *p, err *e)
{
    annotation *x = TAKE(&p->chunk, annotation, p->n);
    if (!annotator_run(p->to.a, p->in, p->n, &p->chunk, x, &p->to.found->counts, e)) return false;
    for (int i = 0; i < p->n; i++) {
        if (p->of[i].document != p->whose) close_document(p);
        p->whose = p->of[i].document;
        put_mentions(p, &p->of[i], &x[i]);
        for (int k = 0; k < x[i].n; k++) put_notes(p, &p->of[i], &x[i].at[k]);
    }
    p->to.found->sentences += (size_t)p->n;
    p->n = 0;
    arena_close(&p->chunk);
    return true;
}

static bool sentences_of(pass *p, int number, err *e)
{
    const document *d = &p->to.d->at[number];
    arena mem = {0};
    span *at;
    bool ok = true;
    int n = document_sentences(d, &mem, &at);
    for (int i = 0; ok && i < n; i++) {
        str s = str_sub(d->text, at[i].start, at[i].end);
        p->of[p->n] = (place){number, at[i]};
        p->in[p->n] = (input){.text = s};
        p->in[p->n].n_words = document_words(d, s, &p->chunk, &p->in[p->n].words);
        if (++p->n == CHUNK) ok = run_chunk(p, e);
    }
    arena_close(&mem);
    return ok;
}

static bool all_sentences(const adding *to, err *e)
{
    arena mem = {0};
    pass *p = TAKE(&mem, pass, 1);
    *p = (pass){.to = *to, .whose = -1};
    p->most = TAKE(&mem, float *, to->a->m.n_tasks);
    for (int t = 0; t < to->a->m.n_tasks; t++)
        if (to->a->m.tasks[t].kind == KIND_LABELS && to->a->chosen[t])
            p->most[t] = TAKE(&mem, float, to->a->m.tasks[t].n_labels);
    progress_open(&p->shown, "documents", to->d->n);
    bool ok = true;
    for (int i = 0; ok && i < to->d->n; i++) {
        ok = sentences_of(p, i, e);
        progress_at(&p->shown, i + 1, "%zu mentions", to->found->mentions);
    }
    ok = ok && (!p->n || run_chunk(p, e));
    if (ok) close_document(p);
    progress_close(&p->shown);
    arena_close(&p->chunk);
    arena_close(&mem);
    return ok;
}

/* Which of the tasks are for sentences of documents; says which have no place in them. */
static void sort_tasks(const adding *to, const bool *asked, bool *first, int *n_first,
                       int *n_second)
{
    const annotator *a = to->a;
    bool marked = marks_sentences(to->d);
    text left = {0};
    for (int t = 0; t < a->m.n_tasks; t++) {
        enum task_kind kind = a->m.tasks[t].kind;
        if (!asked[t]) continue;
        first[t] = kind == KIND_WORDS || kind == KIND_LABELS || (kind == KIND_SENTENCE && marked);
        *n_first += first[t];
        *n_second += kind == KIND_RELATION;
        if (!first[t] && kind != KIND_RELATION)
            text_format(&left, "%s%s", left.len ? ", " : "", a->m.tasks[t].name);
    }
    if (left.len)
        say("left out, since they are for pairs of texts or for sentences that the files do not "
            "mark: %.*s",
            (int)left.len, left.at);
    text_close(&left);
}

bool documents_annotate(annotator *a, document_list *d, const documents_plan *plan, arena *mem,
                        documents_found *found, losses *l, err *e)
{
    arena own = {0};
    adding to = {.a = a, .d = d, .plan = plan, .mem = mem, .found = found, .l = l};
    bool *asked = a->chosen, *first = TAKE(&own, bool, a->m.n_tasks),
         *one = TAKE(&own, bool, a->m.n_tasks);
    int n_first = 0, n_second = 0;
    sort_tasks(&to, asked, first, &n_first, &n_second);
    bool ok = n_first + n_second ||
              fail(e, "%s: a task of words, relations or labels is expected, for these documents",
                   a->m.path);
    a->chosen = first;
    if (ok && n_first) ok = all_sentences(&to, e);
    a->chosen = one;
    for (int t = 0; ok && t < a->m.n_tasks; t++) {
        if (!asked[t] || a->m.tasks[t].kind != KIND_RELATION) continue;
        one[t] = true;
        ok = add_relations(&to, t, e);
        one[t] = false;
    }
    a->chosen = asked;
    arena_close(&own);
    return ok;
}
