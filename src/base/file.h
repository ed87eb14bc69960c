#pragma once
/* Files whole: mapped to read, written beside their place and renamed into it, so that a reader
 * never sees half a file and a full disk leaves the old one. Messages name path and reason. */
#include "base/fail.h"
#include "base/str.h"
#include <stdio.h>

typedef struct file {
    const char *path;
    str bytes;     /* the content; of a gzip file (by its first two bytes) the content unpacked */
    void *mapping; /* NULL where the bytes are in memory of our own (gzip, a pipe, "-") */
    size_t mapped;
    void *own;
} file;
/* "-" is standard input. A gzip file may unpack to at most 4 GiB. */
MUST_USE bool file_open(file *f, const char *path, err *e);
/* A part of the bytes is not needed for now: it leaves this process's memory, where it is mapped, and comes back when it is read again. */
void file_let_go(const file *f, str part);
void file_close(file *f);

typedef struct out {
    FILE *to;
    char path[1024], beside[1100]; /* the place, and the file that is being written */
    bool no_sync; /* set after out_open: of many files, whole after a kill, not after a power cut */
} out;
/* "-" is standard output. Write with fprintf(o->to, ..) and the like. */
MUST_USE bool out_open(out *o, const char *path, err *e);
/* Flushes, checks, fsyncs, renames. On failure the old file stays and the new one is gone. */
MUST_USE bool out_close(out *o, err *e);
void out_drop(out *o); /* gives up: nothing is left behind; harmless after out_close */
MUST_USE bool file_write(const char *path, str bytes, err *e); /* open, write, close */

bool path_exists(const char *path);
bool path_is_dir(const char *path);
/* In the arena: "dir/name", and the directory part of a path ("." if there is none). */
const char *path_join(arena *mem, const char *dir, const char *name);
const char *path_dir(arena *mem, const char *path);
/* Makes a directory and those above it; no failure if it is there. */
MUST_USE bool dir_make(const char *path, err *e);
/* Replaces the directory at `to` by the one at `from` so that, at each moment, to is the old or the
 * new (renameat2 exchange; where the file system has none, the old is moved to to~ first and
 * dir_recover puts it back). */
MUST_USE bool dir_replace(const char *from, const char *to, err *e);
/* After a crash: puts to~ back where `to` is missing, or removes it where it is not. */
MUST_USE bool dir_recover(const char *to, err *e);
MUST_USE bool dir_remove(const char *path, err *e); /* with all that is in it */
/* The names in a directory (files and folders, not . and ..), sorted by bytes. */
MUST_USE bool dir_list(const char *path, arena *mem, const char ***names, int *n, err *e);

/* One run a directory: locks DIR/.lock (flock) and says who holds it if somebody does. */
typedef struct lock {
    int fd; /* 0: none */
} lock;
MUST_USE bool lock_open(lock *l, const char *dir, err *e);
void lock_close(lock *l);
