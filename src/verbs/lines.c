/* Lines in blocks. A stream that is packed by gzip is read whole first, through a file in
 * memory. */
#include "verbs/lines.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = 256 << 10 };

void lines_open(lines *l, const char *const *paths, int n)
{
    static const char *const standard[] = {"-"};
    *l = (lines){.paths = n ? paths : standard, .n = n ? n : 1};
}

/* Reads more of the stream behind `to`; sets ended. */
static bool fill(lines *l, err *e)
{
    if (l->from) {
        memmove(l->buffer, l->buffer + l->from, l->to - l->from);
        l->to -= l->from, l->from = 0;
    }
    if (l->to == l->cap) {
        l->cap = l->cap ? 2 * l->cap : BLOCK;
        l->buffer = realloc(l->buffer, l->cap);
        if (!l->buffer) die("no memory for a line of %zu bytes", l->cap);
    }
    ssize_t n;
    do n = read(STDIN_FILENO, l->buffer + l->to, l->cap - l->to);
    while (n < 0 && errno == EINTR);
    if (n < 0) return fail(e, "standard input: %s", strerror(errno));
    l->to += (size_t)n;
    l->ended = n == 0;
    return true;
}

/* Copies the rest of the stream into a file in memory, and opens that. */
static bool unpack_stream(lines *l, err *e)
{
    int fd = memfd_create("stdin", MFD_CLOEXEC);
    bool done = fd >= 0;
    while (done && !(l->ended && l->from == l->to)) {
        ssize_t n = write(fd, l->buffer + l->from, l->to - l->from);
        done = n >= 0;
        if (done) l->from += (size_t)n;
        if (done && l->from == l->to && !l->ended && !fill(l, e)) done = false;
    }
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    err why = {0};
    if (!done) {
        fail(e, "standard input: %s", strerror(errno));
    } else if (!file_open(&l->f, path, &why)) {
        const char *reason = strstr(why.text, "gzip"); /* without the name of the file in memory */
        done = fail(e, "standard input: %s", reason ? reason : why.text);
    }
    if (fd >= 0) close(fd);
    l->stream = false;
    l->rest = l->f.bytes;
    return done;
}

static bool open_next(lines *l, err *e)
{
    const char *path = l->paths[l->at++];
    l->stream = !strcmp(path, "-");
    l->path = l->stream ? "standard input" : path;
    l->line = 1, l->block = (str){0}, l->ended = false;
    l->is_open = true;
    if (!l->stream) {
        if (!file_open(&l->f, path, e)) return false;
        l->rest = l->f.bytes;
        return true;
    }
    while (!l->ended && l->to - l->from < 2)
        if (!fill(l, e)) return false;
    bool packed = l->to - l->from >= 2 && !memcmp(l->buffer + l->from, "\x1f\x8b", 2);
    return !packed || unpack_stream(l, e);
}

/* Up to the last newline in s, or nothing. */
static str whole_lines(str s)
{
    const char *last = s.len ? memrchr(s.at, '\n', s.len) : NULL;
    return last ? str_sub(s, 0, (size_t)(last - s.at) + 1) : (str){s.at, 0};
}

static bool next_of_file(lines *l)
{
    if (!l->rest.len) return false;
    str some = whole_lines(str_sub(l->rest, 0, BLOCK));
    if (!some.len) { /* a long line, or the last */
        ptrdiff_t end = str_find(l->rest, '\n');
        some = str_sub(l->rest, 0, end < 0 ? l->rest.len : (size_t)end + 1);
    }
    l->rest = str_sub(l->rest, some.len, l->rest.len);
    l->block = some;
    return true;
}

static bool next_of_stream(lines *l, err *e)
{
    for (;;) {
        str there = {l->buffer + l->from, l->to - l->from};
        str some = l->ended ? there : whole_lines(there);
        if (some.len) {
            l->from += some.len;
            l->block = some;
            return true;
        }
        if (l->ended || !fill(l, e)) return false;
    }
}

bool lines_next(lines *l, str *block, err *e)
{
    for (const char *c = l->block.at, *end = l->block.at + l->block.len; c && c < end;
         c++, l->line++) {
        c = memchr(c, '\n', (size_t)(end - c));
        if (!c) break;
    }
    for (;;) {
        if (!l->is_open && (l->at == l->n || !open_next(l, e))) return false;
        if (l->stream ? next_of_stream(l, e) : next_of_file(l)) {
            *block = l->block;
            return true;
        }
        if (e->set) return false;
        file_close(&l->f);
        l->is_open = false, l->block = (str){0};
    }
}

void lines_close(lines *l)
{
    file_close(&l->f);
    free(l->buffer);
    *l = (lines){0};
}
