/* i2b2/VA 2010. NAME.txt has a sentence a line, cut into tokens at blanks; NAME.con has c="text" 12:3 12:5||t="problem" (line from 1, token from 0, both
 * ends included, the text in small letters; .ast files have ||a=".." behind it); NAME.rel has c=".." L:T L:T||r="TrAP"||c=".." L:T L:T. A line
 * that begins with a blank has an empty token 0. A mention is called NAME.con.lN by its line from 0, as BLUE does. */
#include "corpus/formats/i2b2.h"
#include "base/table.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <strings.h>

typedef struct i2b2 {
    document *d;
    const char *path; /* of the file that is being read */
    int line;
    arena *mem;
} i2b2;

/* Byte span of token number `token` of a line. */
static bool token_at(str line, size_t from, int64_t token, span *to)
{
    size_t at = 0;
    int64_t n = line.len && (line.at[0] == ' ' || line.at[0] == '\t') ? 1 : 0;
    if (token == 0 && n == 1) {
        *to = (span){from, from};
        return true;
    }
    while (at < line.len) {
        while (at < line.len && (unsigned char)line.at[at] <= ' ') at++;
        size_t start = at;
        while (at < line.len && (unsigned char)line.at[at] > ' ') at++;
        if (at > start && n++ == token) {
            *to = (span){from + start, from + at};
            return true;
        }
    }
    return false;
}

/* "12:3" */
static bool place_of(const i2b2 *r, str cell, span *to)
{
    int64_t line, token;
    str rest = cell, first = str_cut(&rest, ':');
    if (!rest.at || !str_int(first, &line) || !str_int(rest, &token)) return false;
    if (line < 1 || line > r->d->n_sentences || token < 0) return false;
    span s = r->d->sentences[line - 1].at;
    return token_at(str_sub(r->d->text, s.start, s.end), s.start, token, to);
}

/* c="text" L:T L:T  -- the text may hold quotes: the last one ends it. */
static bool concept_of(const i2b2 *r, str s, str *words, span *to)
{
    span first, last;
    s = str_trim(s);
    if (!str_starts(s, "c=\"")) return false;
    size_t quote = s.len;
    while (quote > 3 && s.at[quote - 1] != '"') quote--;
    if (quote <= 3) return false;
    *words = str_sub(s, 3, quote - 1);
    str rest = str_trim(str_sub(s, quote, s.len)), one = str_cut(&rest, ' ');
    if (!rest.at || !place_of(r, one, &first) || !place_of(r, str_trim(rest), &last)) return false;
    *to = (span){first.start, last.end};
    return first.start <= last.start;
}

/* t="problem" */
static bool value_of(str s, const char *key, str *to)
{
    s = str_trim(s);
    size_t n = str_of(key).len;
    if (!str_starts(s, key) || s.len < n + 3 || s.at[n] != '=' || s.at[n + 1] != '"' ||
        s.at[s.len - 1] != '"')
        return false;
    *to = str_sub(s, n + 2, s.len - 1);
    return to->len > 0;
}

static str next_part(str *rest)
{
    ptrdiff_t at = rest->at ? str_find_str(*rest, STR("||")) : -1;
    str part = at < 0 ? *rest : str_sub(*rest, 0, (size_t)at);
    *rest = at < 0 ? (str){0} : str_sub(*rest, (size_t)at + 2, rest->len);
    return part;
}

static bool says(const i2b2 *r, const char *expected, err *e)
{
    return fail(e, "%s:%d: %s is expected, with places that are in the text", r->path, r->line,
                expected);
}

static bool concept_line(i2b2 *r, str line, err *e)
{
    str rest = line, words, type, status, first = next_part(&rest), second = next_part(&rest);
    span at;
    if (!concept_of(r, first, &words, &at) || !value_of(second, "t", &type))
        return says(r, "c=\"text\" LINE:TOKEN LINE:TOKEN||t=\"type\"", e);
    str id = str_of(str_format(r->mem, "%s.con.l%d", r->d->id, r->line - 1));
    doc_mention *m = document_mention(r->d, r->mem, id, type, r->line);
    mention_piece(m, r->mem, at.start, at.end);
    str here = str_sub(r->d->text, at.start, at.end);
    bool same = here.len == words.len && !strncasecmp(here.at, words.at, here.len);
    m->text = same ? here : words; /* the file has it in small letters */
    if (rest.at && value_of(rest, "a", &status))
        infon_add(&m->more, r->mem, STR("assertion"), status);
    return true;
}

static bool argument_at(i2b2 *r, relation *to, const char *role, span at)
{
    for (int i = 0; i < r->d->n_mentions; i++) {
        const doc_mention *m = &r->d->mentions[i];
        if (m->at[0].start != at.start || m->at[0].end != at.end) continue;
        relation_argument(to, r->mem, str_of(role), m->id);
        to->args[to->n - 1].mention = i;
        return true;
    }
    return false;
}

static bool relation_line(i2b2 *r, str line, err *e)
{
    str rest = line, words, type, first = next_part(&rest), second = next_part(&rest);
    span a, b;
    if (!concept_of(r, first, &words, &a) || !value_of(second, "r", &type) || !rest.at ||
        !concept_of(r, rest, &words, &b))
        return says(r, "c=\"text\" LINE:TOKEN LINE:TOKEN||r=\"type\"||c=\"text\" L:T L:T", e);
    relation *to = document_relation(r->d, r->mem, (str){"", 0}, type, r->line);
    if (argument_at(r, to, "Arg1", a) && argument_at(r, to, "Arg2", b)) return true;
    return fail(e, "%s:%d: two concepts of %s.con are expected, by the same places", r->path,
                r->line, r->d->id);
}

static bool lines_each(i2b2 *r, const char *path, bool (*read)(i2b2 *, str, err *), err *e)
{
    str bytes;
    if (!path) return true;
    r->path = path, r->line = 0;
    if (!whole_read(&bytes, path, r->mem, e)) return false;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        r->line++;
        if (str_trim(line).len && !read(r, line, e)) return false;
    }
    return true;
}

static const char *of_stem(const tree *files, str stem, const char *suffix)
{
    for (int i = 0; i < files->n; i++)
        if (tree_ends(files->at[i], suffix) && str_eq(tree_stem(files->at[i]), stem))
            return files->at[i];
    return NULL;
}

static bool one(document_list *to, const tree *files, const char *path, arena *mem, err *e)
{
    str stem = tree_stem(path), bytes;
    if (!whole_read(&bytes, path, mem, e)) return false;
    i2b2 r = {.mem = mem};
    r.d = document_add(to, mem, str_keep(mem, stem), path, 1);
    r.d->text = bytes;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        size_t at = (size_t)(line.at - bytes.at);
        document_sentence(r.d, mem, (span){at, at + line.len});
    }
    const char *concepts = of_stem(files, stem, ".con");
    if (!lines_each(&r, concepts, concept_line, e) ||
        !lines_each(&r, of_stem(files, stem, ".rel"), relation_line, e))
        return false;
    if (!document_settle(r.d, UNIT_BYTE, e)) return false;
    r.d->unit = UNIT_POINT; /* the files count lines and tokens */
    return true;
}

bool i2b2_of(document_list *to, const tree *files, const char *folder, arena *mem, err *e)
{
    int concepts = 0, texts = 0;
    table seen = {0};
    for (int i = 0; i < files->n; i++) concepts += tree_ends(files->at[i], ".con");
    for (int i = 0; i < files->n; i++) {
        str stem = tree_stem(files->at[i]);
        if (!tree_ends(files->at[i], ".txt") || (concepts && !of_stem(files, stem, ".con")) ||
            !table_add(&seen, mem, stem, i, NULL))
            continue;
        texts++;
        if (!one(to, files, files->at[i], mem, e)) return false;
    }
    return texts > 0 || fail(e, "%s: files NAME.txt with NAME.con are expected", folder);
}

bool i2b2_documents(document_list *to, const source *s, err *e)
{
    tree files;
    return tree_read(&files, s->path, s->mem, e) && i2b2_of(to, &files, s->path, s->mem, e);
}
