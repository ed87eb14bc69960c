/* Choosing a variant, slabs, and what operations refuse. */
#include "base/pool.h"
#include "base/random.h"
#include "kernels/lab.h"
#include "kernels/slab.h"
#include "oracle/oracle.h"
#include "tests.h"
#include "tolerances.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void backend_takes_variant_of_environment(void **state)
{
    (void)state;
    setenv("MTBERT_CPU", "portable", 1);
    assert_string_equal(lab_best()->name, "portable");
}

void backend_refuses_unknown_variant(void **state)
{
    (void)state;
    const backend *be;
    err e = {0};
    setenv("MTBERT_CPU", "sse9", 1);
    assert_false(backend_open(&be, "cpu", &e));
    assert_non_null(strstr(e.text, "sse9"));
    assert_non_null(strstr(e.text, "avx512"));
}

void backend_refuses_unknown_device(void **state)
{
    (void)state;
    const backend *be;
    err e = {0};
    assert_false(backend_open(&be, "tpu", &e));
    assert_non_null(strstr(e.text, "tpu"));
    assert_null(be);
}

void backend_auto_is_a_cpu_variant(void **state)
{
    (void)state;
    const backend *be;
    err e = {0};
    unsetenv("MTBERT_CPU");
    assert_true(backend_open(&be, "auto", &e));
    assert_ptr_equal(be, backend_variant(be->name));
    assert_null(backend_variant("oracle"));
}

/* In a process of its own: which variant is in use is the whole process's. */
void backend_auto_precision_is_by_feature(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        const backend *slow = backend_variant("portable");
        bool right = backend_kind(slow, "auto") == F32 && backend_kind(slow, "bf16") == BF16;
        const backend *fast = backend_variant("avx512");
        if (fast) {
            bool gains = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_is("amd");
            right &= !gains || backend_kind(fast, "auto") == BF16;
            right &= __builtin_cpu_supports("avx512bf16") || backend_kind(fast, "auto") == F32;
            right &= backend_kind(fast, "f32") == F32;
        }
        _exit(!right);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void slab_places_what_it_measured(void **state)
{
    (void)state;
    err e = {0};
    slab s = {0};
    tensor t[4];
    for (int pass = 0; pass < 2; pass++) {
        t[0] = slab_take(&s, 3, 5, F32), t[1] = slab_take(&s, 1, 1, U8);
        t[2] = slab_take(&s, 0, 7, F32), t[3] = slab_take(&s, 100, 100, BF16);
        if (pass) break;
        for (int i = 0; i < 4; i++) assert_null(t[i].data);
        assert_int_equal(s.size, 64 + 64 + 20032);
        assert_true(slab_open(&s, lab_best(), &e));
        assert_int_equal(s.used, 0);
    }
    assert_int_equal(s.used, s.size);
    for (int i = 0; i < 4; i++) assert_int_equal((uintptr_t)t[i].data % 64, 0);
    assert_ptr_equal(tensor_rows(t[3], 50, 2).data, (char *)t[3].data + 10000);
    slab_close(&s), slab_close(&s);
}

void slab_memory_is_zero(void **state)
{
    (void)state;
    const backend *be = lab_best();
    size_t bytes = 9 << 20;
    unsigned char *host = malloc(bytes);
    devmem *m = be->take(bytes);
    be->download(host, m, 0, bytes);
    for (size_t i = 0; i < bytes; i++) assert_int_equal(host[i], 0);
    be->give(m), be->give(NULL);
    free(host);
}

void slab_without_room_fails(void **state)
{
    (void)state;
    err e = {0};
    slab s = {.size = SIZE_MAX - 64};
    assert_false(slab_open(&s, lab_best(), &e));
    assert_non_null(strstr(e.text, "no room"));
}

/* Runs in a child, which must end by abort. */
static void aborts(void run(void))
{
    pid_t child = fork();
    if (!child) {
        fclose(stderr);
        signal(SIGABRT, SIG_DFL);
        run();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void misshapen(void)
{
    lab l;
    lab_open(&l, lab_best(), 1);
    op_linear(l.be, lab_real(&l, 3, 4, 0, 1), lab_real(&l, 3, 5, 0, 1), lab_real(&l, 4, 6, 0, 1),
              NONE);
}
void ops_refuse_misshapen_tensors(void **state)
{
    (void)state;
    aborts(misshapen);
}

static void two_kinds(void)
{
    lab l;
    lab_open(&l, lab_best(), 1);
    op_act(l.be, lab_result(&l, "y", 3, 4, F32), lab_result(&l, "x", 3, 4, BF16), ACT_GELU);
}
void ops_refuse_two_kinds_in_one_call(void **state)
{
    (void)state;
    aborts(two_kinds);
}

static void foreign_id(void)
{
    lab l;
    lab_open(&l, lab_best(), 1);
    int32_t row[] = {0, 9};
    op_pick(l.be, lab_real(&l, 2, 4, 0, 1), lab_real(&l, 9, 4, 0, 1),
            lab_given(&l, 2, 1, I32, row));
}
void ops_refuse_rows_that_are_not_there(void **state)
{
    (void)state;
    aborts(foreign_id);
}

static void overfull(void)
{
    err e = {0};
    slab s = {0};
    slab_take(&s, 10, 10, F32);
    if (!slab_open(&s, lab_best(), &e)) _exit(1);
    slab_take(&s, 10, 10, F32);
    slab_take(&s, 1, 1, U8);
}
void slab_refuses_more_than_it_measured(void **state)
{
    (void)state;
    aborts(overfull);
}
