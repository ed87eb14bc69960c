#pragma once
/* Numbers drawn by name, not by turn: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
 * easy as 1, 2, 3"), a function of a key (the seed) and a counter (what the number is for). The same
 * on every device and for any number of threads. The bodies are here because the CUDA compiler needs
 * them too. Our own text; tests hold it against Random123's known answers. */
#include <stdint.h>

#ifdef __CUDACC__
#define RANDOM_FN static __host__ __device__ inline
#else
#define RANDOM_FN static inline
#endif

/* What a draw is for: the last word of the counter, so that no two uses share numbers. Dropout has
 * its own layout, see kernels/backend.h. */
enum chance {
    CHANCE_INIT = 1,
    CHANCE_SHUFFLE,
    CHANCE_MIX,
    CHANCE_DATA,
    CHANCE_BOOTSTRAP,
    CHANCE_TEST
};

typedef struct random4 {
    uint32_t v[4];
} random4;

RANDOM_FN random4 random_philox(uint64_t key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3)
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1, c3 = (uint32_t)p0, c0 = n0, c2 = n2;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    random4 r = {{c0, c1, c2, c3}};
    return r;
}

/* 32 bits named by (seed, use, a, b, i). */
RANDOM_FN uint32_t random_u32(uint64_t seed, enum chance use, uint32_t a, uint32_t b, uint32_t i)
{
    return random_philox(seed, i >> 2, b, a, (uint32_t)use).v[i & 3];
}

/* In [0, n), n > 0, by multiplication: the bias is below n / 2^32. */
RANDOM_FN uint32_t random_below(uint32_t u, uint32_t n)
{
    return (uint32_t)(((uint64_t)u * n) >> 32);
}
