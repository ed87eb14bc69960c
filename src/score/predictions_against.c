/* Predictions from a file, held against the corpus they claim to be for: nothing missing, nothing
 * added, nothing counted twice, and the gold is the corpus's. */
#include "base/table.h"
#include "score/predictions.h"
#include <math.h>
#include <string.h>

static bool same_order(const predictions *p, const examples *x)
{
    if (p->n != x->n) return false;
    for (int i = 0; i < p->n; i++)
        if (strcmp(p->at[i].id, x->at[i].id) != 0) return false;
    return true;
}

/* Which prediction belongs to each example, -1: none. Equal ids (a pair of entities with two
 * relations has a row for each) are only told apart by their order. */
static bool match(int *which, const predictions *p, const examples *x, arena *mem, err *e)
{
    if (same_order(p, x)) {
        for (int i = 0; i < x->n; i++) which[i] = i;
        return true;
    }
    table ids = {0};
    bool *used = TAKE(mem, bool, p->n);
    for (int i = 0; i < p->n; i++)
        if (!table_add(&ids, mem, str_of(p->at[i].id), i, NULL))
            return fail(
                e,
                "%s:%d: the id '%s' stands a second time; then all rows must be in the order of %s",
                p->path, p->at[i].line, p->at[i].id, x->path);
    for (int i = 0; i < x->n; i++) {
        int at = table_get(&ids, str_of(x->at[i].id));
        if (at >= 0 && used[at])
            return fail(e,
                        "%s:%d: two examples have the id '%s'; then all rows of %s must be in the "
                        "order of the corpus",
                        x->path, x->at[i].line, x->at[i].id, p->path);
        if (at >= 0) used[at] = true;
        which[i] = at;
    }
    for (int i = 0; i < p->n; i++)
        if (!used[i])
            return fail(e, "%s:%d: '%s' is no example of %s", p->path, p->at[i].line, p->at[i].id,
                        x->path);
    return true;
}

static bool same_words(const predictions *p, const predicted *a, const example *x,
                       const char *corpus, err *e)
{
    if (a->n_words != x->n_words)
        return fail(e, "%s:%d: sentence '%s' has %d words, in %s:%d it has %d", p->path, a->line,
                    a->id, a->n_words, corpus, x->line, x->n_words);
    for (int i = 0; a->words && i < a->n_words; i++) {
        str word = str_sub(x->text, x->words[i].start, x->words[i].end);
        if (!str_is(word, a->words[i]))
            return fail(e, "%s:%d: the word is '%s', in %s:%d it is '%.*s'", p->path, a->line + i,
                        a->words[i], corpus, x->line, (int)word.len, word.at);
    }
    return true;
}

/* Takes over the gold of the corpus; where the file had one, it must be the same. */
static bool take_gold(predictions *p, predicted *a, const example *x, err *e)
{
    const task *t = p->t;
    bool same = true;
    int sets = (t->n_labels + 63) / 64, line = a->line;
    if (t->kind == KIND_SCORE) {
        same = isnan(a->gold_score) ||
               fabs(a->gold_score - x->score) <= 1e-6 * fmax(1, fabs(x->score));
        a->gold_score = x->score;
    } else if (t->kind == KIND_LABELS) {
        ASSERT(x->set, "example %s has gold but no labels", x->id);
        same = !a->gold_set || !memcmp(a->gold_set, x->set, (size_t)sets * sizeof *x->set);
        a->gold_set = memcpy(TAKE(&p->mem, uint64_t, sets), x->set, (size_t)sets * sizeof *x->set);
    } else if (t->kind == KIND_WORDS) {
        for (int i = 0; a->gold_tags && i < a->n_words && same; i++)
            if (a->gold_tags[i] != x->tags[i]) same = false, line += i;
        int *tags = TAKE(&p->mem, int, x->n_words);
        if (x->n_words) memcpy(tags, x->tags, (size_t)x->n_words * sizeof *tags);
        a->gold_tags = tags;
    } else {
        same = a->gold < 0 || a->gold == x->label;
        a->gold = x->label;
    }
    if (!same)
        return fail(e, "%s:%d: the gold answer of '%s' is another than in the corpus", p->path,
                    line, a->id);
    return true;
}

static bool take_example(predictions *p, predicted *a, const example *x, const char *corpus, err *e)
{
    if (p->t->kind == KIND_WORDS && !same_words(p, a, x, corpus, e)) return false;
    if (x->has_gold && !take_gold(p, a, x, e)) return fail_in(e, "%s:%d", corpus, x->line);
    a->doc = str_keep(&p->mem, str_of(x->doc));
    if (p->t->kind != KIND_WORDS || a->words) return true;
    a->words = TAKE(&p->mem, const char *, a->n_words);
    for (int i = 0; i < a->n_words; i++)
        a->words[i] = str_keep(&p->mem, str_sub(x->text, x->words[i].start, x->words[i].end));
    return true;
}

bool predictions_against(predictions *p, const examples *x, err *e)
{
    arena mem = {0};
    bool ok = false;
    int *which = TAKE(&mem, int, x->n);
    predicted *at = TAKE(&p->mem, predicted, x->n);
    if (!match(which, p, x, &mem, e)) goto done;
    int missing = 0, first = -1;
    for (int i = 0; i < x->n; i++) {
        bool no_words = p->t->kind == KIND_WORDS && !x->at[i].n_words;
        if (which[i] >= 0 || no_words) continue;
        if (!missing++) first = i;
    }
    if (missing) {
        fail(e, "%s: there is no row for example '%s' (%s:%d)", p->path, x->at[first].id, x->path,
             x->at[first].line);
        if (missing > 1) fail_in(e, "%d of %d examples are missing", missing, x->n);
        goto done;
    }
    for (int i = 0; i < x->n; i++) {
        at[i] = which[i] >= 0 ? p->at[which[i]]
                              : (predicted){.id = str_keep(&p->mem, str_of(x->at[i].id))};
        if (!take_example(p, &at[i], &x->at[i], x->path, e)) goto done;
    }
    p->at = at, p->n = x->n, p->mentions = x->mentions;
    ok = true;
done:
    arena_close(&mem);
    return ok;
}
