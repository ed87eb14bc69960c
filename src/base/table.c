/* Open addressing with linear steps, at most three quarters full. The hash is SipHash-1-3 (Aumasson and
 * Bernstein 2012) under a key drawn for each table; nothing depends on the order of slots. */
#include "base/table.h"
#include <string.h>
#include <sys/random.h>

struct table_slot {
    str key;
    uint32_t hash;
    int value1; /* value + 1; 0: the slot is empty */
};

static uint64_t turn(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = turn(v[1], 13) ^ v[0], v[0] = turn(v[0], 32);
    v[2] += v[3], v[3] = turn(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = turn(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = turn(v[1], 17) ^ v[2], v[2] = turn(v[2], 32);
}

static uint32_t sip(uint64_t salt, str s)
{
    uint64_t k0 = salt, k1 = salt * 0x9E3779B97F4A7C15u + 1;
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                     k1 ^ 0x7465646279746573u};
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t m;
        memcpy(&m, s.at + i, 8);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    uint64_t m = (uint64_t)s.len << 56;
    for (size_t k = 0; i + k < s.len; k++) m |= (uint64_t)(unsigned char)s.at[i + k] << 8 * k;
    v[3] ^= m;
    sip_round(v);
    v[0] ^= m;
    v[2] ^= 0xFF;
    for (int k = 0; k < 3; k++) sip_round(v);
    uint64_t h = v[0] ^ v[1] ^ v[2] ^ v[3];
    return (uint32_t)(h ^ h >> 32);
}

/* The slot of the key, or the empty one where it belongs. */
static struct table_slot *find(const table *t, str key, uint32_t hash)
{
    for (size_t i = hash;; i++) {
        struct table_slot *s = &t->slots[i & (t->cap - 1)];
        if (!s->value1 || (s->hash == hash && str_eq(s->key, key))) return s;
    }
}

static void grow(table *t, arena *mem)
{
    if (!t->cap && getrandom(&t->salt, sizeof t->salt, GRND_NONBLOCK) != (ssize_t)sizeof t->salt)
        t->salt =
            (uint64_t)(uintptr_t)t * 0x9E3779B97F4A7C15u; /* no entropy yet: addresses differ too */
    table bigger = {.n = t->n, .cap = t->cap ? 2 * t->cap : 16, .salt = t->salt};
    bigger.slots = TAKE(mem, struct table_slot, bigger.cap);
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i].value1) *find(&bigger, t->slots[i].key, t->slots[i].hash) = t->slots[i];
    *t = bigger;
}

static struct table_slot *place(table *t, arena *mem, str key, int value)
{
    ASSERT(value >= 0 && value < INT32_MAX, "a table holds values from 0, not %d", value);
    if (4 * (t->n + 1) > 3 * t->cap) grow(t, mem);
    uint32_t hash = sip(t->salt, key);
    struct table_slot *s = find(t, key, hash);
    if (!s->value1) s->key = key, s->hash = hash;
    return s;
}

bool table_add(table *t, arena *mem, str key, int value, int *old)
{
    struct table_slot *s = place(t, mem, key, value);
    if (s->value1) {
        if (old) *old = s->value1 - 1;
        return false;
    }
    s->value1 = value + 1;
    t->n++;
    return true;
}

void table_set(table *t, arena *mem, str key, int value)
{
    struct table_slot *s = place(t, mem, key, value);
    t->n += !s->value1;
    s->value1 = value + 1;
}

int table_get(const table *t, str key)
{
    if (!t->cap) return -1;
    return find(t, key, sip(t->salt, key))->value1 - 1;
}
