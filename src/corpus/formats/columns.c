#include "corpus/formats/columns.h"
#include <string.h>
#include <strings.h>

const column_names columns_usual = {{
    [ROLE_TEXT] = {"text", "sentence", "sentence1", "sentence_1", "sentence_a", "premise"},
    [ROLE_TEXT2] = {"text2", "sentence2", "sentence_2", "sentence_b", "hypothesis"},
    [ROLE_LABEL] = {"label", "labels", "gold_label", "score"},
    [ROLE_ID] = {"id", "index", "uid", "pairid", "pair_id"},
}};

static const char *const role_names[ROLES] = {"text", "text2", "label", "id"};

static const char *mapped(const task *t, int role)
{
    const char *const own[ROLES] = {t->column_text, t->column_text2, t->column_label, t->column_id};
    return own[role];
}

static bool same(str a, const char *b)
{
    a = str_trim(a);
    return a.len == strlen(b) && !strncasecmp(a.at, b, a.len);
}

static int column_of(const row *header, const task *t, int role, const column_names *names)
{
    const char *own = mapped(t, role);
    for (int i = 0; own && i < header->n; i++)
        if (str_is(str_trim(header->at[i]), own)) return i;
    if (own) return -1;
    for (int k = 0; k < COLUMN_NAMES && names->of[role][k]; k++)
        for (int i = 0; i < header->n; i++)
            if (same(header->at[i], names->of[role][k])) return i;
    return -1;
}

static bool needs(const task *t, int role, bool gold)
{
    bool two = t->kind == KIND_PAIR || t->kind == KIND_SCORE;
    return role == ROLE_TEXT || (role == ROLE_TEXT2 && two) || (role == ROLE_LABEL && gold);
}

bool columns_fit(const task *t, const row *header, const column_names *names)
{
    for (int i = 0; i < ROLES; i++)
        if (needs(t, i, false) && column_of(header, t, i, names) < 0) return false;
    return true;
}

static bool missing(const reading *r, const row *header, int role, const column_names *names,
                    err *e)
{
    const char *own = mapped(r->t, role);
    const char **here = TAKE(r->mem, const char *, header->n);
    text all = {0}, wanted = {0};
    for (int i = 0; i < header->n; i++) {
        here[i] = str_keep(r->mem, str_trim(header->at[i]));
        if (i < 12) text_format(&all, "%s%.40s", i ? ", " : "", here[i]);
    }
    for (int k = 0; k < COLUMN_NAMES && names->of[role][k]; k++)
        text_format(&wanted, "%s%s", k ? " or " : "", names->of[role][k]);
    const char *near = own ? str_nearest(own, here, header->n) : NULL;
    fail(e, "%s:%d: a column '%s' is expected in the header (%s), here are: %s%s%s%s%s", r->path,
         header->line, own ? own : wanted.at, role_names[role], all.at ? all.at : "none",
         header->n > 12 ? ", .." : "", near ? "; did you mean '" : "", near ? near : "",
         near ? "'?" : "");
    text_close(&all), text_close(&wanted);
    return false;
}

bool columns_find(columns *to, const reading *r, const row *header, const column_names *names,
                  err *e)
{
    to->n = header->n;
    for (int i = 0; i < ROLES; i++) {
        to->at[i] = column_of(header, r->t, i, names);
        bool asked = mapped(r->t, i) && (i != ROLE_LABEL || r->gold);
        if (to->at[i] < 0 && (needs(r->t, i, r->gold) || asked))
            return missing(r, header, i, names, e);
    }
    return true;
}

bool columns_example(collect *c, const columns *k, const row *w, err *e)
{
    if (w->n != k->n)
        return fail(e, "%s:%d: %d columns are expected, here are %d", c->r->path, w->line, k->n,
                    w->n);
    example *x = collect_add(c, w->line);
    str cell[ROLES];
    for (int i = 0; i < ROLES; i++) cell[i] = k->at[i] < 0 ? (str){NULL, 0} : w->at[k->at[i]];
    if (cell[ROLE_LABEL].at && !collect_label(c, x, cell[ROLE_LABEL], e)) return false;
    return collect_text(c, x, cell[ROLE_TEXT], cell[ROLE_TEXT2], e) &&
           collect_id(c, x, cell[ROLE_ID], (str){0}, e);
}

bool columns_read(examples *to, const reading *r, char sep, const column_names *names, err *e)
{
    collect c = collect_of(to, r);
    rows s = rows_of(r, sep, r->t->quoting);
    row w = {0};
    columns k = {0};
    bool more;
    if (!rows_next(&s, &w, &more, e)) return false;
    if (!more)
        return fail(e, "%s: a header with the names of columns is expected, the file is empty",
                    r->path);
    if (!columns_find(&k, r, &w, names, e)) return false;
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (!columns_example(&c, &k, &w, e)) return false;
    }
}
