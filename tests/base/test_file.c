/* Files in and out, gzip, full disks, kills, directories, locks. */
#include "base/file.h"
#include "tests.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static arena mem;
static err e;

static const char *in_dir(const char *name)
{
    return path_join(&mem, test_dir(), name);
}

static void put(const char *path, str bytes)
{
    e = (err){0};
    if (!file_write(path, bytes, &e)) fail_msg("%s", e.text);
}

static void holds(const char *path, str bytes)
{
    file f;
    e = (err){0};
    if (!file_open(&f, path, &e)) fail_msg("%s", e.text);
    assert_int_equal(f.bytes.len, bytes.len);
    assert_memory_equal(f.bytes.at, bytes.at, bytes.len);
    file_close(&f);
    file_close(&f);
}

static void refused(const char *path, const char *part)
{
    file f;
    e = (err){0};
    assert_false(file_open(&f, path, &e));
    if (!strstr(e.text, part) || strncmp(e.text, path, strlen(path)))
        fail_msg("%s: no %s", e.text, part);
}

static int entries(const char *dir)
{
    const char **names;
    int n;
    if (!dir_list(dir, &mem, &names, &n, &e)) fail_msg("%s", e.text);
    return n;
}

void file_comes_back_as_written(void **state)
{
    (void)state;
    const char *path = in_dir("a");
    put(path, (str){"x\0y\n", 4});
    holds(path, (str){"x\0y\n", 4});
    put(path, STR(""));
    holds(path, STR(""));
    assert_int_equal(entries(test_dir()), 1);
    arena_close(&mem);
}

void file_refuses_what_is_none(void **state)
{
    (void)state;
    refused(in_dir("absent"), "No such file");
    refused(test_dir(), "is a directory");
    e = (err){0};
    assert_false(file_write(test_dir(), STR("x"), &e));
    e = (err){0};
    assert_false(file_write(in_dir("no/such/dir"), STR("x"), &e));
    assert_non_null(strstr(e.text, "No such file"));
    arena_close(&mem);
}

void file_reads_pipes_and_proc(void **state)
{
    (void)state;
    const char *fifo = in_dir("fifo");
    static char big[200000];
    memset(big, 'b', sizeof big);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    pid_t child = fork();
    if (!child) {
        int fd = open(fifo, O_WRONLY);
        for (size_t n = 0; n < sizeof big; n += 50000) (void)!write(fd, big + n, 50000);
        _exit(0);
    }
    holds(fifo, (str){big, sizeof big});
    waitpid(child, NULL, 0);
    file f;
    assert_true(file_open(&f, "/proc/self/status", &e)); /* says that it has no bytes */
    assert_true(str_starts(f.bytes, "Name:"));
    file_close(&f);
    arena_close(&mem);
}

static str gzipped(str s)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, s.len);
    char *to = arena_take(&mem, room);
    z.next_in = (Bytef *)(uintptr_t)s.at, z.avail_in = (uInt)s.len;
    z.next_out = (Bytef *)to, z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    str packed = {to, room - z.avail_out};
    deflateEnd(&z);
    return packed;
}

void file_unpacks_gzip(void **state)
{
    (void)state;
    static char big[3000000];
    for (size_t i = 0; i < sizeof big; i++) big[i] = (char)(i * i >> 7);
    str a = gzipped((str){big, sizeof big}), b = gzipped(STR("")), c = gzipped(STR("end"));
    text t = {0};
    text_add(&t, a);
    put(in_dir("one.gz"), text_str(&t));
    holds(in_dir("one.gz"), (str){big, sizeof big});
    text_add(&t, b);
    text_add(&t, c);
    text_add(&t, (str){"\0\0\0", 3});
    put(in_dir("several"), text_str(&t)); /* known by its bytes, not by its name */
    file f;
    assert_true(file_open(&f, in_dir("several"), &e));
    assert_int_equal(f.bytes.len, sizeof big + 3);
    assert_memory_equal(f.bytes.at, big, sizeof big);
    assert_memory_equal(f.bytes.at + sizeof big, "end", 3);
    file_close(&f);
    text_close(&t);
    arena_close(&mem);
}

void file_refuses_damaged_gzip(void **state)
{
    (void)state;
    str z =
        gzipped(STR("a text that is long enough to be cut somewhere in its middle, twice, twice"));
    for (size_t n = 2; n < z.len; n++) { /* every truncation */
        put(in_dir("cut.gz"), str_sub(z, 0, n));
        refused(in_dir("cut.gz"), "gzip: cut off");
    }
    text t = {0};
    text_add(&t, z);
    t.at[z.len - 6] ^= 1; /* its checksum */
    put(in_dir("bad.gz"), text_str(&t));
    refused(in_dir("bad.gz"), "incorrect data check");
    t.at[z.len - 6] ^= 1;
    text_add(&t, STR("junk"));
    put(in_dir("junk.gz"), text_str(&t));
    refused(in_dir("junk.gz"), "gzip: ");
    text_close(&t);
    arena_close(&mem);
}

void out_reports_a_full_disk(void **state)
{
    (void)state;
    e = (err){0};
    assert_false(file_write("/dev/full", STR("x"), &e));
    assert_string_equal(e.text, "/dev/full: cannot be written: No space left on device");
    out o;
    e = (err){0};
    assert_true(out_open(&o, "/dev/full", &e));
    for (int i = 0; i < 100000; i++)
        fprintf(o.to, "%d\n", i); /* fails in the middle, not at the end */
    assert_false(out_close(&o, &e));
    assert_non_null(strstr(e.text, "cannot be written"));
    assert_true(path_exists("/dev/full"));
}

void out_leaves_the_old_file_until_it_closes(void **state)
{
    (void)state;
    const char *path = in_dir("a");
    put(path, STR("old"));
    assert_int_equal(chmod(path, 0640), 0);
    out o;
    assert_true(out_open(&o, path, &e));
    fputs("new", o.to);
    fflush(o.to);
    holds(path, STR("old"));
    out_drop(&o);
    out_drop(&o);
    holds(path, STR("old"));
    assert_int_equal(entries(test_dir()), 1);
    assert_true(out_open(&o, path, &e));
    fputs("new", o.to);
    assert_true(out_close(&o, &e));
    out_drop(&o);
    holds(path, STR("new"));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    arena_close(&mem);
}

void out_survives_a_kill(void **state)
{
    (void)state;
    const char *path = in_dir("a");
    put(path, STR("old"));
    pid_t child = fork();
    if (!child) {
        out o;
        if (!out_open(&o, path, &e)) _exit(1);
        fputs("half of a new", o.to);
        fflush(o.to);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    holds(path, STR("old"));
    put(path, STR("new")); /* what is left lying around is in nobody's way */
    holds(path, STR("new"));
    arena_close(&mem);
}

void out_writes_through_links(void **state)
{
    (void)state;
    put(in_dir("real"), STR("old"));
    assert_int_equal(symlink("real", in_dir("link")), 0);
    put(in_dir("link"), STR("new"));
    holds(in_dir("real"), STR("new"));
    struct stat st;
    assert_int_equal(lstat(in_dir("link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    arena_close(&mem);
}

void path_joins_and_splits(void **state)
{
    (void)state;
    assert_string_equal(path_join(&mem, "a", "b"), "a/b");
    assert_string_equal(path_join(&mem, "a/", "b"), "a/b");
    assert_string_equal(path_join(&mem, "a", "/b"), "/b");
    static const char *const dirs[][2] = {{"a/b", "a"},  {"a", "."},    {"/a", "/"},
                                          {"a/b/", "a"}, {"a//b", "a"}, {"/", "/"}};
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        assert_string_equal(path_dir(&mem, dirs[i][0]), dirs[i][1]);
    arena_close(&mem);
}

void dir_makes_lists_and_removes(void **state)
{
    (void)state;
    const char *deep = in_dir("x/y/z"), **names;
    int n;
    e = (err){0};
    assert_true(dir_make(deep, &e) && dir_make(deep, &e) && path_is_dir(deep));
    put(in_dir("x/b"), STR("1"));
    put(in_dir("x/B"), STR("1"));
    put(in_dir("x/.c"), STR("1"));
    assert_int_equal(symlink("/proc", in_dir("x/link")), 0);
    assert_true(dir_list(in_dir("x"), &mem, &names, &n, &e));
    static const char *const want[] = {".c", "B", "b", "link", "y"};
    assert_int_equal(n, 5);
    for (int i = 0; i < n; i++) assert_string_equal(names[i], want[i]);
    assert_false(dir_make(in_dir("x/b/c"), &e));
    assert_non_null(strstr(e.text, "Not a directory"));
    e = (err){0};
    assert_true(dir_remove(in_dir("x"), &e) && dir_remove(in_dir("x"), &e) &&
                !path_exists(in_dir("x")));
    assert_true(path_exists("/proc/self"));
    assert_false(dir_list(in_dir("x"), &mem, &names, &n, &e));
    arena_close(&mem);
}

void dir_replaces_whole(void **state)
{
    (void)state;
    const char *to = in_dir("to"), *from = in_dir("from");
    for (int round = 0; round < 3; round++) {
        e = (err){0};
        assert_true(dir_make(from, &e));
        put(path_join(&mem, from, "f"), str_of(str_format(&mem, "%d", round)));
        if (!dir_replace(from, to, &e)) fail_msg("%s", e.text);
        holds(path_join(&mem, to, "f"), str_of(str_format(&mem, "%d", round)));
        assert_false(path_exists(from));
    }
    assert_false(dir_replace(from, to, &e));
    assert_int_equal(rename(to, in_dir("to~")),
                     0); /* what a crash leaves where there is no exchange */
    e = (err){0};
    assert_true(dir_recover(to, &e));
    holds(path_join(&mem, to, "f"), STR("2"));
    assert_true(dir_make(in_dir("to~"), &e) && dir_recover(to, &e) && !path_exists(in_dir("to~")));
    arena_close(&mem);
}

void lock_is_held_by_one_process(void **state)
{
    (void)state;
    int ready[2], go[2];
    assert_true(!pipe(ready) && !pipe(go));
    const char *dir = test_dir();
    char c = 0;
    lock l;
    pid_t child = fork();
    if (!child) {
        if (!lock_open(&l, dir, &e)) _exit(1);
        (void)!write(ready[1], "r", 1);
        (void)!read(go[0], &c, 1);
        _exit(0); /* without closing: the system lets go */
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    e = (err){0};
    assert_false(lock_open(&l, dir, &e));
    char want[500];
    snprintf(want, sizeof want, "%s: is in use by process %ld", dir, (long)child);
    assert_string_equal(e.text, want);
    (void)!write(go[1], "g", 1);
    waitpid(child, NULL, 0);
    e = (err){0};
    assert_true(lock_open(&l, dir, &e));
    lock_close(&l);
    lock_close(&l);
    assert_true(lock_open(&l, dir, &e));
    lock_close(&l);
    arena_close(&mem);
}
