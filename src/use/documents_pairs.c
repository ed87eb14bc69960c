/* The second pass: pairs of mentions in one sentence through a task of relations (documents.h). Pairs are found and masked as they were for
 * training, so that the model sees what it learned from. */
#include "base/log.h"
#include "corpus/arguments.h"
#include "use/documents_add.h"
#include <string.h>

enum { CHUNK = 512 };

typedef struct pair {
    int document;
    const candidate *at; /* [n] with the relations that the two have already */
    int n;
} pair;

typedef struct pass {
    adding *to;
    const task *t;
    candidate_rules rules;
    input in[CHUNK];
    pair of[CHUNK];
    int n;
    arena chunk; /* of the inputs */
    arena views; /* of the documents as the task sees them, and of their pairs */
    progress shown;
} pass;

/* The tag that the task masks such a mention by, whatever its capitals; at NULL: it is no argument. */
static str known_as(const pass *p, str type)
{
    const documents_plan *plan = p->to->plan;
    for (int i = 0; i < plan->n_as; i++)
        if (str_eq(plan->as[i].from, type)) return arguments_tag(p->t, plan->as[i].to);
    return arguments_tag(p->t, type);
}

/* A mention as the task sees it: masked by the tag it was trained with, or no argument of it. */
static void see_mention(pass *p, doc_mention *m)
{
    str tag = infon_get(&m->more, "tag"), as = tag.at ? known_as(p, tag) : (str){0};
    if (!as.at) as = known_as(p, m->type);
    infons more = {0};
    if (!as.at) {
        m->part = true;
        return;
    }
    infon_add(&more, &p->views, STR("tag"), as);
    for (int i = 0; i < m->more.n; i++)
        if (!str_is(m->more.at[i].key, "tag"))
            infon_add(&more, &p->views, m->more.at[i].key, m->more.at[i].value);
    m->more = more;
}

static document *view_of(pass *p, const document *d)
{
    document *v = TAKE(&p->views, document, 1);
    *v = *d;
    v->pairs_given = false;
    v->mentions = TAKE(&p->views, doc_mention, d->n_mentions + 1);
    for (int i = 0; i < d->n_mentions; i++) {
        v->mentions[i] = d->mentions[i];
        see_mention(p, &v->mentions[i]);
    }
    return v;
}

/* The concept that an argument is: of a mention its identifier, else its id. */
static str concept_of(const document *d, const argument *a)
{
    static const char *const keys[] = {"identifier", "MESH", "MeSH"};
    if (a->mention < 0) return a->ref;
    for (int i = 0; i < 3; i++) {
        str found = infon_get(&d->mentions[a->mention].more, keys[i]);
        if (found.len) return found;
    }
    return d->mentions[a->mention].id;
}

/* Have these two concepts the relation already, by other mentions? */
static bool concepts_have(const document *d, str a, str b, const char *type)
{
    for (int i = 0; i < d->n_relations; i++) {
        const relation *r = &d->relations[i];
        if (r->n == 2 && str_is(r->type, type) && str_eq(a, concept_of(d, &r->args[0])) &&
            str_eq(b, concept_of(d, &r->args[1])))
            return true;
    }
    return false;
}

/* Where the target's relations are between concepts: is there one for each argument, and is it new? */
static bool new_of_concepts(pass *p, const document *d, int first, int second, const char *type)
{
    const argument x = {.mention = first}, y = {.mention = second};
    str a = concept_of(d, &x), b = concept_of(d, &y);
    if (!a.len || !b.len) {
        loss_note(p->to->l, "relations of mentions without an identifier", d);
        return false;
    }
    bool known = concepts_have(d, a, b, type);
    p->to->found->known += known;
    return !known;
}

static void put_answer(pass *p, const pair *of, const task_answer *x)
{
    document *d = &p->to->d->at[of->document];
    const char *type = x->t->labels[x->best];
    int first = of->at->first, second = of->at->second;
    bool known = false;
    if (x->best == x->t->negative) return;
    if (x->scores[x->best] < p->to->plan->least) {
        p->to->found->low++;
        return;
    }
    for (int i = 0; i < of->n; i++)
        known |= of->at[i].gold >= 0 && str_is(d->relations[of->at[i].gold].type, type);
    if (!p->rules.first &&
        mention_hull(&d->mentions[second]).start < mention_hull(&d->mentions[first]).start)
        first = of->at->second, second = of->at->first; /* no types: in the order of the text */
    p->to->found->known += known;
    if (!known && (!p->to->plan->concepts || new_of_concepts(p, d, first, second, type)))
        add_relation(p->to, d, first, second, x->t, type, x->scores[x->best]);
}

static bool run_chunk(pass *p, err *e)
{
    annotation *x = TAKE(&p->chunk, annotation, p->n);
    if (!annotator_run(p->to->a, p->in, p->n, &p->chunk, x, &p->to->found->counts, e)) return false;
    for (int i = 0; i < p->n; i++)
        if (x[i].n) put_answer(p, &p->of[i], x[i].at);
    p->to->found->pairs += (size_t)p->n;
    p->n = 0;
    arena_close(&p->chunk);
    return true;
}

static str tag_of(const document *v, int i)
{
    return infon_get(&v->mentions[i].more, "tag");
}

static bool pairs_of(pass *p, int number, err *e)
{
    const document *v = view_of(p, &p->to->d->at[number]);
    candidates found;
    candidates_of(&found, v, &p->rules, &p->views);
    for (int i = 0, next; i < found.n; i = next) {
        const candidate *c = &found.at[i];
        for (next = i + 1; next < found.n && found.at[next].first == c->first &&
                           found.at[next].second == c->second;)
            next++;
        if (!p->rules.first && !arguments_pair(p->t, tag_of(v, c->first), tag_of(v, c->second)))
            continue;
        input *in = &p->in[p->n];
        *in = (input){.text = str_sub(v->text, c->sentence.start, c->sentence.end),
                      .has_relation = true};
        in->masked = candidate_text(v, c, &p->rules, &p->chunk, in->args);
        p->of[p->n++] = (pair){number, c, next - i};
        if (p->n == CHUNK && !run_chunk(p, e)) return false;
    }
    return true;
}

/* A task that nothing was asked of is one whose types of mentions are called otherwise here. */
static void tell(const task *t, const document_list *d, size_t pairs)
{
    size_t mentions = 0;
    text names = {0};
    for (int i = 0; i < d->n; i++) mentions += (size_t)d->at[i].n_mentions;
    for (int i = 0; i < 2 && t->arguments[0]; i++)
        text_format(&names, "%s%s", i ? " " : "", t->arguments[i]);
    for (int i = 0; i < t->n_seen && !t->arguments[0]; i++)
        if (strchr(t->seen[i], ' ')) text_format(&names, "%s%s", names.len ? ", " : "", t->seen[i]);
    if (!names.len)
        say("%s: the model does not say which arguments it knows; all pairs of mentions were asked",
            t->name);
    else if (!pairs && mentions)
        say("%s: no sentence has two mentions of the types it knows (%.*s); --as TYPE=ARGUMENT "
            "tells which they are",
            t->name, (int)names.len, names.at);
    text_close(&names);
}

bool add_relations(adding *to, int t, err *e)
{
    arena mem = {0};
    pass *p = TAKE(&mem, pass, 1);
    const task *tk = &to->a->m.tasks[t];
    *p = (pass){.to = to, .t = tk};
    p->rules = (candidate_rules){tk->arguments[0], tk->arguments[1],
                                 tk->both ? tk->both : arguments_both(tk), tk->masked_as_authors};
    bool ok = true;
    size_t before = to->found->pairs;
    progress_open(&p->shown, tk->name, to->d->n);
    for (int i = 0; ok && i < to->d->n; i++) {
        ok = pairs_of(p, i, e);
        progress_at(&p->shown, i + 1, "%zu relations", to->found->relations);
    }
    ok = ok && (!p->n || run_chunk(p, e));
    progress_close(&p->shown);
    if (ok) tell(tk, to->d, to->found->pairs - before);
    arena_close(&p->chunk);
    arena_close(&p->views);
    arena_close(&mem);
    return ok;
}
