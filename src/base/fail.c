/* The three kinds of failure. A message is one line of valid UTF-8 whatever user text went into it. */
#include "base/fail.h"
#include "base/utf8.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*last_words)(const char *text);

size_t fail_line(char *to, size_t room, const char *from)
{
    str s = str_of(from);
    size_t n = 0, at = 0;
    while (at < s.len) {
        size_t start = at;
        unsigned char first = (unsigned char)s.at[at];
        uint32_t code = utf8_next(s, &at);
        char piece[8];
        bool control = code < 32 || (code >= 127 && code < 160) || code == 0x2028 || code == 0x2029;
        size_t len = at - start;
        if ((code == 0xFFFD && len == 1) || (control && len == 1))
            len = (size_t)snprintf(piece, sizeof piece, "\\x%02x", first);
        else if (control)
            len = (size_t)snprintf(piece, sizeof piece, "\\u%04x", (unsigned)code);
        else
            memcpy(piece, s.at + start, len);
        if (n + len + 1 > room) break;
        memcpy(to + n, piece, len);
        n += len;
    }
    to[n] = '\0';
    return n;
}

static void format_line(char *to, size_t room, const char *format, va_list args)
{
    char raw[2000];
    vsnprintf(raw, sizeof raw, format, args);
    fail_line(to, room, raw);
}

bool fail(err *e, const char *format, ...)
{
    if (!e || e->set) return false;
    va_list args;
    va_start(args, format);
    format_line(e->text, sizeof e->text, format, args);
    va_end(args);
    e->set = true;
    return false;
}

bool fail_in(err *e, const char *format, ...)
{
    if (!e) return false;
    char context[sizeof e->text], whole[2 * sizeof e->text + 3];
    va_list args;
    va_start(args, format);
    format_line(context, sizeof context, format, args);
    va_end(args);
    snprintf(whole, sizeof whole, "%s%s%s", context, e->set ? ": " : "", e->set ? e->text : "");
    fail_line(e->text, sizeof e->text, whole);
    e->set = true;
    return false;
}

void die_with(void (*last)(const char *text))
{
    last_words = last;
}

void die(const char *format, ...)
{
    char message[1000];
    va_list args;
    va_start(args, format);
    format_line(message, sizeof message, format, args);
    va_end(args);
    if (last_words) last_words(message); /* may not return */
    fprintf(stderr, "mtbert: %s\n", message);
    fflush(stderr);
    _exit(1); /* other threads may be in the middle of anything, so nothing else is run */
}

void assert_failed(const char *file, int line, const char *condition, const char *format, ...)
{
    char message[1000];
    va_list args;
    va_start(args, format);
    format_line(message, sizeof message, format, args);
    va_end(args);
    fprintf(stderr, "mtbert: %s:%d: this is a bug: %s does not hold: %s\n", file, line, condition,
            message);
    fflush(stderr);
    abort();
}
