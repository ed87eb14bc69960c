#pragma once
/* Vectors of the variant's width, and functions of one value that are written so that the compiler
 * turns a loop over them (#pragma omp simd) into vectors: no branch, no table, no call.
 * Accurate to about 1e-7 relative; not a number goes in and out as such.
 *
 * The coefficients of erfc and tanh are our own fits (least squares, reweighted to the least largest
 * relative error); exp is Taylor's series on |r| <= ln(2)/2. */
#include "base/random.h"
#include "kernels/backend.h"
#include <math.h>
#include <string.h>
#ifdef __SSE__
#include <immintrin.h>
#endif

#if defined VARIANT_avx512
enum { VW = 16 };
#elif defined VARIANT_avx2
enum { VW = 8 };
#else
enum { VW = 4 };
#endif
typedef float vf __attribute__((vector_size(VW * 4)));
typedef float vf_anywhere __attribute__((vector_size(VW * 4), aligned(4), may_alias));

static inline vf vf_load(const float *p)
{
    return *(const vf_anywhere *)p;
}
static inline void vf_store(float *p, vf x)
{
    *(vf_anywhere *)p = x;
}
static inline vf vf_all(float x)
{
    return x - (vf){0};
}

/* The larger of each pair; the second where one is not a number. */
static inline vf vf_max(vf a, vf b)
{
#if defined VARIANT_avx512
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined VARIANT_avx2
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined __SSE__
    return (vf)_mm_max_ps((__m128)a, (__m128)b);
#else
    for (int i = 0; i < VW; i++) b[i] = a[i] > b[i] ? a[i] : b[i];
    return b;
#endif
}

typedef int32_t vi __attribute__((vector_size(VW * 4)));
typedef uint32_t vu __attribute__((vector_size(VW * 4)));
typedef uint16_t vh __attribute__((vector_size(VW * 2)));
typedef uint16_t vh_anywhere __attribute__((vector_size(VW * 2), aligned(2), may_alias));

/* x where the mask is set, 0 elsewhere. */
static inline vf vf_where(vi mask, vf x)
{
    return (vf)(mask & (vi)x);
}

/* Halves added to each other until one is left: the order is fixed, and there is no chain of VW additions. */
static inline float vf_sum(vf x)
{
    float part[VW];
    vf_store(part, x);
#pragma GCC unroll 4
    for (int half = VW / 2; half; half /= 2)
#pragma GCC unroll 8
        for (int i = 0; i < half; i++) part[i] += part[i + half];
    return part[0];
}

static inline float vf_most(vf x)
{
    float most = x[0];
    for (int i = 1; i < VW; i++) most = x[i] > most ? x[i] : most;
    return most;
}

/* The first n values, n from 1 to VW - 1, and zeros. */
static inline vf vf_part(const float *p, int n)
{
#if defined VARIANT_avx512
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
    float all[VW] = {0};
    for (int i = 0; i < n; i++) all[i] = p[i];
    return vf_load(all);
#endif
}

static inline float bits_float(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}
static inline uint32_t float_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

/* The nearest bf16, ties to even; a NaN stays one. */
static inline uint16_t bf16_of(float x)
{
    uint32_t u = float_bits(x);
    uint32_t r = (u + 0x7FFFu + (u >> 16 & 1u)) >> 16;
    return (uint16_t)((u & 0x7FFFFFFFu) > 0x7F800000u ? u >> 16 | 0x40u : r);
}

static inline float bf16_wide(uint16_t x)
{
    return bits_float((uint32_t)x << 16);
}

static inline void narrow(uint16_t *to, const float *from, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++) to[i] = bf16_of(from[i]);
}

static inline void widen(float *to, const uint16_t *from, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++) to[i] = bf16_wide(from[i]);
}

/* e^x. Below -87.3 it is 0 and above 88.7 infinite, as f32 cannot hold it. */
static inline float exp_f(float x)
{
    const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number */
    float low = x < -87.3f ? -87.3f : x;
    float in = low > 88.7f ? 88.7f : low;
    float turns = in * 1.44269504f + shift;
    float n = turns - shift;
    float r = in - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * (r * r) + r;
    p = p + 1.0f;
    /* 2^n in two factors, since n may be 128 */
    uint32_t k = float_bits(turns) - float_bits(shift);
    float half = bits_float((((uint32_t)((int32_t)k >> 1)) + 127u) << 23);
    float rest = bits_float((k - (uint32_t)((int32_t)k >> 1) + 127u) << 23);
    float y = p * half * rest;
    y = x < -87.3f ? 0.0f : y;
    return x > 88.7f ? x * INFINITY : y;
}

/* The normal distribution: cdf is the integral of pdf up to x. */
typedef struct normal {
    float cdf, pdf;
} normal;
static inline normal normal_f(float x)
{
    float z = fabsf(x) * 0.707106781f;
    float t = 1.0f / (1.0f + 0.5f * z);
    float e = exp_f(-0.5f * x * x);
    float q = 0.01228387735f;
    q = q * t - 0.1232546938f;
    q = q * t + 0.4289284103f;
    q = q * t - 0.6700224741f;
    q = q * t + 0.4212742699f;
    q = q * t - 0.09831763232f;
    q = q * t + 0.2255418528f;
    q = q * t + 0.2386448353f;
    q = q * t + 0.2828570359f;
    q = q * t + 0.2820644991f;
    float tail = 0.5f * (q * t) * e; /* half of erfc(z) */
    normal n = {x < 0.0f ? tail : 1.0f - tail, e * 0.398942280f};
    return n;
}

static inline float tanh_f(float x)
{
    float a = fabsf(x);
    float s = x * x;
    float p = -0.005717036547f;
    p = p * s + 0.02065057899f;
    p = p * s - 0.05374349526f;
    p = p * s + 0.1333149125f;
    p = p * s - 0.3333328392f;
    float near = x + x * (s * p);
    float e = exp_f(-2.0f * a);
    float far = (1.0f - e) / (1.0f + e);
    far = x < 0.0f ? -far : far;
    return a < 0.625f ? near : far;
}

/* e^x of values that are not far above 0: differences to the largest of a row. */
static inline vf vf_exp(vf x)
{
    const vf shift = vf_all(12582912.0f), least = vf_all(-87.3f);
    vf in = vf_max(least, x);
    vf turns = in * 1.44269504f + shift;
    vf n = turns - shift;
    vf r = in - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    vf p = vf_all(1.98412698e-4f);
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * (r * r) + r;
    p = p + 1.0f;
    vf power = (vf)(((vi)turns - (vi)shift + 127) << 23);
    return vf_where(~(x < least), p * power);
}

static inline float sum_f(const float *x, int n)
{
    vf even = {0}, odd = {0};
    int i = 0;
    for (; i + 2 * VW <= n; i += 2 * VW) even += vf_load(x + i), odd += vf_load(x + i + VW);
    if (i + VW <= n) even += vf_load(x + i), i += VW;
    if (i < n) odd += vf_part(x + i, n - i);
    return vf_sum(even + odd);
}

/* Dropout's numbers, drawn for CHANCES counters at a time: Philox4x32-10 with each 32-bit word in a lane
 * of 64, whose upper half may hold anything, since the multiplication reads the lower half only. */
enum { CHANCES = 16, LANES = VW / 2, CHANCE_VECTORS = CHANCES / LANES, CHANCE_ROUNDS = 10 };
typedef uint64_t vl __attribute__((vector_size(VW * 4)));
typedef uint64_t vl_anywhere __attribute__((vector_size(VW * 4), aligned(2), may_alias));

static inline vl vl_multiply(vl a, vl b)
{
#if defined VARIANT_avx512
    return (vl)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined VARIANT_avx2
    return (vl)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (vl)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu);
#endif
}

/* The key and what the counters of an operation have in common. */
typedef struct chances {
    uint64_t key;
    uint32_t site, step;
} chances;

/* a[i] and b[i], b[i] and so on, as they lie in memory: the first and the second half of the lanes. */
#if defined VARIANT_avx512
#define LANES_LOW  0, 8, 1, 9, 2, 10, 3, 11
#define LANES_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#elif defined VARIANT_avx2
#define LANES_LOW  0, 4, 1, 5
#define LANES_HIGH 2, 6, 3, 7
#else
#define LANES_LOW  0, 2
#define LANES_HIGH 1, 3
#endif

/* u[8 i + half] for the counters (in0[i], in1[i], who, step); the halves lie in memory order (little-endian). */
static inline void chance_block(uint16_t *u, const chances *c, const uint64_t *in0,
                                const uint64_t *in1, uint32_t who)
{
    vl a[CHANCE_VECTORS], b[CHANCE_VECTORS], d[CHANCE_VECTORS], e[CHANCE_VECTORS];
    const vl m0 = (vl){0} + 0xD2511F53u, m1 = (vl){0} + 0xCD9E8D57u;
    for (int v = 0; v < CHANCE_VECTORS; v++) {
        a[v] = *(const vl_anywhere *)(in0 + v * LANES),
        b[v] = *(const vl_anywhere *)(in1 + v * LANES);
        d[v] = (vl){0} + who, e[v] = (vl){0} + c->step;
    }
    uint32_t k0 = (uint32_t)c->key, k1 = (uint32_t)(c->key >> 32);
    for (int round = 0; round < CHANCE_ROUNDS; round++) {
#pragma GCC unroll 2
        for (int v = 0; v < CHANCE_VECTORS; v++) {
            vl p0 = vl_multiply(a[v], m0), p1 = vl_multiply(d[v], m1);
            a[v] = (p1 >> 32) ^ b[v] ^ k0, d[v] = (p0 >> 32) ^ e[v] ^ k1;
            b[v] = p1, e[v] = p0;
        }
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    for (int v = 0; v < CHANCE_VECTORS; v++) {
        vl first = (a[v] & 0xFFFFFFFFu) | b[v] << 32, second = (d[v] & 0xFFFFFFFFu) | e[v] << 32;
        uint16_t *to = u + v * LANES * 8;
        *(vl_anywhere *)to = __builtin_shufflevector(first, second, LANES_LOW);
        *(vl_anywhere *)(to + LANES * 4) = __builtin_shufflevector(first, second, LANES_HIGH);
    }
}
