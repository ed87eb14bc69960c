/* Runs the tests that tests.def lists, each in a process of its own, so that a crash is one failure and
 * no test sees another's state.   build/release/test [-l] [-j N] [PATTERN...]   PATTERN is part of
 * folder/name; -l lists; -j runs N at the same time, and still prints one after another in order.
 * The last line is `N passed, N failed, N skipped`; a skip prints its reason. */
#include "tests.h"
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLDER(name)
#define TEST(name, about) void name(void **state);
#include "tests.def"
#undef TEST
#undef FOLDER

enum { STATUS_SKIP = 77, SECONDS = 300, MOST_JOBS = 64 };
static const struct test {
    const char *folder, *name, *about;
    void (*run)(void **);
} tests[] = {
#define FOLDER(name)      {#name, NULL, NULL, NULL},
#define TEST(name, about) {NULL, #name, about, name},
#include "tests.def"
};
enum { TESTS = sizeof tests / sizeof *tests };

struct running {
    const struct test *test;
    char name[200];
    pid_t child; /* 0: ended */
    int status;
    double start, end;
    FILE *report; /* what it printed; the parent reads it */
};
static FILE *report; /* of this child */
static const char *own_name;

void test_skip(const char *why)
{
    fprintf(report, "%s\n", why);
    fflush(NULL);
    _exit(STATUS_SKIP);
}

const char *test_corpora(void)
{
    const char *at = getenv("MTBERT_CORPORA");
    if (!at || !*at) test_skip("MTBERT_CORPORA does not say where the public corpora are");
    return at;
}

static void dir_name(char *to, size_t room, const char *name, pid_t child)
{
    snprintf(to, room, "build/tmp/%s.%ld", name, (long)child);
    for (char *c = to + strlen("build/tmp/"); *c; c++)
        if (*c == '/') *c = '-';
}

const char *test_dir(void)
{
    static char dir[300];
    mkdir("build", 0777);
    mkdir("build/tmp", 0777);
    dir_name(dir, sizeof dir, own_name, getpid());
    if (mkdir(dir, 0777) && errno != EEXIST) fail_msg("%s: %s", dir, strerror(errno));
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static int run_child(const struct running *r)
{
    report = r->report, own_name = r->name;
    dup2(fileno(report), STDOUT_FILENO);
    dup2(fileno(report), STDERR_FILENO);
    alarm(SECONDS);
    const struct CMUnitTest one = {r->test->name, r->test->run, NULL, NULL, NULL};
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return _cmocka_run_group_tests(r->test->name, &one, 1, NULL, NULL) ? 1 : 0;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void start(struct running *r)
{
    fflush(NULL);
    r->start = now();
    r->report = tmpfile();
    if (!r->report || (r->child = fork()) < 0) {
        perror("test");
        exit(2);
    }
    if (!r->child) exit(run_child(r));
}

/* Waits for any child and marks the one it was. */
static void wait_one(struct running *all, int n)
{
    int status;
    pid_t child = wait(&status);
    for (int i = 0; i < n; i++) {
        if (all[i].child != child) continue;
        all[i].status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        all[i].end = now();
        all[i].child = 0;
        if (!all[i].status || all[i].status == STATUS_SKIP) { /* of a failure the files are kept */
            char dir[300];
            dir_name(dir, sizeof dir, all[i].name, child);
            nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        }
    }
}

static void print(const struct running *r)
{
    int code = r->status;
    const char *word = code == 0 ? "ok" : code == STATUS_SKIP ? "skip" : "FAIL";
    printf("%-5s %-44s %6.2fs  %s\n", word, r->name, r->end - r->start, r->test->about);
    char line[4096] = "";
    rewind(r->report);
    while (code && fgets(line, sizeof line, r->report))
        if (*line != '[') printf("        %s", line); /* cmocka's own lines */
    if (*line && line[strlen(line) - 1] != '\n') putchar('\n');
    if (code < 0)
        printf("        ended by signal %d%s\n", -code, code == -SIGALRM ? " (too slow)" : "");
    fclose(r->report);
    fflush(stdout);
}

/* Whether the name has one of the patterns, or there is none; *jobs and *list are set on the way. */
static int wanted(const char *name, int argc, char **argv, int *jobs, int *list)
{
    int patterns = 0, hit = 0;
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-j", 2)) {
            *jobs = atoi(argv[i][2] ? argv[i] + 2 : i + 1 < argc ? argv[++i] : "1");
        } else if (!strcmp(argv[i], "-l")) {
            *list = 1;
        } else {
            patterns++;
            hit |= strstr(name, argv[i]) != NULL;
        }
    }
    return hit || !patterns;
}

int main(int argc, char **argv)
{
    static struct running all[TESTS];
    int n = 0, jobs = 1, list = 0, passed = 0, failed = 0, skipped = 0;
    const char *folder = "";
    for (int i = 0; i < TESTS; i++) {
        if (tests[i].folder) {
            folder = tests[i].folder;
            continue;
        }
        snprintf(all[n].name, sizeof all[n].name, "%s/%s", folder, tests[i].name);
        all[n].test = &tests[i];
        n += wanted(all[n].name, argc, argv, &jobs, &list);
    }
    if (list) {
        for (int i = 0; i < n; i++) printf("%-44s %s\n", all[i].name, all[i].test->about);
        return 0;
    }
    if (jobs < 1) jobs = 1;
    if (jobs > MOST_JOBS) jobs = MOST_JOBS;
    for (int started = 0, running = 0, i = 0; i < n; i++) {
        for (;;) {
            for (; started < n && running < jobs; running++) start(&all[started++]);
            if (!all[i].child) break;
            wait_one(all, started);
            running--;
        }
        int code = all[i].status;
        print(&all[i]);
        passed += !code, skipped += code == STATUS_SKIP, failed += code && code != STATUS_SKIP;
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed || !passed;
}
