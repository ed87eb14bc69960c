/* The part of collect.h that is about words: text made of them, and tags in all the customary schemes. */
#include "corpus/formats/collect.h"
#include "corpus/labels.h"
#include <string.h>

bool collect_words(collect *c, example *x, const str *words, int n, int step, err *e)
{
    size_t len = 0;
    for (int i = 0; i < n; i++) {
        if (!str_trim(words[i]).len)
            return fail(e, "%s:%d: a word is expected, here it is blank", c->r->path,
                        x->line + i * step);
        len += words[i].len + 1;
    }
    if (!n) return fail(e, "%s:%d: at least one word is expected", c->r->path, x->line);
    char *to = TAKE(c->r->mem, char, len);
    x->words = TAKE(c->r->mem, span, n);
    x->n_words = n;
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (i) to[at++] = ' ';
        memcpy(to + at, words[i].at, words[i].len);
        x->words[i] = (span){at, at + words[i].len};
        at += words[i].len;
    }
    x->text = (str){to, at};
    return true;
}

/* Number of the type's B, by the task's labels; -1 unknown. A bare tag in a corpus of a task with one type is of that type. */
static int begin_of(collect *c, str type)
{
    task *t = c->r->t;
    if (t->open_labels) return c->r->gold ? labels_gather(t, type, c->r->mem) : -1;
    if (!type.len && t->n_labels == 3) return 1;
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(type, t->labels[i][1] ? t->labels[i] + 2 : "")) return i;
    return -1;
}

static bool bad_tag(collect *c, int line, str tag, err *e)
{
    const task *t = c->r->t;
    text all = {0};
    for (int i = 1; i < t->n_labels && i < 40; i += 2)
        text_format(&all, "%s%s", i > 1 ? ", " : "",
                    t->labels[i][1] ? t->labels[i] + 2 : "no type");
    bool open = t->open_labels;
    fail(e, "%s:%d: a tag O, B-TYPE or I-TYPE (or bare O, B, I)%s%s is expected, here is '%.*s'",
         c->r->path, line, open ? "" : " of type ", open || !all.at ? "" : all.at,
         (int)(tag.len < 60 ? tag.len : 60), tag.at);
    text_close(&all);
    return false;
}

bool tag_cut(str tag, char *prefix, str *type)
{
    *type = (str){"", 0};
    if (!tag.len || !strchr("BIOESLU", tag.at[0]) || !tag.at[0]) return false;
    *prefix = tag.at[0];
    if (tag.len == 1) return true;
    *type = str_sub(tag, 2, tag.len);
    return tag.at[0] != 'O' && tag.at[1] == '-' && type->len;
}

bool collect_tags(collect *c, example *x, const str *tags, int step, err *e)
{
    char before = 'O';
    int before_type = 0;
    if (c->r->t->open_labels && !c->r->gold) return true; /* no tag is known */
    x->tags = TAKE(c->r->mem, int, x->n_words);
    for (int i = 0; i < x->n_words; i++) {
        str tag = str_trim(tags[i]), type;
        char now;
        if (!tag_cut(tag, &now, &type)) {
            if (!c->r->gold) goto none;
            return bad_tag(c, x->line + i * step, tag, e);
        }
        int begin = now == 'O' ? 0 : begin_of(c, type);
        if (begin < 0 && !c->r->gold) goto none;
        if (begin < 0) return bad_tag(c, x->line + i * step, tag, e);
        bool closed = strchr("OESLU", before) || (before_type != begin); /* nothing goes on here */
        bool starts = strchr("BSU", now) || (now != 'O' && strchr("ESLU", before));
        x->tags[i] = now == 'O' ? 0 : starts ? begin : begin + 1;
        c->any_begin |= strchr("SUEL", now) || (now == 'B' && closed);
        before = now, before_type = begin;
    }
    x->has_gold = true;
    return true;
none: /* for prediction an answer that is not of this task is no answer */
    x->tags = NULL;
    return true;
}
