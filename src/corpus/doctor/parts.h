#pragma once
/* What the parts of the doctor ask of each other. */
#include "corpus/doctor/doctor.h"
#include "corpus/formats.h"

/* bytes.c: encoding, line ends, characters. Gives back a copy in which what no reader takes is a question mark, without a mark at the start. mended: the reader takes bad
 * bytes for Latin-1, and they are but a warning. */
str bytes_check(doctor *d, const char *path, str bytes, bool mended, arena *mem);

/* conll.c: every row and tag. Gives back the bytes with a sound row in place of each faulty one; at NULL: they cannot be read at all. */
str conll_check(doctor *d, const task *t, str bytes);

/* rows.c: every line of the other formats of examples; what is faulty is blank in what is given back. */
str rows_check(doctor *d, const format *f, const task *t, str bytes);
/* Does line 1 name columns? Then no line can be read without it. */
bool rows_have_header(const format *f, str bytes);
/* What a reader said, as a finding. Gives back the line if it is one of `path`, else 0. `first` is the line of the file that the reader called line 1. */
int finding_of_reader(doctor *d, const char *path, int first, const err *e);

bool file_has_errors(const checked_file *f);
/* Was an error in the line that a reader complains of found before, in whatever file? */
bool found_already(const doctor *d, const err *e);
/* The same of what is left of a file, line for line, after its faults were found. */
int finding_of_what_is_left(doctor *d, const err *e);
/* The line of `path` that a reader complains of; 0: none. */
int reader_line(const char *path, const err *e);
void line_blank(char *bytes, size_t len, int line);

/* documents.c: formats that hold documents. */
MUST_USE bool documents_check(doctor *d, const format *f, task *t, err *e);
/* pubtator.c: a file of PubTator, block by block. */
void pubtator_check(doctor *d, document_list *to, const char *path, str bytes);

/* jsonl.c: JSON lines that are documents with mentions, as the format's reader finds out. */
bool jsonl_is_document(str line);
bool jsonl_has_documents(const task *t, const char *path);
void jsonl_check(doctor *d, document_list *to, const char *path, str bytes);

/* labels.c: counts what the examples have, and looks at the names of labels. */
void labels_check(doctor *d, const task *t);

/* same.c: the same ids and texts in a file, and in the splits before it. */
void same_begin(doctor *d);
void same_examples(doctor *d, const task *t);
void same_documents(doctor *d, const document_list *list);

static inline checked_file *file_now(doctor *d)
{
    return &d->files[d->n_files - 1];
}
/* At most 60 bytes of a text, for messages: "%.*s", SHOWN(s). */
#define SHOWN(s) (int)((s).len < 60 ? (s).len : 60), (s).at ? (s).at : ""
