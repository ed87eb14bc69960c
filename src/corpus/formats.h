#pragma once
/* Every format there is (formats.def): a name, what it is for, and its reader. */
#include "corpus/examples.h"

typedef struct reading { /* what a reader is given */
    task *t;
    const char *path;
    str bytes;
    bool gold;
    arena *mem;
} reading;
typedef bool format_reader(examples *to, const reading *r, err *e);

typedef struct format {
    const char *name, *about;
    format_reader *read;
    unsigned kinds; /* bit (1 << kind): what it can be read as */
} format;
const format *format_named(const char *name);
/* From kind, file name and first lines. A complaint names the formats that the kind has. */
MUST_USE bool format_find(const format **to, const task *t, const char *path, str bytes, err *e);
const char *format_names(arena *mem); /* "conll, blue-tsv, .." for messages */
const char *format_names_for(enum task_kind kind, arena *mem);
