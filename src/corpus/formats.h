#pragma once
/* Every format there is (formats.def): a name, what it is for, and its readers and writer. */
#include "corpus/document.h"

typedef struct reading { /* what a reader is given */
    task *t;
    const char *path;
    str bytes; /* empty where the format takes the folder that path is */
    bool gold;
    arena *mem;
} reading;
typedef bool format_reader(examples *to, const reading *r, err *e);

typedef struct format {
    const char *name, *about;
    format_reader *read;
    /* Of formats that hold documents; else NULL. */
    documents_reader *documents;
    documents_writer *write;
    const char *suffixes; /* ".xml .XML": of the files of a folder, cut at blanks */
    unsigned kinds;       /* bit (1 << kind): what it can be read as */
    enum takes takes;
} format;
const format *format_named(const char *name);
/* From kind, file name and first lines. A complaint names the formats that the kind has. */
MUST_USE bool format_find(const format **to, const task *t, const char *path, str bytes, err *e);
const char *format_names(arena *mem); /* "conll, blue-tsv, .." for messages */
const char *format_names_for(enum task_kind kind, arena *mem);
const char *
format_names_documents(bool written,
                       arena *mem); /* those that can be read, or written, as documents */
/* UTF-8 without zero bytes, lines of at most 1 MiB if short_lines; a complaint has path and line. */
MUST_USE bool format_bytes(const char *path, str bytes, bool short_lines, err *e);
