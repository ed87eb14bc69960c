/* Values of weight files as f32, whatever type and order they lie in. */
#include "persist/weights.h"
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian, as memory is");

/* IEEE half: 1 sign, 5 exponent (bias 15), 10 fraction. */
static float from_half(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 31, fraction = h & 1023;
    uint32_t bits = sign | (exponent + 112) << 23 | fraction << 13; /* bias 127 */
    if (exponent == 31) bits = sign | 0x7f800000u | fraction << 13;
    float x;
    if (!exponent) {
        x = (float)fraction * 0x1p-24f;
        return sign ? -x : x;
    }
    memcpy(&x, &bits, 4);
    return x;
}

/* bf16 is the upper half of an f32. */
static float from_bf16(uint16_t h)
{
    uint32_t bits = (uint32_t)h << 16;
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

bool weight_is_real(const weight *t)
{
    return t->type == WEIGHT_F32 || t->type == WEIGHT_F16 || t->type == WEIGHT_BF16 ||
           t->type == WEIGHT_F64;
}

static float value_at(const weight *t, size_t i)
{
    uint16_t h;
    double d;
    float x;
    switch (t->type) {
    case WEIGHT_F16: memcpy(&h, t->data + 2 * i, 2); return from_half(h);
    case WEIGHT_BF16: memcpy(&h, t->data + 2 * i, 2); return from_bf16(h);
    case WEIGHT_F64: memcpy(&d, t->data + 8 * i, 8); return (float)d;
    default: memcpy(&x, t->data + 4 * i, 4); return x;
    }
}

/* Of a view: the place of value i, counted row after row, by the strides. */
static size_t place_of(const weight *t, size_t i)
{
    size_t at = 0;
    for (int d = t->n_dims - 1; d >= 0; d--) {
        at += i % (size_t)t->shape[d] * (size_t)t->stride[d];
        i /= (size_t)t->shape[d];
    }
    return at;
}

bool weight_floats(const weight *t, size_t from, size_t count, float *to, err *e)
{
    if (from > t->count || count > t->count - from)
        return fail(e, "%s: tensor %.150s has %zu values, %zu from %zu are asked for", t->path,
                    t->name, t->count, count, from);
    if (!weight_is_real(t))
        return fail(e, "%s: tensor %.150s is %s; F32, F16, BF16 and F64 can be converted", t->path,
                    t->name, t->type_name);
    if (!count) return true;
    if (t->type == WEIGHT_F32 && !t->stride)
        memcpy(to, t->data + 4 * from, 4 * count);
    else
        for (size_t i = 0; i < count; i++)
            to[i] = value_at(t, t->stride ? place_of(t, from + i) : from + i);
    return true;
}

const float *weight_direct(const weight *t)
{
    if (t->type != WEIGHT_F32 || t->stride || (uintptr_t)t->data % _Alignof(float)) return NULL;
    return (const float *)(const void *)t->data;
}
