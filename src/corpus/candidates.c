/* See candidates.h. The masked form follows BLUE (facts/blue-datasets.md, section 3), without its slip unless asked for. */
#include "corpus/candidates.h"
#include "corpus/split.h"
#include <string.h>

/* Is `one` among the identifiers "D1|D2" (cut at | , or ;)? */
static bool among(str identifiers, str one)
{
    size_t start = 0;
    for (size_t i = 0; i <= identifiers.len; i++) {
        if (i < identifiers.len && !strchr("|,;", identifiers.at[i])) continue;
        if (i > start && str_eq(str_trim(str_sub(identifiers, start, i)), one)) return true;
        start = i + 1;
    }
    return false;
}

static bool is_concept(const doc_mention *m, str ref)
{
    static const char *const keys[] = {"identifier", "MESH", "MeSH"};
    for (int i = 0; i < 3; i++) {
        str s = infon_get(&m->more, keys[i]);
        if (s.at && among(s, ref)) return true;
    }
    return false;
}

static bool is_argument(const document *d, const argument *a, int mention)
{
    if (a->mention >= 0) return a->mention == mention;
    return is_concept(&d->mentions[mention], a->ref);
}

static bool relates(const document *d, const relation *r, int i, int k)
{
    if (r->n != 2) return false;
    return (is_argument(d, &r->args[0], i) && is_argument(d, &r->args[1], k)) ||
           (is_argument(d, &r->args[0], k) && is_argument(d, &r->args[1], i));
}

static void add(candidates *to, arena *mem, candidate c)
{
    GROW(mem, to->at, to->n, to->cap);
    to->at[to->n++] = c;
}

/* One candidate a label, or one without. */
static void add_pair(candidates *to, const document *d, candidate c, arena *mem)
{
    int found = 0;
    for (int r = 0; r < d->n_relations; r++) {
        if (!relates(d, &d->relations[r], c.first, c.second)) continue;
        bool again = false;
        for (int k = to->n - found; k < to->n; k++)
            again |= str_eq(d->relations[to->at[k].gold].type, d->relations[r].type);
        if (again) continue;
        c.gold = r;
        add(to, mem, c);
        found++;
    }
    c.gold = -1;
    if (!found && !d->pairs_given) add(to, mem, c);
}

/* A type that is wanted by its name, or by the tag it is masked with: GENE is GENE-Y and GENE-N. */
static bool is_type(const doc_mention *m, const char *wanted)
{
    str tag = infon_get(&m->more, "tag");
    return str_is(m->type, wanted) || (tag.at && str_is(tag, wanted));
}

/* Which of the two is argument 1; false if their types are not those wanted. */
static bool in_order(const document *d, const candidate_rules *rules, int i, int k, candidate *c)
{
    c->first = i, c->second = k;
    if (!rules->first) return true;
    const doc_mention *a = &d->mentions[i], *b = &d->mentions[k];
    if (is_type(a, rules->first) && is_type(b, rules->second)) return true;
    c->first = k, c->second = i;
    return is_type(b, rules->first) && is_type(a, rules->second);
}

static bool inside(const doc_mention *m, span in)
{
    span at = mention_hull(m);
    return at.start >= in.start && at.end <= in.end;
}

static bool together(const document *d, const span *sentences, int n, int i, int k)
{
    for (int s = 0; s < n; s++)
        if (inside(&d->mentions[i], sentences[s])) return inside(&d->mentions[k], sentences[s]);
    return false;
}

static void find_lost(candidates *to, const document *d, const span *sentences, int n, arena *mem)
{
    for (int r = 0; r < d->n_relations; r++) {
        const relation *x = &d->relations[r];
        if (x->n != 2 || x->args[0].mention < 0 || x->args[1].mention < 0 ||
            together(d, sentences, n, x->args[0].mention, x->args[1].mention))
            continue;
        GROW(mem, to->lost, to->n_lost, to->cap_lost);
        to->lost[to->n_lost++] = r;
    }
}

void candidates_of(candidates *to, const document *d, const candidate_rules *rules, arena *mem)
{
    span *sentences;
    int n = document_sentences(d, mem, &sentences);
    int *in = TAKE(mem, int, d->n_mentions + 1);
    *to = (candidates){0};
    for (int s = 0; s < n; s++) {
        int n_in = 0;
        for (int i = 0; i < d->n_mentions; i++)
            if (!d->mentions[i].part && inside(&d->mentions[i], sentences[s])) in[n_in++] = i;
        for (int i = 0; i < n_in; i++)
            for (int k = i + 1; k < n_in; k++) {
                candidate c = {.sentence = sentences[s], .number = s};
                if (in_order(d, rules, in[i], in[k], &c)) add_pair(to, d, c, mem);
            }
    }
    find_lost(to, d, sentences, n, mem);
}

/* A type as a tag can hold it: letters, digits, - and _, a letter first. "tag" among a mention's notes goes before its type. */
static void put_tag(text *to, const doc_mention *m)
{
    ASSERT(m, "a tag of no mention");
    str s = infon_get(&m->more, "tag");
    if (!s.at) s = m->type;
    bool letter = s.len && (s.at[0] | 32) >= 'a' && (s.at[0] | 32) <= 'z';
    if (!letter) text_char(to, 'X');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool fine =
            ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        text_char(to, fine ? c : '_');
    }
}

static span add_tag(text *t, const doc_mention *a, const doc_mention *b, const char *both)
{
    size_t start = t->len;
    text_char(t, '@');
    if (b && both) {
        text_add(t, str_of(both));
    } else {
        put_tag(t, a);
        if (b) text_char(t, '-'), put_tag(t, b);
    }
    text_char(t, '$');
    return (span){start, t->len};
}

str candidate_text(const document *d, const candidate *c, const candidate_rules *rules, arena *mem,
                   span args[2])
{
    const doc_mention *a = &d->mentions[c->first], *b = &d->mentions[c->second];
    span x = mention_hull(a), y = mention_hull(b), in = c->sentence;
    text t = {0};
    if (x.start <= y.end && y.start <= x.end) { /* they overlap or touch */
        size_t start = x.start < y.start ? x.start : y.start, end = x.end > y.end ? x.end : y.end;
        text_add(&t, str_sub(d->text, in.start, start));
        args[0] = args[1] = add_tag(&t, a, b, rules->both);
        text_add(&t, str_sub(d->text, end, in.end));
    } else {
        bool turned = y.start < x.start;
        span one = turned ? y : x, two = turned ? x : y;
        const doc_mention *m = turned && !rules->authors ? b : a, *k = m == a ? b : a;
        text_add(&t, str_sub(d->text, in.start, one.start));
        args[0] = add_tag(&t, m, NULL, NULL);
        text_add(&t, str_sub(d->text, one.end, two.start));
        args[1] = add_tag(&t, k, NULL, NULL);
        text_add(&t, str_sub(d->text, two.end, in.end));
    }
    str kept = str_copy(mem, text_str(&t));
    text_close(&t);
    return kept;
}

static const char *name_of(const document *d, int i, arena *mem)
{
    str id = d->mentions[i].id;
    return id.len ? str_keep(mem, id) : str_format(mem, "M%d", i);
}

const char *candidate_id(const document *d, const candidate *c, arena *mem)
{
    if (d->pairs_given && c->gold >= 0 && d->relations[c->gold].id.len)
        return str_keep(mem, d->relations[c->gold].id);
    return str_format(mem, "%s.%s.%s", d->id, name_of(d, c->first, mem),
                      name_of(d, c->second, mem));
}
