/* Mentions, relations and notes that a model adds (documents_add.h). New ids go on where the file's end, and only where it has some: a writer
 * that needs ids numbers the rest itself. */
#include "use/documents_add.h"
#include <string.h>

static str maker(const adding *to, const task *t)
{
    return str_of(str_format(to->mem, "%s/%s", to->plan->made_by, t->name));
}

static void add_notes(adding *to, infons *more, const task *t, float score)
{
    infon_add(more, to->mem, STR("made-by"), maker(to, t));
    infon_add(more, to->mem, STR("score"), str_of(str_format(to->mem, "%.6f", (double)score)));
}

/* T12 -> 12, with T of `prefix` letters; -1: no number behind. */
static int64_t number_of(str id, size_t *prefix)
{
    size_t at = id.len;
    int64_t number;
    while (at && id.at[at - 1] >= '0' && id.at[at - 1] <= '9' && id.len - at < 17) at--;
    *prefix = at;
    return at < id.len && str_int(str_sub(id, at, id.len), &number) ? number : -1;
}

static void number_seen(numbering *n, str id)
{
    size_t prefix;
    int64_t number = number_of(id, &prefix);
    if (id.len) n->any = true;
    if (number < 0) return;
    str begins = str_sub(id, 0, prefix);
    if (!n->prefix.at) n->prefix = begins;
    if (str_eq(begins, n->prefix) && number >= n->next) n->next = number + 1;
}

static str next_id(adding *to, const numbering *n, const char *letter)
{
    if (!n->any) return (str){"", 0};
    str prefix = n->prefix.at ? n->prefix : str_of(letter);
    return str_of(str_format(to->mem, "%.*s%lld", (int)prefix.len, prefix.at,
                             (long long)(n->next ? n->next : 1)));
}

/* Of the mentions that d has now; counted on from the last time. */
static const numbering *mention_ids(adding *to, const document *d)
{
    if (to->numbered != d) to->numbered = d, to->n_numbered = 0, to->ids = (numbering){0};
    for (; to->n_numbered < d->n_mentions; to->n_numbered++)
        number_seen(&to->ids, d->mentions[to->n_numbered].id);
    return &to->ids;
}

static bool same_place(const doc_mention *m, span at)
{
    return m->n == 1 && m->at[0].start == at.start && m->at[0].end == at.end;
}

static bool across(const doc_mention *m, span at)
{
    span its = mention_hull(m);
    return its.start < at.end && at.start < its.end;
}

bool add_mention(adding *to, document *d, span at, const task *t, const char *type, float score)
{
    str wanted = str_of(*type ? type : t->name);
    bool alone = true;
    for (int i = 0; i < d->n_mentions; i++) {
        const doc_mention *m = &d->mentions[i];
        if (same_place(m, at) && str_eq(m->type, wanted)) return false;
        alone &= !across(m, at);
    }
    if (to->plan->flat && !alone) {
        loss_note(to->l, "mentions across others that are there", d);
        return true;
    }
    doc_mention *m = document_mention(d, to->mem, next_id(to, mention_ids(to, d), "T"), wanted, 0);
    mention_piece(m, to->mem, at.start, at.end);
    add_notes(to, &m->more, t, score);
    to->found->mentions++;
    return true;
}

void add_relation(adding *to, document *d, int first, int second, const task *t, const char *type,
                  float score)
{
    numbering ids = {0};
    for (int i = 0; i < d->n_relations; i++) number_seen(&ids, d->relations[i].id);
    relation *r = document_relation(d, to->mem, next_id(to, &ids, "R"), str_of(type), 0);
    relation_argument(r, to->mem, STR("Arg1"), d->mentions[first].id);
    relation_argument(r, to->mem, STR("Arg2"), d->mentions[second].id);
    r->args[0].mention = first, r->args[1].mention = second;
    add_notes(to, &r->more, t, score);
    to->found->relations++;
}

void add_labels(adding *to, infons *more, const task *t, const float *scores, float least)
{
    text labels = {0}, numbers = {0};
    for (int k = 0; k < t->n_labels; k++) {
        if (scores[k] <= least) continue;
        text_format(&labels, "%s%s", labels.len ? "|" : "", t->labels[k]);
        text_format(&numbers, "%s%.6f", numbers.len ? "|" : "", (double)scores[k]);
    }
    if (labels.len) {
        str key = maker(to, t);
        infon_add(more, to->mem, key, str_copy(to->mem, text_str(&labels)));
        infon_add(more, to->mem, str_of(str_format(to->mem, "%.*s score", (int)key.len, key.at)),
                  str_copy(to->mem, text_str(&numbers)));
    }
    text_close(&labels);
    text_close(&numbers);
}
