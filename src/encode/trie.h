#pragma once
/* A set of byte strings with an id each, to be walked a byte at a time: the greedy longest match of
 * WordPiece is one walk. A double array (Aoe 1989): child b of a node with base x is entry x + b, and
 * is really there if it names its parent. Lives in the arena it was built in. */
#include "base/str.h"

typedef struct trie_node {
    int32_t base, parent; /* parent 0: free */
    int32_t id;           /* -1: no string ends here */
} trie_node;
typedef struct trie {
    trie_node *at; /* entry 0 is nowhere, entry 1 the root */
    int n;
} trie;
enum { TRIE_ROOT = 1 };

/* n strings in any order; of equal strings the highest id stays. Empty strings are left out. */
void trie_build(trie *t, const str *keys, const int *ids, int n, arena *mem);
/* The node behind byte b, or 0. */
static inline int trie_step(const trie *t, int node, unsigned char b)
{
    int to = t->at[node].base + b;
    return t->at[to].parent == node ? to : 0;
}
