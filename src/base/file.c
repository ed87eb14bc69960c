/* Files whole: mapped or read, unpacked where they are gzip; written beside their place and renamed. */
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define GZIP_MOST ((size_t)4 << 30) /* bytes unpacked: a bomb stops here */

static bool failed(err *e, const char *path)
{
    return fail(e, "%s: %s", path, strerror(errno));
}

/* A buffer that grows by doubling; false (errno set) where there is no memory or more than most. */
static bool room(char **at, size_t *cap, size_t used, size_t most)
{
    if (used < *cap) return true;
    size_t more = *cap ? 2 * *cap : 64 << 10;
    if (more > most) more = most;
    if (more <= used) return errno = EFBIG, false;
    char *bigger = realloc(*at, more);
    if (!bigger) return false;
    *at = bigger, *cap = more;
    return true;
}

static bool slurp(int fd, file *f, err *e)
{
    char *at = NULL;
    size_t len = 0, cap = 0;
    for (;;) {
        if (!room(&at, &cap, len, SIZE_MAX / 2)) break;
        ssize_t n = read(fd, at + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        if (!n) {
            f->own = at;
            f->bytes = (str){at, len};
            return true;
        }
        len += (size_t)n;
    }
    failed(e, f->path);
    free(at);
    return false;
}

static bool take_in(int fd, file *f, err *e)
{
    struct stat st;
    if (fstat(fd, &st)) return failed(e, f->path);
    if (S_ISDIR(st.st_mode)) return fail(e, "%s: is a directory, a file is needed", f->path);
    if (!S_ISREG(st.st_mode) || st.st_size <= 0)
        return slurp(fd, f, e); /* also the files of /proc */
    f->mapped = (size_t)st.st_size;
    void *at = mmap(NULL, f->mapped, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return slurp(fd, f, e);
    f->mapping = at;
    f->bytes = (str){at, f->mapped};
    return true;
}

/* One step: gives z more input and room; what is unpacked so far is *len bytes at *at. */
static int gunzip_step(z_stream *z, str *in, char **at, size_t *len, size_t *cap)
{
    enum { PIECE = 1 << 30 }; /* zlib counts in unsigned int */
    if (!room(at, cap, *len, GZIP_MOST + 1)) return Z_MEM_ERROR;
    size_t space = *cap - *len < PIECE ? *cap - *len : PIECE,
           give = in->len < PIECE ? in->len : PIECE;
    z->next_in = (Bytef *)(uintptr_t)in->at, z->avail_in = (uInt)give;
    z->next_out = (Bytef *)*at + *len, z->avail_out = (uInt)space;
    int code = inflate(z, Z_NO_FLUSH);
    *in = str_sub(*in, give - z->avail_in, in->len);
    *len += space - z->avail_out;
    if (*len > GZIP_MOST) errno = EFBIG, code = Z_MEM_ERROR;
    return code;
}

static bool padding(str in)
{
    for (size_t i = 0; i < in.len; i++)
        if (in.at[i]) return false;
    return true;
}

static bool gunzip(file *f, err *e)
{
    z_stream z = {0};
    if (inflateInit2(&z, 15 + 16) != Z_OK) die("no memory to unpack %s", f->path);
    str in = f->bytes;
    char *at = NULL;
    size_t len = 0, cap = 0;
    const char *why = NULL;
    for (bool ended = false; !ended && !why;) {
        int code = gunzip_step(&z, &in, &at, &len, &cap);
        if (code == Z_STREAM_END) {
            ended = padding(in); /* else another member follows, as in block gzip */
            if (!ended && inflateReset(&z) != Z_OK) why = "zlib failed";
        } else if (code == Z_MEM_ERROR) {
            why = errno == EFBIG ? "unpacks to more than 4 GiB" : "no memory to unpack it";
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            why = z.msg ? z.msg : "damaged";
        } else if (!in.len && z.avail_out) {
            why = "cut off: the gzip data end too early";
        }
    }
    inflateEnd(&z);
    if (why) {
        free(at);
        return fail(e, "%s: gzip: %s", f->path, why);
    }
    const char *path = f->path;
    file_close(f);
    *f = (file){.path = path, .bytes = {at, len}, .own = at};
    return true;
}

bool file_open(file *f, const char *path, err *e)
{
    bool standard = !strcmp(path, "-");
    *f = (file){.path = standard ? "standard input" : path, .bytes = STR("")};
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed(e, path);
    bool done = take_in(fd, f, e);
    if (!standard) close(fd);
    if (done && str_starts(f->bytes, "\x1f\x8b")) done = gunzip(f, e);
    if (!done) file_close(f);
    return done;
}

void file_let_go(const file *f, str part)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)part.at,
              last = first + part.len;
    if (!f->mapping) return; /* memory of our own would be lost */
    first = (first + page - 1) / page * page, last = last / page * page;
    if (first < last) madvise((void *)first, last - first, MADV_DONTNEED);
}

void file_close(file *f)
{
    if (f->mapping) munmap(f->mapping, f->mapped);
    free(f->own);
    *f = (file){0};
}

/* Where path is a link, the file behind it is the one to replace. */
static bool place_of(out *o, const char *path, err *e)
{
    struct stat st;
    char *real = !lstat(path, &st) && S_ISLNK(st.st_mode) ? realpath(path, NULL) : NULL;
    int n = snprintf(o->path, sizeof o->path, "%s", real ? real : path);
    free(real);
    if (n >= (int)sizeof o->path)
        return fail(e, "%s: the path is longer than %zu bytes", path, sizeof o->path);
    return true;
}

bool out_open(out *o, const char *path, err *e)
{
    *o = (out){0};
    if (!strcmp(path, "-")) {
        snprintf(o->path, sizeof o->path, "standard output");
        o->to = stdout;
        return true;
    }
    if (!place_of(o, path, e)) return false;
    struct stat st;
    bool there = !stat(o->path, &st);
    int fd = -1;
    if (there && S_ISDIR(st.st_mode)) return fail(e, "%s: is a directory, a file is needed", path);
    if (there && !S_ISREG(st.st_mode)) { /* a device, a pipe: nothing to replace */
        fd = open(o->path, O_WRONLY | O_CLOEXEC);
        if (fd < 0) return failed(e, path);
    }
    for (int i = 0; fd < 0; i++) {
        snprintf(o->beside, sizeof o->beside, "%s.%ld-%d.part", o->path, (long)getpid(), i);
        fd = open(o->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST) return failed(e, path);
    }
    if (there && *o->beside) (void)!fchmod(fd, st.st_mode & 07777);
    o->to = fdopen(fd, "w");
    if (!o->to) die("no memory to write %s", path);
    return true;
}

static bool sync_dir_of(const char *path)
{
    char dir[1100];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash) slash[slash == dir] = '\0';
    int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno == EACCES; /* a directory one may write to and not read */
    bool done =
        !fsync(fd) || errno == EINVAL || errno == EROFS; /* some file systems have no such thing */
    close(fd);
    return done;
}

bool out_close(out *o, err *e)
{
    if (!o->to) return fail(e, "%s: is not open", o->path);
    bool standard = o->to == stdout;
    errno = 0;
    bool done = !ferror(o->to) && !fflush(o->to);
    if (done && *o->beside && !o->no_sync) done = !fsync(fileno(o->to));
    int why = errno ? errno : EIO;
    if (!standard) {
        if (fclose(o->to) && done) done = false, why = errno;
        o->to = NULL;
    }
    if (done && *o->beside) {
        done = !rename(o->beside, o->path);
        why = errno;
        if (done) {
            *o->beside = '\0';
            done = o->no_sync || sync_dir_of(o->path);
            why = errno;
        }
    }
    if (!done) fail(e, "%s: cannot be written: %s", o->path, strerror(why));
    o->to = NULL;
    out_drop(o);
    return done;
}

void out_drop(out *o)
{
    if (o->to && o->to != stdout) (void)!fclose(o->to);
    if (*o->beside) unlink(o->beside);
    o->to = NULL;
    *o->beside = '\0';
}

bool file_write(const char *path, str bytes, err *e)
{
    out o;
    if (!out_open(&o, path, e)) return false;
    (void)!fwrite(bytes.at, 1, bytes.len, o.to); /* out_close sees the error */
    return out_close(&o, e);
}
