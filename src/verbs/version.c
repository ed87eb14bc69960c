/* What this program is, how it was built, and what it found on this machine. */
#include "encode/unicode.h"
#include "kernels/backend.h"
#include "verbs/machine.h"
#include "verbs/measure.h"
#include "verbs/verbs.h"

#ifndef MTBERT_FLAGS
#define MTBERT_FLAGS "unknown"
#endif
#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

void version_print(FILE *to)
{
    arena mem = {0};
    machine m;
    machine_read(&m, &mem);
    fprintf(to, "mtbert %s\n", MTBERT_VERSION);
    fprintf(to, "compiler   %s\n", COMPILER);
    fprintf(to, "flags      %s\n", MTBERT_FLAGS);
    fprintf(to, "processor  %s (%s)\n", m.processor, m.features);
    const backend *be;
    err e = {0};
    if (backend_open(&be, "cpu", &e))
        fprintf(to, "kernels    %s\n", be->name);
    else
        fprintf(to, "kernels    %s\n", e.text);
    fprintf(to, "products   %s\n", products_name());
    fprintf(to, "unicode    %s\n", unicode_version());
    arena_close(&mem);
}
