/* The reader against files of the reference implementation (data/, made by data/make.py); the writer
 * against the reference, byte for byte. */
#include "persist/helpers.h"
#include <math.h>
#include <string.h>

static float expected(int i, int seed)
{
    return (float)((i * 37 + seed) % 509 - 254) / 256;
}

static void weights_opened(weights *w, const char *path)
{
    err e = {0};
    if (!weights_open(w, path, &e)) fail_msg("%s", e.text);
}

static float *values_of(weights *w, const char *name)
{
    const weight *t = weights_find(w, name);
    if (!t) fail_msg("no tensor %s", name);
    float *x = TAKE(&w->mem, float, t->count);
    err e = {0};
    assert_true(weight_floats(t, 0, t->count, x, &e));
    return x;
}

static const weight_plan five[] = {{"b.weight", {2, 3}, 2},
                                   {"a.bias", {5}, 1},
                                   {"tasks.x-1.classifier.weight", {3, 4}, 2},
                                   {"B", {1}, 1},
                                   {"a", {7, 1}, 2}};

static void check_five(const char *path)
{
    weights w;
    weights_opened(&w, path);
    assert_int_equal(w.n, 5);
    for (int i = 0; i < 5; i++) {
        const weight *t = weights_find(&w, five[i].name);
        assert_non_null(t);
        assert_int_equal(t->n_dims, five[i].n_dims);
        for (int d = 0; d < t->n_dims; d++) assert_int_equal(t->shape[d], five[i].shape[d]);
        const float *x = values_of(&w, five[i].name);
        for (size_t k = 0; k < t->count; k++) assert_true(x[k] == expected((int)k, i));
    }
    weights_close(&w);
}

void st_reads_f32(void **state)
{
    (void)state;
    check_five(DATA "f32.safetensors");
}
void st_reads_f16(void **state)
{
    (void)state;
    check_five(DATA "f16.safetensors");
}
void st_reads_bf16(void **state)
{
    (void)state;
    check_five(DATA "bf16.safetensors");
}
void st_reads_f64(void **state)
{
    (void)state;
    check_five(DATA "f64.safetensors");
}
void st_reads_shards(void **state)
{
    (void)state;
    check_five(DATA "sharded");
    check_five(DATA "sharded/model.safetensors.index.json");
}

void st_every_half(void **state)
{
    (void)state;
    uint16_t all[65536];
    for (int i = 0; i < 65536; i++) all[i] = (uint16_t)i;
    weight t = {.name = "half", .type = WEIGHT_F16, .count = 65536, .data = (const char *)all};
    static float x[65536];
    err e = {0};
    assert_true(weight_floats(&t, 0, 65536, x, &e));
    for (int i = 0; i < 65536; i++) {
        int exponent = i >> 10 & 31, fraction = i & 1023;
        double v = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
        if (exponent == 31) v = fraction ? NAN : INFINITY;
        if (i & 0x8000) v = -v;
        if (isnan(v))
            assert_true(isnan(x[i]));
        else
            assert_true((double)x[i] == v && !signbit(x[i]) == !(i & 0x8000));
    }
}

void st_part_of_a_tensor(void **state)
{
    (void)state;
    weights w;
    weights_opened(&w, DATA "f64.safetensors");
    const weight *t = weights_find(&w, "tasks.x-1.classifier.weight");
    float x[4];
    err e = {0};
    assert_true(weight_floats(t, 5, 4, x, &e));
    for (int i = 0; i < 4; i++) assert_true(x[i] == expected(5 + i, 2));
    weights_close(&w);
}

void st_other_types_are_listed(void **state)
{
    (void)state;
    weights w;
    err e = {0};
    float x[3];
    weights_opened(&w, DATA "kinds.safetensors");
    const weight *ids = weights_find(&w, "ids"), *none = weights_find(&w, "none"),
                 *scalar = weights_find(&w, "scalar");
    assert_int_equal(ids->type, WEIGHT_I64);
    assert_int_equal(ids->bytes, 24);
    assert_int_equal(none->count, 0);
    assert_int_equal(none->n_dims, 2);
    assert_int_equal(scalar->n_dims, 0);
    assert_true(values_of(&w, "scalar")[0] == 0.5f);
    assert_string_equal(weights_find(&w, "yes")->type_name, "BOOL");
    assert_string_equal(weights_find(&w, "eight")->type_name, "F8_E4M3");
    assert_false(weight_floats(ids, 0, 3, x, &e));
    assert_non_null(strstr(e.text, "kinds.safetensors: tensor ids is I64; F32, F16, BF16 and F64"));
    char shape[200];
    assert_string_equal(weight_shape(ids, shape), "[1,3]");
    assert_string_equal(weight_shape(scalar, shape), "[]");
    weights_close(&w);
}

static void fill(void *ctx, int i, float *to)
{
    (void)ctx;
    for (int k = 0; k < five[i].shape[0] * (five[i].n_dims == 2 ? five[i].shape[1] : 1); k++)
        to[k] = expected(k, i);
}

void st_writes_as_the_reference(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/out.safetensors", test_dir());
    err e = {0};
    file a, b;
    if (!weights_write(path, five, 5, fill, NULL, &e)) fail_msg("%s", e.text);
    assert_true(file_open(&a, path, &e) && file_open(&b, DATA "f32.safetensors", &e));
    assert_true(str_eq(a.bytes, b.bytes));
    file_close(&a);
    file_close(&b);
}

void st_writes_an_empty_file(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/out.safetensors", test_dir());
    err e = {0};
    weights w;
    assert_true(weights_write(path, NULL, 0, fill, NULL, &e));
    weights_opened(&w, path);
    assert_int_equal(w.n, 0);
    weights_close(&w);
}

void st_writes_no_name_twice(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/out.safetensors", test_dir());
    const weight_plan two[] = {five[1], five[0], five[1]};
    err e = {0};
    assert_false(weights_write(path, two, 3, fill, NULL, &e));
    assert_non_null(strstr(e.text, "two tensors are called a.bias"));
    assert_false(path_exists(path));
}

void st_full_disk_is_an_error(void **state)
{
    (void)state;
    err e = {0};
    if (!path_exists("/dev/full")) test_skip("there is no /dev/full");
    assert_false(weights_write("/dev/full", five, 5, fill, NULL, &e));
    assert_non_null(strstr(e.text, "/dev/full: "));
}

#define A "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"

void st_metadata_absent_null_empty(void **state)
{
    (void)state;
    static const char *const heads[] = {"{" A "}", "{\"__metadata__\":null," A "}",
                                        "{\"__metadata__\":{}," A "}",
                                        "{\"__metadata__\":{\"format\":\"pt\",\"x\":\"y\"}," A "}"};
    for (int i = 0; i < 4; i++) {
        weights w;
        weights_opened(&w, made(heads[i], 8));
        assert_int_equal(w.n, 1);
        weights_close(&w);
    }
}

void st_blanks_around_the_header(void **state)
{
    (void)state;
    weights w;
    weights_opened(&w, made("  \n\t{" A "} \t\r\n  ", 8));
    assert_int_equal(w.n, 1);
    weights_close(&w);
}

void st_values_need_no_alignment(void **state)
{
    (void)state;
    float x[2], y[2];
    const unsigned char bytes[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    memcpy(y, bytes, 8);
    for (int blanks = 0; blanks < 8; blanks++) {
        char header[200];
        weights w;
        err e = {0};
        snprintf(header, sizeof header, "{" A "}%*s", blanks, "");
        weights_opened(&w, made(header, 8));
        assert_true(weight_floats(w.list, 0, 2, x, &e));
        assert_memory_equal(x, y, 8);
        weights_close(&w);
    }
}

void st_offsets_in_any_order(void **state)
{
    (void)state;
    weights w;
    weights_opened(&w, made("{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]},"
                            "\"n\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}," A "}",
                            11));
    assert_string_equal(w.list[0].name, "b");
    assert_int_equal(w.list[0].data[0], 8);
    weights_close(&w);
}

void st_closing_twice_is_harmless(void **state)
{
    (void)state;
    weights w;
    weights_opened(&w, DATA "f32.safetensors");
    weights_close(&w);
    weights_close(&w);
    assert_null(weights_find(&w, "a"));
}

void values_beyond_a_tensor_are_refused(void **state)
{
    (void)state;
    static const float values[4] = {1, 2, 3, 4};
    static const size_t beyond[][2] = {{5, 0}, {0, 5}, {3, 2}, {1, SIZE_MAX}};
    const weight t = {.path = "f",
                      .name = "w",
                      .count = 4,
                      .type = WEIGHT_F32,
                      .type_name = "F32",
                      .data = (const char *)values};
    float x[4];
    for (int i = 0; i < 4; i++) {
        err e = {0};
        assert_false(weight_floats(&t, beyond[i][0], beyond[i][1], x, &e));
        assert_non_null(strstr(e.text, "has 4 values"));
    }
    err e = {0};
    assert_true(weight_floats(&t, 2, 2, x, &e) && x[0] == 3 && x[1] == 4);
}
