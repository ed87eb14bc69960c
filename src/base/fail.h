#pragma once
/* The three kinds of failure, each with one idiom:
 *   ASSERT(t.rows == n, "...")      a bug: says where, aborts; never compiled out
 *   return fail(e, "%s:%d: ...")    the world (a file, a flag, a checkpoint): the caller reports it
 *   die("...")                      the machine: no memory, no device
 * An err belongs to whoever declared it; the first failure written into it stays, callers only add
 * context in front with fail_in. Only verbs/main.c and use/ hand an err out. */
#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define MUST_USE            __attribute__((warn_unused_result))
#define NORETURN            __attribute__((noreturn))

typedef struct err {
    bool set;
    char text[1000]; /* one line, without a final period or newline */
} err;

/* Writes the message unless one is there already; always false. */
bool fail(err *e, const char *format, ...) PRINTF(2, 3);
/* Puts "context: " in front of the message that is there; always false. */
bool fail_in(err *e, const char *format, ...) PRINTF(2, 3);

/* Copies a text so that it is one line of valid UTF-8: control characters and bytes that are no UTF-8 become
 * \xNN; what does not fit into room is cut between characters. fail, die and say do this by themselves. */
size_t fail_line(char *to, size_t room, const char *from);

void die(const char *format, ...) PRINTF(1, 2) NORETURN;
/* What die does before it ends the process; use/mtbert.c returns to its caller instead. */
void die_with(void (*last)(const char *text));

void assert_failed(const char *file, int line, const char *condition, const char *format, ...)
    PRINTF(4, 5) NORETURN;
#define ASSERT(condition, ...) \
    ((condition) ? (void)0 : assert_failed(__FILE__, __LINE__, #condition, __VA_ARGS__))

#ifdef __cplusplus
}
#endif
