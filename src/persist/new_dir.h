#pragma once
/* A directory that is written whole beside its place and then takes it: at each moment there is the old
 * one or the new one. What a write that was killed left behind is removed by the next write. */
#include "base/file.h"

typedef struct new_dir {
    arena mem;
    const char *to;     /* its place, without a slash at the end */
    const char *beside; /* TO.new, where its files are put; NULL: closed */
} new_dir;

/* What stands at the place is replaced only if `replace`, and only if it is a model directory (has a
 * config.json) or empty: a mistyped path must not cost somebody's files. */
MUST_USE bool new_dir_open(new_dir *d, const char *to, bool replace, err *e);
/* Everything to disk, then the exchange. On failure the old one stays and the new one is gone. */
MUST_USE bool new_dir_close(new_dir *d, err *e);
void new_dir_drop(new_dir *d); /* gives up; harmless after close */
/* Where a file system has no exchange, a crash can leave the old one as TO~: puts it back if TO is
 * missing and TO~ is a model directory. */
void new_dir_recover(const char *to);
