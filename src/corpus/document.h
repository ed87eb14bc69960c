#pragma once
/* A document: text as it was read, byte for byte, and what is said about it. Everything lives in the arena that the reader was
 * given. Spans are bytes into document.text, half open; a format that counts otherwise asks unit_map. What a format knows beyond
 * these fields goes into infons (ordered keys and values, as BioC has them), so that it survives a way through formats which have them.
 *
 * A READER (documents_reader) appends documents to a list: from bytes (a file that somebody opened) or, of formats that take a
 * folder (TAKES_FOLDER), from the folder at source.path. It fills mention.at with the numbers of the file, counted from the
 * bytes mention.from of the text, and calls document_settle, which finds their unit (code points, UTF-16, bytes: the one in which all mentions
 * meet the text that the file recorded for them), turns them into bytes and checks them. A complaint is "PATH:LINE: what was expected".
 * A WRITER (documents_writer) writes them all to a path ("-" is standard output where the format is one file) and
 * notes in `losses` what its format cannot hold; it never changes text silently.
 * formats.def lists both in lines DOCUMENTS(..); corpus/formats/pubtator.c is the example to follow. */
#include "corpus/examples.h"

typedef struct infon {
    str key, value;
} infon;
typedef struct infons {
    infon *at;
    int n;
    size_t cap;
} infons;
void infon_add(infons *to, arena *mem, str key, str value);
void infon_set(infons *to, arena *mem, const char *key, str value); /* instead of one of that key */
str infon_get(const infons *of, const char *key);                   /* at == NULL: there is none */

typedef struct doc_mention {
    str id;   /* "T1", "12"; empty: the file gave none */
    str type; /* "Disease" */
    span *at; /* [n] pieces, n >= 1, in the order of the file */
    int n;
    str text;    /* as the file recorded it; at == NULL: it did not */
    infons more; /* "identifier", "MESH", "made-by", "score", .. */
    span *from; /* [n] for readers: the bytes that each start and end in `at` count from; NULL: 0 */
    int line;   /* in its file, from 1; 0: unknown */
    bool part;  /* repeats a part of another mention (BioC: IndividualMention): never an example */
} doc_mention;

typedef struct argument {
    str role, ref; /* "Arg1"; as in the file: a mention's id, or the identifier of a concept */
    int mention; /* index in document.mentions, or -1: ref is of a concept or of another relation */
} argument;
typedef struct relation {
    str id, type;
    argument *args; /* [n] */
    int n;
    infons more;
    int line;
} relation;

typedef struct section { /* a passage, or a sentence */
    span at;
    size_t
        offset; /* as the file numbers its start, in document.unit; SIZE_MAX: as its place in the text */
    infons more; /* "type": "title" */
} section;

typedef struct document {
    const char *id;
    const char *path; /* the file it is from */
    int line;
    str text;
    section *passages; /* [n_passages], ascending, disjoint; 0: the text is one */
    int n_passages;
    section *sentences; /* as the file has them; 0: it has none, split_sentences finds them */
    int n_sentences;
    doc_mention *mentions;
    int n_mentions;
    relation *relations;
    int n_relations;
    bool
        pairs_given; /* relations are all pairs that are candidates, negatives too (DDI): no other is one */
    infons more;
    enum unit unit; /* in which the file counted, as found by document_settle */
    int misses;     /* mentions whose recorded text is not what stands at their place */
    size_t cap_passages, cap_sentences, cap_mentions, cap_relations; /* for the functions below */
} document;

typedef struct document_list {
    document *at;
    int n;
    size_t cap;
    infons more; /* of the whole collection: BioC's source, date, key */
} document_list;

/* For readers. Pointers are good until the next addition to the same list. */
document *document_add(document_list *to, arena *mem, const char *id, const char *path, int line);
section *document_passage(document *d, arena *mem, span at);
section *document_sentence(document *d, arena *mem, span at);
doc_mention *document_mention(document *d, arena *mem, str id, str type, int line);
void mention_piece(doc_mention *m, arena *mem, size_t start, size_t end);
/* The same where numbers count from other bytes than 0. */
void mention_piece_from(doc_mention *m, arena *mem, span at, span from);
relation *document_relation(document *d, arena *mem, str id, str type, int line);
void relation_argument(relation *r, arena *mem, str role, str ref); /* mention is -1 at first */
/* Numbers of the file -> bytes. unit < 0: found out; else it is that one. Fails where a number lies outside the text or inside a character, or
 * a piece ends before it begins. */
MUST_USE bool document_settle(document *d, int unit, err *e);
/* Finds the mention of each argument by its ref among the ids; what is none stays -1. Returns how many of those there are. */
int document_link(document *d);

/* Text of a mention as it stands in the document, pieces joined by a space. */
str mention_text(const document *d, const doc_mention *m, arena *mem);
span mention_hull(const doc_mention *m); /* from the first start to the last end */
/* Is the recorded text what stands there? Blanks of any kind are one blank; pieces may be joined by a blank, by " ... ", or not. */
bool mention_fits(const document *d, const doc_mention *m);

/* Bytes <-> units of one text. A text without bytes above 0x7f costs nothing. */
typedef struct unit_map {
    str of;
    uint32_t *unit_of; /* [len + 1] units before each byte; NULL: one is the other */
} unit_map;
unit_map unit_map_of(str s, enum unit unit, arena *mem);
size_t unit_map_units(const unit_map *o, size_t byte);
/* The byte that lies at units from the start of byte `from`; false if that is no boundary or outside. */
bool unit_map_byte(const unit_map *o, size_t from, size_t at, size_t *byte);

/* What a target could not hold, by kind, with the first document that it happened in. */
enum { LOSSES_MOST = 32 };
typedef struct lost_kind {
    const char *what; /* a literal: "relations", "mentions in several pieces" */
    size_t n;
    const char *first; /* id of the document */
} lost_kind;
typedef struct losses {
    lost_kind at[LOSSES_MOST];
    int n;
} losses;
void loss_note(losses *l, const char *what, const document *d);

typedef struct source { /* what a reader is given */
    const char *path;   /* of the file, or of the folder; for messages */
    str bytes;          /* the file; UTF-8 without zero bytes was checked; lives as long as mem */
    arena *mem;
} source;
typedef bool documents_reader(document_list *to, const source *s, err *e);
typedef bool documents_writer(const document_list *d, const char *path, losses *l, err *e);
enum takes {
    TAKES_FILES, /* one file; of a folder, every file with one of the suffixes, sorted, folders within too */
    TAKES_FOLDER, /* the reader is given the folder (or file) as source.path, bytes are empty, and does the rest */
};

/* Reads what is at path ("-" is standard input) in the format of that name: a file, or a folder. */
MUST_USE bool documents_read(document_list *to, const char *format, const char *path, arena *mem,
                             err *e);
/* The same from bytes, of formats that take files. */
MUST_USE bool documents_parse(document_list *to, const char *format, const char *path, str bytes,
                              arena *mem, err *e);
MUST_USE bool documents_write(const document_list *d, const char *format, const char *path,
                              losses *l, err *e);
