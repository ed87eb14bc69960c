/* Every operation of every variant against the oracle, and with 1, 2 and 3 threads against itself. */
#include "base/pool.h"
#include "kernels/lab.h"
#include "oracle/oracle.h"
#include "tests.h"
#include <stdlib.h>
#include <string.h>

enum { SEED = 5 };

static void agree(const char *variant, const char *name, enum kind kind)
{
    const backend *be = lab_variant(variant);
    const lab_case *c = lab_case_named(name);
    const double most = kind == F32 ? c->nmse : c->nmse_bf16;
    pool_open(2);
    lab ours, right;
    for (int which = 0;; which++) {
        lab_open(&ours, be, SEED + (uint64_t)which);
        lab_open(&right, &oracle_backend, SEED + (uint64_t)which);
        ours.kind = right.kind = kind;
        if (!c->run(&ours, which)) break;
        c->run(&right, which);
        lab_check_guards(&ours);
        for (int i = 0; i < ours.n; i++) {
            if (!ours.at[i].result) continue;
            double off = lab_nmse(ours.at[i].t, be, right.at[i].t, &oracle_backend);
            if (!(off <= most))
                fail_msg("%s of shape %d: %s [%d,%d] is off by NMSE %.3g, allowed are %.3g", name,
                         which, ours.at[i].result, ours.at[i].t.rows, ours.at[i].t.cols, off, most);
            if (getenv("MTBERT_TEST_SHOW"))
                printf("%s %d %s %.3g\n", name, which, ours.at[i].result, off);
        }
        lab_close(&ours), lab_close(&right);
    }
}

/* The same bytes for 1, 2 and 3 threads, with the best variant that there is. */
static void same_bytes(const char *name, enum kind kind)
{
    const char *const variants[] = {"avx512", "avx2", "portable"};
    const backend *be = NULL;
    for (int i = 0; i < 3 && !be; i++) be = backend_variant(variants[i]);
    const lab_case *c = lab_case_named(name);
    for (int which = 0;; which++) {
        lab one, more;
        lab_open(&one, be, SEED);
        one.kind = kind;
        pool_open(1);
        if (!c->run(&one, which)) break;
        for (int threads = 2; threads <= 3; threads++) {
            lab_open(&more, be, SEED);
            more.kind = kind;
            pool_open(threads);
            c->run(&more, which);
            for (int i = 0; i < one.n; i++)
                if (memcmp(one.at[i].t.data, more.at[i].t.data, tensor_bytes(one.at[i].t)) != 0)
                    fail_msg("%s of shape %d: tensor %d (%s) differs between 1 and %d threads",
                             name, which, i, one.at[i].result ? one.at[i].result : "an input",
                             threads);
            lab_close(&more);
        }
        lab_close(&one);
    }
}

#define OF_KIND(name, form, kind)                \
    void form##_portable_agrees(void **state)    \
    {                                            \
        (void)state;                             \
        agree("portable", #name, kind);          \
    }                                            \
    void form##_avx2_agrees(void **state)        \
    {                                            \
        (void)state;                             \
        agree("avx2", #name, kind);              \
    }                                            \
    void form##_avx512_agrees(void **state)      \
    {                                            \
        (void)state;                             \
        agree("avx512", #name, kind);            \
    }                                            \
    void form##_threads_same_bytes(void **state) \
    {                                            \
        (void)state;                             \
        same_bytes(#name, kind);                 \
    }
#define OPERATION(name)         OF_KIND(name, name, F32)
#define OPERATION_OF_BOTH(name) OF_KIND(name, name, F32) OF_KIND(name, name##_bf16, BF16)
OPERATION_OF_BOTH(embed)
OPERATION_OF_BOTH(linear)
OPERATION_OF_BOTH(gelu)
OPERATION_OF_BOTH(gelu_tanh)
OPERATION_OF_BOTH(relu)
OPERATION_OF_BOTH(tanh)
OPERATION_OF_BOTH(attention)
OPERATION_OF_BOTH(drop_add_norm)
OPERATION_OF_BOTH(pick)
OPERATION_OF_BOTH(drop)
OPERATION(softmax_loss)
OPERATION(square_loss)
OPERATION(sigmoid_loss)
OPERATION(scores)
OPERATION(convert)
OPERATION(clip)
OPERATION(adamax)
OPERATION(adamaxw)
OPERATION(bertadam)
OPERATION(adamw)
