#pragma once
/* The half of `mtbert predict` that is for documents: reads files or folders in one format, has the model add what it finds, writes them in the
 * same format or another. */
#include "base/options.h"
#include "use/documents.h"

typedef struct documents_asked {
    const char *format, *to_format; /* to_format NULL: as format */
    const char *const *paths;       /* [n]; n 0: standard input */
    int n;
    const char *to;      /* a file, of brat a folder that is not there yet, "-" */
    const char *model;   /* its directory */
    const char *made_by; /* what notes call it; NULL: by the name of its directory */
    const type_as *as;   /* [n_as] */
    int n_as;
    double least; /* score of what is added */
} documents_asked;

/* "Chemical=DRUG,Gene=GENE" -> two. */
MUST_USE bool types_as(const option_many *given, arena *mem, type_as **to, int *n, err *e);
/* Are these formats that hold documents, and can the second be written there? Before a model is loaded. */
MUST_USE bool documents_can(const documents_asked *q, err *e);
MUST_USE bool documents_predict(annotator *a, const documents_asked *q, err *e);
/* What was too long for `most` pieces, of `all` texts. */
void report_cuts(const pack_counts *c, long long all, int most);
