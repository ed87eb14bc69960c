/* Building: keys are sorted, so that a node is a range of keys that share a prefix. Children are placed
 * at the lowest free entries; the search for a node with several is cut short, so that building is
 * linear also for hostile vocabularies, at the price of holes that single children fill later. */
#include "encode/trie.h"
#include "base/arena.h"
#include "base/fail.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES_MOST = 30, STEPS_MOST = 1000 };

typedef struct key {
    str s;
    int id;
} key;
typedef struct job { /* keys low to high - 1 share their first `depth` bytes; they end in node */
    int low, high, node;
    size_t depth;
} job;
typedef struct builder {
    const key *keys;
    trie_node *at;
    size_t cap;
    int used; /* one behind the highest entry taken */
    int first,
        wide; /* no free entry lies before; none that is worth a search for several children */
    job *jobs;
    size_t n_jobs, cap_jobs;
    arena mem;
} builder;

static int by_bytes(const void *a, const void *b)
{
    const key *x = a, *y = b;
    int c = str_cmp(x->s, y->s);
    return c ? c : (x->id > y->id) - (x->id < y->id);
}

static void reserve(builder *b, size_t n)
{
    if (n <= b->cap) return;
    size_t cap = b->cap ? b->cap : 4096;
    while (cap < n) cap = size_mul(cap, 2);
    trie_node *at = TAKE(&b->mem, trie_node, cap);
    if (b->cap) memcpy(at, b->at, b->cap * sizeof *at);
    for (size_t i = b->cap; i < cap; i++) at[i].id = -1;
    b->at = at;
    b->cap = cap;
}

static bool fits(const builder *b, int base, const unsigned char *bytes, int n)
{
    for (int i = 0; i < n; i++)
        if (base + bytes[i] < b->used && b->at[base + bytes[i]].parent) return false;
    return true;
}

/* A base of 1 or more at which entries base + bytes[..] are free; bytes ascend. Single children take the lowest free entry.
 * Others search a while; where the search fails, the entries it saw are left to the single ones. */
static int find_base(builder *b, const unsigned char *bytes, int n)
{
    int *from = n == 1 ? &b->first : &b->wide, tries = 0, e = *from, end;
    while (e < b->used && b->at[e].parent) e++;
    *from = e;
    end = e + STEPS_MOST < b->used ? e + STEPS_MOST : b->used;
    for (; e < end && tries < TRIES_MOST; e++) {
        if (b->at[e].parent) continue;
        tries++;
        if (e > bytes[0] && fits(b, e - bytes[0], bytes, n)) return e - bytes[0];
    }
    if (n > 1) b->wide = e;
    return b->used > bytes[0] ? b->used - bytes[0] : 1;
}

static void place(builder *b, job j)
{
    unsigned char bytes[256];
    int starts[257], n = 0;
    for (int i = j.low; i < j.high; i++) {
        unsigned char c = (unsigned char)b->keys[i].s.at[j.depth];
        if (n && bytes[n - 1] == c) continue;
        bytes[n] = c;
        starts[n++] = i;
    }
    ASSERT(n > 0, "a node without keys");
    starts[n] = j.high;
    int base = find_base(b, bytes, n);
    reserve(b, (size_t)base + 257);
    b->at[j.node].base = base;
    for (int i = 0; i < n; i++) {
        int to = base + bytes[i], low = starts[i];
        b->at[to].parent = j.node;
        if (to >= b->used) b->used = to + 1;
        /* Keys that end here come first, equal ones by id. */
        while (low < starts[i + 1] && b->keys[low].s.len == j.depth + 1)
            b->at[to].id = b->keys[low++].id;
        if (low == starts[i + 1]) continue;
        GROW(&b->mem, b->jobs, b->n_jobs, b->cap_jobs);
        b->jobs[b->n_jobs++] = (job){low, starts[i + 1], to, j.depth + 1};
    }
}

void trie_build(trie *t, const str *keys, const int *ids, int n, arena *mem)
{
    builder b = {.used = 2, .first = 2, .wide = 2};
    key *sorted = TAKE(&b.mem, key, n);
    int some = 0;
    for (int i = 0; i < n; i++)
        if (keys[i].len) sorted[some++] = (key){keys[i], ids[i]};
    qsort(sorted, (size_t)some, sizeof *sorted, by_bytes);
    b.keys = sorted;
    reserve(&b, 258);
    b.at[TRIE_ROOT].parent = -1; /* taken, and nobody's child */
    if (some) place(&b, (job){0, some, TRIE_ROOT, 0});
    while (b.n_jobs) place(&b, b.jobs[--b.n_jobs]);
    t->n = b.used + 256;
    reserve(&b, (size_t)t->n);
    t->at = TAKE(mem, trie_node, t->n);
    memcpy(t->at, b.at, (size_t)t->n * sizeof *t->at);
    arena_close(&b.mem);
}
