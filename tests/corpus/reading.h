#pragma once
/* What the tests of readers share: a task from a line of YAML, a corpus from a string. */
#include "corpus/examples.h"
#include "corpus/formats.h"
#include "corpus/tags.h"
#include "tests.h"
#include <string.h>

typedef struct bench {
    arena mem;
    err e;
    task t;
    examples x;
} bench;

static inline bool task_from(bench *b, const char *yaml_map)
{
    yaml *all;
    str bytes = str_of(str_format(&b->mem, "it: {%s}\n", yaml_map));
    return yaml_parse(bytes, "study.yaml", &b->mem, &all, &b->e) &&
           task_read(&b->t, all->first, "", &b->mem, &b->e);
}

static inline bool read_n(bench *b, const char *yaml_map, const char *bytes, size_t n, bool gold)
{
    if (!task_from(b, yaml_map)) return false;
    return examples_parse(&b->x, &b->t, "file", (str){bytes, n}, gold, &b->mem, &b->e);
}

/* The corpus must be read. */
static inline void reads(bench *b, const char *yaml_map, const char *bytes)
{
    bool ok = read_n(b, yaml_map, bytes, strlen(bytes), true);
    if (!ok) fail_msg("%s", b->e.text);
}

/* The corpus must be refused, with this in the message. */
static inline void refuses_n(const char *yaml_map, const char *bytes, size_t n, const char *says)
{
    bench b = {0};
    if (read_n(&b, yaml_map, bytes, n, true)) fail_msg("this was read: %.200s", bytes);
    if (!strstr(b.e.text, says)) fail_msg("'%s' does not say '%s'", b.e.text, says);
    if (strchr(b.e.text, '\n')) fail_msg("more than one line: %s", b.e.text);
    arena_close(&b.mem);
}
static inline void refuses(const char *yaml_map, const char *bytes, const char *says)
{
    refuses_n(yaml_map, bytes, strlen(bytes), says);
}

static inline void text_is(str s, const char *is)
{
    if (!str_is(s, is)) fail_msg("'%.*s' is not '%s'", (int)s.len, s.at, is);
}

/* The tags of an example as names: "O B-Disease". */
static inline void tags_are(const bench *b, int i, const char *names)
{
    text all = {0};
    for (int k = 0; k < b->x.at[i].n_words; k++)
        text_format(&all, "%s%s", k ? " " : "", b->t.labels[b->x.at[i].tags[k]]);
    if (strcmp(all.at, names)) fail_msg("tags '%s' are not '%s'", all.at, names);
    text_close(&all);
}
