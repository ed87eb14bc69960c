/* What is in each split: documents, sentences, mentions and pairs by label. */
#include "base/json.h"
#include "corpus/prepare/prepare.h"
#include "corpus/split.h"

void tally_add(tallies *to, arena *mem, str label, size_t n)
{
    int i = 0;
    while (i < to->n && !str_is(label, to->at[i].label)) i++;
    if (i == to->n) {
        GROW(mem, to->at, to->n, to->cap);
        to->at[to->n++] = (tally){str_keep(mem, label), 0};
    }
    to->at[i].n += n;
}

/* Of a task of tagged words only the types that it asks for. */
static bool counts(const task *t, str type)
{
    if (t->kind != KIND_WORDS) return true;
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(type, t->labels[i] + 2)) return true;
    return false;
}

static void count_documents(prepared *p, part *of)
{
    of->documents = of->docs.n;
    for (int i = 0; i < of->docs.n; i++) {
        const document *d = &of->docs.at[i];
        arena_mark here = arena_here(p->mem);
        span *at;
        of->sentences += document_sentences(d, p->mem, &at);
        arena_rewind(p->mem, here);
        for (int k = 0; k < d->n_mentions; k++)
            if (!d->mentions[k].part && counts(&p->t, d->mentions[k].type))
                tally_add(&of->mentions, p->mem, d->mentions[k].type, 1);
    }
}

static void count_examples(prepared *p, part *of)
{
    const task *t = &p->t;
    bool classes = t->kind == KIND_RELATION || t->kind == KIND_PAIR;
    for (int i = 0; i < of->x.n; i++) {
        const example *x = &of->x.at[i];
        if (classes && x->label >= 0) tally_add(&of->pairs, p->mem, str_of(t->labels[x->label]), 1);
        for (int k = 0; x->set && k < t->n_labels; k++)
            if (x->set[k / 64] >> (k % 64) & 1)
                tally_add(&of->mentions, p->mem, str_of(t->labels[k]), 1);
    }
    if (t->kind == KIND_SCORE || t->kind == KIND_PAIR)
        of->documents = of->x.n, of->sentences = 2 * of->x.n;
}

void prepare_count(prepared *p)
{
    const task *t = &p->t;
    for (int s = 0; s < SPLITS; s++) {
        part *of = &p->parts[s];
        for (int i = 0; i < t->n_labels; i++) {
            if (t->kind == KIND_WORDS && i % 2)
                tally_add(&of->mentions, p->mem, str_of(t->labels[i] + 2), 0);
            else if (t->kind == KIND_LABELS)
                tally_add(&of->mentions, p->mem, str_of(t->labels[i]), 0);
            else if (t->kind == KIND_RELATION || t->kind == KIND_PAIR)
                tally_add(&of->pairs, p->mem, str_of(t->labels[i]), 0);
        }
        count_documents(p, of);
        count_examples(p, of);
    }
}

static void put_tallies(text *to, const char *key, const tallies *t)
{
    text_format(to, ", \"%s\": {", key);
    for (int i = 0; i < t->n; i++) {
        text_add(to, str_of(i ? ", " : ""));
        json_put_str(to, str_of(t->at[i].label));
        text_format(to, ": %zu", t->at[i].n);
    }
    text_char(to, '}');
}

void prepare_json(text *to, const prepared *p)
{
    text_format(to, "{\"corpus\": \"%s\"", p->of->name);
    for (int s = 0; s < SPLITS; s++) {
        const part *of = &p->parts[s];
        text_format(to, ", \"%s\": {\"documents\": %d, \"sentences\": %d, \"examples\": %d",
                    split_names[s], of->documents, of->sentences, of->x.n);
        put_tallies(to, "mentions", &of->mentions);
        put_tallies(to, "pairs", &of->pairs);
        text_char(to, '}');
    }
    text_add(to, STR("}\n"));
}

static size_t counted(const tallies *t, const char *label)
{
    for (int i = 0; i < t->n; i++)
        if (str_is(str_of(label), t->at[i].label)) return t->at[i].n;
    return 0;
}

static void put_row(text *to, const char *what, const char *label, const size_t n[SPLITS])
{
    text_format(to, "%s\t%s\t%zu\t%zu\t%zu\n", what, label, n[0], n[1], n[2]);
}

/* A row for each label that one of the splits has. */
static void put_rows(text *to, const char *what, const prepared *p, bool mentions)
{
    arena mem = {0};
    tallies all = {0};
    for (int s = 0; s < SPLITS; s++) {
        const tallies *t = mentions ? &p->parts[s].mentions : &p->parts[s].pairs;
        for (int i = 0; i < t->n; i++) tally_add(&all, &mem, str_of(t->at[i].label), 0);
    }
    for (int i = 0; i < all.n; i++) {
        size_t n[SPLITS];
        for (int s = 0; s < SPLITS; s++)
            n[s] = counted(mentions ? &p->parts[s].mentions : &p->parts[s].pairs, all.at[i].label);
        put_row(to, what, all.at[i].label, n);
    }
    arena_close(&mem);
}

void prepare_table(text *to, const prepared *p)
{
    size_t n[3][SPLITS];
    for (int s = 0; s < SPLITS; s++) {
        n[0][s] = (size_t)p->parts[s].documents;
        n[1][s] = (size_t)p->parts[s].sentences;
        n[2][s] = (size_t)p->parts[s].x.n;
    }
    text_format(to, "%s\tlabel\ttrain\tdev\ttest\n", p->of->name);
    put_row(to, "documents", "", n[0]);
    put_row(to, "sentences", "", n[1]);
    put_row(to, "examples", "", n[2]);
    put_rows(to, p->t.kind == KIND_LABELS ? "sentences with" : "mentions", p, true);
    put_rows(to, "pairs", p, false);
}
