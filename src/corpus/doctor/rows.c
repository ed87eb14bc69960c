/* Formats of examples that have a row a line, and perhaps a header: each is given to its own reader, which stops at the first fault; the fault is reported,
 * and the reader begins again behind it, with the header in front. So every message is the reader's own, and the time is that of one reading. */
#include "corpus/formats/rows.h"
#include "corpus/doctor/parts.h"
#include <string.h>

/* What readers say, by kind. A phrase that is changed there makes a kind coarser here; the tests hold both together. */
static const struct {
    const char *phrase;
    enum finding_kind kind;
} phrases[] = {
    {"a label of this task", FINDING_LABEL},
    {"tag O, B-TYPE", FINDING_TAG},
    {"columns are expected, here are", FINDING_COLUMNS},
    {"here it is blank", FINDING_BLANK},
    {"ids must differ", FINDING_ID},
    {"UTF-8 is expected", FINDING_ENCODING},
    {"inside the text of document", FINDING_OFFSET},
    {"with tabs between", FINDING_COLUMNS},
};

static enum finding_kind kind_of(str message)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (str_find_str(message, str_of(phrases[i].phrase)) >= 0) return phrases[i].kind;
    return FINDING_READ;
}

/* "PATH:LINE: message": where the number begins, or -1. */
static ptrdiff_t number_at(str message)
{
    for (size_t i = 0; i + 2 < message.len; i++) {
        size_t end = i + 1;
        if (message.at[i] != ':') continue;
        while (end < message.len && message.at[end] >= '0' && message.at[end] <= '9') end++;
        if (end > i + 1 && end + 1 < message.len && message.at[end] == ':' &&
            message.at[end + 1] == ' ')
            return (ptrdiff_t)i + 1;
    }
    return -1;
}

typedef struct said { /* a reader's message, taken apart */
    str where, what;
    int64_t line; /* 0: it has none */
} said;

static said said_by(const err *e)
{
    str message = str_of(e->text);
    ptrdiff_t at = number_at(message);
    said s = {.what = message};
    if (at < 0) return s;
    s.where = str_sub(message, 0, (size_t)at - 1);
    str rest = str_sub(message, (size_t)at, message.len), number = str_cut(&rest, ':');
    if (!str_int(number, &s.line) || s.line < 0 || s.line > INT32_MAX / 2) s.line = 0;
    s.what = str_trim(rest);
    return s;
}

bool found_already(const doctor *d, const err *e)
{
    said s = said_by(e);
    for (int i = d->n; s.line && i-- > 0;)
        if (d->at[i].line == s.line && str_is(s.where, d->at[i].path) &&
            finding_severity(d->at[i].kind) == SEVERITY_ERROR)
            return true;
    return false;
}

int reader_line(const char *path, const err *e)
{
    said s = said_by(e);
    return str_is(s.where, path) ? (int)s.line : 0;
}

int finding_of_reader(doctor *d, const char *path, int first, const err *e)
{
    said s = said_by(e);
    bool own = str_is(s.where, path);
    size_t skip = strlen(path) + 2;
    if (!s.where.at && str_starts(s.what, path) && s.what.len > skip)
        s.what = str_sub(s.what, skip, s.what.len);
    if (own) s.line += first - 1;
    finding_add(d, kind_of(s.what), own || !s.where.at ? path : str_keep(d->mem, s.where),
                (int)s.line, "%.*s", (int)s.what.len, s.what.at);
    return own ? (int)s.line : 0;
}

typedef struct lines { /* where each line of a file begins; [n + 1] */
    size_t *at;
    int n;
} lines;

static lines lines_of(str bytes, arena *mem)
{
    lines l = {0};
    size_t n = 1;
    for (size_t i = 0; i < bytes.len; i++) n += bytes.at[i] == '\n';
    l.at = TAKE(mem, size_t, n + 1);
    for (size_t i = 0; i < bytes.len; l.n++) {
        const char *end = memchr(bytes.at + i, '\n', bytes.len - i);
        l.at[l.n] = i;
        i = end ? (size_t)(end - bytes.at) + 1 : bytes.len;
    }
    l.at[l.n] = bytes.len;
    return l;
}

bool rows_have_header(const format *f, str bytes)
{
    static const char *const with[] = {"blue-tsv", "mednli", "sts", "hoc", "biosses", "tsv", "csv"};
    str start = str_trim(bytes);
    if (start.len && start.at[0] == '{') return false;
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        if (!strcmp(f->name, with[i])) return true;
    return false;
}

void line_blank(char *bytes, size_t len, int line)
{
    size_t at = 0;
    for (; at < len && line > 1; at++) line -= bytes[at] == '\n';
    for (; at < len && bytes[at] != '\n'; at++) bytes[at] = ' ';
}

typedef struct rest { /* of a file: what no reading has come through yet */
    const format *f;
    const task *t;
    char *clean,
        *work;  /* what will be given back; and where the header is put in front of the rest */
    size_t len; /* of work */
    lines l;
    size_t header; /* bytes */
    int from;      /* line */
} rest;

/* From line `from` to the next fault, which is blanked in clean. False at the end. */
static bool next_fault(doctor *d, rest *r)
{
    arena mem = {0};
    task own = *r->t; /* what one reading gathers is no concern of the next */
    err e = {0};
    examples x = {0};
    const char *path = file_now(d)->path;
    size_t start = r->l.at[r->from - 1] - r->header;
    int first = r->from - (r->header > 0); /* the line that the reader takes for the first */
    memmove(r->work + start, r->clean, r->header);
    const reading how = {&own, path, {r->work + start, r->len - start}, true, &mem};
    bool ok = r->f->read(&x, &how, &e);
    said s = said_by(&e);
    int64_t line = !ok && str_is(s.where, path) && s.line ? s.line + first - 1 : 0;
    bool found = line >= r->from && line <= r->l.n;
    if (found) {
        finding_of_reader(d, path, first, &e);
        memset(r->clean + r->l.at[line - 1], ' ', r->l.at[line] - r->l.at[line - 1]);
        if (r->l.at[line] && r->work[r->l.at[line] - 1] == '\n') r->clean[r->l.at[line] - 1] = '\n';
        r->from = (int)line + 1;
    }
    arena_close(&mem);
    return found && r->from <= r->l.n;
}

str rows_check(doctor *d, const format *f, const task *t, str bytes)
{
    /* Behind the last line stands one that no reader takes: none comes to its end, where it would say what holds only for the whole. */
    static const char end[] = "\n\x01";
    arena mem = {0};
    task own = *t;
    rest r = {.f = f, .t = &own, .l = lines_of(bytes, &mem)};
    r.len = bytes.len + sizeof end - 1;
    r.clean = TAKE(d->mem, char, bytes.len + 1);
    r.work = TAKE(&mem, char, r.len);
    memcpy(r.clean, bytes.at, bytes.len);
    memcpy(r.work, bytes.at, bytes.len);
    memcpy(r.work + bytes.len, end, sizeof end - 1);
    bool comma = !strcmp(f->name, "csv"), header = rows_have_header(f, bytes);
    if (own.quoting < 0) /* found out once, from the whole file */
        own.quoting = comma || rows_quoted(bytes, '\t');
    r.header = header ? r.l.at[1] : 0;
    r.from = 1 + header;
    while (r.from <= r.l.n && next_fault(d, &r)) {}
    arena_close(&mem);
    return (str){r.clean, bytes.len};
}
