/* A document with some of its sentences alone. */
#include "corpus/prepare/prepare.h"

static bool inside(span hull, span in)
{
    return hull.start >= in.start && hull.end <= in.end;
}

static int sentence_of(const document *d, const doc_mention *m)
{
    for (int i = 0; i < d->n_sentences; i++)
        if (inside(mention_hull(m), d->sentences[i].at)) return i;
    return -1;
}

/* What lies in no sentence goes with the first one that is wanted. */
void document_of_sentences(document *to, const document *d, const int *wanted, int n, arena *mem)
{
    bool *in = TAKE(mem, bool, d->n_sentences + 1), *kept = TAKE(mem, bool, d->n_mentions + 1);
    *to = *d;
    to->sentences = NULL, to->mentions = NULL, to->relations = NULL;
    to->n_sentences = to->n_mentions = to->n_relations = 0;
    to->cap_sentences = to->cap_mentions = to->cap_relations = 0;
    for (int i = 0; i < n; i++) {
        in[wanted[i]] = true;
        *document_sentence(to, mem, (span){0, 0}) = d->sentences[wanted[i]];
    }
    for (int i = 0; i < d->n_mentions; i++) {
        const doc_mention *m = &d->mentions[i];
        int at = sentence_of(d, m);
        kept[i] = at >= 0 ? in[at] : n > 0 && wanted[0] == 0;
        if (kept[i]) *document_mention(to, mem, m->id, m->type, m->line) = *m;
    }
    for (int i = 0; i < d->n_relations; i++) {
        const relation *r = &d->relations[i];
        bool all = true;
        for (int k = 0; k < r->n; k++)
            all = all && r->args[k].mention >= 0 && kept[r->args[k].mention];
        if (all) *document_relation(to, mem, r->id, r->type, r->line) = *r;
    }
    /* The mentions have other numbers now: places of arguments are found anew, in lists of their own. */
    for (int i = 0; i < to->n_relations; i++) {
        relation *r = &to->relations[i];
        const argument *old = r->args;
        int args = r->n;
        r->args = NULL, r->n = 0;
        for (int k = 0; k < args; k++) relation_argument(r, mem, old[k].role, old[k].ref);
    }
    document_link(to);
}
