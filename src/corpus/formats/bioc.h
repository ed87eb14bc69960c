#pragma once
/* What BioC XML and BioC JSON have in common: a document is put together in the order of the file. Offsets of the file are of the whole
 * document; passages are joined by a newline (by nothing where the file leaves no room), sentences by as many blanks as the file leaves room for. */
#include "corpus/formats.h"

typedef struct bioc_start { /* of a passage or sentence */
    size_t offset, from;    /* as the file counts; its byte in the text */
    bool sentence;
    int index; /* in document.sentences, or passages */
} bioc_start;
typedef struct bioc {
    const source *s;
    document *d;
    text text;          /* of the document so far */
    size_t end;         /* as the file counts, in code points, behind the last section */
    bioc_start *starts; /* [n_starts] of all sections, in the order of the file */
    int n_starts;
    size_t cap_starts;
    section *open; /* whose text comes next */
    int apart; /* of starts: the passage that a newline comes before, once it has text; -1: none */
} bioc;
void bioc_begin(bioc *b, document_list *to, const source *s, const char *id, int line);
/* A passage, or a sentence of the last one; its text, if it has one, comes with bioc_text. */
section *bioc_section(bioc *b, bool sentence, size_t offset);
void bioc_text(bioc *b, str s);
/* A place as the file counts, of the last mention, m. Its bytes are found at the end: start and end each count from the section that it was read in, or from
 * the one whose offset is the last before them. */
MUST_USE bool bioc_piece(bioc *b, doc_mention *m, int64_t offset, int64_t length, err *e);
/* After the infons of a mention or relation were added to it: its type is one of them. */
void bioc_mention_done(bioc *b, doc_mention *m);
void bioc_relation_done(bioc *b, relation *r);
MUST_USE bool bioc_end(bioc *b, err *e);
/* For writers: is this reference one of a mention or relation of the document (a node), or an identifier (an infon)? */
bool bioc_is_node(const document *d, const argument *a);
/* Can this passage be written as its sentences? Those who read them put blanks between, so only where nothing else lies there; else the text is written
 * whole, and the loss of sentences noted. False also where it has none. */
bool bioc_sentences_hold(const document *d, const section *passage, losses *l);
/* Notes as lost what stands outside the passages, but for one newline between two. */
void bioc_note_gaps(const document *d, losses *l);
/* Notes as lost, and marks as done, mentions that begin or end outside the passages: no place could be told for them. */
/* Also notes what would be taken for a type. */
void bioc_leave_out(const document *d, bool *done, losses *l);
/* "type" is to be written as an infon, since no other one says it. */
bool bioc_type_is_infon(const infons *more, str type);
/* Where a section begins, and where a byte of the text lies (the end of a mention, or its start), as the file is to count them. */
size_t bioc_offset(const document *d, const unit_map *o, const section *s);
size_t bioc_place(const document *d, const unit_map *o, size_t byte, bool end);
