/* FIPS 180-4, sections 5 and 6.2. The constants are the first 32 bits of the fractions of square roots (start) and cube roots (rounds)
 * of the first primes, and are made so. */
#include "persist/sha256.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 64, BLOCK = 64 };

static uint32_t start[8], rounds[ROUNDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t fraction(long double x)
{
    return (uint32_t)((x - floorl(x)) * 0x1p32L);
}

static void make_constants(void)
{
    int n = 0;
    for (int p = 2; n < ROUNDS; p++) {
        int d = 2;
        while (p % d) d++;
        if (d != p) continue;
        if (n < 8) start[n] = fraction(sqrtl(p));
        rounds[n++] = fraction(cbrtl(p));
    }
}

static uint32_t turn(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void add_block(uint32_t h[8], const unsigned char *at)
{
    uint32_t w[ROUNDS], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)at[4 * i] << 24 | (uint32_t)at[4 * i + 1] << 16 |
               (uint32_t)at[4 * i + 2] << 8 | at[4 * i + 3];
    for (int i = 16; i < ROUNDS; i++)
        w[i] = w[i - 16] + w[i - 7] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, h, sizeof s);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t a = s[0], e = s[4];
        uint32_t x = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & s[5]) ^ (~e & s[6])) +
                     rounds[i] + w[i];
        uint32_t y =
            (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += x, s[0] = x + y;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
}

void sha256(str bytes, char to[65])
{
    uint32_t h[8];
    unsigned char last[2 * BLOCK] = {0};
    pthread_once(&once, make_constants);
    memcpy(h, start, sizeof h);
    const unsigned char *at = (const unsigned char *)bytes.at;
    size_t n = bytes.len;
    for (; n >= BLOCK; at += BLOCK, n -= BLOCK) add_block(h, at);
    if (n) memcpy(last, at, n);
    last[n] = 0x80;
    size_t len = n + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    for (int i = 0; i < 8; i++)
        last[len - 1 - i] = (unsigned char)((uint64_t)bytes.len * 8 >> 8 * i);
    for (size_t i = 0; i < len; i += BLOCK) add_block(h, last + i);
    for (int i = 0; i < 8; i++) snprintf(to + 8 * i, 9, "%08x", h[i]);
}
