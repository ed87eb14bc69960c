/* Files below a folder (tree.h). */
#include "corpus/tree.h"
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

enum { DEEP = 16, FILES_MOST = 1 << 20 };

static bool walk(tree *to, const char *path, int deep, arena *mem, err *e)
{
    const char **names;
    int n;
    if (deep > DEEP)
        return fail(e, "%s: at most %d folders within each other are expected", path, DEEP);
    if (!dir_list(path, mem, &names, &n, e)) return false;
    for (int i = 0; i < n; i++) {
        if (names[i][0] == '.') continue;
        const char *in = path_join(mem, path, names[i]);
        if (path_is_dir(in)) {
            if (!walk(to, in, deep + 1, mem, e)) return false;
            continue;
        }
        if (to->n == FILES_MOST)
            return fail(e, "%s: a corpus of at most %d files is expected", path, FILES_MOST);
        GROW(mem, to->at, to->n, to->cap);
        to->at[to->n++] = in;
    }
    return true;
}

bool tree_read(tree *to, const char *path, arena *mem, err *e)
{
    *to = (tree){0};
    if (path_is_dir(path)) return walk(to, path, 0, mem, e);
    if (!path_exists(path)) return fail(e, "%s: a folder is expected, there is nothing", path);
    GROW(mem, to->at, to->n, to->cap);
    to->at[to->n++] = str_keep(mem, str_of(path));
    return true;
}

/* A pattern of as many parts as it has matches that many last parts of the path. */
static bool matches(const char *path, const char *pattern)
{
    int parts = 1;
    for (const char *p = pattern; *p; p++) parts += *p == '/';
    const char *at = path + strlen(path);
    while (at > path && parts) parts -= *--at == '/';
    return !fnmatch(pattern, at + (*at == '/'), FNM_CASEFOLD | FNM_PATHNAME);
}

const char *tree_find(const tree *t, const char *patterns)
{
    arena mem = {0};
    const char *found = NULL;
    for (str rest = str_of(patterns); rest.at && !found;) {
        const char *pattern = str_keep(&mem, str_cut(&rest, ';'));
        for (int i = 0; i < t->n && !found; i++)
            if (matches(t->at[i], pattern)) found = t->at[i];
    }
    arena_close(&mem);
    return found;
}

str tree_stem(const char *path)
{
    const char *name = strrchr(path, '/');
    str whole = str_of(name ? name + 1 : path);
    return str_cut(&whole, '.');
}

bool tree_ends(const char *path, const char *with)
{
    size_t n = strlen(path), m = strlen(with);
    return n > m && !strcasecmp(path + n - m, with);
}
