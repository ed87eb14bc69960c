/* Writes brat's standoff into a folder: NAME.txt and NAME.ann for each document, NAME being its id. */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "corpus/formats/readers.h"
#include <string.h>
#include <unistd.h>

typedef struct writer {
    text t;
    const document *d;
    unit_map points;
    losses *l;
    int notes;
} writer;

/* brat cuts at blanks, tabs and line ends. */
static void put_word(writer *w, str s)
{
    if (!s.len) text_add(&w->t, STR("none")); /* whoever calls says what is lost */
    for (size_t i = 0; i < s.len; i++) {
        bool cut = s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r' ||
                   s.at[i] == ':';
        if (cut && s.at[i] != ':') loss_note(w->l, "blanks in types and ids (_ now)", w->d);
        text_char(&w->t, cut && s.at[i] != ':' ? '_' : s.at[i]);
    }
}

static void put_id(writer *w, char letter, str id, int number)
{
    if (id.len > 1 && id.at[0] == letter)
        put_word(w, id);
    else
        text_format(&w->t, "%c%d", letter, number + 1);
}

static bool own_ids(const document *d)
{
    for (int i = 0; i < d->n_mentions; i++)
        if (d->mentions[i].id.len < 2 || d->mentions[i].id.at[0] != 'T') return false;
    return true;
}

static void put_notes(writer *w, char letter, str id, int number, const infons *more)
{
    if (!more->n) return;
    text_format(&w->t, "#%d\tAnnotatorNotes ", ++w->notes);
    put_id(w, letter, id, number);
    text_add(&w->t, STR("\t{"));
    for (int i = 0, n = 0; i < more->n; i++) {
        bool again = false;
        for (int k = i + 1; k < more->n; k++) again |= str_eq(more->at[k].key, more->at[i].key);
        if (again) {
            loss_note(w->l, "notes with the same key as another", w->d);
            continue;
        }
        if (n++) text_char(&w->t, ',');
        json_put_str(&w->t, more->at[i].key);
        text_char(&w->t, ':');
        json_put_str(&w->t, more->at[i].value);
    }
    text_add(&w->t, STR("}\n"));
}

static void put_mention(writer *w, const doc_mention *m, str id, int number)
{
    arena mem = {0};
    put_id(w, 'T', id, number);
    text_char(&w->t, '\t');
    if (!m->type.len) loss_note(w->l, "mentions without a type (\"none\" now)", w->d);
    put_word(w, m->type);
    for (int i = 0; i < m->n; i++)
        text_format(&w->t, "%c%zu %zu", i ? ';' : ' ', unit_map_units(&w->points, m->at[i].start),
                    unit_map_units(&w->points, m->at[i].end));
    str s = mention_text(w->d, m, &mem);
    text_char(&w->t, '\t');
    for (size_t i = 0; i < s.len; i++)
        text_char(&w->t, s.at[i] == '\n' || s.at[i] == '\r' || s.at[i] == '\t' ? ' ' : s.at[i]);
    text_char(&w->t, '\n');
    put_notes(w, 'T', id, number, &m->more);
    arena_close(&mem);
}

/* What stands before a colon cannot have one. */
static void put_role(writer *w, str role)
{
    for (str rest = role; rest.at;) {
        str part = str_cut(&rest, ':');
        if (!role.len) loss_note(w->l, "arguments without a role (\"none\" now)", w->d);
        if (part.len || part.len == role.len) put_word(w, part);
        if (!rest.at) return;
        text_char(&w->t, '_');
        loss_note(w->l, "colons in roles (_ now)", w->d);
    }
}

/* Of another format's notes one may be named as ours. */
static bool is_other_line(str line)
{
    str rest = line, id = str_cut(&rest, '\t');
    return str_trim(line).len && str_find(line, '\n') < 0 && str_find(line, '\r') < 0 &&
           !(rest.at && id.len && (id.at[0] == 'T' || id.at[0] == 'R'));
}

static void put_relation(writer *w, const relation *r, int number, bool own)
{
    if (!r->n) loss_note(w->l, "relations without arguments", w->d);
    if (!r->n) return;
    for (int i = 0; i < r->n; i++)
        if (r->args[i].mention < 0) {
            loss_note(w->l, "relations between concepts", w->d);
            return;
        }
    put_id(w, 'R', r->id, number);
    text_char(&w->t, '\t');
    if (!r->type.len) loss_note(w->l, "relations without a type (\"none\" now)", w->d);
    put_word(w, r->type);
    for (int i = 0; i < r->n; i++) {
        int k = r->args[i].mention;
        text_char(&w->t, ' ');
        put_role(w, r->args[i].role);
        text_char(&w->t, ':');
        put_id(w, 'T', own ? w->d->mentions[k].id : (str){0}, k);
    }
    text_char(&w->t, '\n');
    put_notes(w, 'R', r->id, number, &r->more);
}

/* The highest number of the file's own notes, "#3<tab>..": ours come behind. */
static int last_note(const document *d)
{
    int last = 0;
    for (int i = 0; i < d->more.n; i++) {
        int64_t number;
        str line = d->more.at[i].value, id = str_cut(&line, '\t');
        if (str_is(d->more.at[i].key, "brat") && str_starts(id, "#") &&
            str_int(str_sub(id, 1, id.len), &number) && number > last && number < INT32_MAX / 2)
            last = (int)number;
    }
    return last;
}

static void put_document(writer *w)
{
    const document *d = w->d;
    bool own = own_ids(d);
    for (int i = 0; i < d->n_mentions; i++)
        put_mention(w, &d->mentions[i], own ? d->mentions[i].id : (str){0}, i);
    for (int i = 0; i < d->n_relations; i++) put_relation(w, &d->relations[i], i, own);
    for (int i = 0; i < d->more.n; i++) {
        if (str_is(d->more.at[i].key, "brat") && is_other_line(d->more.at[i].value)) {
            text_add(&w->t, d->more.at[i].value);
            text_char(&w->t, '\n');
        } else {
            loss_note(w->l, "notes on documents", d);
        }
    }
    if (d->n_passages) loss_note(w->l, "passages", d);
    if (d->n_sentences) loss_note(w->l, "sentences", d);
}

/* The id as the name of a file: / and what hides a file become _; of two documents with one id the second is ID_2. */
static const char *file_name(const document *d, int number, table *taken, losses *l, arena *mem)
{
    char *plain = (char *)str_keep(mem, str_of(d->id));
    for (char *c = plain; *c; c++)
        if (*c == '/' || (unsigned char)*c < ' ' || (c == plain && *c == '.')) *c = '_';
    if (!*plain || strlen(plain) >= 200) plain = (char *)str_format(mem, "document-%d", number + 1);
    const char *name = plain;
    for (int again = 2; !table_add(taken, mem, str_of(name), number, NULL); again++)
        name = str_format(mem, "%s_%d", plain, again);
    if (strcmp(name, d->id) != 0) loss_note(l, "ids that are no names of files, or of two", d);
    return name;
}

static bool put_file(const char *path, str bytes, err *e)
{
    out o;
    if (!out_open(&o, path, e)) return false;
    o.no_sync = true;
    (void)!fwrite(bytes.at, 1, bytes.len, o.to); /* out_close sees the error */
    return out_close(&o, e);
}

/* NAME.txt and NAME.ann of the document; what was there stays and is an error. */
static bool put_pair(writer *w, const char *stem, arena *mem, err *e)
{
    const char *txt = str_format(mem, "%s.txt", stem), *ann = str_format(mem, "%s.ann", stem);
    if (path_exists(txt) || path_exists(ann))
        return fail(e,
                    "%s: is there already; documents of different names in an empty folder are "
                    "expected",
                    path_exists(txt) ? txt : ann);
    w->t.len = 0, w->notes = last_note(w->d);
    w->points = unit_map_of(w->d->text, UNIT_POINT, mem);
    put_document(w);
    if (!put_file(txt, w->d->text, e)) return false;
    if (put_file(ann, w->t.len ? text_str(&w->t) : STR(""), e)) return true;
    unlink(txt);
    return false;
}

bool brat_write(const document_list *all, const char *path, losses *l, err *e)
{
    arena mem = {0};
    writer w = {.l = l};
    table taken = {0};
    int done = 0;
    if (!strcmp(path, "-"))
        return fail(e, "brat is a folder of files; a folder is expected, not -");
    if (!dir_make(path, e)) return false;
    if (all->more.n && all->n) loss_note(l, "notes on the collection", &all->at[0]);
    const char **stems = TAKE(&mem, const char *, all->n + 1);
    for (; done < all->n; done++) {
        w.d = &all->at[done];
        stems[done] = path_join(&mem, path, file_name(w.d, done, &taken, l, &mem));
        arena_mark here = arena_here(&mem);
        if (!put_pair(&w, stems[done], &mem, e)) break;
        arena_rewind(&mem, here);
    }
    bool ok = done == all->n;
    for (int i = 0; !ok && i < done; i++) { /* half a corpus would be taken for one */
        unlink(str_format(&mem, "%s.txt", stems[i]));
        unlink(str_format(&mem, "%s.ann", stems[i]));
    }
    text_close(&w.t);
    arena_close(&mem);
    return ok;
}
