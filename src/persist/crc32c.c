/* By table, 8 bytes a step; by SSE 4.2 three stretches side by side, since the instruction takes three cycles to
 * answer but can be given a word in each. Stretches are joined by moving a checksum over zeros. */
#include "persist/crc32c.h"
#include <pthread.h>
#include <string.h>

#define POLYNOMIAL 0x82F63B78u
enum { STRETCH = 4096 };

static uint32_t steps[8][256]; /* [k][b]: byte b, followed by k zeros */
static uint32_t over[4][256];  /* [k][b]: byte k of a checksum, moved over STRETCH zeros */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t c = b;
        for (int i = 0; i < 8; i++) c = c >> 1 ^ (c & 1 ? POLYNOMIAL : 0);
        steps[0][b] = c;
    }
    for (int k = 1; k < 8; k++)
        for (int b = 0; b < 256; b++)
            steps[k][b] = steps[k - 1][b] >> 8 ^ steps[0][steps[k - 1][b] & 255];
    uint32_t bit[32]; /* linear: what each bit becomes says what every byte does */
    for (int i = 0; i < 32; i++) {
        bit[i] = 1u << i;
        for (int z = 0; z < STRETCH; z++) bit[i] = bit[i] >> 8 ^ steps[0][bit[i] & 255];
    }
    for (int k = 0; k < 4; k++)
        for (int b = 0; b < 256; b++)
            for (int i = 0; i < 8; i++)
                if (b >> i & 1) over[k][b] ^= bit[8 * k + i];
}

static uint64_t word(const char *at)
{
    uint64_t w;
    memcpy(&w, at, 8);
    return w;
}

static uint32_t by_table(uint32_t c, const char *at, size_t n)
{
    for (; n >= 8; at += 8, n -= 8) {
        uint64_t w = word(at) ^ c;
        c = 0;
        for (int i = 0; i < 8; i++) c ^= steps[7 - i][w >> 8 * i & 255];
    }
    for (; n; at++, n--) c = c >> 8 ^ steps[0][(c ^ (unsigned char)*at) & 255];
    return c;
}

#ifdef __x86_64__
static uint32_t moved(uint32_t c)
{
    return over[0][c & 255] ^ over[1][c >> 8 & 255] ^ over[2][c >> 16 & 255] ^ over[3][c >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t by_processor(uint32_t c, const char *at, size_t n)
{
    for (; n >= 3 * STRETCH; at += 3 * STRETCH, n -= 3 * STRETCH) {
        uint64_t a = c, b = 0, d = 0;
        for (int i = 0; i < STRETCH; i += 8) {
            a = __builtin_ia32_crc32di(a, word(at + i));
            b = __builtin_ia32_crc32di(b, word(at + STRETCH + i));
            d = __builtin_ia32_crc32di(d, word(at + 2 * STRETCH + i));
        }
        c = moved(moved((uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)d;
    }
    for (; n >= 8; at += 8, n -= 8) c = (uint32_t)__builtin_ia32_crc32di(c, word(at));
    return by_table(c, at, n);
}
static uint32_t (*const ways[])(uint32_t, const char *, size_t) = {by_table, by_processor};
#endif

uint32_t crc32c_by_table(str s)
{
    pthread_once(&once, make_tables);
    return ~by_table(0xFFFFFFFFu, s.at, s.len);
}

uint32_t crc32c(str s)
{
    pthread_once(&once, make_tables);
#ifdef __x86_64__
    return ~ways[__builtin_cpu_supports("sse4.2") != 0](0xFFFFFFFFu, s.at, s.len);
#else
    return crc32c_by_table(s);
#endif
}

uint32_t crc32c_masked(str s)
{
    uint32_t c = crc32c(s);
    return (c >> 15 | c << 17) + 0xA282EAD8u;
}
