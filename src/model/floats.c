#include "model/floats.h"
#include <string.h>

enum { CHUNK = 4096 }; /* values converted at a time */

static uint16_t narrow(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits >> 16 | 0x40u);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static float widen(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

void floats_upload(const backend *be, tensor to, const float *from)
{
    ASSERT(to.kind == F32 || to.kind == BF16, "%d", to.kind);
    size_t n = tensor_count(to);
    if (to.kind == F32) {
        be->upload(to.data, 0, from, n * sizeof *from);
        return;
    }
    uint16_t half[CHUNK];
    for (size_t at = 0; at < n; at += CHUNK) {
        size_t count = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < count; i++) half[i] = narrow(from[at + i]);
        be->upload(to.data, at * sizeof *half, half, count * sizeof *half);
    }
}

void floats_download(const backend *be, tensor from, float *to)
{
    ASSERT(from.kind == F32 || from.kind == BF16, "%d", from.kind);
    size_t n = tensor_count(from);
    if (from.kind == F32) {
        be->download(to, from.data, 0, n * sizeof *to);
        return;
    }
    uint16_t half[CHUNK];
    for (size_t at = 0; at < n; at += CHUNK) {
        size_t count = n - at < CHUNK ? n - at : CHUNK;
        be->download(half, from.data, at * sizeof *half, count * sizeof *half);
        for (size_t i = 0; i < count; i++) to[at + i] = widen(half[i]);
    }
}
