#pragma once
/* What predict reads, line by line: plain lines, TSV with named columns, or JSON objects; each
 * becomes an input. */
#include "use/annotator.h"

enum input_form { FORM_LINES, FORM_TSV, FORM_JSONL };
typedef struct table_in {
    enum input_form form;
    const char *column_text, *column_text2,
        *column_id; /* names of columns or keys; NULL: text, text2, id where there are any */
    enum unit unit; /* of the arguments' offsets in JSON */
    /* What the header says, once it was read: */
    bool has_header;
    int at_text, at_text2, at_id, n_columns;
} table_in;

/* One line -> *in. *none: the line is no input (a header, a blank line of JSON). path and line
 * are for messages. */
MUST_USE bool table_in_line(table_in *t, str line, const char *path, int64_t number, arena *mem,
                            input *in, bool *none, err *e);
/* A new file: its first line is a header again. */
void table_in_file(table_in *t);
