#pragma once
/* Lines of files and of standard input, in blocks, for the verbs that answer line by line: what
 * has arrived is handed out at once, so that a program may write a line and wait for its answer.
 * A block lies in memory of the reader's own, until the next call. */
#include "base/file.h"

typedef struct lines {
    const char *const *paths; /* "-": standard input */
    int n, at;
    const char *path; /* of the block, for messages */
    int64_t line;     /* number of the block's first line in its file, from 1 */
    bool is_open, stream;
    file f; /* a whole file; rest is what was not handed out yet */
    str rest, block;
    char *buffer; /* of a stream: `from` to `to` is there and was not handed out */
    size_t cap, from, to;
    bool ended;
} lines;

/* n 0: standard input. The paths must stay. */
void lines_open(lines *l, const char *const *paths, int n);
/* The next whole lines: some hundred kilobytes of a file, of a stream what there is, but always
 * at least one line. False at the end, and where e is set. */
bool lines_next(lines *l, str *block, err *e);
void lines_close(lines *l);
