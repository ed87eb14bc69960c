#pragma once
/* Lines of text as a made-up task, for bench: the words of a line (blanks between) get one of
 * three tags, the hash of the word modulo 3. One sequence a line, cut at its end, in the order
 * of the file; so another program can be given the very same batches (trace --batches). */
#include "base/file.h"
#include "encode/batch.h"

typedef struct made_up {
    task t;
    file f;
    examples x;
    packs p; /* one sequence a line; lines without a piece are left out */
} made_up;
MUST_USE bool made_up_open(made_up *u, const vocab *v, const char *path, int max_pieces, arena *mem,
                           err *e);
void made_up_close(made_up *u);
