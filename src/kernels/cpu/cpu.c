/* Housekeeping of the CPU as a device: its memory is the host's. */
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/gemm.h"
#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { ALIGN = 64, HUGE_PAGE = 2 << 20 };

/* What stands in front of memory that was handed out. */
typedef struct block {
    char *raw;
    size_t bytes;
} block;
static_assert(sizeof(block) <= ALIGN, "a block's head fits in front of it");

/* calloc gives large blocks that are zero without being touched. */
devmem *cpu_take(size_t bytes)
{
    if (bytes > SIZE_MAX - 2 * HUGE_PAGE) return NULL;
    size_t align = bytes >= 4 * (size_t)HUGE_PAGE ? HUGE_PAGE : ALIGN;
    char *raw = calloc(1, bytes + align + ALIGN);
    if (!raw) return NULL;
    char *at = raw + ALIGN;
    at += (align - (uintptr_t)at % align) % align;
    if (align == HUGE_PAGE)
        madvise(at, bytes, MADV_HUGEPAGE); /* a wish: a refusal costs time only */
    block head = {raw, bytes};
    memcpy(at - sizeof head, &head, sizeof head);
    return (devmem *)at;
}

void cpu_give(devmem *m)
{
    block head;
    if (!m) return;
    memcpy(&head, (char *)m - sizeof head, sizeof head);
    gemm_forget(m, head.bytes);
    free(head.raw);
}

devmem *cpu_borrow(const void *host, size_t bytes)
{
    (void)bytes;
    return (devmem *)(uintptr_t)host;
}

void cpu_give_back(const void *host, size_t bytes)
{
    gemm_forget(host, bytes);
}

int cpu_rows(int N)
{
    return N;
}

void cpu_upload(devmem *to, size_t at, const void *from, size_t bytes)
{
    if (!bytes) return;
    memcpy((char *)to + at, from, bytes);
    gemm_written((char *)to + at, bytes);
}

void cpu_download(void *to, const devmem *from, size_t at, size_t bytes)
{
    if (bytes) memcpy(to, (const char *)from + at, bytes);
}

bool cpu_sync(err *e)
{
    (void)e;
    return true;
}

void cpu_begin(int rows)
{
    (void)rows;
}

void cpu_weights_moved(void)
{
    gemm_weights_moved();
}

/* A packed copy for forward, in bf16 another one for backward. Heads are not packed, nor is bf16 where products widen it. */
size_t cpu_keeps(int rows, int cols, enum kind kind, bool back)
{
    bool packs = rows > FEW && (kind == F32 || gemm_packs_bf16());
    size_t copies = kind == BF16 && back ? 2 : 1;
    return packs ? copies * (size_t)rows * (size_t)cols * kind_bytes(kind) : 0;
}

bool cpu_gains_bf16(void)
{
    return gemm_gains_bf16();
}

/* One process is the only rank there is until comm/ brings more. */
void cpu_sum_ranks(tensor t)
{
    (void)t;
}

static void *grow(void **memory, size_t *have, size_t bytes)
{
    if (bytes > *have) {
        free(*memory);
        *have = (bytes + bytes / 4 + ALIGN - 1) / ALIGN * ALIGN;
        *memory = aligned_alloc(ALIGN, *have);
        if (!*memory) die("no memory: %zu bytes of working memory are needed", *have);
    }
    return *memory;
}

/* Two blocks that only grow: the threads' and the operation's own. */
void *cpu_shared(size_t bytes)
{
    static void *memory;
    static size_t have;
    return grow(&memory, &have, bytes);
}

scratch cpu_private(size_t bytes)
{
    static void *memory;
    static size_t have;
    /* An odd number of lines of the cache apart, so that threads do not meet in the same sets. */
    size_t stride = (bytes + 2 * ALIGN - 1) / (2 * ALIGN) * (2 * ALIGN) + ALIGN;
    return (scratch){grow(&memory, &have, stride * (size_t)pool_threads()), stride};
}

void cpu_need_f32(const char *op, const tensor *t, int n)
{
    for (int i = 0; i < n; i++)
        ASSERT(!t[i].data || t[i].kind == F32,
               "%s: the processor's kernels are for f32 tensors, this one is of kind %d (1: bf16); "
               "convert it first",
               op, (int)t[i].kind);
}
