/* Finds the verb and runs it. Help, the manual page and the suggestion for a mistyped name come
 * from verbs.def and from each verb's own table of options. Knows nothing of what a verb does;
 * checks at the end that what was printed has arrived. */
#include "base/log.h"
#include "verbs/verbs.h"
#include <errno.h>
#include <stdio_ext.h>
#include <string.h>

typedef struct verb {
    const char *name, *about;
    int (*run)(int argc, char **argv);
} verb;
static const verb verbs[] = {
#define VERB(name, about) {#name, about, verb_##name},
#include "verbs/verbs.def"
#undef VERB
};
enum { VERBS = COUNT(verbs) };

static const char about[] = "Trains one BERT with many heads on biomedical text, studies which "
                            "task helps which, and applies the result to new text.";

static void print_usage(FILE *to)
{
    fprintf(to, "usage: mtbert VERB [options]\n%s\n\n", about);
    for (int i = 0; i < VERBS; i++) fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].about);
    fputs("\n  mtbert help VERB    a verb's options; the same as mtbert VERB --help\n"
          "  mtbert --version    how this program was built and what it found\n"
          "  mtbert --manual     the manual page (mtbert --manual | man -l -)\n\n"
          "example:\n  echo 'IL-2 activates T cells.' | mtbert tokenize --model models/bluebert "
          "--json\n",
          to);
}

static const verb *verb_named(const char *name)
{
    for (int i = 0; i < VERBS; i++)
        if (!strcmp(verbs[i].name, name)) return &verbs[i];
    return NULL;
}

static int no_such_verb(const char *name)
{
    const char *names[VERBS];
    for (int i = 0; i < VERBS; i++) names[i] = verbs[i].name;
    const char *near = str_nearest(name, names, VERBS);
    if (near)
        fprintf(stderr, "mtbert: there is no verb '%s'; did you mean '%s'?\n", name, near);
    else
        fprintf(stderr, "mtbert: there is no verb '%s'; `mtbert --help` lists them\n", name);
    return 2;
}

static int run_with(const verb *v, const char *flag)
{
    char name[40], word[40];
    snprintf(name, sizeof name, "%s", v->name);
    snprintf(word, sizeof word, "%s", flag);
    char *words[] = {name, word, NULL};
    return v->run(2, words);
}

static int print_help(int argc, char **argv)
{
    if (argc < 3) {
        print_usage(stdout);
        return 0;
    }
    const verb *v = verb_named(argv[2]);
    return v ? run_with(v, "--help") : no_such_verb(argv[2]);
}

/* One page for the program: each verb adds the section that its table makes. */
static int print_manual(void)
{
    printf(".\\\" Made from the tables of options by mtbert --manual.\n.TH MTBERT 1 \"\" \"mtbert "
           "%s\" \"User commands\"\n.SH NAME\n"
           "mtbert \\- one BERT with many heads for biomedical text\n.SH SYNOPSIS\n.B mtbert\n.I "
           "VERB\n[options]\n.SH DESCRIPTION\n%s\n.PP\n"
           "Results go to standard output, everything else to standard error. A file named \\- is "
           "a standard stream; files packed by gzip are\n"
           "read as they are. In names of options _ and \\- are the same.\n"
           ".SH VERBS\n",
           MTBERT_VERSION, about);
    for (int i = 0; i < VERBS; i++) printf(".TP\n.B %s\n%s\n", verbs[i].name, verbs[i].about);
    for (int i = 0; i < VERBS; i++) {
        int status = run_with(&verbs[i], "--manual");
        if (status) return status;
    }
    fputs(".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nfailed: a file, a model, the machine; one line "
          "on standard error says what\n.TP\n2\n"
          "misused: a mistyped verb or option\n.SH ENVIRONMENT\n.TP\nMTBERT_CPU\nthe kernels to "
          "use instead of the best that the processor\n"
          "has: portable, avx2 or avx512\n",
          stdout);
    return 0;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    const char *word = argv[1];
    if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
        return print_help(argc, argv);
    if (!strcmp(word, "--version")) {
        version_print(stdout);
        return 0;
    }
    if (!strcmp(word, "--manual")) return print_manual();
    if (*word == '-') {
        fprintf(
            stderr,
            "mtbert: a verb comes first, here is the option %s; `mtbert --help` lists the verbs\n",
            word);
        return 2;
    }
    const verb *v = verb_named(word);
    return v ? v->run(argc - 1, argv + 1) : no_such_verb(word);
}

/* A full disk is not a success. A stdout that was closed before the start is one, as long as
 * nothing was printed. */
static bool stdout_arrived(void)
{
    bool wrote = __fpending(stdout) != 0, bad = ferror(stdout);
    int flushed = fflush(stdout), why = errno;
    if (!flushed && fclose(stdout)) flushed = -1, why = errno;
    if (!bad && (!flushed || (why == EBADF && !wrote))) return true;
    fprintf(stderr, "mtbert: standard output: %s\n",
            bad && !why ? "a write failed" : strerror(why));
    return false;
}

static void print_closing(int argc, char **argv, double seconds)
{
    text command = {0};
    for (int i = 0; i < argc; i++) text_format(&command, " %s", argv[i]);
    char real[32];
    say_more("mtbert %s:%s", MTBERT_VERSION, command.at);
    say_more("real %s, processor %.1f s, peak memory %.1f MB", duration(seconds, real), clock_cpu(),
             memory_peak() / 1e6);
    text_close(&command);
}

int main(int argc, char **argv)
{
    double start = clock_now();
    int status = dispatch(argc, argv);
    if (!stdout_arrived() && !status) status = 1;
    print_closing(argc, argv, clock_now() - start);
    return status;
}
