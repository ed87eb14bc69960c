#pragma once
/* Which id belongs into which split: BLUE's lists (blue_splits.def), or a user's file. */
#include "base/table.h"
#include "corpus/task.h"

typedef struct where {
    const char *path; /* of the user's file; NULL: BLUE's */
    table ids;        /* id -> index below */
    struct where_id {
        str id;
        enum split split;
        int line;
        bool seen;
    } * at;
    int n;
    size_t cap;
    int rest; /* where an id goes that is not listed, of a corpus that its owners do not split; -1: nowhere */
} where;
/* False where there is no list: the split is the owners'. The rest is train where train is not listed. */
bool where_blue(where *w, const char *corpus, arena *mem);
/* Sentences of a corpus that BLUE's files lack though the owners' have them (authors' form); others are unlisted. */
bool where_missing(where *w, const char *corpus, arena *mem);
/* A line: an id (of dev), or an id and train, dev or test behind a tab, comma or blanks; empty lines and lines that begin with # are passed
 * over. The last line may lack its newline. */
MUST_USE bool where_read(where *w, const char *path, arena *mem, err *e);
/* The split of an id, or -1; notes that it was seen. */
int where_is(where *w, str id);
/* Ids that nothing had: of a user's list an error, of BLUE's a warning. */
MUST_USE bool where_close(const where *w, const char *from, err *e);
