#include "cli/cases.h"
#include "base/file.h"
#include "base/str.h"
#include "tests.h"
#include "use/small_model.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct printed {
    str out, err;
    int status;
} printed;
typedef struct runner {
    arena mem;
    const char *dir, *root;
    text redone;
    int cases, wrong;
    bool document;
} runner;

static bool starts_number(const char *s, size_t at)
{
    const char *c = s + at + (s[at] == '-');
    return isdigit((unsigned char)*c) && (!at || !isalnum((unsigned char)s[at - 1]));
}

static bool fraction(const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from == '.' || *from == 'e') return true;
    return false;
}

/* One line, both ended by zero. */
static bool line_matches(const char *want, const char *got)
{
    for (size_t i = 0, j = 0;;) {
        if (!strncmp(want + i, "...", 3)) {
            if (!want[i + 3]) return true;
            for (size_t k = j;; k++) {
                if (line_matches(want + i + 3, got + k)) return true;
                if (!got[k]) return false;
            }
        }
        if (starts_number(want, i) && starts_number(got, j)) {
            char *want_end, *got_end;
            double a = strtod(want + i, &want_end), b = strtod(got + j, &got_end);
            if (fraction(want + i, want_end) && fabs(a - b) <= 1e-4 * fmax(1, fabs(a))) {
                i = (size_t)(want_end - want), j = (size_t)(got_end - got);
                continue;
            }
        }
        if (want[i] != got[j]) return false;
        if (!want[i]) return true;
        i++, j++;
    }
}

static bool text_matches(runner *r, str want, str got)
{
    str rest = want, other = got, a, b;
    for (;;) {
        str here = rest;
        bool more = str_line(&rest, &a);
        if (!more) return !str_line(&other, &b);
        if (str_is(a, "...")) {
            for (str skip = other;; (void)str_line(&skip, &b)) {
                if (text_matches(r, rest, skip)) return true;
                if (!skip.len) return false;
            }
        }
        (void)here;
        if (!str_line(&other, &b)) return false;
        if (!line_matches(str_keep(&r->mem, a), str_keep(&r->mem, b))) return false;
    }
}

static str read_back(runner *r, const char *name)
{
    file f;
    err e = {0};
    if (!file_open(&f, str_format(&r->mem, "%s/%s", r->dir, name), &e)) fail_msg("%s", e.text);
    str s = str_copy(&r->mem, f.bytes);
    file_close(&f);
    return s;
}

static printed run_command(runner *r, const char *command, int threads)
{
    const char *script =
        str_format(&r->mem, "cd '%s/%d' || exit 99\nN=%d\n%s", r->dir, threads, threads, command);
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        if (!freopen(str_format(&r->mem, "%s/out", r->dir), "w", stdout) ||
            !freopen(str_format(&r->mem, "%s/err", r->dir), "w", stderr) ||
            !freopen("/dev/null", "r", stdin))
            _exit(98);
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(97);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return (printed){read_back(r, "out"), read_back(r, "err"),
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

static void put_lines(text *t, const char *mark, str s)
{
    str line;
    while (str_line(&s, &line)) {
        text_format(t, line.len && *mark ? "%s " : "%s", mark);
        text_add(t, line);
        text_char(t, '\n');
    }
}

static void show(const char *mark, str s)
{
    text t = {0};
    put_lines(&t, mark, s);
    if (t.len) print_error("%s", t.at);
    text_close(&t);
}

/* A case: its lines in the file (block), and what they want. */
static void check(runner *r, const char *name, const char *command, str want_out, str want_err,
                  int want_status, str block)
{
    printed one = run_command(r, command, 1);
    printed two = r->document ? one : run_command(r, command, 2);
    r->cases++;
    bool same = str_eq(one.out, two.out) && one.status == two.status;
    bool right = same && one.status == want_status && text_matches(r, want_out, one.out) &&
                 text_matches(r, want_err, one.err);
    if (right) {
        text_add(&r->redone, block);
        return;
    }
    r->wrong++;
    text_format(&r->redone, "$ %s\n", command);
    put_lines(&r->redone, r->document ? "" : ">", one.out);
    if (!r->document) {
        put_lines(&r->redone, "!", one.err);
        text_format(&r->redone, "= %d\n", one.status);
    }
    print_error("%s: $ %s\nwanted:\n", name, command);
    show(">", want_out);
    show("!", want_err);
    print_error("= %d\nprinted:\n", want_status);
    show(">", one.out);
    show("!", one.err);
    print_error("= %d\n", one.status);
    if (!same) {
        print_error("with two threads:\n");
        show(">", two.out);
        print_error("= %d\n", two.status);
    }
}

static void unmark(text *t, str line)
{
    text_add(t, str_sub(line, 2, line.len));
    text_char(t, '\n');
}

static void run_file(runner *r, const char *path)
{
    file f;
    err e = {0};
    if (!file_open(&f, path, &e)) fail_msg("%s", e.text);
    str rest = f.bytes, line;
    while (rest.len) {
        str before = rest;
        (void)str_line(&rest, &line);
        if (!str_starts(line, "$ ")) {
            text_add(&r->redone, str_sub(before, 0, before.len - rest.len));
            continue;
        }
        text answer = {0}, errors = {0};
        const char *command = str_keep(&r->mem, str_sub(line, 2, line.len));
        int status = 0;
        while (str_ends(str_of(command), "\\") && str_line(&rest, &line))
            command = str_format(&r->mem, "%s\n%s", command, str_keep(&r->mem, line));
        for (str next = rest; str_line(&next, &line); rest = next) {
            if (str_starts(line, ">"))
                unmark(&answer, line);
            else if (str_starts(line, "!"))
                unmark(&errors, line);
            else if (str_starts(line, "= "))
                status = atoi(str_keep(&r->mem, str_sub(line, 2, line.len)));
            else
                break;
        }
        check(r, path, command, text_str(&answer), text_str(&errors), status,
              str_sub(before, 0, before.len - (rest.at ? rest.len : 0)));
        text_close(&answer);
        text_close(&errors);
    }
    file_close(&f);
}

/* What a document calls build/NAME, for its commands. */
static void keep_file(runner *r, str name, str rest)
{
    err e = {0};
    text t = {0};
    for (str line; str_line(&rest, &line) && !str_starts(line, "```");) {
        text_add(&t, line);
        text_char(&t, '\n');
    }
    const char *path = str_format(&r->mem, "%s/1/%s", r->dir, str_keep(&r->mem, name));
    if (!file_write(path, text_str(&t), &e)) fail_msg("%s", e.text);
    text_close(&t);
}

/* Its fenced blocks: a command behind `$ `, below it what it prints on standard output. */
static void run_document(runner *r, const char *path)
{
    file f;
    err e = {0};
    if (!file_open(&f, path, &e)) fail_msg("%s", e.text);
    bool inside = false;
    for (str rest = f.bytes, line; rest.len;) {
        str before = rest;
        (void)str_line(&rest, &line);
        bool fence = str_starts(line, "```");
        if (fence) inside = !inside;
        if (inside && str_starts(line, "# build/")) keep_file(r, str_sub(line, 2, line.len), rest);
        if (!inside || !str_starts(line, "$ ")) {
            text_add(&r->redone, str_sub(before, 0, before.len - rest.len));
            continue;
        }
        text answer = {0};
        const char *command = str_keep(&r->mem, str_sub(line, 2, line.len));
        while (str_ends(str_of(command), "\\") && str_line(&rest, &line))
            command = str_format(&r->mem, "%s\n%s", command, str_keep(&r->mem, line));
        for (str next = rest; str_line(&next, &line); rest = next) {
            if (str_starts(line, "$ ") || str_starts(line, "```")) break;
            text_add(&answer, line);
            text_char(&answer, '\n');
        }
        check(r, path, command, text_str(&answer), str_of("..."), 0,
              str_sub(before, 0, before.len - rest.len));
        text_close(&answer);
    }
    file_close(&f);
}

/* The directory in which commands run, once for each number of threads, and the program on the
 * path. */
static void prepare(runner *r)
{
    char root[1000], self[1000];
    if (!getcwd(root, sizeof root)) fail_msg("no working directory");
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0) fail_msg("/proc/self/exe cannot be read");
    self[n] = '\0';
    *strrchr(self, '/') = '\0';
    if (access(str_format(&r->mem, "%s/mtbert", self), X_OK))
        fail_msg("%s/mtbert is missing: make", self);
    setenv("PATH", str_format(&r->mem, "%s:%s", self, getenv("PATH")), 1);
    setenv("LC_ALL", "C", 1);
    r->dir = str_format(&r->mem, "%s/%s", root, test_dir());
    r->root = str_format(&r->mem, "%s", root);
    small_model(str_format(&r->mem, "%s/model", r->dir));
    err e = {0};
    for (int i = 1; i <= 2; i++) {
        const char *here = str_format(&r->mem, "%s/%d", r->dir, i);
        if (!dir_make(here, &e)) fail_msg("%s", e.text);
        if (symlink("../model", str_format(&r->mem, "%s/model", here)) ||
            symlink(str_format(&r->mem, "%s/tests/cli/data", root),
                    str_format(&r->mem, "%s/data", here)) ||
            symlink(str_format(&r->mem, "%s/tests/persist/data", root),
                    str_format(&r->mem, "%s/weights", here)))
            fail_msg("%s: no links can be made", here);
    }
}

static void finish(runner *r, const char *path)
{
    err e = {0};
    bool redo = getenv("REDO") != NULL;
    if (redo && r->wrong && !file_write(path, text_str(&r->redone), &e)) fail_msg("%s", e.text);
    if (!r->cases) fail_msg("%s has no case", path);
    if (r->wrong && !redo)
        fail_msg("%d of %d commands did not print what they should; REDO=1 writes what they print",
                 r->wrong, r->cases);
    text_close(&r->redone);
    arena_close(&r->mem);
}

void cases_run(const char *name)
{
    runner r = {0};
    prepare(&r);
    const char *path = str_format(&r.mem, "tests/cli/cases/%s.txt", name);
    run_file(&r, path);
    finish(&r, path);
}

void cases_run_document(const char *path)
{
    runner r = {.document = true};
    prepare(&r);
    err e = {0};
    if (!dir_make(str_format(&r.mem, "%s/1/build", r.dir), &e)) fail_msg("%s", e.text);
    static const char *const linked[] = {"corpora", "studies"};
    for (int i = 0; i < 2; i++)
        if (symlink(str_format(&r.mem, "%s/%s", r.root, linked[i]),
                    str_format(&r.mem, "%s/1/%s", r.dir, linked[i])))
            fail_msg("%s: no links can be made", r.dir);
    run_document(&r, path);
    finish(&r, path);
}
