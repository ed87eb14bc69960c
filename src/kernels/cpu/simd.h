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
    for (int i = 0; i < VW; i++) a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
#endif
}

/* The largest of n values, n a multiple of VW and not 0. */
static inline float max_f(const float *x, int n)
{
    vf most = vf_load(x);
    for (int i = VW; i < n; i += VW) most = vf_max(most, vf_load(x + i));
    float all = most[0];
    for (int i = 1; i < VW; i++) all = most[i] > all ? most[i] : all;
    return all;
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

static inline float sum_f(const float *x, int n)
{
    float s = 0;
#pragma omp simd reduction(+ : s)
    for (int i = 0; i < n; i++) s += x[i];
    return s;
}

/* Dropout's numbers for a row of units: u[h] for h from 0 to n - 1; u has room for n rounded up to
 * 8 * CHANCES. Philox is drawn for CHANCES counters at a time, one a lane. */
enum { CHANCES = 16, CHANCE_ROUNDS = 10 };
typedef struct chances {
    uint64_t key;
    uint32_t site, place, who, step;
} chances;

static inline void chance_block(uint16_t *u, uint64_t key, const uint32_t *in0, const uint32_t *in1,
                                uint32_t who, uint32_t step)
{
    uint32_t c0[CHANCES], c1[CHANCES], c2[CHANCES], c3[CHANCES];
#pragma omp simd
    for (int i = 0; i < CHANCES; i++) {
        uint32_t a = in0[i], b = in1[i], c = who, d = step;
        uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
#pragma GCC unroll 10
        for (int round = 0; round < CHANCE_ROUNDS; round++) {
            uint64_t p0 = (uint64_t)0xD2511F53u * a, p1 = (uint64_t)0xCD9E8D57u * c;
            a = (uint32_t)(p1 >> 32) ^ b ^ k0, c = (uint32_t)(p0 >> 32) ^ d ^ k1;
            b = (uint32_t)p1, d = (uint32_t)p0;
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
        }
        c0[i] = a, c1[i] = b, c2[i] = c, c3[i] = d;
    }
    for (int i = 0; i < CHANCES; i++) {
        uint32_t four[4] = {c0[i], c1[i], c2[i], c3[i]}; /* halves in memory order: little-endian */
        memcpy(u + 8 * i, four, sizeof four);
    }
}

static inline void chance_row(uint16_t *u, int n, chances c)
{
    uint32_t in0[CHANCES], in1[CHANCES];
    for (int h = 0; h < n; h += 8 * CHANCES) {
        for (int i = 0; i < CHANCES; i++)
            in0[i] = ((uint32_t)(h / 8 + i)) | c.site << 16, in1[i] = c.place;
        chance_block(u + h, c.key, in0, in1, c.who, c.step);
    }
}
