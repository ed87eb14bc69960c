#pragma once
/* What every test file includes: cmocka, skipping with a reason. A test is a function
 * `void name(void **state)` that is listed in its folder's tests.def. Tests run in the repository's root. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* cmocka's macro of this name would hide the function of base/fail.h. */
#undef fail
#undef fail_msg
#define fail_msg(...)                       \
    do {                                    \
        print_error("ERROR: " __VA_ARGS__); \
        print_error("\n");                  \
        _fail(__FILE__, __LINE__);          \
    } while (0)

/* Ends the test that calls it, as skipped; says why. */
void test_skip(const char *why) __attribute__((noreturn));

/* The folder of the public corpora, as MTBERT_CORPORA has it; where it says nothing, the test is skipped. */
const char *test_corpora(void);

/* A directory under build/tmp for this test alone; it is gone when the test has passed. */
const char *test_dir(void);
