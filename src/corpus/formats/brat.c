/* brat's standoff: NAME.txt, whose bytes are the text, and NAME.ann beside it. T lines are mentions, R lines relations; # notes with a
 * JSON object of texts, as our writer makes them, are infons; every other line is kept as it is, as a note "brat" on the document. */
#include "base/file.h"
#include "base/json.h"
#include "corpus/formats/readers.h"
#include <string.h>

typedef struct brat {
    const source *s;
    document *d;
    const char *path; /* of the .ann */
    int number;
} brat;

static bool expected(const brat *b, const char *what, err *e)
{
    return fail(e, "%s:%d: %s is expected", b->path, b->number, what);
}

/* T1<tab>Type 0 5;8 12<tab>text */
static bool mention_line(brat *b, str id, str rest, err *e)
{
    str places = str_cut(&rest, '\t'), type = str_cut(&places, ' ');
    doc_mention *m = document_mention(b->d, b->s->mem, id, type, b->number);
    if (rest.at) m->text = rest;
    if (!type.len || !places.at) return expected(b, "T1, a tab, Type START END, a tab, text", e);
    while (places.at) {
        str one = str_cut(&places, ';'), from = str_cut(&one, ' ');
        int64_t start, end;
        if (!str_int(from, &start) || !one.at || !str_int(one, &end) || start < 0 || end < start)
            return expected(b, "START END in whole numbers, pieces cut by ;", e);
        mention_piece(m, b->s->mem, (size_t)start, (size_t)end);
    }
    return true;
}

/* R1<tab>Type Arg1:T1 Arg2:T2 */
static bool relation_line(brat *b, str id, str rest, err *e)
{
    rest = str_trim(rest);
    str type = str_cut(&rest, ' ');
    relation *r = document_relation(b->d, b->s->mem, id, type, b->number);
    while (rest.at) {
        str ref = str_cut(&rest, ' ');
        if (!ref.len) continue;
        str role = str_cut(&ref, ':');
        if (!ref.at || !ref.len) return expected(b, "ROLE:ID in a relation", e);
        relation_argument(r, b->s->mem, role, ref);
    }
    return (type.len && r->n > 0) || expected(b, "R1, a tab, Type Arg1:T1 Arg2:T2", e);
}

static infons *notes_of(brat *b, str id)
{
    for (int i = 0; i < b->d->n_mentions; i++)
        if (str_eq(b->d->mentions[i].id, id)) return &b->d->mentions[i].more;
    for (int i = 0; i < b->d->n_relations; i++)
        if (str_eq(b->d->relations[i].id, id)) return &b->d->relations[i].more;
    return NULL;
}

/* #1<tab>AnnotatorNotes T1<tab>{"identifier":"D1"} */
static bool note_line(brat *b, str rest)
{
    str what = str_cut(&rest, '\t'), kind = str_cut(&what, ' ');
    infons *to = what.at ? notes_of(b, str_trim(what)) : NULL;
    err ignored = {0};
    json *o = NULL;
    if (!to || !rest.len || rest.at[0] != '{' || !str_is(kind, "AnnotatorNotes") ||
        !json_parse(&o, rest, b->path, b->number, &ignored))
        return false;
    bool ok = json_type_of(o) == JSON_IS_OBJECT;
    for (void *i = ok ? json_first(o) : NULL; i; i = json_next(o, i))
        ok = ok && json_type_of(json_value(i)) == JSON_IS_TEXT;
    for (void *i = ok ? json_first(o) : NULL; i; i = json_next(o, i))
        infon_add(to, b->s->mem, str_copy(b->s->mem, json_key(i)),
                  str_copy(b->s->mem, json_text(json_value(i))));
    json_close(o);
    return ok;
}

static bool read_lines(brat *b, str bytes, err *e)
{
    for (str rest = bytes, line; str_line(&rest, &line);) {
        b->number++;
        if (!str_trim(line).len) continue;
        str more = line, id = str_cut(&more, '\t');
        bool ok = true, tab = more.at != NULL;
        if (tab && id.at[0] == 'T')
            ok = mention_line(b, id, more, e);
        else if (tab && id.at[0] == 'R')
            ok = relation_line(b, id, more, e);
        else if (!tab || id.at[0] != '#' || !note_line(b, more))
            infon_add(&b->d->more, b->s->mem, STR("brat"), line);
        if (!ok) return false;
    }
    return true;
}

bool brat_documents(document_list *to, const source *s, err *e)
{
    str path = str_of(s->path);
    bool txt = str_ends(path, ".txt");
    str stem = str_sub(path, 0, path.len - (txt ? 4 : 0));
    size_t slash = stem.len;
    while (slash && stem.at[slash - 1] != '/') slash--;
    const char *ann = str_format(s->mem, "%.*s.ann", (int)stem.len, stem.at);
    brat b = {.s = s, .path = ann};
    b.d = document_add(to, s->mem, str_keep(s->mem, str_sub(stem, slash, stem.len)), s->path, 1);
    b.d->text = s->bytes;
    file f = {0};
    if (!txt || !path_exists(ann)) return true; /* a text nobody has marked yet */
    if (!file_open(&f, ann, e)) return false;
    str bytes = str_copy(s->mem, f.bytes);
    file_close(&f);
    if (!format_bytes(ann, bytes, false, e) || !read_lines(&b, bytes, e)) return false;
    document_link(b.d);
    b.d->path = ann;
    return document_settle(b.d, -1, e);
}
