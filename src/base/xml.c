/* A tree of elements out of expat's events. See xml.h. */
#include "base/xml.h"
#include "base/table.h"
#include "base/utf8.h"
#include <expat.h>
#include <string.h>

enum {
    LEVELS = 64,
    ATTRIBUTES = 64,
    ATTRIBUTE_MOST = 1 << 20,
    TOKEN_MOST = 1 << 20,
    STEP = 1 << 18,
    BLOCK = 1 << 16
};

typedef struct builder {
    XML_Parser parser;
    const char *path;
    arena *mem;
    err *e;
    table names;
    str name[4096]; /* element and attribute names that were seen: kept once */
    int n_names;
    xml *root, *open[LEVELS];
    text inside[LEVELS];
    int depth;
    char *block; /* small texts are cut from blocks, since an arena aligns */
    size_t left;
} builder;

static int line_of(const builder *b)
{
    return (int)XML_GetCurrentLineNumber(b->parser);
}

static void stop(builder *b, const char *what)
{
    fail(b->e, "%s:%d: %s", b->path, line_of(b), what);
    XML_StopParser(b->parser, XML_FALSE);
}

static str keep(builder *b, str s)
{
    if (s.len > BLOCK / 4) return str_copy(b->mem, s);
    if (s.len + 1 > b->left) b->block = TAKE(b->mem, char, BLOCK), b->left = BLOCK;
    char *to = b->block;
    if (s.len) memcpy(to, s.at, s.len);
    to[s.len] = 0;
    b->block += s.len + 1, b->left -= s.len + 1;
    return (str){to, s.len};
}

static str keep_name(builder *b, const char *name)
{
    int i = table_get(&b->names, str_of(name));
    if (i >= 0) return b->name[i];
    str kept = keep(b, str_of(name));
    if (b->n_names < 4096) {
        b->name[b->n_names] = kept;
        table_set(&b->names, b->mem, kept, b->n_names++);
    }
    return kept;
}

static void on_start(void *to, const char *name, const char **attributes)
{
    builder *b = to;
    int n = 0;
    if (b->e->set) return;
    if (b->depth == LEVELS) {
        stop(b, "at most 64 levels of elements are expected");
        return;
    }
    while (attributes[2 * n]) n++;
    if (n > ATTRIBUTES) {
        stop(b, "at most 64 attributes are expected");
        return;
    }
    xml *x = TAKE(b->mem, xml, 1);
    *x = (xml){.name = keep_name(b, name), .n_attributes = n, .line = line_of(b), .text = {"", 0}};
    if (n) x->attributes = TAKE(b->mem, str, 2 * n);
    for (int i = 0; i < 2 * n; i++) {
        if (i % 2 && strlen(attributes[i]) > ATTRIBUTE_MOST) {
            stop(b, "attributes of at most 1 MiB are expected");
            return;
        }
        x->attributes[i] = i % 2 ? keep(b, str_of(attributes[i])) : keep_name(b, attributes[i]);
    }
    if (!b->depth) {
        b->root = x;
    } else {
        xml *in = b->open[b->depth - 1];
        if (in->last)
            in->last->next = x;
        else
            in->first = x;
        in->last = x;
    }
    b->inside[b->depth].len = 0;
    b->open[b->depth++] = x;
}

static void on_end(void *to, const char *name)
{
    builder *b = to;
    (void)name;
    if (b->e->set || !b->depth) return;
    b->depth--;
    str inside = text_str(&b->inside[b->depth]);
    xml *x = b->open[b->depth];
    if (x->first && !str_trim(inside).len) return; /* blanks between elements */
    if (inside.len) x->text = keep(b, inside);
}

static void on_text(void *to, const char *at, int n)
{
    builder *b = to;
    if (b->depth && !b->e->set) text_add(&b->inside[b->depth - 1], (str){at, (size_t)n});
}

static void on_entity(void *to, const char *name, int parameter, const char *value, int n,
                      const char *base, const char *system, const char *public_id,
                      const char *notation)
{
    (void)name, (void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public_id;
    (void)notation;
    stop(to, "a file that declares no entities is expected");
}

static bool run(builder *b, str bytes)
{
    for (size_t at = 0; at < bytes.len || !at; at += STEP) {
        size_t n = bytes.len - at < STEP ? bytes.len - at : STEP;
        bool last = at + n == bytes.len;
        if (XML_Parse(b->parser, bytes.at + at, (int)n, last) != XML_STATUS_OK) {
            if (b->e->set) return false;
            return fail(b->e, "%s:%d: XML is expected: %s", b->path, line_of(b),
                        XML_ErrorString(XML_GetErrorCode(b->parser)));
        }
        if (last) break;
        XML_Index done =
            XML_GetCurrentByteIndex(b->parser); /* where what is not whole yet begins */
        if (done >= 0 && at + n - (size_t)done > TOKEN_MOST)
            return fail(b->e, "%s:%d: attributes, tags and comments of at most 1 MiB are expected",
                        b->path, line_of(b));
    }
    return !b->e->set;
}

bool xml_parse(xml **to, str bytes, const char *path, arena *mem, err *e)
{
    arena own = {0};
    builder *b = TAKE(&own, builder, 1);
    *b = (builder){.path = path, .mem = mem, .e = e, .parser = XML_ParserCreate("UTF-8")};
    if (!b->parser) die("no memory for an XML parser");
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, on_start, on_end);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetEntityDeclHandler(b->parser, on_entity);
    XML_SetParamEntityParsing(b->parser, XML_PARAM_ENTITY_PARSING_NEVER);
    bool ok = run(b, bytes);
    *to = b->root;
    XML_ParserFree(b->parser);
    for (int i = 0; i < LEVELS; i++) text_close(&b->inside[i]);
    arena_close(&own);
    return ok;
}

str xml_attribute(const xml *x, const char *name)
{
    for (int i = 0; i < x->n_attributes; i++)
        if (str_is(x->attributes[2 * i], name)) return x->attributes[2 * i + 1];
    return (str){0};
}

static xml *named(xml *x, const char *name)
{
    while (x && !str_is(x->name, name)) x = x->next;
    return x;
}

xml *xml_child(const xml *x, const char *name)
{
    return named(x->first, name);
}

xml *xml_next(const xml *x, const char *name)
{
    return named(x->next, name);
}

int xml_put(text *to, str s, bool attribute)
{
    int lost = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        uint32_t c = utf8_next(s, &at);
        if (c == '&')
            text_add(to, STR("&amp;"));
        else if (c == '<')
            text_add(to, STR("&lt;"));
        else if (c == '>')
            text_add(to, STR("&gt;"));
        else if (c == '"' && attribute)
            text_add(to, STR("&quot;"));
        else if (c == '\r' || (attribute && (c == '\n' || c == '\t')))
            text_format(to, "&#%u;", (unsigned)c);
        else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff)
            text_char(to, ' '), lost++;
        else
            text_add(to, str_sub(s, start, at));
    }
    return lost;
}
