#pragma once
/* What this machine is, for info, bench and --version: read from /proc and sysfs, with "unknown"
 * or 0 where the system does not say. */
#include "base/arena.h"

typedef struct machine {
    const char *processor; /* "Intel(R) Xeon(R) ..", as the system names it */
    const char
        *features;  /* those that matter to the kernels: "avx2 fma avx512f avx512_bf16 amx_bf16" */
    int processors; /* that this process may use */
    double memory, memory_free, cache; /* bytes; cache: the last level */
} machine;
void machine_read(machine *m, arena *mem);
