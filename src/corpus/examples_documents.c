/* Documents -> examples: sentences as tagged words, pairs of mentions as masked candidates. Texts of examples are slices of the documents' texts, so that a
 * span of an example is one of its document, but for what lies before the sentence. */
#include "corpus/examples_documents.h"
#include "base/log.h"
#include "corpus/candidates.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include "corpus/split.h"
#include "corpus/tags.h"
#include <string.h>

/* Is there a class for it? */
static bool wanted(const task *t, str type)
{
    if (t->open_labels) return true;
    if (t->n_labels == 3 && !t->labels[1][1]) return true; /* bare: mentions of any type */
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(type, t->labels[i][1] ? t->labels[i] + 2 : "")) return true;
    return false;
}

static bool sentence(collect *c, const document *d, placed_mentions *of, span at, int number,
                     arena *scratch, err *e)
{
    str s = str_sub(d->text, at.start, at.end);
    span *words;
    int n = document_words(d, s, c->r->mem, &words);
    if (!n) return true;
    example *x = collect_add(c, d->line ? d->line : 1);
    x->text = s, x->words = words, x->n_words = n;
    arena_mark here = arena_here(scratch);
    span *placed = TAKE(scratch, span, n);
    const doc_mention **mention = TAKE(scratch, const doc_mention *, n);
    char *prefix = TAKE(scratch, char, n);
    str *tags = TAKE(scratch, str, n);
    bool bare = !c->r->t->open_labels && c->r->t->n_labels == 3 && !c->r->t->labels[1][1];
    for (int k = 0; k < n; k++)
        placed[k] = (span){words[k].start + at.start, words[k].end + at.start};
    tags_of_sentence(of, at, placed, n, mention, prefix, scratch);
    for (int k = 0; k < n; k++)
        tags[k] = !mention[k] || bare
                      ? (str){&prefix[k], 1}
                      : str_of(str_format(scratch, "%c-%.*s", prefix[k], (int)mention[k]->type.len,
                                          mention[k]->type.at));
    c->any_begin = true; /* never IOB1 */
    str id = str_of(str_format(scratch, "%s.s%d", d->id, number));
    bool ok = collect_tags(c, x, tags, 0, e) && collect_id(c, x, id, str_of(d->id), e);
    arena_rewind(scratch, here);
    return ok;
}

static bool words_of(collect *c, const document *d, err *e)
{
    arena scratch = {0};
    placed_mentions of = {TAKE(&scratch, const doc_mention *, d->n_mentions + 1), 0, 0};
    bool ok = true;
    for (int i = 0; i < d->n_mentions; i++)
        if (!d->mentions[i].part && wanted(c->r->t, d->mentions[i].type))
            of.at[of.n++] = &d->mentions[i];
    mentions_by_place(&of);
    span *at;
    int n = document_sentences(d, &scratch, &at);
    for (int i = 0; ok && i < n; i++) ok = sentence(c, d, &of, at[i], i, &scratch, e);
    arena_close(&scratch);
    return ok;
}

/* A sentence with the labels among its notes, as hoc_folder.c puts them there. */
static bool labeled_sentences(collect *c, const document *d, err *e)
{
    arena *mem = c->r->mem;
    for (int i = 0; i < d->n_sentences; i++) {
        const section *s = &d->sentences[i];
        str labels = infon_get(&s->more, "labels"),
            words = str_trim(str_sub(d->text, s->at.start, s->at.end));
        example *x = collect_add(c, i + 1);
        if (labels.at) {
            collect_set(c, x);
            for (str rest = labels; labels.len && rest.at;)
                if (!collect_member(c, x, str_cut(&rest, '|'), e)) return false;
        }
        if (!collect_text(c, x, words, (str){0}, e) ||
            !collect_id(c, x, str_of(str_format(mem, "%s_s%d", d->id, i)), str_of(d->id), e))
            return false;
    }
    return true;
}

/* The class of a candidate by name: the relation's type; the negative one for what has none, or one that the task does not list. */
static str label_of(const task *t, const document *d, const candidate *x)
{
    str negative = t->negative_name && *t->negative_name ? str_of(t->negative_name)
                   : t->negative >= 0                    ? str_of(t->labels[t->negative])
                                                         : STR("false");
    if (x->gold < 0) return negative;
    str type = d->relations[x->gold].type;
    return t->open_labels || task_label(t, type) >= 0 ? type : negative;
}

static bool same_relation(const relation *a, const relation *b)
{
    bool same = a->n == b->n && str_eq(a->type, b->type);
    for (int i = 0; same && i < a->n; i++) same = str_eq(a->args[i].ref, b->args[i].ref);
    return same;
}

/* Once, if the file has it twice (as ChemProt has a pair of one group by two of its relations). */
static void note(lost_golds *lost, arena *mem, const document *d, int r, const char *why)
{
    for (int i = lost->n; i-- > 0 && lost->at[i].d == d;)
        if (same_relation(lost->at[i].r, &d->relations[r])) return;
    GROW(mem, lost->at, lost->n, lost->cap);
    lost->at[lost->n++] = (lost_gold){d, &d->relations[r], why};
}

static bool listed(const task *t, str type)
{
    return t->open_labels || task_label(t, type) >= 0;
}

static void note_lost(collect *c, const document *d, const candidates *found, lost_golds *lost)
{
    for (int i = 0; i < found->n_lost; i++) {
        str type = d->relations[found->lost[i]].type;
        if (type.len && listed(c->r->t, type))
            note(lost, c->r->mem, d, found->lost[i], "its mentions are not in one sentence");
    }
}

static bool same_pair(const candidate *a, const candidate *b)
{
    return a->first == b->first && a->second == b->second;
}

/* Of a pair with several labels (its candidates stand together) each counts that the task lists; if it lists none, the first is the negative one. */
static bool counts(const task *t, const document *d, const candidates *all, int i)
{
    const candidate *k = &all->at[i];
    if (k->gold < 0 || listed(t, d->relations[k->gold].type)) return true;
    if (i && same_pair(k, k - 1)) return false;
    for (int n = i + 1; n < all->n && same_pair(k, &all->at[n]); n++)
        if (listed(t, d->relations[all->at[n].gold].type)) return false;
    return true;
}

static bool relations_of(collect *c, const document *d, lost_golds *lost, err *e)
{
    const task *t = c->r->t;
    const candidate_rules rules = {t->arguments[0], t->arguments[1], t->both, t->masked_as_authors};
    arena scratch = {0};
    candidates found;
    bool ok = true;
    candidates_of(&found, d, &rules, &scratch);
    for (int i = 0; ok && i < found.n; i++) {
        const candidate *k = &found.at[i];
        span args[2];
        if (k->gold >= 0 && !d->relations[k->gold].type.len) {
            note(lost, c->r->mem, d, k->gold, "it has no type");
            continue;
        }
        str label = label_of(t, d, k);
        if (!counts(t, d, &found, i)) continue;
        example *x = collect_add(c, d->line ? d->line : 1);
        str masked = candidate_text(d, k, &rules, c->r->mem, args);
        ok = collect_text(c, x, masked, (str){0}, e) && collect_label(c, x, label, e) &&
             collect_id(c, x, str_of(candidate_id(d, k, &scratch)), str_of(d->id), e);
        x->args[0] = args[0], x->args[1] = args[1];
    }
    note_lost(c, d, &found, lost);
    arena_close(&scratch);
    return ok;
}

bool examples_of_documents(examples *to, const reading *r, const document_list *d, lost_golds *lost,
                           err *e)
{
    arena work = {0};
    collect c = collect_of(to, r);
    c.work = &work;
    lost_golds own = {0}, *all = lost ? lost : &own;
    bool ok = true;
    for (int i = 0; ok && i < d->n; i++)
        ok = r->t->kind == KIND_WORDS    ? words_of(&c, &d->at[i], e)
             : r->t->kind == KIND_LABELS ? labeled_sentences(&c, &d->at[i], e)
                                         : relations_of(&c, &d->at[i], all, e);
    example *kept = TAKE(r->mem, example, to->n);
    if (to->n) memcpy(kept, to->at, (size_t)to->n * sizeof *kept);
    to->at = kept;
    arena_close(&work);
    if (!ok) return false;
    int untyped = 0;
    for (int i = 0; i < own.n; i++) untyped += !own.at[i].r->type.len;
    if (own.n > untyped)
        say("%s: %d relations go over the end of a sentence and are left out", r->path,
            own.n - untyped);
    if (untyped) say("%s: %d relations have no type and are left out", r->path, untyped);
    return collect_close(&c, e);
}

bool documents_examples(examples *to, const reading *r, err *e)
{
    document_list d = {0};
    const format *f = format_named(r->t->format);
    bool whole = f->takes == TAKES_FOLDER || !r->bytes.at;
    if (whole ? !documents_read(&d, f->name, r->path, r->mem, e)
              : !documents_parse(&d, f->name, r->path, r->bytes, r->mem, e))
        return false;
    return examples_of_documents(to, r, &d, NULL, e);
}
