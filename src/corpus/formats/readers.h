#pragma once
/* The readers and writers that formats.def lists. */
#include "corpus/formats.h"

#define FORMAT(name, reader, kinds, about) \
    MUST_USE bool reader(examples *to, const reading *r, err *e);
#define DOCUMENTS(name, reader, kinds, documents_reader, writer, takes, suffixes, about) \
    MUST_USE bool reader(examples *to, const reading *r, err *e);                        \
    MUST_USE bool documents_reader(document_list *to, const source *s, err *e);          \
    MUST_USE bool writer(const document_list *d, const char *path, losses *l, err *e);
#include "corpus/formats.def"
#undef FORMAT
#undef DOCUMENTS
/* For formats that are only read, or only written from documents: says so. */
MUST_USE bool no_reader(document_list *to, const source *s, err *e);
MUST_USE bool no_writer(const document_list *d, const char *path, losses *l, err *e);
