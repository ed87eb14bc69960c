/* The list of errors: one TSV row for everything that was answered wrongly. */
#include "score/family.h"
#include "score/score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void put(FILE *to, const char *s)
{
    for (; *s; s++) fputc(*s == '\t' || *s == '\n' || *s == '\r' ? ' ' : *s, to);
}

static void put_start(FILE *to, const predicted *x)
{
    put(to, x->id);
    fputc('\t', to);
    put(to, x->doc);
    fputc('\t', to);
}

static void class_errors(const predictions *p, FILE *to)
{
    const char *const *labels = p->t->labels;
    fprintf(to, "id\tdoc\tgold\tpredicted\tscore\n");
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        if (x->gold == x->best) continue;
        put_start(to, x);
        put(to, labels[x->gold]);
        fputc('\t', to);
        put(to, labels[x->best]);
        fputc('\t', to);
        if (x->scores) fprintf(to, "%.4f", (double)x->scores[x->best]);
        fputc('\n', to);
    }
}

/* Labels of one set that the other lacks, joined by |. */
static void put_lacking(FILE *to, const task *t, const uint64_t *set, const uint64_t *other)
{
    bool first = true;
    for (int k = 0; k < t->n_labels; k++) {
        if (!set_has(set, k) || set_has(other, k)) continue;
        if (!first) fputc('|', to);
        put(to, t->labels[k]);
        first = false;
    }
}

static void label_errors(const predictions *p, FILE *to)
{
    size_t bytes = (size_t)set_words(p->t) * sizeof(uint64_t);
    fprintf(to, "id\tdoc\tmissed\tspurious\n");
    for (int i = 0; i < p->n; i++) {
        const predicted *x = &p->at[i];
        if (!memcmp(x->gold_set, x->set, bytes)) continue;
        put_start(to, x);
        put_lacking(to, p->t, x->gold_set, x->set);
        fputc('\t', to);
        put_lacking(to, p->t, x->set, x->gold_set);
        fputc('\n', to);
    }
}

typedef struct distance {
    double d;
    int i;
} distance;

static int by_distance(const void *a, const void *b)
{
    const distance *x = a, *y = b;
    return x->d != y->d ? (x->d < y->d) - (x->d > y->d) : (x->i > y->i) - (x->i < y->i);
}

static void score_differences(const predictions *p, FILE *to)
{
    arena mem = {0};
    distance *far = TAKE(&mem, distance, p->n);
    for (int i = 0; i < p->n; i++)
        far[i] = (distance){fabs(p->at[i].score - p->at[i].gold_score), i};
    qsort(far, (size_t)p->n, sizeof *far, by_distance);
    fprintf(to, "id\tdoc\tgold\tpredicted\tdifference\n");
    for (int i = 0; i < p->n && i < ERRORS_MOST && far[i].d > 0; i++) {
        const predicted *x = &p->at[far[i].i];
        put_start(to, x);
        fprintf(to, "%.4f\t%.4f\t%+.4f\n", x->gold_score, x->score, x->score - x->gold_score);
    }
    arena_close(&mem);
}

typedef struct mention_errors {
    const predictions *p;
    tagset s;
    chunk *gold, *said;
    bool *gold_done, *said_done;
    int *tags;
    int n_gold, n_said;
    FILE *to;
} mention_errors;

static void put_chunk(const mention_errors *m, const predicted *x, const chunk *c)
{
    if (!c) {
        fputs("\t\t", m->to);
        return;
    }
    put(m->to, c->type < m->s.n_types ? m->s.types[c->type] : "X");
    fprintf(m->to, "\t%d-%d\t", c->first, c->last);
    for (int i = c->first; x->words && i <= c->last; i++) {
        if (i > c->first) fputc(' ', m->to);
        put(m->to, x->words[i]);
    }
}

static void put_error(const mention_errors *m, const predicted *x, const char *what,
                      const chunk *gold, const chunk *said)
{
    put_start(m->to, x);
    fprintf(m->to, "%s\t", what);
    put_chunk(m, x, gold);
    fputc('\t', m->to);
    put_chunk(m, x, said);
    fputc('\n', m->to);
}

/* Pairs mentions that overlap; those with equal ends can overlap no other, since a side's mentions
 * are disjoint. */
static void pair_up(mention_errors *m, const predicted *x)
{
    for (int g = 0; g < m->n_gold; g++) {
        const chunk *a = &m->gold[g];
        for (int s = 0; s < m->n_said && !m->gold_done[g]; s++) {
            const chunk *b = &m->said[s];
            bool ends = a->first == b->first && a->last == b->last, type = a->type == b->type;
            bool overlap = a->first <= b->last && b->first <= a->last;
            if (m->said_done[s] || !overlap) continue;
            m->gold_done[g] = m->said_done[s] = true;
            if (!ends || !type)
                put_error(m, x, ends ? "type" : type ? "border" : "type+border", a, b);
        }
    }
}

static void mentions_of(mention_errors *m, const predicted *x)
{
    span_predicted(&m->s, x, m->p->as_authors, m->tags);
    m->n_gold = tags_chunks(&m->s, x->gold_tags, x->n_words, m->gold);
    m->n_said = tags_chunks(&m->s, m->tags, x->n_words, m->said);
    for (int i = 0; i < m->n_gold; i++) m->gold_done[i] = false;
    for (int i = 0; i < m->n_said; i++) m->said_done[i] = false;
    pair_up(m, x);
    for (int i = 0; i < m->n_gold; i++)
        if (!m->gold_done[i]) put_error(m, x, "missed", &m->gold[i], NULL);
    for (int i = 0; i < m->n_said; i++)
        if (!m->said_done[i]) put_error(m, x, "spurious", NULL, &m->said[i]);
}

static bool word_errors(const predictions *p, FILE *to, err *e)
{
    arena mem = {0};
    int most = 0;
    mention_errors m = {.p = p, .to = to};
    for (int i = 0; i < p->n; i++)
        if (p->at[i].n_words > most) most = p->at[i].n_words;
    m.gold = TAKE(&mem, chunk, most), m.said = TAKE(&mem, chunk, most);
    m.gold_done = TAKE(&mem, bool, most), m.said_done = TAKE(&mem, bool, most);
    m.tags = TAKE(&mem, int, most);
    bool ok = span_tags(&m.s, p->t, &mem, e);
    if (ok)
        fprintf(to, "id\tdoc\terror\tgold type\tgold words\tgold text\tpredicted type\tpredicted "
                    "words\tpredicted text\n");
    for (int i = 0; ok && i < p->n; i++) mentions_of(&m, &p->at[i]);
    arena_close(&mem);
    return ok;
}

bool score_errors(const predictions *p, FILE *to, err *e)
{
    if (!score_check(p, p->t->metric, e)) return false;
    switch (p->t->kind) {
    case KIND_SCORE: score_differences(p, to); return true;
    case KIND_LABELS: label_errors(p, to); return true;
    case KIND_WORDS: return word_errors(p, to, e);
    default: class_errors(p, to); return true;
    }
}
