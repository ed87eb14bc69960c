/* Corpora from one format to another (convert_corpus.h). */
#include "verbs/convert_corpus.h"
#include "base/log.h"

void losses_report(const losses *l)
{
    for (int i = 0; i < l->n; i++)
        warn("the target cannot hold: %s (%zu, first in document %s)", l->at[i].what, l->at[i].n,
             l->at[i].first);
}

static void report(const document_list *d, const losses *l)
{
    static const char *const units[] = {"bytes", "code points", "UTF-16 units"};
    size_t mentions = 0, relations = 0, counted[3] = {0}, misses = 0;
    const char *first = "";
    for (int i = 0; i < d->n; i++) {
        mentions += (size_t)d->at[i].n_mentions;
        relations += (size_t)d->at[i].n_relations;
        counted[d->at[i].unit]++;
        if (d->at[i].misses && !misses) first = d->at[i].id;
        misses += (size_t)d->at[i].misses;
    }
    say("%d documents, %zu mentions, %zu relations", d->n, mentions, relations);
    for (int i = 0; i < 3; i++)
        if (i != UNIT_POINT && counted[i])
            say("%zu documents count offsets in %s", counted[i], units[i]);
    if (misses)
        warn("%zu mentions are not what the file says stands at their place (first in document %s)",
             misses, first);
    losses_report(l);
}

bool convert_corpus(const char *in, const char *from, const char *to, const char *to_format, err *e)
{
    arena mem = {0};
    document_list d = {0};
    losses l = {0};
    bool ok = documents_read(&d, from, in, &mem, e) && documents_write(&d, to_format, to, &l, e);
    if (ok) report(&d, &l);
    arena_close(&mem);
    return ok;
}
