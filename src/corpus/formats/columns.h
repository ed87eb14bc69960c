#pragma once
/* Tables with a header: which column is what. The task may map text, text2, label and id to any header; where it does
 * not, each format has names of its own, compared without regard to case. */
#include "corpus/formats/collect.h"
#include "corpus/formats/rows.h"

enum role { ROLE_TEXT, ROLE_TEXT2, ROLE_LABEL, ROLE_ID };
enum { ROLES = 4, COLUMN_NAMES = 8 };
typedef struct
    column_names { /* of each role the names a format knows, in order of preference; ended by NULL */
    const char *of[ROLES][COLUMN_NAMES];
} column_names;
extern const column_names
    columns_usual; /* every name that a corpus in the wild has been seen with */

typedef struct columns {
    int at[ROLES]; /* index of the column, -1: there is none */
    int n;         /* columns of the header */
} columns;

/* True if the header names a text (and a second one where the kind needs it). Says nothing. */
bool columns_fit(const task *t, const row *header, const column_names *names);
/* The same with a complaint; also the label must be there if an answer is needed. */
MUST_USE bool columns_find(columns *to, const reading *r, const row *header,
                           const column_names *names, err *e);
/* Adds the example that a row holds. The row must have as many columns as the header. */
MUST_USE bool columns_example(collect *c, const columns *k, const row *w, err *e);
/* A whole table: header, rows, end. sep is a tab or a comma. */
MUST_USE bool columns_read(examples *to, const reading *r, char sep, const column_names *names,
                           err *e);
