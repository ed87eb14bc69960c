/* Knowtator's XML, as far as ShARe has it: annotation (mention id; span start end, one a piece; spannedText), classMention of that id (mentionClass id is
 * the type; hasSlotMention id), stringSlotMention of that id (stringSlotMentionValue value is the CUI). */
#include "base/table.h"
#include "base/xml.h"
#include "corpus/formats/share.h"

/* The elements of a name by their id. */
typedef struct by_id {
    table ids; /* id -> index of its place */
    struct place {
        const xml *x;
    } * at;
    int n;
    size_t cap;
} by_id;

static void index_of(by_id *to, const xml *root, const char *name, arena *mem)
{
    for (const xml *x = xml_child(root, name); x; x = xml_next(x, name)) {
        str id = xml_attribute(x, "id");
        if (!id.at || !table_add(&to->ids, mem, id, to->n, NULL)) continue;
        GROW(mem, to->at, to->n, to->cap);
        to->at[to->n++].x = x;
    }
}

static const xml *find(const by_id *of, str id)
{
    int i = id.at ? table_get(&of->ids, id) : -1;
    return i < 0 || !of->at ? NULL : of->at[i].x;
}

static str child_attribute(const xml *x, const char *child, const char *name)
{
    const xml *c = x ? xml_child(x, child) : NULL;
    return c ? xml_attribute(c, name) : (str){0};
}

static bool annotation(document *d, const xml *x, const by_id *classes, const by_id *slots,
                       const char *path, arena *mem, err *e)
{
    const xml *class = find(classes, child_attribute(x, "mention", "id"));
    str type = child_attribute(class, "mentionClass", "id");
    if (!type.len)
        return fail(e,
                    "%s:%d: an annotation whose mention is a classMention with a mentionClass "
                    "is expected",
                    path, x->line);
    doc_mention *m = document_mention(d, mem, (str){"", 0}, type, x->line);
    const xml *words = xml_child(x, "spannedText");
    if (words && words->text.len) m->text = words->text;
    str cui = (str){0};
    for (const xml *s = class ? xml_child(class, "hasSlotMention") : NULL; s && !cui.at;
         s = xml_next(s, "hasSlotMention"))
        cui =
            child_attribute(find(slots, xml_attribute(s, "id")), "stringSlotMentionValue", "value");
    infon_add(&m->more, mem, STR("identifier"), cui.at ? cui : STR("CUI-less"));
    for (const xml *s = xml_child(x, "span"); s; s = xml_next(s, "span")) {
        int64_t start, end;
        str a = xml_attribute(s, "start"), b = xml_attribute(s, "end");
        if (!a.at || !b.at || !str_int(a, &start) || !str_int(b, &end) || start < 0 || end < start)
            return fail(e, "%s:%d: a span with start and end is expected", path, s->line);
        mention_piece(m, mem, (size_t)start, (size_t)end);
    }
    return m->n || fail(e, "%s:%d: a span is expected in an annotation", path, x->line);
}

bool share_knowtator(document *d, str bytes, const char *path, arena *mem, err *e)
{
    xml *root;
    by_id classes = {0}, slots = {0};
    if (!xml_parse(&root, bytes, path, mem, e)) return false;
    if (!str_is(root->name, "annotations"))
        return fail(e, "%s:%d: <annotations> is expected", path, root->line);
    index_of(&classes, root, "classMention", mem);
    index_of(&slots, root, "stringSlotMention", mem);
    for (const xml *x = xml_child(root, "annotation"); x; x = xml_next(x, "annotation"))
        if (!annotation(d, x, &classes, &slots, path, mem, e)) return false;
    return true;
}
