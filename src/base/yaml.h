#pragma once
/* YAML as studies and mt-dnn's task definitions need it, by libyaml's events: mappings, sequences,
 * scalars. Anchors, aliases, tags, several documents, duplicate keys and more than 32 levels are
 * refused, with file and line. Nodes live in the arena. A file without content is an empty map. */
#include "base/fail.h"
#include "base/str.h"

enum yaml_type { YAML_TEXT, YAML_LIST, YAML_MAP };
typedef struct yaml {
    enum yaml_type type;
    int line; /* from 1 */
    const char *file;
    str key;            /* in a map: this node's key */
    str value;          /* of a scalar; ended by a zero byte */
    bool quoted;        /* '..' or "..": stays text, also `false`, `1`, `~` */
    struct yaml *first; /* items, in order */
    struct yaml *next;  /* the next item of the same list or map */
    int count;
    bool used; /* set by yaml_get; yaml_no_more finds keys that nobody asked for */
} yaml;

MUST_USE bool yaml_read(const char *path, arena *mem, yaml **to, err *e);
MUST_USE bool yaml_parse(str bytes, const char *name, arena *mem, yaml **to, err *e);
yaml *yaml_get(yaml *map, const char *key); /* NULL if it is not there, or map is no map */
/* Fails at the first key of the map that was not asked for, with the nearest of names as suggestion. */
MUST_USE bool yaml_no_more(const yaml *map, const char *const *names, int n, err *e);
/* Values with type and complaint ("study.yaml:7: batch: a whole number from 1 to 4096 is needed, here
 * is 'x'"). A NULL node leaves *to alone. */
MUST_USE bool yaml_int(const yaml *y, int64_t low, int64_t high, int64_t *to, err *e);
MUST_USE bool yaml_real(const yaml *y, double low, double high, double *to, err *e);
MUST_USE bool yaml_bool(const yaml *y, bool *to, err *e);
MUST_USE bool yaml_text(const yaml *y, const char **to, err *e);
MUST_USE bool yaml_texts(const yaml *y, arena *mem, const char ***to, int *n,
                         err *e); /* a list of scalars */
/* Writes a scalar so that it reads back the same, quoted where it must be. */
void yaml_put(text *t, str value);
