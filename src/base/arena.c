/* Blocks in a chain, filled front to back. Blocks behind the one that is being filled are spare: a rewind
 * left them. A block remembers how far it was ever filled, since only that part has to be zeroed again.
 * Under the address sanitizer what is not handed out is poisoned, so overruns and uses after a rewind show. */
#include "base/arena.h"
#include "base/fail.h"
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifdef WATCHED
#include <sanitizer/asan_interface.h>
#define FORBID(at, bytes) __asan_poison_memory_region(at, bytes)
#define PERMIT(at, bytes) __asan_unpoison_memory_region(at, bytes)
#else
#define FORBID(at, bytes) ((void)(at), (void)(bytes))
#define PERMIT(at, bytes) ((void)(at), (void)(bytes))
#endif

enum { ALIGN = 64, ALIGN_SMALL = 16, BLOCK_FIRST = 64 << 10, BLOCK_MOST = 8 << 20 };
struct arena_block {
    arena_block *before, *after;
    char *data;               /* aligned to ALIGN */
    size_t size, used, dirty; /* bytes: in all, handed out, ever handed out */
};

size_t size_mul(size_t a, size_t b)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product))
        die("%zu times %zu is more than memory can hold", a, b);
    return product;
}

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) & ~(to - 1);
}

static arena_block *block_open(size_t size)
{
    char *at =
        calloc(1, sizeof(arena_block) + ALIGN + size); /* large ones come as untouched zero pages */
    if (!at) die("no memory for %zu bytes more", size);
    arena_block *b = (arena_block *)(void *)at;
    b->data = at + sizeof(arena_block);
    b->data += (ALIGN - (uintptr_t)b->data % ALIGN) % ALIGN;
    b->size = size;
    FORBID(b->data, b->size);
    return b;
}

/* The block behind last that has room: a spare one, or a new one put in between. */
static arena_block *block_next(arena *mem, size_t bytes)
{
    arena_block *last = mem->last, *spare = last ? last->after : NULL;
    if (spare && spare->size >= bytes) {
        spare->used = 0;
        return spare;
    }
    size_t size = last ? 2 * last->size : BLOCK_FIRST;
    if (size > BLOCK_MOST) size = BLOCK_MOST;
    arena_block *b = block_open(bytes > size ? bytes : size);
    b->before = last, b->after = spare;
    if (last) last->after = b;
    if (spare) spare->before = b;
    return b;
}

void *arena_take(arena *mem, size_t bytes)
{
    if (bytes > SIZE_MAX / 4) die("no memory for %zu bytes more", bytes);
    size_t whole = round_up(bytes ? bytes : 1, ALIGN_SMALL);
    arena_block *b = mem->last;
    if (b && bytes >= ALIGN) b->used = round_up(b->used, ALIGN);
    if (!b || b->size < b->used || b->size - b->used < whole)
        b = mem->last = block_next(mem, whole);
    char *at = b->data + b->used;
    PERMIT(at, bytes);
    if (b->used < b->dirty) {
        size_t stale = b->dirty - b->used;
        memset(at, 0, stale < bytes ? stale : bytes);
    }
    b->used += whole;
    if (b->dirty < b->used) b->dirty = b->used;
    mem->taken += whole;
    return at;
}

void *arena_take_n(arena *mem, size_t n, size_t size)
{
    return arena_take(mem, size_mul(n, size));
}

arena_mark arena_here(const arena *mem)
{
    return (arena_mark){mem->last, mem->last ? mem->last->used : 0, mem->taken};
}

void arena_rewind(arena *mem, arena_mark to)
{
    if (!mem->last) return;
    arena_block *b = mem->last;
    while (b != to.last && b->before) {
        FORBID(b->data, b->size);
        b = b->before;
    }
    ASSERT(!to.last || b == to.last, "a mark of another arena");
    ASSERT(!to.last || to.used <= b->used, "a mark that was rewound over");
    mem->last = b; /* the first block where the arena was empty at the mark */
    b->used = to.last ? to.used : 0;
    FORBID(b->data + b->used, b->size - b->used);
    mem->taken = to.taken;
}

void arena_close(arena *mem)
{
    arena_block *b = mem->last;
    while (b && b->after) b = b->after;
    while (b) {
        arena_block *before = b->before;
        PERMIT(b->data, b->size);
        free(b);
        b = before;
    }
    *mem = (arena){0};
}

void *arena_grow(arena *mem, void *old, size_t n, size_t *cap, size_t size)
{
    if (old && n < *cap) return old;
    size_t more = n ? size_mul(n, 2) : size < 16 ? 8 : 1; /* of large things there is often one */
    void *at = arena_take_n(mem, more, size);
    if (old && n) memcpy(at, old, n * size);
    *cap = more;
    return at;
}
