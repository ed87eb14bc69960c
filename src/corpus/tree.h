#pragma once
/* The files below a folder, and finding among them what an owner calls by a known name. */
#include "base/file.h"

typedef struct tree {
    const char **at; /* [n] paths, sorted within each folder */
    int n;
    size_t cap;
} tree;
/* A path that is a file is a tree of one. Names that begin with a point are passed over. */
MUST_USE bool tree_read(tree *to, const char *path, arena *mem, err *e);
/* The first file whose end of path matches a pattern of "a*;b/c*", by fnmatch, in the order of the patterns and without regard to case; NULL: none. */
const char *tree_find(const tree *t, const char *patterns);
/* A name without its folder, up to its first point: reports and their annotations share it. */
str tree_stem(const char *path);
bool tree_ends(const char *path, const char *with); /* without regard to case */
