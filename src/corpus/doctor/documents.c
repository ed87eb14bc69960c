/* Formats that hold documents: each file by itself, so that a fault in one hides nothing in another; then what the documents say. */
#include "base/file.h"
#include "corpus/doctor/parts.h"
#include "corpus/examples_documents.h"
#include "corpus/formats/whole.h"
#include "corpus/tree.h"
#include <stdlib.h>
#include <string.h>

static bool has_suffix(const char *path, const char *suffixes)
{
    for (str rest = str_of(suffixes); rest.at;) {
        str one = str_cut(&rest, ' '), p = str_of(path);
        if (one.len && p.len > one.len && str_eq(str_sub(p, p.len - one.len, p.len), one))
            return true;
    }
    return false;
}

static bool one_file(doctor *d, const format *f, document_list *to, const char *path, err *e)
{
    str bytes;
    err own = {0};
    if (!whole_bytes(&bytes, path, d->mem, e)) return false;
    bytes = bytes_check(d, path, bytes, false, d->mem);
    if (!bytes.at) return true;
    bool lines = !strcmp(f->name, "jsonl");
    if (lines || !strcmp(f->name, "pubtator")) {
        (lines ? jsonl_check : pubtator_check)(d, to, path, bytes);
        return true;
    }
    document_list part = {0};
    if (!documents_parse(&part, f->name, path, bytes, d->mem, &own))
        finding_of_reader(d, path, 1, &own);
    for (int i = 0; i < part.n && !own.set; i++) {
        GROW(d->mem, to->at, to->n, to->cap);
        to->at[to->n++] = part.at[i];
    }
    return true;
}

/* ChemProt's tables have no header: every row has as many columns as most have. */
static void look_at_rows(doctor *d, const char *path, str bytes)
{
    enum { MOST = 16 };
    str f[MOST], line;
    int votes[MOST + 1] = {0}, usual = 0, number = 0;
    for (str rest = bytes; str_line(&rest, &line);)
        if (str_trim(line).len) votes[whole_fields(line, f, MOST)]++;
    for (int i = 1; i <= MOST; i++)
        if (votes[i] > votes[usual]) usual = i;
    for (str rest = bytes; str_line(&rest, &line);) {
        int n = whole_fields(line, f, MOST);
        number++;
        if (str_trim(line).len && n != usual)
            finding_add(d, FINDING_COLUMNS, path, number,
                        "%d columns are expected, as in most lines, here %s %d", usual,
                        n == 1 ? "is" : "are", n);
    }
}

/* A reader that takes a folder chooses among its files itself; their bytes are looked at here. */
static bool look_at_folder(doctor *d, const format *f, const char *path, err *e)
{
    arena mem = {0};
    tree files = {0};
    bool mended = !strcmp(f->name, "hoc-folder"); /* whose first form has such bytes */
    bool ok = tree_read(&files, path, &mem, e);
    for (int i = 0; ok && i < files.n; i++) {
        str bytes;
        if (!has_suffix(files.at[i], ".txt .tsv .con .rel .xml")) continue;
        ok = whole_bytes(&bytes, files.at[i], &mem, e);
        if (!ok) break;
        const char *kept = str_keep(d->mem, str_of(files.at[i]));
        bytes = bytes_check(d, kept, bytes, mended, &mem);
        if (bytes.at && !strcmp(f->name, "chemprot")) look_at_rows(d, kept, bytes);
    }
    arena_close(&mem);
    return ok;
}

static bool read_all(doctor *d, const format *f, document_list *to, err *e)
{
    const char *path = file_now(d)->path;
    tree files = {0};
    err own = {0};
    int n = 0;
    if (f->takes == TAKES_FOLDER) {
        if (!look_at_folder(d, f, path, e)) return false;
        if (documents_read(to, f->name, path, d->mem, &own)) return true;
        to->n = 0;
        if (!found_already(d, &own)) finding_of_reader(d, path, 1, &own);
        return true;
    }
    if (!path_is_dir(path)) return one_file(d, f, to, path, e);
    if (!tree_read(&files, path, d->mem, e)) return false;
    for (int i = 0; i < files.n; i++) {
        if (!has_suffix(files.at[i], f->suffixes)) continue;
        if (!one_file(d, f, to, files.at[i], e)) return false;
        n++;
    }
    if (!n)
        finding_add(d, FINDING_READ, NULL, 0, "files that end in %s are expected in this folder",
                    f->suffixes);
    return true;
}

/* The file that a mention's or a relation's line is of: ChemProt and i2b2 have them beside the text. */
static const char *beside(doctor *d, const format *f, const document *x, bool of_relation)
{
    const char *name = strrchr(x->path, '/'), *at;
    name = name ? name + 1 : x->path;
    if (!strcmp(f->name, "i2b2"))
        return str_format(d->mem, "%s.%s", x->id, of_relation ? "rel" : "con");
    if (strcmp(f->name, "chemprot") != 0 || !(at = strstr(name, "abstracts"))) return x->path;
    static const char *const tables[] = {"entities", "relations", "gold_standard"};
    for (int i = of_relation; i < 3; i++) {
        const char *path = str_format(d->mem, "%.*s%s%s", (int)(at - x->path), x->path, tables[i],
                                      at + strlen("abstracts"));
        if (path_exists(path)) return path;
    }
    return x->path;
}

/* Does the recorded text stand anywhere? Then the offsets miss it; else somebody wrote it in another way. A part of another mention is no example and harms
 * nobody. */
static void miss(doctor *d, const char *path, const document *x, const doc_mention *m, str here)
{
    ptrdiff_t at = m->text.len ? str_find_str(x->text, m->text) : -1;
    if (at >= 0 && !m->part)
        finding_add(d, FINDING_OFFSET, path, m->line,
                    "'%.*s' is recorded, but '%.*s' stands at its place in document %s",
                    SHOWN(m->text), SHOWN(here), x->id);
    else
        finding_add(d, FINDING_RECORDED, path, m->line,
                    "'%.*s' is recorded, but '%.*s' stands at its place in document %s%s",
                    SHOWN(m->text), SHOWN(here), x->id,
                    m->part ? "; it is a part of another mention" : "");
}

static void check_mentions(doctor *d, const format *f, const document *x)
{
    const char *path = beside(d, f, x, false);
    arena mem = {0};
    table seen = {0};
    for (int i = 0; i < x->n_mentions; i++) {
        const doc_mention *m = &x->mentions[i];
        str here = mention_text(x, m, &mem);
        bool empty = !str_trim(here).len;
        for (int k = 0; k < m->n; k++) empty |= m->at[k].start == m->at[k].end;
        if (empty)
            finding_add(d, FINDING_EMPTY, path, m->line,
                        "a mention of type %.*s in document %s has no text", SHOWN(m->type), x->id);
        else if (!mention_fits(x, m))
            miss(d, path, x, m, here);
        else if (str_trim(here).len < here.len)
            finding_add(d, FINDING_MARGIN, path, m->line,
                        "the mention '%.*s' of document %s begins or ends with a blank",
                        SHOWN(here), x->id);
        text key = {0};
        int old;
        text_add(&key, m->type);
        for (int k = 0; k < m->n; k++) text_format(&key, "\t%zu %zu", m->at[k].start, m->at[k].end);
        if (!m->part && !empty && !table_add(&seen, &mem, str_copy(&mem, text_str(&key)), i, &old))
            finding_add(d, FINDING_TWICE, path, m->line,
                        "the mention '%.*s' of document %s again (line %d)", SHOWN(here), x->id,
                        x->mentions[old].line);
        text_close(&key);
    }
    arena_close(&mem);
}

static bool listed(const task *t, str type)
{
    if (t->n_labels == 3 && !t->labels[1][1]) return true;
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(type, t->labels[i][1] ? t->labels[i] + 2 : "")) return true;
    return false;
}

static int by_start(const void *a, const void *b)
{
    span x = mention_hull(*(const doc_mention *const *)a),
         y = mention_hull(*(const doc_mention *const *)b);
    if (x.start != y.start) return x.start < y.start ? -1 : 1;
    return x.end != y.end ? (x.end > y.end ? -1 : 1) : 0;
}

/* Of the types that the task is about. */
static void check_overlaps(doctor *d, const format *f, const task *t, const document *x)
{
    arena mem = {0};
    const doc_mention **of = TAKE(&mem, const doc_mention *, x->n_mentions + 1), *before = NULL;
    int n = 0;
    for (int i = 0; i < x->n_mentions; i++)
        if (!x->mentions[i].part && (t->open_labels || listed(t, x->mentions[i].type)))
            of[n++] = &x->mentions[i];
    if (n) qsort(of, (size_t)n, sizeof(const doc_mention *), by_start);
    for (int i = 0; i < n; i++) {
        span at = mention_hull(of[i]);
        bool same = i && !by_start(&of[i - 1], &of[i]) && str_eq(of[i - 1]->type, of[i]->type);
        if (before && !same && at.start < mention_hull(before).end) /* the same is said as twice */
            finding_add(d, FINDING_OVERLAP, beside(d, f, x, false), of[i]->line,
                        "the mention '%.*s' of document %s overlaps '%.*s'",
                        SHOWN(str_sub(x->text, at.start, at.end)), x->id,
                        SHOWN(mention_text(x, before, &mem)));
        if (!before || at.end > mention_hull(before).end) before = of[i];
    }
    arena_close(&mem);
}

/* A relation's argument is a mention, another relation, or a concept that mentions are linked to (several are joined by | or ;). */
static void check_relations(doctor *d, const format *f, const document *x)
{
    const char *path = beside(d, f, x, true);
    arena mem = {0};
    table known = {0};
    for (int i = 0; i < x->n_mentions; i++)
        for (int k = 0; k < x->mentions[i].more.n; k++) {
            str value = x->mentions[i].more.at[k].value;
            table_set(&known, &mem, value, i);
            for (str rest = value; rest.at;) {
                size_t end = 0;
                while (end < rest.len && !strchr("|;,+", rest.at[end])) end++;
                table_set(&known, &mem, str_trim(str_sub(rest, 0, end)), i);
                rest = end < rest.len ? str_sub(rest, end + 1, rest.len) : (str){0};
            }
        }
    for (int i = 0; i < x->n_relations; i++)
        if (x->relations[i].id.len) table_set(&known, &mem, x->relations[i].id, i);
    for (int i = 0; i < x->n_relations; i++)
        for (int k = 0; k < x->relations[i].n; k++) {
            const argument *a = &x->relations[i].args[k];
            if (a->mention < 0 && table_get(&known, a->ref) < 0)
                finding_add(d, FINDING_ARGUMENT, path, x->relations[i].line,
                            "a relation's argument '%.*s' is no mention, concept or relation of "
                            "document %s",
                            SHOWN(a->ref), x->id);
        }
    arena_close(&mem);
}

/* Types of dev and test that a list gathered from train lacks. A list that the user gave is meant to choose. */
static void check_types(doctor *d, const task *t, const document_list *list)
{
    arena mem = {0};
    table seen = {0};
    if (t->kind != KIND_WORDS || t->open_labels || t->listed) return;
    for (int i = 0; i < list->n; i++)
        for (int k = 0; k < list->at[i].n_mentions; k++) {
            const doc_mention *m = &list->at[i].mentions[k];
            if (!m->part && !listed(t, m->type) && table_add(&seen, &mem, m->type, 0, NULL))
                finding_add(d, FINDING_UNSEEN, list->at[i].path, m->line,
                            "mentions of type %.*s are not in train and count as none",
                            SHOWN(m->type));
        }
    arena_close(&mem);
}

static void check_ids(doctor *d, const document_list *list)
{
    arena mem = {0};
    table ids = {0};
    int old;
    for (int i = 0; i < list->n; i++) {
        const document *x = &list->at[i];
        bool again = !table_add(&ids, &mem, str_of(x->id), i, &old);
        if (again && !str_eq(list->at[old].text, x->text)) /* the same text: see same.c */
            finding_add(d, FINDING_ID, x->path, x->line,
                        "document %s again, with another text (%s:%d)", x->id, list->at[old].path,
                        list->at[old].line);
        if (!str_trim(x->text).len)
            finding_add(d, FINDING_EMPTY, x->path, x->line, "document %s has no text", x->id);
    }
    arena_close(&mem);
}

bool documents_check(doctor *d, const format *f, task *t, err *e)
{
    document_list list = {0};
    lost_golds lost = {0};
    err own = {0};
    checked_file *now = file_now(d);
    task copy = *t;
    if (!read_all(d, f, &list, e)) return false;
    now->documents = list;
    if (!list.n) {
        if (!file_has_errors(now))
            finding_add(d, FINDING_READ, NULL, 0,
                        "at least one document is expected, here is none");
        return true;
    }
    check_ids(d, &list);
    for (int i = 0; i < list.n; i++) {
        check_mentions(d, f, &list.at[i]);
        check_relations(d, f, &list.at[i]);
        if (t->kind == KIND_WORDS) check_overlaps(d, f, t, &list.at[i]);
    }
    check_types(d, t, &list);
    same_documents(d, &list);
    const reading r = {.t = &copy, .path = now->path, .gold = true, .mem = d->mem};
    if (!examples_of_documents(&now->x, &r, &list, &lost, &own)) {
        now->x = (examples){.path = now->path};
        finding_of_what_is_left(d, &own);
        return true;
    }
    *t = copy;
    for (int i = 0; i < lost.n; i++)
        finding_add(d, FINDING_LOST, beside(d, f, lost.at[i].d, true), lost.at[i].r->line,
                    "a relation%s%.*s of document %s is left out: %s",
                    lost.at[i].r->type.len ? " " : "", SHOWN(lost.at[i].r->type), lost.at[i].d->id,
                    lost.at[i].why);
    return true;
}
