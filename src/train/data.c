/* From files to packed sequences, with the line that says what became of them. */
#include "train/data.h"
#include "base/log.h"
#include <string.h>

pack_rules data_rules(const settings *s)
{
    pack_rules r = pack_default();
    r.most = (int)s->max_pieces;
    r.overlap = (int)s->overlap;
    r.words = (enum long_words)setting_choice("windows|cut30|gold", s->long_words);
    r.relation = (enum long_relation)setting_choice("centered|end", s->long_relations);
    r.swap_pair = is_on(s->swap_pair);
    r.parse_special = !strcmp(s->special, "parse");
    return r;
}

static void tell(const task *t, enum split which, const examples *x, const pack_counts *c)
{
    char mentions[64] = "", cut[160] = "", lost[80] = "", arguments[80] = "";
    if (t->kind == KIND_WORDS) snprintf(mentions, sizeof mentions, ", %zu mentions", x->mentions);
    if (c->cut_windows)
        snprintf(cut, sizeof cut, "; %d long ones became %d windows", c->cut_windows,
                 c->cut_windows + c->sequences - c->examples);
    if (c->cut_examples)
        snprintf(cut + strlen(cut), sizeof cut - strlen(cut), "; %d were cut by %zu pieces in all",
                 c->cut_examples, c->lost_pieces);
    if (c->lost_words)
        snprintf(lost, sizeof lost, "; %zu words have no pieces and get the answer O",
                 c->lost_words);
    if (c->lost_arguments)
        snprintf(arguments, sizeof arguments, "; %d lost an argument", c->lost_arguments);
    say("%s %s: %d examples%s, %zu pieces%s%s%s", t->name, split_names[which], x->n, mentions,
        c->pieces, cut, lost, arguments);
}

bool data_read(task_data *d, task *t, enum split which, const vocab *v, const pack_rules *rules,
               arena *mem, err *e)
{
    if (!t->files[which]) return true;
    if (!examples_read(&d->x[which], t, which, true, mem, e) ||
        !pack_examples(&d->p[which], v, t, &d->x[which], rules, mem, e))
        return fail_in(e, "task %s, %s", t->name, split_names[which]);
    d->there[which] = true;
    tell(t, which, &d->x[which], &d->p[which].counts);
    return true;
}

void data_leave_out_cut(const task *t, packs *p)
{
    int kept = 0;
    for (int i = 0; i < p->n; i++)
        if (!p->at[i].cut) p->at[kept++] = p->at[i];
    if (kept < p->n)
        say("%s: %d sequences do not fit and are left out of training, as in the released code",
            t->name, p->n - kept);
    p->n = kept;
}

void data_join_dev(task_data *d, arena *mem)
{
    if (!d->there[SPLIT_DEV]) return;
    examples *a = &d->x[SPLIT_TRAIN], *b = &d->x[SPLIT_DEV];
    example *x = TAKE(mem, example, a->n + b->n);
    memcpy(x, a->at, sizeof *x * (size_t)a->n);
    memcpy(x + a->n, b->at, sizeof *x * (size_t)b->n);
    packs *p = &d->p[SPLIT_TRAIN], *q = &d->p[SPLIT_DEV];
    packed *both = TAKE(mem, packed, p->n + q->n);
    memcpy(both, p->at, sizeof *both * (size_t)p->n);
    memcpy(both + p->n, q->at, sizeof *both * (size_t)q->n);
    for (int i = p->n; i < p->n + q->n; i++) both[i].example += a->n;
    a->at = x, a->n += b->n, a->mentions += b->mentions;
    p->at = both, p->n += q->n;
}
