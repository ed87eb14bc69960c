/* The command line, help, manual page; durations. */
#include "base/log.h"
#include "base/options.h"
#include "tests.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool quiet;
static const char *to, *precision = "auto";
static int64_t threads = 1, pieces = 128;
static double rate = 5e-5;
static option_many tasks;
static const option table[] = {
    {"to", 'o', OPTION_TEXT, &to, "DIR", "where the result goes", 0, 0, NULL},
    {"quiet", 'q', OPTION_FLAG, &quiet, NULL, "say nothing but warnings", 0, 0, NULL},
    {"threads", '@', OPTION_INT, &threads, "N", "threads; all processors by default", 1, 1024,
     NULL},
    {"task", 't', OPTION_MANY, &tasks, "NAME", "a task to be trained", 0, 0, NULL},
};
static const option settings[] = {
    {"max-pieces", 0, OPTION_INT, &pieces, "N", "pieces a sequence; 128 by default", 8, 512, NULL},
    {"rate", 0, OPTION_REAL, &rate, "R",
     "the learning rate at its highest point, after the warm-up; 5e-5 by default", 0, INFINITY,
     NULL},
    {"precision", 0, OPTION_TEXT, &precision, "P", "how values are stored", 0, 0, "f32|bf16|auto"},
};
static const options o = {
    "refine", "STUDY.yaml --to DIR [options]", ".Dots and -dashes stay.", table, 4, settings,
    3,        "mtbert refine a.yaml --to b\n"};
static arena mem;
static err e;
static const char **words;
static int n_words;
static bool given[7], helped;

/* Parses words that are separated by blanks. */
static bool parse(const char *line)
{
    char *copy = strdup(line), *argv[20];
    int argc = 0;
    for (char *next = copy, *word; (word = strsep(&next, " "));)
        argv[argc++] = (char *)(uintptr_t)str_keep(&mem, str_of(word));
    free(copy);
    e = (err){0};
    return options_parse(&o, argc, argv, &mem, &words, &n_words, given, &helped, &e);
}

void options_come_in_every_form(void **state)
{
    (void)state;
    assert_true(parse("a.yaml --to d -@ 4 --max_pieces=64 - --rate 1e-3 -t x --task y -- --to"));
    assert_string_equal(to, "d");
    assert_int_equal(threads, 4);
    assert_int_equal(pieces, 64);
    assert_true(rate == 1e-3 && tasks.n == 2 && !strcmp(tasks.values[1], "y"));
    assert_int_equal(n_words, 3);
    assert_string_equal(words[1], "-");
    assert_string_equal(words[2], "--to");
    assert_true(given[0] && !given[1] && given[2] && given[4] && !given[6]);
    assert_true(parse("-q@7 --precision bf16 --max-pieces 32 -o- -@=8"));
    assert_true(quiet && threads == 8 && pieces == 32 && !strcmp(to, "-") &&
                !strcmp(precision, "bf16"));
    assert_false(given[4] && given[0] && given[5]);
    arena_close(&mem);
}

static void misused(const char *line, const char *message)
{
    assert_false(parse(line));
    assert_string_equal(e.text, message);
}

void options_complain_about_misuse(void **state)
{
    (void)state;
    misused("--max-peices 4", "unknown option --max-peices; did you mean --max-pieces?");
    misused("--zzzzzzzz", "unknown option --zzzzzzzz; see --help");
    misused("-x", "unknown option -x; see --help");
    misused("--to", "--to needs a value, DIR");
    misused("--to --quiet", "--to needs a value, DIR; here is the option --quiet");
    misused("--quiet=1", "--quiet takes no value, here is '1'");
    misused("-@ 0", "-@: a whole number from 1 to 1024 is needed, here is '0'");
    misused("-@ 1.5", "-@: a whole number from 1 to 1024 is needed, here is '1.5'");
    misused("--rate -1", "--rate: a number of at least 0 is needed, here is '-1'");
    misused("--precision bf61",
            "--precision: one of f32, bf16, auto is needed, here is 'bf61'; did you mean bf16?");
    misused("--max-pieces= --to d",
            "--max-pieces: a whole number from 8 to 512 is needed, here is ''");
    arena_close(&mem);
}

void options_print_help(void **state)
{
    (void)state;
    char *out = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&out, &size);
    options_help(&o, f);
    fclose(f);
    assert_string_equal(
        out, "usage: mtbert refine STUDY.yaml --to DIR [options]\n"
             "\n"
             ".Dots and -dashes stay.\n"
             "\n"
             "options:\n"
             "  -o, --to DIR            where the result goes\n"
             "  -q, --quiet             say nothing but warnings\n"
             "  -@, --threads N         threads; all processors by default (1 to 1024)\n"
             "  -t, --task NAME         a task to be trained; may be given several times\n"
             "  -h, --help              print this and end\n"
             "\n"
             "settings:\n"
             "      --max-pieces N      pieces a sequence; 128 by default (8 to 512)\n"
             "      --rate R            the learning rate at its highest point, after the\n"
             "                          warm-up; 5e-5 by default (at least 0)\n"
             "      --precision P       how values are stored (f32|bf16|auto)\n"
             "\n"
             "examples:\n"
             "  mtbert refine a.yaml --to b\n");
    free(out);
    assert_true(parse("--to x --help --nonsense") && helped);
    assert_true(parse("-h") && helped);
    arena_close(&mem);
}

void options_print_a_manual(void **state)
{
    (void)state;
    char *out = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&out, &size);
    options_manual(&o, f);
    fclose(f);
    assert_non_null(strstr(out, ".SS \"mtbert refine STUDY.yaml \\-\\-to DIR [options]\"\n"));
    assert_non_null(
        strstr(out, ".TP\n\\fB\\-@\\fR, \\fB\\-\\-threads\\fR \\fIN\\fR\nthreads; all"));
    assert_non_null(strstr(out, "\\fB\\-\\-precision\\fR"));
    assert_non_null(strstr(out, "\n\\&.Dots and \\-dashes stay.\n"));
    for (str rest = str_of(out), line; str_line(&rest, &line);) /* no text became a request */
        assert_true(!line.len || line.at[0] != '.' || str_starts(line, ".SS") ||
                    str_starts(line, ".TP") || str_starts(line, ".PP") || str_is(line, ".nf") ||
                    str_is(line, ".fi"));
    free(out);
}

void log_writes_durations(void **state)
{
    (void)state;
    char s[32];
    assert_string_equal(duration(127, s), "2:07");
    assert_string_equal(duration(3727.4, s), "1:02:07");
    assert_string_equal(duration(59.6, s), "1:00");
    assert_string_equal(duration(NAN, s), "0:00");
    assert_true(clock_now() > 0 && memory_peak() > 1e5);
}

void log_keeps_levels_and_lines(void **state)
{
    (void)state;
    char path[300], got[500] = "";
    snprintf(path, sizeof path, "%s/log", test_dir());
    assert_non_null(freopen(path, "w+", stderr));
    log_at(LOG_QUIET);
    say("not this");
    warn("a\nb");
    log_at(LOG_NORMAL);
    say("%d tasks", 8);
    say_more("nor this");
    progress p;
    progress_open(&p, "training", 100);
    for (int i = 0; i < 100; i++) progress_at(&p, i, "loss %.2f", 0.5); /* no terminal, no minute */
    progress_close(&p);
    rewind(stderr);
    assert_true(fread(got, 1, sizeof got - 1, stderr) > 0);
    assert_string_equal(got, "warning: a\\x0ab\n8 tasks\n");
}
