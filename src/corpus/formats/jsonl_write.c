/* Writes documents as JSON lines (jsonl_documents.c says in which form). Nothing of a document is lost; places are code points. */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "corpus/formats/readers.h"

static void put_key(text *t, const char *key, str value)
{
    text_format(t, "\"%s\":", key);
    json_put_str(t, value);
}

/* Behind other keys: an object, or a list of pairs where a key stands twice. */
static void put_infons(text *t, const infons *of)
{
    arena mem = {0};
    table keys = {0};
    bool again = false;
    if (!of->n) return;
    for (int i = 0; i < of->n; i++) again |= !table_add(&keys, &mem, of->at[i].key, i, NULL);
    arena_close(&mem);
    text_format(t, ",\"infons\":%c", again ? '[' : '{');
    for (int i = 0; i < of->n; i++) {
        text_add(t, !i ? STR("") : STR(","));
        if (again) text_char(t, '[');
        json_put_str(t, of->at[i].key);
        text_char(t, again ? ',' : ':');
        json_put_str(t, of->at[i].value);
        if (again) text_char(t, ']');
    }
    text_char(t, again ? ']' : '}');
}

/* The ids that are written, and the mention that a reader finds by each. */
typedef struct named {
    str *id; /* [n_mentions] */
    table mentions;
} named;

/* A mention without an id gets one if a relation needs it. */
static named name_mentions(const document *d, arena *mem)
{
    named of = {.id = TAKE(mem, str, d->n_mentions + 1)};
    for (int i = 0; i < d->n_mentions; i++) of.id[i] = d->mentions[i].id;
    for (int i = 0; i < d->n_relations; i++)
        for (int k = 0; k < d->relations[i].n; k++) {
            int m = d->relations[i].args[k].mention;
            if (m >= 0 && !of.id[m].len) of.id[m] = str_of(str_format(mem, "M%d", m));
        }
    for (int i = d->n_mentions; i-- > 0;) /* the first of an id, as document_link has it */
        if (of.id[i].len) table_set(&of.mentions, mem, of.id[i], i);
    return of;
}

static void put_mention(text *t, const document *d, int number, str id, const unit_map *points)
{
    arena mem = {0};
    const doc_mention *m = &d->mentions[number];
    text_char(t, '{');
    if (id.len) put_key(t, "id", id), text_char(t, ',');
    put_key(t, "type", m->type);
    if (m->n > 1) text_add(t, STR(",\"spans\":["));
    for (int i = 0; i < m->n; i++) {
        size_t start = unit_map_units(points, m->at[i].start),
               end = unit_map_units(points, m->at[i].end);
        if (m->n > 1)
            text_format(t, "%s[%zu,%zu]", i ? "," : "", start, end);
        else
            text_format(t, ",\"start\":%zu,\"end\":%zu", start, end);
    }
    text_add(t, m->n > 1 ? STR("],") : STR(","));
    put_key(t, "text", m->text.at ? m->text : mention_text(d, m, &mem));
    if (m->part) text_add(t, STR(",\"part\":true"));
    put_infons(t, &m->more);
    text_char(t, '}');
    arena_close(&mem);
}

/* Which mention an argument is stands there as a number where its ref does not say it. */
static void put_relation(text *t, const document *d, const relation *r, const named *of)
{
    text_char(t, '{');
    if (r->id.len) put_key(t, "id", r->id), text_char(t, ',');
    put_key(t, "type", r->type);
    text_add(t, STR(",\"args\":["));
    for (int i = 0; i < r->n; i++) {
        text_add(t, i ? STR(",{") : STR("{"));
        put_key(t, "role", r->args[i].role);
        text_char(t, ',');
        int m = r->args[i].mention;
        str ref = m >= 0 && !d->mentions[m].id.len ? of->id[m] : r->args[i].ref;
        put_key(t, "ref", ref);
        if (table_get(&of->mentions, ref) != m) {
            if (m < 0)
                text_add(t, STR(",\"mention\":null"));
            else
                text_format(t, ",\"mention\":%d", m);
        }
        text_char(t, '}');
    }
    text_char(t, ']');
    put_infons(t, &r->more);
    text_char(t, '}');
}

static void put_sections(text *t, const document *d, bool sentences, const unit_map *points)
{
    int n = sentences ? d->n_sentences : d->n_passages;
    for (int i = 0; i < n; i++) {
        const section *s = sentences ? &d->sentences[i] : &d->passages[i];
        if (!i) text_format(t, ",\"%s\":[", sentences ? "sentences" : "passages");
        text_format(t, "%s{\"start\":%zu,\"end\":%zu", i ? "," : "",
                    unit_map_units(points, s->at.start), unit_map_units(points, s->at.end));
        if (!sentences && s->offset != SIZE_MAX && d->unit == UNIT_POINT)
            text_format(t, ",\"offset\":%zu", s->offset);
        put_infons(t, &s->more);
        text_char(t, '}');
    }
    if (n) text_char(t, ']');
}

/* Would a reader look for another unit? */
static bool misfits(const document *d)
{
    for (int i = 0; i < d->n_mentions; i++)
        if (!mention_fits(d, &d->mentions[i])) return true;
    return false;
}

static void put_document(text *t, const document *d)
{
    arena mem = {0};
    unit_map points = unit_map_of(d->text, UNIT_POINT, &mem);
    named of = name_mentions(d, &mem);
    text_char(t, '{');
    put_key(t, "id", str_of(d->id));
    text_char(t, ',');
    put_key(t, "text", d->text);
    text_add(t, STR(",\"mentions\":["));
    for (int i = 0; i < d->n_mentions; i++) {
        if (i) text_char(t, ',');
        put_mention(t, d, i, of.id[i], &points);
    }
    text_char(t, ']');
    for (int i = 0; i < d->n_relations; i++) {
        text_add(t, i ? STR(",") : STR(",\"relations\":["));
        put_relation(t, d, &d->relations[i], &of);
    }
    if (d->n_relations) text_char(t, ']');
    put_sections(t, d, false, &points);
    put_sections(t, d, true, &points);
    if (misfits(d)) text_add(t, STR(",\"unit\":\"points\""));
    if (d->pairs_given) text_add(t, STR(",\"pairs_given\":true"));
    put_infons(t, &d->more);
    text_add(t, STR("}\n"));
    arena_close(&mem);
}

bool jsonl_write(const document_list *all, const char *path, losses *l, err *e)
{
    out o = {0};
    text t = {0};
    if (!out_open(&o, path, e)) return false;
    if (all->more.n && all->n) loss_note(l, "notes on the collection", &all->at[0]);
    for (int i = 0; i < all->n; i++) {
        t.len = 0;
        put_document(&t, &all->at[i]);
        fwrite(t.at, 1, t.len, o.to);
    }
    text_close(&t);
    return out_close(&o, e);
}
