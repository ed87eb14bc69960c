/* Chooses the device, and of the CPU's variants the best that this processor runs. */
#include "kernels/backend.h"
#include "base/log.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/gemm.h"
#include <stdlib.h>

static bool has_avx2(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#ifdef __x86_64__
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static bool has_anything(void)
{
    return true;
}

/* From the best to the one that runs everywhere. */
static const struct variant {
    const backend *table;
    bool (*runs)(void);
} variants[] = {{&cpu_avx512, has_avx512}, {&cpu_avx2, has_avx2}, {&cpu_portable, has_anything}};
enum { VARIANTS = sizeof variants / sizeof *variants };

static const struct variant *variant_named(const char *name)
{
    for (int i = 0; i < VARIANTS; i++)
        if (!strcmp(variants[i].table->name, name)) return &variants[i];
    return NULL;
}

const backend *backend_variant(const char *name)
{
    const struct variant *v = variant_named(name);
    if (!v || !v->runs()) return NULL;
    gemm_limit(name);
    return v->table;
}

static bool open_cpu(const backend **be, err *e)
{
    const char *wish = getenv("MTBERT_CPU");
    if (wish && *wish) {
        if (!variant_named(wish))
            return fail(e, "MTBERT_CPU: portable, avx2 or avx512 is needed, here is '%s'", wish);
        *be = backend_variant(wish);
        return *be || fail(e, "MTBERT_CPU: this processor has no %s", wish);
    }
    for (int i = 0; i < VARIANTS && !*be; i++)
        if (variants[i].runs()) *be = backend_variant(variants[i].table->name);
    return true;
}

enum kind backend_kind(const backend *be, const char *precision)
{
    bool gains = be->gains_bf16();
    if (!strcmp(precision, "auto")) return gains ? BF16 : F32;
    if (strcmp(precision, "bf16") != 0) return F32;
    if (!gains) say("precision bf16: this processor is not faster with it than with f32");
    return BF16;
}

bool backend_open(const backend **be, const char *device, err *e)
{
    *be = NULL;
    if (!strcmp(device, "cuda"))
        return fail(e, "device cuda: this program was built without the CUDA plugin; use cpu");
    if (strcmp(device, "cpu") != 0 && strcmp(device, "auto") != 0)
        return fail(e, "device: auto, cpu or cuda is needed, here is '%s'", device);
    return open_cpu(be, e);
}
