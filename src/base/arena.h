#pragma once
/* Host memory that is given back all at once. A zeroed arena is closed and ready for use; a
 * function that takes an arena leaves its result there, and nothing is freed one by one. No memory
 * is a matter for die, so nothing here returns NULL. Only the calling thread may take from an arena. */
#include <stddef.h>
#include <stdint.h>

typedef struct arena_block arena_block;
typedef struct arena {
    arena_block *last; /* the block that is being filled; each knows the one before it */
    size_t taken;      /* bytes handed out since the arena was opened, for the record */
} arena;

/* bytes of zeroed memory, aligned to 64, less than 64 bytes to 16; bytes may be 0. */
void *arena_take(arena *mem, size_t bytes);
/* The same for n things of size bytes; a product that overflows ends the program. */
void *arena_take_n(arena *mem, size_t n, size_t size);
#define TAKE(mem, type, n) ((type *)arena_take_n(mem, (size_t)(n), sizeof(type)))

/* Everything taken after the mark is given back by rewind (its blocks are kept for use again). */
typedef struct arena_mark {
    arena_block *last;
    size_t used, taken;
} arena_mark;
arena_mark arena_here(const arena *mem);
void arena_rewind(arena *mem, arena_mark to);
void arena_close(arena *mem);

/* A product of counts, in size_t, that cannot overflow: it ends the program instead. */
size_t size_mul(size_t a, size_t b);

/* Grows an array that lives in an arena: makes room for one more element behind n, doubling; the
 * old copy stays in the arena until it closes. Use: GROW(mem, list, n, cap); list[n++] = x; */
void *arena_grow(arena *mem, void *old, size_t n, size_t *cap, size_t size);
#define GROW(mem, list, n, cap) \
    ((list) = arena_grow(mem, list, (size_t)(n), &(cap), sizeof(*(list))))
