/* A batch is what its sequences are, end to end, with the answers that the rows should give. */
#include "encode/batch.h"
#include <string.h>

static void take(batch *b, const task *t, const packs *p, const int *chosen, int n, arena *mem)
{
    memset(b, 0, sizeof *b);
    b->B = n;
    size_t tokens = 0, rows = 0;
    for (int i = 0; i < n; i++) {
        ASSERT(chosen[i] >= 0 && chosen[i] < p->n, "sequence %d of %d", chosen[i], p->n);
        tokens += (size_t)p->at[chosen[i]].n;
        rows += (size_t)p->at[chosen[i]].n_rows;
        if (p->at[chosen[i]].n > b->longest) b->longest = p->at[chosen[i]].n;
    }
    ASSERT(tokens <= INT32_MAX, "a batch of %zu tokens", tokens);
    b->N = (int)tokens;
    b->M = (int)rows;
    b->ids = TAKE(mem, int32_t, tokens);
    b->types = TAKE(mem, int32_t, tokens);
    b->places = TAKE(mem, int32_t, tokens);
    b->start = TAKE(mem, int32_t, n + 1);
    b->who = TAKE(mem, uint32_t, n);
    b->rows = TAKE(mem, int32_t, rows);
    b->names = TAKE(mem, int32_t, size_mul(rows, 2));
    b->gold = TAKE(mem, int32_t, rows);
    b->weight = TAKE(mem, float, rows);
    b->from = TAKE(mem, const packed *, n);
    if (t->kind == KIND_SCORE) b->target = TAKE(mem, float, rows);
    if (t->kind == KIND_LABELS) b->target = TAKE(mem, float, size_mul(rows, (size_t)t->n_labels));
}

/* Gold of row m; returns whether there is one. */
static bool answer(batch *b, const task *t, const example *x, const packed *s, int r, int m)
{
    b->gold[m] = -1;
    switch (t->kind) {
    case KIND_WORDS:
        if (x->tags)
            b->gold[m] = s->word[r] >= 0 ? x->tags[s->word[r]] : t->n_labels - 1 - s->word[r];
        return b->gold[m] >= 0 && s->owns[r];
    case KIND_SCORE:
        if (x->has_gold) b->target[m] = (float)x->score;
        return x->has_gold;
    case KIND_LABELS:
        for (int i = 0; x->set && i < t->n_labels; i++)
            b->target[(size_t)m * (size_t)t->n_labels + (size_t)i] =
                (float)(x->set[i / 64] >> (i % 64) & 1);
        return x->set != NULL;
    case KIND_SENTENCE:
    case KIND_PAIR:
    case KIND_RELATION: b->gold[m] = x->label; return x->label >= 0;
    }
    return false;
}

void batch_make(batch *b, const task *t, const examples *x, const packs *p, const int *chosen,
                int n, uint32_t who_base, arena *mem)
{
    take(b, t, p, chosen, n, mem);
    int at = 0, m = 0;
    for (int i = 0; i < n; i++) {
        const packed *s = b->from[i] = &p->at[chosen[i]];
        b->start[i] = at;
        b->who[i] = who_base + (uint32_t)chosen[i];
        memcpy(b->ids + at, s->ids, (size_t)s->n * sizeof *s->ids);
        memcpy(b->types + at, s->types, (size_t)s->n * sizeof *s->types);
        for (int j = 0; j < s->n; j++) b->places[at + j] = j;
        for (int r = 0; r < s->n_rows; r++, m++) {
            b->rows[m] = at + s->rows[r];
            b->names[2 * m] = (int32_t)b->who[i];
            b->names[2 * m + 1] = s->rows[r];
            b->weight[m] = answer(b, t, &x->at[s->example], s, r, m);
            b->counted += b->weight[m] > 0;
        }
        at += s->n;
    }
    b->start[n] = at;
    for (m = 0; m < b->M; m++)
        if (b->weight[m] > 0) b->weight[m] = 1.0f / (float)b->counted;
}
