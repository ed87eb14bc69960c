#pragma once
/* Files that want to do harm, byte by byte: pieces of pickles, zip archives and table files for the tests of their readers. All invented. */
#include "persist/helpers.h"
#include "persist/weights.h"

void put_bytes(text *t, const char *at, size_t n);
#define PUT(t, literal) put_bytes(t, literal, sizeof(literal) - 1)
void put_number(text *t, uint64_t x, int bytes); /* little-endian */
void put_varint(text *t, uint64_t x);
void put_word(text *t, const char *word); /* BINUNICODE */
void put_whole(text *t, int32_t x);       /* BININT */

/* A tensor of f32 as PyTorch pickles it, a view of storage "0". */
typedef struct view {
    const char *type;                           /* "FloatStorage" */
    int32_t numel, offset, shape[2], stride[2]; /* numel: what the pickle says of the storage */
    int n_dims;
    int32_t stored; /* values that are in the file */
    const char *function;
} view;
view good_view(void); /* 4 values, [2,2] */
void put_view(text *t, const view *v);
/* A legacy file whose object is that pickle; stored values of storage "0" behind it (none: < 0). */
const char *legacy_file(str object, int32_t stored);
/* The same tensor in a zip or a legacy file under the name "w". */
const char *view_file(const view *v, bool zip);

/* A zip archive of stored entries, and where its records are, so that a test can lie in them. */
typedef struct archive {
    text t;
    size_t local[8], central[8], end;
    int n;
} archive;
void archive_add(archive *a, const char *name, str bytes);
void archive_close(archive *a); /* directory and end record */
void archive_put(archive *a, size_t at, uint64_t x, int bytes);
const char *archive_file(archive *a); /* written; a is emptied */

/* weights_open must fail on the file, in one line that holds `why`, within a second. */
void refused_quickly(const char *path, const char *why);
