/* Predictions from TSV; the form is in predictions.h. The file may be of any origin, so each row is
 * held against the header, the task's labels and what stood before it. */
#include "base/file.h"
#include "base/table.h"
#include "base/utf8.h"
#include "score/predictions.h"
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

enum role { ROLE_OTHER, ROLE_ID, ROLE_DOC, ROLE_WORD, ROLE_GOLD, ROLE_PREDICTED, ROLE_SCORE };
enum { ROLES = ROLE_SCORE };
static const char *const role_names[ROLES] = {"", "id", "doc", "word", "gold", "predicted"};

typedef struct reader {
    predictions *p;
    const task *t;
    const char *name;
    err *e;
    int line, n_columns, n_scores;
    int column[ROLES]; /* of each role, or -1 */
    int *score_of;     /* [n_columns] class, or -1 */
    str *field;        /* [n_columns] of this line, as they stand there */
    char *room;        /* unescaped text, never longer than the file */
    size_t cap;        /* of p->at */
    table labels, ids;
    int *gold_tags, *tags; /* words: of the whole file, end to end */
    const char **words;
    int rows;
    str id, doc; /* words: as they stand in the sentence's first row */
} reader;

static bool bad(reader *r, const char *format, ...) PRINTF(2, 3);
static bool bad(reader *r, const char *format, ...)
{
    char what[600];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return fail(r->e, "%s:%d: %s", r->name, r->line, what);
}

/* For messages: the start of a long field. */
static str brief(str s)
{
    return s.len > 60 ? str_sub(s, 0, 60) : s;
}
#define SHOW(s) (int)brief(s).len, brief(s).at

static bool unescape(reader *r, str s, const char **to)
{
    char *at = r->room;
    *to = at;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '\\') {
            char next = ++i < s.len ? s.at[i] : 0;
            const char *known = next ? strchr("tnr\\|", next) : NULL;
            if (!known)
                return bad(r, "in '%.*s' a \\ is not followed by t, n, r, \\ or |", SHOW(s));
            c = "\t\n\r\\|"[known - "tnr\\|"];
        }
        *at++ = c;
    }
    *at++ = 0;
    r->room = at;
    return true;
}

/* The class of a field, -1 with a complaint. what: "gold" or "predicted". */
static int label_of(reader *r, const char *what, str raw)
{
    const char *name;
    if (!unescape(r, raw, &name)) return -1;
    int k = table_get(&r->labels, str_of(name));
    r->room -= strlen(name) + 1; /* only the number is kept */
    if (k >= 0) return k;
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", SHOW(raw));
    const char *near = str_nearest(shown, r->t->labels, r->t->n_labels);
    bad(r, "%s: '%s' is none of the %d labels of task %s%s%s%s", what, shown, r->t->n_labels,
        r->t->name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

static bool set_of(reader *r, const char *what, str raw, const uint64_t **to)
{
    uint64_t *set = TAKE(&r->p->mem, uint64_t, (r->t->n_labels + 63) / 64);
    *to = set;
    for (size_t from = 0, i = 0; raw.len && i <= raw.len; i++) {
        if (i < raw.len && raw.at[i] == '\\')
            i++;
        else if (i == raw.len || raw.at[i] == '|') {
            int k = label_of(r, what, str_sub(raw, from, i));
            if (k < 0) return false;
            if (set[k / 64] >> (k % 64) & 1)
                return bad(r, "%s: '%s' stands there twice", what, r->t->labels[k]);
            set[k / 64] |= (uint64_t)1 << (k % 64);
            from = i + 1;
        }
    }
    return true;
}

static bool is_foreign(str s)
{
    static const char *const names[] = {"X", "CLS", "SEP", "[CLS]", "[SEP]"};
    for (int i = 0; i < 5; i++)
        if (str_is(s, names[i])) return true;
    return false;
}

static str field(const reader *r, enum role role)
{
    return r->column[role] >= 0 ? r->field[r->column[role]] : (str){0};
}

static bool header_column(reader *r, int i, str name)
{
    for (int role = ROLE_ID; role < ROLES; role++) {
        if (!str_is(name, role_names[role])) continue;
        if (r->column[role] >= 0) return bad(r, "two columns are called '%s'", role_names[role]);
        r->column[role] = i;
        return true;
    }
    if (!str_starts(name, "score:")) return true;
    if (r->t->kind == KIND_WORDS || r->t->kind == KIND_SCORE) return true;
    int k = label_of(r, "score", str_sub(name, 6, name.len));
    if (k < 0) return false;
    for (int j = 0; j < i; j++)
        if (r->score_of[j] == k)
            return bad(r, "two columns are called 'score:%s'", r->t->labels[k]);
    r->score_of[i] = k;
    r->n_scores++;
    return true;
}

static bool read_header(reader *r, str line)
{
    int n = 1;
    for (size_t i = 0; i < line.len; i++) n += line.at[i] == '\t';
    r->n_columns = n;
    r->field = TAKE(&r->p->mem, str, n);
    r->score_of = TAKE(&r->p->mem, int, n);
    for (int i = 0; i < ROLES; i++) r->column[i] = -1;
    for (int i = 0; i < n; i++) r->score_of[i] = -1;
    for (int i = 0; i < n; i++)
        if (!header_column(r, i, str_cut(&line, '\t'))) return false;
    static const enum role needed[] = {ROLE_ID, ROLE_PREDICTED};
    for (int i = 0; i < 2; i++)
        if (r->column[needed[i]] < 0)
            return bad(r,
                       "a header with the columns id, gold, predicted is expected, '%s' is missing",
                       role_names[needed[i]]);
    if (r->n_scores && r->n_scores != r->t->n_labels)
        return bad(r, "there are score columns for %d of %d labels; all or none are expected",
                   r->n_scores, r->t->n_labels);
    return true;
}

/* Relations: a pair of two relations has a row for each, so the gold answer belongs to the key.
 * Without gold nothing can be told; predictions_against then looks. */
static bool new_id(reader *r, str id)
{
    str key = id, gold = field(r, ROLE_GOLD);
    if (r->t->kind == KIND_RELATION) {
        if (r->column[ROLE_GOLD] < 0) return true;
        key = str_of(
            str_format(&r->p->mem, "%.*s\t%.*s", (int)id.len, id.at, (int)gold.len, gold.at));
    }
    int before = 0;
    if (table_add(&r->ids, &r->p->mem, key, r->line, &before)) return true;
    return bad(r, "the id '%.*s' stands in line %d already", SHOW(id), before);
}

/* A new example with id and doc; NULL with a complaint. */
static predicted *begin(reader *r)
{
    predictions *p = r->p;
    str id = field(r, ROLE_ID), doc = field(r, ROLE_DOC);
    if (!id.len) bad(r, "the id is empty");
    if (!id.len || !new_id(r, id)) return NULL;
    GROW(&p->mem, p->at, p->n, r->cap);
    predicted *x = &p->at[p->n++];
    *x = (predicted){.line = r->line, .gold = -1, .gold_score = NAN};
    if (!unescape(r, id, &x->id)) return NULL;
    x->doc = x->id;
    return !doc.len || unescape(r, doc, &x->doc) ? x : NULL;
}

static bool real_of(reader *r, const char *what, str raw, double *to)
{
    return str_real(raw, to) || bad(r, "%s: '%.*s' is no number", what, SHOW(raw));
}

static bool read_answers(reader *r, predicted *x)
{
    str gold = field(r, ROLE_GOLD), best = field(r, ROLE_PREDICTED);
    bool has = r->column[ROLE_GOLD] >= 0;
    switch (r->t->kind) {
    case KIND_SCORE:
        return (!has || real_of(r, "gold", gold, &x->gold_score)) &&
               real_of(r, "predicted", best, &x->score);
    case KIND_LABELS:
        return (!has || set_of(r, "gold", gold, &x->gold_set)) &&
               set_of(r, "predicted", best, &x->set);
    default:
        if (has && (x->gold = label_of(r, "gold", gold)) < 0) return false;
        return (x->best = label_of(r, "predicted", best)) >= 0;
    }
}

static bool read_row(reader *r)
{
    predicted *x = begin(r);
    if (!x || !read_answers(r, x)) return false;
    if (!r->n_scores) return true;
    float *scores = TAKE(&r->p->mem, float, r->t->n_labels);
    for (int i = 0; i < r->n_columns; i++) {
        double v;
        if (r->score_of[i] < 0) continue;
        if (!real_of(r, "score", r->field[i], &v)) return false;
        scores[r->score_of[i]] = (float)v;
    }
    x->scores = scores;
    return true;
}

static bool read_word(reader *r)
{
    predictions *p = r->p;
    str id = field(r, ROLE_ID), doc = field(r, ROLE_DOC), best = field(r, ROLE_PREDICTED);
    predicted *x = p->n ? &p->at[p->n - 1] : NULL;
    if (!x || !str_eq(id, r->id)) {
        x = begin(r);
        if (!x) return false;
        r->id = id, r->doc = doc;
        x->tags = r->tags + r->rows;
        if (r->column[ROLE_GOLD] >= 0) x->gold_tags = r->gold_tags + r->rows;
        if (r->column[ROLE_WORD] >= 0) x->words = r->words + r->rows;
    } else if (!str_eq(doc, r->doc))
        return bad(r, "the sentence '%.*s' is of two documents", SHOW(id));
    int at = r->rows++;
    if (x->words && !unescape(r, field(r, ROLE_WORD), &r->words[at])) return false;
    if (x->gold_tags && (r->gold_tags[at] = label_of(r, "gold", field(r, ROLE_GOLD))) < 0)
        return false;
    r->tags[at] = table_get(&r->labels, best);
    if (r->tags[at] < 0)
        r->tags[at] = is_foreign(best) ? TAG_FOREIGN : label_of(r, "predicted", best);
    x->n_words++;
    return r->tags[at] >= 0 || is_foreign(best);
}

static bool read_line(reader *r, str line)
{
    int n = 0;
    for (str rest = line; rest.at; n++) {
        str s = str_cut(&rest, '\t');
        if (n < r->n_columns) r->field[n] = s;
    }
    if (n != r->n_columns)
        return bad(r, "%d columns are expected, as in the header, here are %d", r->n_columns, n);
    return r->t->kind == KIND_WORDS ? read_word(r) : read_row(r);
}

/* What would break everything behind it: bytes that are no text, more lines than an int counts. */
static bool check_bytes(reader *r, str bytes, size_t *lines)
{
    size_t invalid = utf8_invalid(bytes);
    const char *zero = bytes.len ? memchr(bytes.at, 0, bytes.len) : NULL;
    size_t upto = zero && (size_t)(zero - bytes.at) < invalid ? (size_t)(zero - bytes.at) : invalid;
    *lines = 1;
    for (size_t i = 0; i < upto; i++) *lines += bytes.at[i] == '\n';
    r->line = *lines < INT_MAX ? (int)*lines : INT_MAX;
    if (upto < bytes.len) return bad(r, "this is not UTF-8 text (byte %zu of the file)", upto + 1);
    if (*lines >= INT_MAX / 2) return bad(r, "there are too many lines");
    return true;
}

bool predictions_parse(predictions *p, const task *t, str bytes, const char *name, err *e)
{
    *p = (predictions){.t = t};
    p->path = str_keep(&p->mem, str_of(name));
    reader r = {.p = p, .t = t, .name = p->path, .e = e};
    size_t lines;
    if (!check_bytes(&r, bytes, &lines)) goto failed;
    for (int i = 0; i < t->n_labels; i++)
        table_add(&r.labels, &p->mem, str_of(t->labels[i]), i, NULL);
    r.room = arena_take(&p->mem, bytes.len + 2);
    if (t->kind == KIND_WORDS) {
        r.gold_tags = TAKE(&p->mem, int, lines);
        r.tags = TAKE(&p->mem, int, lines);
        r.words = TAKE(&p->mem, const char *, lines);
    }
    str rest = bytes, line;
    if (str_starts(rest, "\xEF\xBB\xBF")) rest = str_sub(rest, 3, rest.len);
    for (r.line = 1; str_line(&rest, &line); r.line++)
        if (r.line == 1 ? !read_header(&r, line) : !read_line(&r, line)) goto failed;
    if (r.line == 1 && !read_header(&r, (str){"", 0})) goto failed;
    if (!p->n) {
        bad(&r, "a row for each %s is expected, here is none",
            t->kind == KIND_WORDS ? "word" : "example");
        goto failed;
    }
    return true;
failed:
    predictions_close(p);
    return false;
}

bool predictions_read(predictions *p, const task *t, const char *path, err *e)
{
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    bool ok = predictions_parse(p, t, f.bytes, path, e); /* everything kept is copied */
    file_close(&f);
    return ok;
}
