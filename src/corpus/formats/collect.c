#include "corpus/formats/collect.h"
#include "base/log.h"
#include "corpus/labels.h"
#include "corpus/tags.h"
#include <string.h>

enum { SET_WORDS = LABELS_MOST / 64 };

collect collect_of(examples *to, const reading *r)
{
    *to = (examples){.path = r->path};
    return (collect){.r = r, .to = to, .work = r->mem};
}

example *collect_add(collect *c, int line)
{
    GROW(c->work, c->to->at, c->to->n, c->cap);
    example *x = &c->to->at[c->to->n++];
    *x = (example){.line = line, .label = -1};
    return x;
}

/* "doc.T1.T2" is of document doc; the DDI corpus's "DDI-DrugBank.d0.s1.p0" of DDI-DrugBank.d0. */
static str document_of(enum task_kind kind, str id)
{
    ptrdiff_t at = str_find(id, '.');
    if (kind == KIND_LABELS) {
        for (size_t i = id.len; i-- > 1;)
            if (id.at[i] == '_') return str_sub(id, 0, i);
        return id;
    }
    if ((kind != KIND_RELATION && kind != KIND_WORDS) || at <= 0) return id;
    str rest = str_sub(id, (size_t)at + 1, id.len), part = str_cut(&rest, '.');
    size_t digits = 1;
    while (digits < part.len && part.at[digits] >= '0' && part.at[digits] <= '9') digits++;
    bool ddi = kind == KIND_RELATION && part.len > 1 && part.at[0] == 'd' && digits == part.len;
    return str_sub(id, 0, ddi ? (size_t)at + 1 + part.len : (size_t)at);
}

bool collect_id(collect *c, example *x, str id, str doc, err *e)
{
    arena *mem = c->r->mem;
    int index = (int)(x - c->to->at), old;
    id = str_trim(id);
    bool own = id.len > 0;
    if (!own) id = str_of(str_format(mem, "%d", x->line));
    x->id = str_keep(mem, id);
    str name = str_of(x->id);
    for (int again = 2; !table_add(&c->ids, c->work, name, index, &old); again++) {
        const example *first = &c->to->at[old];
        bool other = c->r->t->kind == KIND_WORDS ||
                     (c->r->t->kind == KIND_RELATION && first->label != x->label);
        if (own && !other)
            return fail(e, "%s:%d: the id '%.*s' stands in line %d already; ids must differ",
                        c->r->path, x->line, (int)(id.len < 60 ? id.len : 60), id.at, first->line);
        x->id = str_format(mem, "%.*s#%d", (int)id.len, id.at, again);
        name = str_of(x->id);
    }
    x->doc = doc.len ? str_keep(mem, doc)
             : own   ? str_keep(mem, document_of(c->r->t->kind, id))
                     : x->id;
    return true;
}

bool find_arguments(str s, span args[2])
{
    int n = 0;
    args[0] = args[1] = (span){0, 0};
    for (size_t i = 0; i < s.len && n < 2; i++) {
        if (s.at[i] != '@') continue;
        size_t end = i + 1;
        while (end < s.len && ((s.at[end] | 32) >= 'a' && (s.at[end] | 32) <= 'z')) end++;
        if (end == i + 1) continue;
        while (end < s.len &&
               (((s.at[end] | 32) >= 'a' && (s.at[end] | 32) <= 'z') ||
                (s.at[end] >= '0' && s.at[end] <= '9') || s.at[end] == '-' || s.at[end] == '_'))
            end++;
        if (end == s.len || s.at[end] != '$') continue;
        args[n++] = (span){i, end + 1};
        i = end;
    }
    if (n == 1) args[1] = args[0];
    return n > 0;
}

bool collect_text(collect *c, example *x, str first, str second, err *e)
{
    enum task_kind kind = c->r->t->kind;
    bool two = kind == KIND_PAIR || kind == KIND_SCORE;
    if (!str_trim(first).len)
        return fail(e, "%s:%d: a text is expected, here it is blank", c->r->path, x->line);
    if (two && !str_trim(second).len)
        return fail(e, "%s:%d: a second text is expected, here it is blank", c->r->path, x->line);
    x->text = first;
    if (two) x->text2 = second;
    if (kind == KIND_RELATION && !find_arguments(first, x->args)) c->to->unmasked++;
    return true;
}

static bool unknown(collect *c, const example *x, str label, err *e)
{
    const task *t = c->r->t;
    char name[80];
    snprintf(name, sizeof name, "%.*s", (int)label.len, label.at);
    if (t->open_labels)
        return fail(e, "%s:%d: more than %d different labels; is '%s' a label?", c->r->path,
                    x->line, LABELS_MOST, name);
    text all = {0};
    for (int i = 0; i < t->n_labels && i < 20; i++)
        text_format(&all, "%s%s", i ? ", " : "", t->labels[i]);
    fail(e, "%s:%d: a label of this task (%s%s) is expected, here is '%s'", c->r->path, x->line,
         all.at ? all.at : "", t->n_labels > 20 ? ", .." : "", name);
    text_close(&all);
    return false;
}

static int class_of(collect *c, str label)
{
    bool gather = c->r->t->open_labels && c->r->gold && label.len;
    return gather ? labels_gather(c->r->t, label, c->r->mem) : task_label(c->r->t, label);
}

void collect_set(collect *c, example *x)
{
    x->set = TAKE(c->r->mem, uint64_t, SET_WORDS);
    x->has_gold = true;
}

bool collect_member(collect *c, example *x, str label, err *e)
{
    int id = class_of(c, label);
    if (id < 0 && !c->r->gold) return true;
    if (id < 0) return unknown(c, x, label, e);
    x->set[id / 64] |= (uint64_t)1 << (id % 64);
    return true;
}

static bool set_of_cell(collect *c, example *x, str cell, err *e)
{
    collect_set(c, x);
    char sep = str_find(cell, '|') >= 0 ? '|' : ',';
    if (task_label(c->r->t, cell) >= 0)
        return collect_member(c, x, cell, e); /* a name that holds a comma */
    for (str rest = cell; rest.at && cell.len;) {
        str label = str_trim(str_cut(&rest, sep));
        if (label.len && !collect_member(c, x, label, e)) return false;
    }
    return true;
}

static bool score_of_cell(collect *c, example *x, str cell, err *e)
{
    const task *t = c->r->t;
    if (!c->r->gold && !cell.len) return true;
    if (!str_real(cell, &x->score)) {
        if (!c->r->gold) return true;
        return fail(e, "%s:%d: a number is expected, here is '%.*s'", c->r->path, x->line,
                    (int)(cell.len < 60 ? cell.len : 60), cell.at);
    }
    x->has_gold = true;
    if (t->score_low >= t->score_high || (x->score >= t->score_low && x->score <= t->score_high))
        return true;
    return fail(e, "%s:%d: a score from %g to %g is expected, here is %g", c->r->path, x->line,
                t->score_low, t->score_high, x->score);
}

bool collect_label(collect *c, example *x, str label, err *e)
{
    label = str_trim(label);
    if (c->r->t->kind == KIND_SCORE) return score_of_cell(c, x, label, e);
    if (c->r->t->kind == KIND_LABELS) return set_of_cell(c, x, label, e);
    x->label = class_of(c, label);
    x->has_gold = x->label >= 0;
    return x->has_gold || !c->r->gold || unknown(c, x, label, e);
}

/* What was read with the order of first appearance gets the order of the fixed labels. */
static void renumber(collect *c, const int *new_id)
{
    for (int i = 0; i < c->to->n; i++) {
        example *x = &c->to->at[i];
        if (x->label >= 0) x->label = new_id[x->label];
        for (int k = 0; x->tags && k < x->n_words; k++) x->tags[k] = new_id[x->tags[k]];
        if (!x->set) continue;
        uint64_t *set = TAKE(c->r->mem, uint64_t, SET_WORDS);
        for (int k = 0; k < LABELS_MOST; k++)
            if (x->set[k / 64] >> (k % 64) & 1)
                set[new_id[k] / 64] |= (uint64_t)1 << (new_id[k] % 64);
        x->set = set;
    }
}

/* In IOB1 a mention begins with I, and with B only behind another of its type. Prefixes of tags alternate: O, B, I, B, I .. */
static void close_tags(collect *c, const tagset *s)
{
    bool first_is_begin = !c->any_begin;
    int room = 16;
    chunk *found = TAKE(c->r->mem, chunk, room);
    for (int i = 0; i < c->to->n; i++) {
        example *x = &c->to->at[i];
        if (!x->tags) continue;
        if (x->n_words > room) found = TAKE(c->r->mem, chunk, room = 2 * x->n_words);
        int n = tags_chunks(s, x->tags, x->n_words, found);
        c->to->mentions += (size_t)n;
        for (int k = 0; first_is_begin && k < n; k++) {
            int *tag = &x->tags[found[k].first];
            if (s->prefix[*tag] == 'I') *tag -= 1;
        }
    }
}

bool collect_close(collect *c, err *e)
{
    task *t = c->r->t;
    if (!c->to->n) return fail(e, "%s: at least one example is expected, here is none", c->r->path);
    if (t->open_labels && t->kind != KIND_SCORE && c->r->gold) {
        int *new_id = TAKE(c->r->mem, int, LABELS_MOST);
        if (!labels_fix(t, new_id, c->r->mem, e)) return fail_in(e, "%s", c->r->path);
        renumber(c, new_id);
        int least = t->kind == KIND_LABELS ? 1 : 2;
        if (t->n_labels < least)
            return fail(e, "%s: at least %d different labels are expected, here are %d", c->r->path,
                        least, t->n_labels);
    }
    if (t->kind == KIND_WORDS && !t->open_labels) {
        tagset s;
        if (!tagset_of(&s, t, c->r->mem, e)) return false;
        close_tags(c, &s);
    }
    if (c->to->skipped)
        say("%s: %d rows without an agreed answer (-) are left out", c->r->path, c->to->skipped);
    if (c->to->unmasked)
        warn("%s: in %d of %d texts no argument tag (@GENE$ or the like) was found", c->r->path,
             c->to->unmasked, c->to->n);
    return true;
}
