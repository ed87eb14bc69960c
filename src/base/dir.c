/* Paths, directories and the lock on one: the second half of file.h. */
#include "base/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(err *e, const char *path)
{
    return fail(e, "%s: %s", path, strerror(errno));
}

bool path_exists(const char *path)
{
    struct stat st;
    return !stat(path, &st);
}

bool path_is_dir(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

const char *path_join(arena *mem, const char *dir, const char *name)
{
    size_t n = strlen(dir);
    if (!n || name[0] == '/') return str_keep(mem, str_of(name));
    return str_format(mem, "%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

const char *path_dir(arena *mem, const char *path)
{
    str s = str_of(path);
    while (s.len > 1 && s.at[s.len - 1] == '/') s.len--;
    while (s.len && s.at[s.len - 1] != '/') s.len--;
    if (!s.len) return ".";
    while (s.len > 1 && s.at[s.len - 1] == '/') s.len--;
    return str_keep(mem, s);
}

bool dir_make(const char *path, err *e)
{
    if (!*path) return fail(e, "the name of a directory is needed, here is nothing");
    text t = {0};
    text_add(&t, str_of(path));
    bool done = true;
    for (size_t i = 1; done && i <= t.len; i++) {
        if (t.at[i] != '/' && t.at[i]) continue;
        char c = t.at[i];
        t.at[i] = '\0';
        if (mkdir(t.at, 0777) && !path_is_dir(t.at)) {
            if (errno == EEXIST) errno = ENOTDIR;
            done = failed(e, t.at);
        }
        t.at[i] = c;
    }
    text_close(&t);
    return done;
}

static bool sync_dir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool done = !fsync(fd) || errno == EINVAL || errno == EROFS;
    close(fd);
    return done;
}

static bool sync_dirs(const char *path, err *e)
{
    arena mem = {0};
    const char *above = path_dir(&mem, path);
    bool done = sync_dir(path) && sync_dir(above);
    if (!done) failed(e, path);
    arena_close(&mem);
    return done;
}

bool dir_recover(const char *to, err *e)
{
    arena mem = {0};
    const char *old = str_format(&mem, "%s~", to);
    bool done = true;
    if (path_exists(old))
        done = path_exists(to) ? dir_remove(old, e) : !rename(old, to) || failed(e, to);
    arena_close(&mem);
    return done;
}

bool dir_replace(const char *from, const char *to, err *e)
{
    if (!path_is_dir(from)) return fail(e, "%s: is no directory", from);
    if (path_exists(to) && !path_is_dir(to)) return fail(e, "%s: is there and is no directory", to);
    if (!sync_dirs(from, e)) return false;
    if (!path_exists(to)) return rename(from, to) ? failed(e, to) : sync_dirs(to, e);
    if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE))
        return sync_dirs(to, e) && dir_remove(from, e);
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return failed(e, to);
    arena mem = {0}; /* no exchange here: two renames, and dir_recover for a crash between them */
    const char *old = str_format(&mem, "%s~", to);
    bool done = dir_remove(old, e) && (!rename(to, old) || failed(e, to));
    if (done && rename(from, to)) {
        done = failed(e, to);
        (void)!rename(old, to);
    }
    done = done && sync_dirs(to, e) && dir_remove(old, e);
    arena_close(&mem);
    return done;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path) && errno != ENOENT ? -1 : 0;
}

bool dir_remove(const char *path, err *e)
{
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) && errno != ENOENT) return failed(e, path);
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool dir_list(const char *path, arena *mem, const char ***names, int *n, err *e)
{
    *names = NULL, *n = 0;
    DIR *dir = opendir(path);
    if (!dir) return failed(e, path);
    size_t cap = 0;
    for (;;) {
        errno = 0;
        struct dirent *d = readdir(dir);
        if (!d) break;
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, "..")) continue;
        GROW(mem, *names, *n, cap);
        (*names)[(*n)++] = str_keep(mem, str_of(d->d_name));
    }
    bool done = !errno || failed(e, path);
    closedir(dir);
    if (done && *n) qsort(*names, (size_t)*n, sizeof **names, by_bytes);
    return done;
}

static bool held(const char *dir, int fd, err *e)
{
    char who[32] = "";
    ssize_t n = pread(fd, who, sizeof who - 1, 0);
    int64_t pid = 0;
    if (n > 0 && str_int(str_trim((str){who, (size_t)n}), &pid))
        return fail(e, "%s: is in use by process %lld", dir, (long long)pid);
    return fail(e, "%s: is in use by another process", dir);
}

bool lock_open(lock *l, const char *dir, err *e)
{
    *l = (lock){0};
    arena mem = {0};
    const char *path = path_join(&mem, dir, ".lock");
    int low = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int fd = low >= 0 && low < 3 ? fcntl(low, F_DUPFD_CLOEXEC, 3) : low; /* 0 means none */
    if (low != fd) close(low);
    bool done = fd >= 0 || failed(e, path);
    if (done && flock(fd, LOCK_EX | LOCK_NB))
        done = errno == EWOULDBLOCK ? held(dir, fd, e) : failed(e, path);
    arena_close(&mem);
    if (!done) {
        if (fd >= 0) close(fd);
        return false;
    }
    /* The number only serves the message, so a full disk is no reason to stop. */
    if (!ftruncate(fd, 0)) dprintf(fd, "%ld\n", (long)getpid());
    l->fd = fd;
    return true;
}

void lock_close(lock *l)
{
    if (!l->fd) return;
    (void)!ftruncate(l->fd, 0);
    close(l->fd);
    l->fd = 0;
}
