/* Runs the tests that tests.def lists, each in a process of its own, so that a crash is one failure and
 * no test sees another's state.   build/release/test [-l] [PATTERN...]   PATTERN is part of folder/name.
 * The last line is `N passed, N failed, N skipped`; a skip prints its reason. */
#include "tests.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLDER(name)
#define TEST(name, about) void name(void **state);
#include "tests.def"
#undef TEST
#undef FOLDER

enum { STATUS_SKIP = 77, SECONDS = 300 };
static const struct test {
    const char *folder, *name, *about;
    void (*run)(void **);
} tests[] = {
#define FOLDER(name) {#name, NULL, NULL, NULL},
#define TEST(name, about) {NULL, #name, about, name},
#include "tests.def"
};
enum { TESTS = sizeof tests / sizeof *tests };

static FILE *report; /* where the parent reads */

void test_skip(const char *why)
{
    fprintf(report, "%s\n", why);
    fflush(NULL);
    _exit(STATUS_SKIP);
}

static int run_child(const struct test *t)
{
    dup2(fileno(report), STDOUT_FILENO);
    dup2(fileno(report), STDERR_FILENO);
    alarm(SECONDS);
    const struct CMUnitTest one = {t->name, t->run, NULL, NULL, NULL};
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return _cmocka_run_group_tests(t->name, &one, 1, NULL, NULL) ? 1 : 0;
}

static void print_report(void)
{
    char line[4096];
    rewind(report);
    while (fgets(line, sizeof line, report)) printf("        %s", line);
    if (*line && line[strlen(line) - 1] != '\n') putchar('\n');
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int wanted(const char *name, int argc, char **argv)
{
    int patterns = 0;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') continue;
        patterns++;
        if (strstr(name, argv[i])) return 1;
    }
    return !patterns;
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0, skipped = 0;
    int list = argc > 1 && !strcmp(argv[1], "-l");
    const char *folder = "";
    for (int i = 0; i < TESTS; i++) {
        const struct test *t = &tests[i];
        if (t->folder) {
            folder = t->folder;
            continue;
        }
        char name[200];
        snprintf(name, sizeof name, "%s/%s", folder, t->name);
        if (!wanted(name, argc, argv)) continue;
        if (list) {
            printf("%-40s %s\n", name, t->about);
            continue;
        }
        fflush(NULL);
        double start = now();
        report = tmpfile();
        pid_t child = fork();
        if (!child) exit(run_child(t));
        int status = 0;
        waitpid(child, &status, 0);
        int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        const char *word = code == 0 ? "ok" : code == STATUS_SKIP ? "skip" : "FAIL";
        printf("%-5s %-44s %6.2fs  %s\n", word, name, now() - start, t->about);
        if (code) print_report();
        if (code < 0) printf("        ended by signal %d%s\n", -code, code == -SIGALRM ? " (too slow)" : "");
        fclose(report);
        passed += !code, skipped += code == STATUS_SKIP, failed += code && code != STATUS_SKIP;
    }
    if (list) return 0;
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed || !passed;
}
