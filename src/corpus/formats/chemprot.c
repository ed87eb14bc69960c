/* ChemProt of BioCreative VI: *_abstracts*.tsv (PMID, title, abstract), beside it *_entities*.tsv (PMID, T1, type, start, end, text; offsets in
 * characters of title, one more, abstract) and *_relations*.tsv (PMID, CPR:n, is it scored, type, Arg1:T1, Arg2:T2) or *_gold_standard*.tsv (PMID,
 * CPR:n, Arg1:T1, Arg2:T2). Given is the folder of one set, or its file of abstracts. GENE-Y and GENE-N are both masked as GENE. */
#include "base/file.h"
#include "base/table.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <string.h>

typedef struct chemprot {
    document_list *to;
    int first; /* document of this set */
    table ids; /* PMID -> index in to */
    arena *mem;
    const char *path; /* of the file that is being read */
    int line;
} chemprot;

typedef bool row_reader(chemprot *c, const str *f, int n, err *e);

static bool rows_each(chemprot *c, const char *path, row_reader *read, err *e)
{
    enum { FIELDS = 8 };
    str bytes, f[FIELDS];
    c->path = path, c->line = 0;
    if (!whole_read(&bytes, path, c->mem, e)) return false;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        c->line++;
        if (str_trim(line).len && !read(c, f, whole_fields(line, f, FIELDS), e)) return false;
    }
    return true;
}

static bool abstract(chemprot *c, const str *f, int n, err *e)
{
    if (n != 3 || !f[0].len)
        return fail(e, "%s:%d: PMID, title, abstract are expected, with tabs between", c->path,
                    c->line);
    if (!table_add(&c->ids, c->mem, f[0], c->to->n, NULL))
        return fail(e, "%s:%d: document %.*s stands here twice", c->path, c->line, (int)f[0].len,
                    f[0].at);
    size_t a = f[1].len, b = f[2].len;
    char *all = TAKE(c->mem, char, a + b + 2);
    memcpy(all, f[1].at, a);
    all[a] = '\n';
    memcpy(all + a + 1, f[2].at, b);
    document *d = document_add(c->to, c->mem, str_keep(c->mem, f[0]), c->path, c->line);
    d->text = (str){all, a + 1 + b};
    infon_add(&document_passage(d, c->mem, (span){0, a})->more, c->mem, STR("type"), STR("title"));
    infon_add(&document_passage(d, c->mem, (span){a + 1, a + 1 + b})->more, c->mem, STR("type"),
              STR("abstract"));
    return true;
}

/* NULL with a complaint where there is none. */
static document *document_of(chemprot *c, str id, err *e)
{
    int i = table_get(&c->ids, id);
    if (i >= 0) return &c->to->at[i];
    fail(e, "%s:%d: a document of the abstracts is expected, '%.*s' is none", c->path, c->line,
         (int)(id.len < 40 ? id.len : 40), id.at);
    return NULL;
}

static bool entity(chemprot *c, const str *f, int n, err *e)
{
    int64_t start, end;
    if (n != 6 || !str_int(f[3], &start) || !str_int(f[4], &end) || start < 0 || end <= start)
        return fail(e, "%s:%d: PMID, id, type, start, end, text are expected, with tabs between",
                    c->path, c->line);
    document *d = document_of(c, f[0], e);
    if (!d) return false;
    doc_mention *m = document_mention(d, c->mem, f[1], f[2], c->line);
    m->text = f[5];
    if (str_starts(f[2], "GENE-")) infon_add(&m->more, c->mem, STR("tag"), STR("GENE"));
    mention_piece(m, c->mem, (size_t)start, (size_t)end);
    return true;
}

/* The files of entities have several documents' lines mixed, and a path for messages of their own. */
static bool settle(chemprot *c, const char *entities, err *e)
{
    for (int i = c->first; i < c->to->n; i++) {
        document *d = &c->to->at[i];
        const char *own = d->path;
        d->path = entities;
        if (!document_settle(d, -1, e)) return false;
        d->path = own;
    }
    return true;
}

static bool argument_of(chemprot *c, const document *d, relation *r, str cell, err *e)
{
    str id = cell, role = str_cut(&id, ':');
    for (int i = 0; id.at && i < d->n_mentions; i++)
        if (str_eq(d->mentions[i].id, id)) {
            relation_argument(r, c->mem, role, id);
            r->args[r->n - 1].mention = i;
            return true;
        }
    return fail(e,
                "%s:%d: Arg1:T1 with the id of an entity of document %s is expected, here is "
                "'%.*s'",
                c->path, c->line, d->id, (int)(cell.len < 40 ? cell.len : 40), cell.at);
}

static bool relation_row(chemprot *c, const str *f, int n, err *e)
{
    if (n != 4 && n != 6)
        return fail(e, "%s:%d: PMID, group, [scored, type,] Arg1:T1, Arg2:T2 are expected", c->path,
                    c->line);
    document *d = document_of(c, f[0], e);
    if (!d) return false;
    relation *r = document_relation(d, c->mem, (str){"", 0}, f[1], c->line);
    if (n == 6) {
        infon_add(&r->more, c->mem, STR("scored"), str_trim(f[2]));
        infon_add(&r->more, c->mem, STR("relation"), f[3]);
    }
    return argument_of(c, d, r, f[n - 2], e) && argument_of(c, d, r, f[n - 1], e);
}

/* The file beside the abstracts whose name has `part` in place of "abstracts"; NULL: there is none. */
static const char *beside(const char *abstracts, const char *part, arena *mem)
{
    const char *name = strrchr(abstracts, '/');
    const char *at = strstr(name ? name : abstracts, "abstracts");
    if (!at) return NULL;
    const char *path = str_format(mem, "%.*s%s%s", (int)(at - abstracts), abstracts, part, at + 9);
    return path_exists(path) ? path : NULL;
}

static bool find_abstracts(const char *folder, const char **to, arena *mem, err *e)
{
    const char **names;
    int n, found = 0;
    if (!dir_list(folder, mem, &names, &n, e)) return false;
    for (int i = 0; i < n; i++)
        if (names[i][0] != '.' && strstr(names[i], "_abstracts")) {
            *to = path_join(mem, folder, names[i]);
            found++;
        }
    return found == 1 ||
           fail(e, "%s: one file *_abstracts*.tsv is expected in this folder, here are %d", folder,
                found);
}

bool chemprot_documents(document_list *to, const source *s, err *e)
{
    const char *abstracts = s->path;
    chemprot c = {.to = to, .first = to->n, .mem = s->mem};
    if (path_is_dir(s->path) && !find_abstracts(s->path, &abstracts, s->mem, e)) return false;
    const char *entities = beside(abstracts, "entities", s->mem);
    const char *relations = beside(abstracts, "relations", s->mem);
    if (!relations) relations = beside(abstracts, "gold_standard", s->mem);
    if (!rows_each(&c, abstracts, abstract, e)) return false;
    if (!entities)
        return fail(e, "%s: a file of entities is expected beside it, by the same name", abstracts);
    return rows_each(&c, entities, entity, e) && settle(&c, entities, e) &&
           (!relations || rows_each(&c, relations, relation_row, e));
}
