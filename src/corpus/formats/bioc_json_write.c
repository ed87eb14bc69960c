/* Writes BioC JSON, a collection in one object; offsets are code points. Infons are an object, so that of equal keys the last stays. */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "corpus/formats/bioc.h"
#include "corpus/formats/readers.h"

typedef struct writer {
    text t;
    const document *d;
    unit_map points;
    losses *l;
} writer;

static void put_key(writer *w, const char *key, str s)
{
    json_put_str(&w->t, str_of(key));
    text_char(&w->t, ':');
    json_put_str(&w->t, s);
}

static void put_pair(writer *w, bool *more, str key, str value)
{
    if (*more) text_char(&w->t, ',');
    json_put_str(&w->t, key);
    text_char(&w->t, ':');
    json_put_str(&w->t, value);
    *more = true;
}

/* As one object, of equal keys the last: the type unless an infon says it, all infons, of a relation the arguments that are identifiers. */
static void put_infons(writer *w, const infons *of, str type, const relation *r)
{
    arena mem = {0};
    infons all = {0};
    bool more = false;
    if (bioc_type_is_infon(of, type)) infon_add(&all, &mem, STR("type"), type);
    for (int i = 0; i < of->n; i++) infon_add(&all, &mem, of->at[i].key, of->at[i].value);
    for (int i = 0; r && i < r->n; i++)
        if (!bioc_is_node(w->d, &r->args[i]))
            infon_add(&all, &mem, r->args[i].role, r->args[i].ref);
    table last = {0};
    for (int i = 0; i < all.n; i++) table_set(&last, &mem, all.at[i].key, i);
    text_add(&w->t, STR("\"infons\":{"));
    for (int i = 0; i < all.n; i++) {
        if (table_get(&last, all.at[i].key) != i)
            loss_note(w->l, "notes with the same key as another", w->d);
        else
            put_pair(w, &more, all.at[i].key, all.at[i].value);
    }
    text_char(&w->t, '}');
    arena_close(&mem);
}

static void put_id(writer *w, str id, char letter, int number)
{
    arena mem = {0};
    put_key(w, "id", id.len ? id : str_of(str_format(&mem, "%c%d", letter, number)));
    text_char(&w->t, ',');
    arena_close(&mem);
}

static void put_mention(writer *w, const doc_mention *m, int number)
{
    arena mem = {0};
    text_char(&w->t, '{');
    put_id(w, m->id, 'M', number);
    put_infons(w, &m->more, m->type, NULL);
    text_char(&w->t, ',');
    put_key(w, "text", m->text.at ? m->text : mention_text(w->d, m, &mem));
    text_add(&w->t, STR(",\"locations\":["));
    for (int i = 0; i < m->n; i++) {
        span at = m->at[i];
        size_t start = bioc_place(w->d, &w->points, at.start, false), end = start;
        if (at.end > at.start) end = bioc_place(w->d, &w->points, at.end, true);
        text_format(&w->t, "%s{\"offset\":%zu,\"length\":%zu}", i ? "," : "", start, end - start);
    }
    text_add(&w->t, STR("]}"));
    arena_close(&mem);
}

static void put_relation(writer *w, const relation *r, int number)
{
    bool more = false;
    text_char(&w->t, '{');
    put_id(w, r->id, 'R', number);
    put_infons(w, &r->more, r->type, r);
    text_add(&w->t, STR(",\"nodes\":["));
    for (int i = 0; i < r->n; i++) {
        const argument *a = &r->args[i];
        arena mem = {0};
        if (!bioc_is_node(w->d, a)) continue;
        str ref = a->ref;
        if (a->mention >= 0 && !w->d->mentions[a->mention].id.len)
            ref = str_of(str_format(&mem, "M%d", a->mention));
        text_add(&w->t, more ? STR(",{") : STR("{"));
        put_key(w, "refid", ref);
        text_char(&w->t, ',');
        put_key(w, "role", a->role);
        text_char(&w->t, '}');
        more = true;
        arena_close(&mem);
    }
    text_add(&w->t, STR("]}"));
}

static void put_mentions(writer *w, span in, bool *done)
{
    bool more = false;
    text_add(&w->t, STR("\"annotations\":["));
    for (int i = 0; i < w->d->n_mentions; i++) {
        const doc_mention *m = &w->d->mentions[i];
        if (done[i] || m->at[0].start < in.start || m->at[0].start > in.end) continue;
        done[i] = true;
        if (more) text_char(&w->t, ',');
        more = true;
        put_mention(w, m, i);
    }
    text_char(&w->t, ']');
}

static void put_section(writer *w, const section *s, bool sentence, bool *done)
{
    text_format(&w->t, "{\"offset\":%zu,", bioc_offset(w->d, &w->points, s));
    put_infons(w, &s->more, (str){0}, NULL);
    int n = 0;
    bool cut = !sentence && bioc_sentences_hold(w->d, s, w->l);
    for (int i = 0; cut && i < w->d->n_sentences; i++) {
        const section *k = &w->d->sentences[i];
        if (k->at.start < s->at.start || k->at.end > s->at.end) continue;
        text_add(&w->t, n++ ? STR(",") : STR(",\"sentences\":["));
        put_section(w, k, true, done);
    }
    if (n) text_char(&w->t, ']');
    text_char(&w->t, ',');
    if (!n) {
        put_key(w, "text", str_sub(w->d->text, s->at.start, s->at.end));
        text_char(&w->t, ',');
        put_mentions(w, s->at, done);
    } else {
        text_add(&w->t, STR("\"annotations\":[]"));
    }
    text_add(&w->t, STR(",\"relations\":[]}"));
}

static void put_document(writer *w)
{
    const document *d = w->d;
    arena mem = {0};
    bool *done = TAKE(&mem, bool, d->n_mentions + 1);
    section whole = {.at = {0, d->text.len}, .offset = SIZE_MAX};
    w->points = unit_map_of(d->text, UNIT_POINT, &mem);
    bioc_note_gaps(d, w->l);
    bioc_leave_out(d, done, w->l);
    text_char(&w->t, '{');
    put_key(w, "id", str_of(d->id));
    text_char(&w->t, ',');
    put_infons(w, &d->more, (str){0}, NULL);
    text_add(&w->t, STR(",\"passages\":["));
    for (int i = 0; i < d->n_passages; i++) {
        if (i) text_char(&w->t, ',');
        put_section(w, &d->passages[i], false, done);
    }
    if (!d->n_passages) put_section(w, &whole, false, done);
    text_add(&w->t, STR("],"));
    put_mentions(w, whole.at, done);
    text_add(&w->t, STR(",\"relations\":["));
    for (int i = 0; i < d->n_relations; i++) {
        if (i) text_char(&w->t, ',');
        put_relation(w, &d->relations[i], i);
    }
    text_add(&w->t, STR("]}"));
    arena_close(&mem);
}

bool bioc_json_write(const document_list *all, const char *path, losses *l, err *e)
{
    static const char *const head[] = {"source", "date", "key"};
    out o = {0};
    document none = {.id = ""};
    writer w = {.l = l, .d = &none};
    infons rest = {0};
    arena mem = {0};
    if (!out_open(&o, path, e)) return false;
    text_char(&w.t, '{');
    for (int i = 0; i < 3; i++) {
        str s = infon_get(&all->more, head[i]);
        put_key(&w, head[i], s.at ? s : (str){"", 0});
        text_char(&w.t, ',');
    }
    for (int i = 0; i < all->more.n; i++) {
        infon x = all->more.at[i];
        if (!str_is(x.key, "source") && !str_is(x.key, "date") && !str_is(x.key, "key"))
            infon_add(&rest, &mem, x.key, x.value);
    }
    put_infons(&w, &rest, (str){0}, NULL);
    text_add(&w.t, STR(",\"documents\":["));
    for (int i = 0; i < all->n; i++) {
        w.d = &all->at[i];
        text_add(&w.t, i ? STR(",\n") : STR("\n"));
        put_document(&w);
        fwrite(w.t.at, 1, w.t.len, o.to);
        w.t.len = 0;
    }
    if (w.t.len) fwrite(w.t.at, 1, w.t.len, o.to);
    fputs("\n]}\n", o.to);
    text_close(&w.t);
    arena_close(&mem);
    return out_close(&o, e);
}
