/* YAML by libyaml's events, into nodes of our own. Values with types are in yaml_value.c. */
#include "base/yaml.h"
#include "base/file.h"
#include "base/table.h"
#include "base/utf8.h"
#include <yaml.h>

enum { LEVELS = 32 };
typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one that is looked at */
    const char *name;
    arena *mem;
    err *e;
} reader;

static int line_of(const reader *r)
{
    return (int)r->event.start_mark.line + 1;
}

static bool next(reader *r)
{
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event)) return true;
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) die("no memory for the YAML of %s", r->name);
    return fail(r->e, "%s:%zu: not valid YAML: %s%s%s", r->name, p->problem_mark.line + 1,
                p->context ? p->context : "", p->context ? ": " : "",
                p->problem ? p->problem : "unknown");
}

static bool refuse(reader *r, const char *what)
{
    return fail(r->e, "%s:%d: %s", r->name, line_of(r), what);
}

static bool no_extras(reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor) return refuse(r, "anchors (&) are not allowed here");
    if (tag) return refuse(r, "tags (!) are not allowed here");
    return true;
}

static bool take_scalar(reader *r, str *value, bool *quoted)
{
    if (r->event.type == YAML_ALIAS_EVENT) return refuse(r, "aliases (*) are not allowed here");
    if (r->event.type != YAML_SCALAR_EVENT) return refuse(r, "a word is expected as key");
    if (!no_extras(r, r->event.data.scalar.anchor, r->event.data.scalar.tag)) return false;
    *value = str_copy(r->mem,
                      (str){(const char *)r->event.data.scalar.value, r->event.data.scalar.length});
    *quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (str_find(*value, '\0') >= 0) return refuse(r, "a zero byte in a text");
    return true;
}

static bool node(reader *r, yaml *y, int level);

/* Items up to the end event; the event that opened the collection is looked at. */
static bool items(reader *r, yaml *y, int level)
{
    bool map = y->type == YAML_MAP;
    yaml_event_type_t end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    yaml **last = &y->first;
    table keys = {0};
    if (level >= LEVELS)
        return fail(r->e, "%s:%d: nested deeper than %d levels", r->name, line_of(r), LEVELS);
    for (;;) {
        if (!next(r)) return false;
        if (r->event.type == end) return true;
        yaml *item = TAKE(r->mem, yaml, 1);
        int line = line_of(r);
        if (map) {
            bool quoted;
            if (!take_scalar(r, &item->key, &quoted)) return false;
            if (!table_add(&keys, r->mem, item->key, 0, NULL))
                return fail(r->e, "%s:%d: %s is there twice", r->name, line, item->key.at);
            if (!next(r)) return false;
        }
        if (!node(r, item, level + 1)) return false;
        if (map) item->line = line;
        *last = item, last = &item->next;
        y->count++;
    }
}

static bool node(reader *r, yaml *y, int level)
{
    y->file = r->name;
    y->line = line_of(r);
    switch (r->event.type) {
    case YAML_ALIAS_EVENT: return refuse(r, "aliases (*) are not allowed here");
    case YAML_SCALAR_EVENT: return take_scalar(r, &y->value, &y->quoted);
    case YAML_SEQUENCE_START_EVENT:
        y->type = YAML_LIST;
        return no_extras(r, r->event.data.sequence_start.anchor,
                         r->event.data.sequence_start.tag) &&
               items(r, y, level);
    case YAML_MAPPING_START_EVENT:
        y->type = YAML_MAP;
        return no_extras(r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag) &&
               items(r, y, level);
    default: return refuse(r, "a value is expected");
    }
}

static bool document(reader *r, yaml **to)
{
    *to = TAKE(r->mem, yaml, 1);
    (*to)->type = YAML_MAP; /* of an empty document */
    (*to)->file = r->name, (*to)->line = 1;
    if (!next(r) || !next(r))
        return false; /* the start of the stream; of the document, or the end */
    if (r->event.type == YAML_STREAM_END_EVENT) return true;
    **to = (yaml){0};
    if (!next(r) || !node(r, *to, 0)) return false;
    if (!next(r) || !next(r)) return false; /* the end of the document */
    return r->event.type == YAML_STREAM_END_EVENT || refuse(r, "a second document; one is allowed");
}

static int line_at(str s, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++) line += s.at[i] == '\n';
    return line;
}

bool yaml_parse(str bytes, const char *name, arena *mem, yaml **to, err *e)
{
    *to = NULL;
    size_t bad = utf8_invalid(bytes);
    if (bad < bytes.len) return fail(e, "%s:%d: not valid UTF-8", name, line_at(bytes, bad));
    reader r = {.name = str_keep(mem, str_of(name)), .mem = mem, .e = e};
    if (!yaml_parser_initialize(&r.parser)) die("no memory for the YAML of %s", name);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(bytes.len ? bytes.at : ""),
                                 bytes.len);
    bool done = document(&r, to);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (!done) *to = NULL;
    return done;
}

bool yaml_read(const char *path, arena *mem, yaml **to, err *e)
{
    file f = {0};
    *to = NULL;
    if (!file_open(&f, path, e)) return false;
    bool done = yaml_parse(f.bytes, path, mem, to, e);
    file_close(&f);
    return done;
}

yaml *yaml_get(yaml *map, const char *key)
{
    if (!map || map->type != YAML_MAP) return NULL;
    for (yaml *y = map->first; y; y = y->next)
        if (str_is(y->key, key)) return y->used = true, y;
    return NULL;
}

bool yaml_no_more(const yaml *map, const char *const *names, int n, err *e)
{
    if (!map || map->type != YAML_MAP) return true;
    for (const yaml *y = map->first; y; y = y->next) {
        if (y->used) continue;
        const char *near = str_nearest(y->key.at, names, n);
        return fail(e, "%s:%d: unknown key %s%s%s%s", y->file, y->line, y->key.at,
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    return true;
}
