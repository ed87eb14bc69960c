/* Messages, and arenas, whose failures end the program. */
#include "base/arena.h"
#include "base/fail.h"
#include "tests.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void fail_keeps_the_first_message(void **state)
{
    (void)state;
    err e = {0};
    assert_false(fail(&e, "%s:%d: bad", "a.tsv", 3));
    assert_false(fail(&e, "later"));
    assert_string_equal(e.text, "a.tsv:3: bad");
    assert_false(fail_in(&e, "task %s", "ddi"));
    assert_string_equal(e.text, "task ddi: a.tsv:3: bad");
}

void fail_makes_one_clean_line(void **state)
{
    (void)state;
    err e = {0};
    fail(&e, "a\nb\tc\x1b[31m \xff\xc3 µ \xe2\x80\xa8 \xc2\x9b");
    assert_string_equal(e.text, "a\\x0ab\\x09c\\x1b[31m \\xff\\xc3 µ \\u2028 \\u009b");
}

void fail_cuts_long_messages_between_characters(void **state)
{
    (void)state;
    char longer[3001];
    err e = {0};
    for (int i = 0; i < 1500; i++) memcpy(longer + (size_t)2 * (size_t)i, "µ", 2);
    longer[3000] = '\0';
    fail(&e, "x%s", longer);
    assert_int_equal(strlen(e.text), 999); /* x and 499 whole characters */
    fail_in(&e, "in");
    assert_int_equal(strlen(e.text), 999); /* "in: x" and 497 */
    assert_memory_equal(e.text + 997, "µ", 2);
    e = (err){0};
    fail(&e, "%s", longer);
    assert_int_equal(strlen(e.text), 998);
}

/* Runs what in a child without its stderr; its wait status. */
static int ended(void (*what)(void))
{
    pid_t child = fork();
    if (!child) {
        (void)!freopen("/dev/null", "w", stderr);
        signal(SIGABRT, SIG_DFL);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        what();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void product_too_large(void)
{
    arena mem = {0};
    arena_take_n(&mem, SIZE_MAX / 2, 3);
}

static void false_claim(void)
{
    ASSERT(1 + 1 == 3, "sums");
}

void fail_has_three_ends(void **state)
{
    (void)state;
    int status = ended(product_too_large);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    status = ended(false_claim);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static jmp_buf back;
static void jump(const char *message)
{
    (void)message;
    longjmp(back, 1);
}

void fail_lets_a_library_survive_die(void **state)
{
    (void)state;
    die_with(jump);
    volatile int jumped = 0;
    if (!setjmp(back))
        die("no memory");
    else
        jumped = 1;
    die_with(NULL);
    assert_int_equal(jumped, 1);
}

static bool all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i]) return false;
    return true;
}

void arena_gives_zeroed_aligned_memory_again(void **state)
{
    (void)state;
    arena mem = {0};
    for (int round = 0; round < 3; round++) {
        arena_mark mark = arena_here(&mem);
        for (size_t bytes = 0; bytes < 300000; bytes = bytes * 3 + 1) {
            unsigned char *p = arena_take(&mem, bytes);
            assert_int_equal((uintptr_t)p % (bytes < 64 ? 16 : 64), 0);
            assert_true(all_zero(p, bytes));
            memset(p, 0xAB, bytes);
        }
        arena_rewind(&mem, mark);
        assert_int_equal(mem.taken, 0);
    }
    arena_close(&mem);
    arena_close(&mem);
}

void arena_rewinds_to_a_mark_and_keeps_blocks(void **state)
{
    (void)state;
    arena mem = {0};
    int *kept = TAKE(&mem, int, 10);
    kept[9] = 7;
    arena_mark mark = arena_here(&mem);
    char *first = arena_take(&mem, 1 << 20);
    arena_take(&mem, 3 << 20);
    for (int i = 0; i < 50; i++) {
        arena_rewind(&mem, mark);
        assert_ptr_equal(arena_take(&mem, 1 << 20), first); /* no new memory a round */
        arena_take(&mem, 3 << 20);
    }
    assert_int_equal(kept[9], 7);
    arena_close(&mem);
}

void arena_grows_lists(void **state)
{
    (void)state;
    arena mem = {0};
    int *list = NULL, n = 0;
    size_t cap = 0;
    for (; n < 10000; n++) {
        GROW(&mem, list, n, cap);
        list[n] = n;
    }
    for (int i = 0; i < n; i++) assert_int_equal(list[i], i);
    assert_true(mem.taken < (size_t)8 * 10000 * sizeof(int));
    arena_close(&mem);
}
