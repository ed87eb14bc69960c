#pragma once
/* XML, by expat, as a tree in an arena. UTF-8 only (whatever the file declares); a DOCTYPE is passed over and nothing is ever loaded;
 * a file that declares an entity is refused. At most 64 levels, 64 attributes an element, 1 MiB a tag or comment. Complaints say file and line.
 * As the standard has it, \r\n in text is read as \n; what is written as &#13; stays. */
#include "base/fail.h"
#include "base/str.h"

typedef struct xml xml;
struct xml {
    str name;
    str *attributes; /* [2 * n_attributes] name, value, .. */
    int n_attributes;
    int line;
    str text; /* all text directly inside, as one; empty if there is none */
    xml *first, *last, *next;
};
/* The root element. path is for messages. */
MUST_USE bool xml_parse(xml **to, str bytes, const char *path, arena *mem, err *e);
str xml_attribute(const xml *x, const char *name); /* at == NULL: it has none */
xml *xml_child(const xml *x, const char *name);    /* the first of that name, or NULL */
xml *xml_next(const xml *x, const char *name);     /* the next sibling of that name, or NULL */
/* Text for the inside of an element or attribute: & < > " are escaped, tab, \n and \r too where `attribute` or a reader would change them. Characters
 * that XML cannot hold (below U+0020, U+FFFE, U+FFFF) become a blank; returns how many there were. */
int xml_put(text *to, str s, bool attribute);
