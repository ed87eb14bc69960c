#pragma once
/* Python's pickles, read as inert values. A name of a class or function stays a name, a call of one stays a node with that name and its
 * arguments, and nothing is ever looked up or run; so no list of forbidden names is needed. Opcodes are those that PyTorch's own restricted
 * reader knows; others are an error. Only collections.OrderedDict() is understood, as a dict. Nodes live in the arena, texts in the bytes. */
#include "base/str.h"

enum node_type {
    NODE_NONE,
    NODE_BOOL,
    NODE_INT,
    NODE_REAL,
    NODE_TEXT,
    NODE_BIG,        /* a whole number that needs more than 64 bits: its bytes in s */
    NODE_TUPLE,      /* items */
    NODE_LIST,       /* items */
    NODE_DICT,       /* items: key, value, key, value; a key that is set again is there again */
    NODE_GLOBAL,     /* s module, name */
    NODE_CALL,       /* items: function, arguments; never done */
    NODE_PERSISTENT, /* items: the id, which PyTorch makes a tuple about a storage */
    NODE_SET
};
typedef struct node {
    enum node_type type;
    int64_t i;   /* of NODE_INT and NODE_BOOL */
    double real; /* of NODE_REAL */
    str s, name; /* text; module and name of NODE_GLOBAL */
    struct node **items;
    size_t n, cap;
} node;
typedef struct pickle {
    const char *path; /* for messages */
    size_t at;        /* where this pickle begins in the file, for messages */
    node *top;        /* what it says */
    node **stored;    /* [n_stored] every NODE_PERSISTENT, in order */
    size_t n_stored, cap, nodes;
} pickle;
/* One pickle off the front of *bytes. A caller that reads several in a row passes the same *p, so that the limits hold for all. */
MUST_USE bool pickle_read(pickle *p, str *bytes, arena *mem, err *e);
/* Of a dict, the last value of a text key; NULL if it is not there, or it is no dict (or NULL). */
node *node_at(const node *dict, const char *key);
bool node_is_global(const node *g, const char *module, const char *name);
/* A NODE_CALL of a function in `module`; its name into *name. */
bool node_calls(const node *call, const char *module, str *name);
