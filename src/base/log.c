/* One line an event on stderr, progress, the clock. For the main thread. */
#include "base/log.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static enum log_level level = LOG_NORMAL;
static bool on_show; /* a progress line stands on the terminal */

void log_at(enum log_level to)
{
    level = to;
}

static void line(const char *before, const char *format, va_list args)
{
    char raw[2000], text[2000];
    vsnprintf(raw, sizeof raw, format, args);
    fail_line(text, sizeof text, raw);
    fprintf(stderr, "%s%s%s\n", on_show ? "\r\033[K" : "", before, text);
    on_show = false;
}

#define LINE(before, format)        \
    do {                            \
        va_list args;               \
        va_start(args, format);     \
        line(before, format, args); \
        va_end(args);               \
    } while (0)

void say(const char *format, ...)
{
    if (level >= LOG_NORMAL) LINE("", format);
}

void say_more(const char *format, ...)
{
    if (level >= LOG_MORE) LINE("", format);
}

void warn(const char *format, ...)
{
    LINE("warning: ", format);
}

void progress_open(progress *p, const char *what, double all)
{
    *p = (progress){.what = what, .all = all, .start = clock_now()};
    p->last =
        isatty(STDERR_FILENO) ? 0 : p->start; /* elsewhere the first line comes after a minute */
}

void progress_at(progress *p, double done, const char *format, ...)
{
    if (level < LOG_NORMAL) return;
    double now = clock_now();
    bool terminal = isatty(STDERR_FILENO);
    if (now - p->last < (terminal ? 0.1 : 60.0)) return;
    p->last = now;
    char detail[300] = "", text[600], left[32] = "", clean[600];
    if (format && *format) {
        va_list args;
        va_start(args, format);
        vsnprintf(detail, sizeof detail, format, args);
        va_end(args);
    }
    double passed = now - p->start;
    if (done > 0 && p->all > done && passed > 1) duration(passed * (p->all - done) / done, left);
    snprintf(text, sizeof text, "%s: %.0f of %.0f%s%s%s%s%s", p->what, done, p->all,
             *detail ? ", " : "", detail, *left ? ", " : "", left, *left ? " left" : "");
    fail_line(clean, terminal ? 100 : sizeof clean, text);
    fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", clean);
    fflush(stderr);
    on_show = terminal;
}

void progress_close(progress *p)
{
    if (on_show) fputs("\r\033[K", stderr);
    on_show = false;
    *p = (progress){0};
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_now(void)
{
    return seconds(CLOCK_MONOTONIC);
}

double clock_cpu(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

/* The first number of a file, or of the line that begins with key; 0 where there is none. */
static double number_in(const char *path, const char *key)
{
    char line[200];
    long long value = 0;
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, key, strlen(key)) != 0) continue;
        value = strtoll(line + strlen(key), NULL, 10);
        break;
    }
    if (f) (void)!fclose(f);
    return (double)value;
}

double memory_now(void)
{
    return number_in("/proc/self/status", "VmRSS:") * 1024;
}

double memory_limit(void)
{
    double machine = number_in("/proc/meminfo", "MemTotal:") * 1024,
           group = number_in("/sys/fs/cgroup/memory.max", "");
    return group > 0 && group < machine ? group : machine;
}

double memory_peak(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss * 1024;
}

const char *duration(double s, char to[32])
{
    if (!(s >= 0)) s = 0;
    if (s > 1e12) s = 1e12;
    long long all = llround(s), h = all / 3600, m = all / 60 % 60;
    if (h)
        snprintf(to, 32, "%lld:%02lld:%02lld", h, m, all % 60);
    else
        snprintf(to, 32, "%lld:%02lld", m, all % 60);
    return to;
}
