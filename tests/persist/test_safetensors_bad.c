/* Files and indexes that break one rule of the format each, and the message that each gets. */
#include "persist/helpers.h"
#include <sys/stat.h>

#define A "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"

static void refused(const char *header, size_t bytes, const char *why)
{
    refused_file(made(header, bytes), why);
}

void st_refuses_a_missing_file(void **state)
{
    (void)state;
    refused_file("build/tmp/nowhere.safetensors", "No such file");
}
void st_refuses_a_directory_without_weights(void **state)
{
    (void)state;
    refused_file(test_dir(), "neither model.safetensors nor another checkpoint is here");
}
void st_refuses_a_short_file(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/x", test_dir());
    for (size_t n = 0; n < 8; n++) {
        put_file(path, (str){"\2\0\0\0\0\0\0", n});
        refused_file(path, "no safetensors file");
    }
}
void st_refuses_a_cut_file(void **state)
{
    (void)state;
    char path[400];
    err e = {0};
    weights w;
    file f;
    snprintf(path, sizeof path, "%s/x", test_dir());
    assert_true(file_open(&f, DATA "f32.safetensors", &e));
    for (size_t n = 8; n < f.bytes.len; n++) {
        err why = {0};
        put_file(path, str_sub(f.bytes, 0, n));
        assert_false(weights_open(&w, path, &why));
    }
    file_close(&f);
}
void st_refuses_a_header_over_the_end(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/x", test_dir());
    put_file(path, (str){"\3\0\0\0\0\0\0\0{}", 10});
    refused_file(path, "a header of 3 bytes, the file has only 2");
}
void st_refuses_a_huge_header(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/x", test_dir());
    put_file(path, (str){"\377\377\377\377\377\377\377\377{}", 10});
    refused_file(path, "a header of 18446744073709551615 bytes, at most 100000000");
}
void st_refuses_gzip(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/x", test_dir());
    put_file(path, (str){"\x1f\x8b\x08\0\0\0\0\0{}", 10});
    refused_file(path, "is a gzip file");
}
void st_refuses_a_pipe(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(own("pipe"), 0600), 0);
    refused_file(own("pipe"), "pipe: a file is needed");
}
void st_refuses_no_json(void **state)
{
    (void)state;
    refused("{" A, 8, "made.safetensors:1: ");
    refused("", 8, "made.safetensors:1: ");
    refused("{" A "}x", 8, "made.safetensors:1: ");
}
void st_refuses_no_object(void **state)
{
    (void)state;
    refused("[]", 0, "the header must be a JSON object");
}
void st_refuses_bad_utf8(void **state)
{
    (void)state;
    refused("{\"a\xff\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "made.safetensors:1: ");
}
void st_refuses_a_name_twice(void **state)
{
    (void)state;
    refused("{" A "," A "}", 8, "duplicate");
}
void st_refuses_bad_names(void **state)
{
    (void)state;
    refused("{\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "tensor 1 has no name");
    refused("{\"a\\u001b[2J\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "control characters");
}
void st_refuses_bad_metadata(void **state)
{
    (void)state;
    refused("{\"__metadata__\":7," A "}", 8, "__metadata__ must be a map of texts");
    refused("{\"__metadata__\":{\"format\":{}}," A "}", 8, "__metadata__ must be a map of texts");
}
void st_refuses_an_entry_that_is_no_object(void **state)
{
    (void)state;
    refused("{\"a\":[0,8]}", 8, "tensor a: dtype, shape and data_offsets are needed");
}
void st_refuses_unknown_types(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "tensor a: dtype is none");
    refused("{\"a\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "tensor a: dtype is none");
    refused("{\"a\":{\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "tensor a: dtype must be a text");
    refused("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "tensor a: dtype must be a text");
}
void st_refuses_bad_shapes(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "shape must be a list");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", 8,
            "shape must be a list");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8,
            "whole numbers from 0");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", 8,
            "whole numbers from 0");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e30],\"data_offsets\":[0,8]}}", 8,
            "whole numbers from 0");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,8]}}",
            8, "whole numbers from 0");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}", 8,
            "at most 8 dimensions");
}
void st_refuses_a_product_that_overflows(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
            0, "too large");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387906],\"data_offsets\":[0,8]}}", 8,
            "too large");
    refused("{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}", 0,
            "too large");
}
void st_refuses_half_bytes(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}", 2,
            "3 values of F4 do not fill whole bytes");
}
void st_refuses_bad_offsets(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8,
            "data_offsets must be two whole numbers");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8,
            "data_offsets must be two whole numbers");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", 8,
            "data_offsets must be two whole numbers");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,\"8\"]}}", 8,
            "data_offsets must be two whole numbers");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[\"0\",8]}}", 8,
            "data_offsets must be two whole numbers");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":{\"0\":0,\"1\":8}}}", 8,
            "data_offsets must be two whole numbers");
}
void st_refuses_offsets_that_run_backward(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8,
            "[8,0] run backward");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8,
            "[-8,0] run backward");
}
void st_refuses_offsets_over_the_end(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7,
            "ends at byte 8, the values are 7 bytes");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,"
            "9223372036854775807]}}",
            8, "ends at byte");
}
void st_refuses_a_size_that_disagrees(void **state)
{
    (void)state;
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8,
            "need 12 bytes, data_offsets give 8");
    refused("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "need 4 bytes, data_offsets give 8");
}
void st_refuses_overlap(void **state)
{
    (void)state;
    refused("{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
            "tensor b: overlaps a");
    refused("{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
            "overlaps");
}
void st_refuses_holes(void **state)
{
    (void)state;
    refused("{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}", 20,
            "tensor b: the 4 bytes before it");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
            "tensor a: the 4 bytes before it");
}
void st_refuses_bytes_at_the_end(void **state)
{
    (void)state;
    refused("{" A "}", 9, "the last 1 bytes belong to no tensor");
    refused("{}", 3, "the last 3 bytes belong to no tensor");
}

/* An index with the given weight_map beside the two shards of the reference. */
static void index_refused(const char *map, const char *why)
{
    static const char *const shards[] = {"model-00001-of-00002.safetensors",
                                         "model-00002-of-00002.safetensors"};
    char path[400];
    err e = {0};
    file f;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, DATA "sharded/%s", shards[i]);
        assert_true(file_open(&f, path, &e));
        snprintf(path, sizeof path, "%s/%s", test_dir(), shards[i]);
        put_file(path, f.bytes);
        file_close(&f);
    }
    snprintf(path, sizeof path, "%s/model.safetensors.index.json", test_dir());
    put_file(path, str_of(map));
    refused_file(path, why);
}

void st_index_names_files_beside_it(void **state)
{
    (void)state;
    static const char *const names[] = {"\"../m.safetensors\"",
                                        "\"/etc/m.safetensors\"",
                                        "\"a/m.safetensors\"",
                                        "\"..\"",
                                        "\"\"",
                                        "7",
                                        "\"passwd\"",
                                        "\".m.safetensors\"",
                                        "\"m\\n.safetensors\""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char map[200];
        snprintf(map, sizeof map, "{\"weight_map\":{\"a\":%s}}", names[i]);
        index_refused(map, "must name .safetensors files beside the index");
    }
}
void st_index_without_map(void **state)
{
    (void)state;
    index_refused("{}", "weight_map");
    index_refused("[]", "weight_map");
    index_refused("{\"weight_map\":{}}", "weight_map");
    index_refused("{\"weight_map\":[\"a\"]}", "weight_map");
    index_refused("{\"weight_map\":", "model.safetensors.index.json:1: ");
}
void st_index_with_a_missing_shard(void **state)
{
    (void)state;
    index_refused("{\"weight_map\":{\"a\":\"model-00003-of-00003.safetensors\"}}", "No such file");
}
void st_index_that_promises_too_much(void **state)
{
    (void)state;
    index_refused("{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\",\"z\":\"model-00001-"
                  "of-00002.safetensors\"}}",
                  "tensor z is not in");
    index_refused("{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\",\"b.weight\":"
                  "\"model-00001-of-00002.safetensors\"}}",
                  "tensor b.weight is not in");
}
void st_index_of_too_many_files(void **state)
{
    (void)state;
    text map = {0};
    text_add(&map, STR("{\"weight_map\":{"));
    for (int i = 0; i < 1001; i++) {
        char name[100];
        snprintf(name, sizeof name, "%d.safetensors", i);
        put_file(own(name), (str){"\2\0\0\0\0\0\0\0{}", 10});
        text_format(&map, "%s\"%d\":\"%s\"", i ? "," : "", i, name);
    }
    text_add(&map, STR("}}"));
    index_refused(map.at, "more than 1000 files");
    text_close(&map);
}
void st_shards_with_one_name_twice(void **state)
{
    (void)state;
    char path[400];
    err e = {0};
    file f;
    assert_true(file_open(&f, DATA "sharded/model-00001-of-00002.safetensors", &e));
    snprintf(path, sizeof path, "%s/again.safetensors", test_dir());
    put_file(path, f.bytes);
    file_close(&f);
    index_refused(
        "{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\",\"B\":\"again.safetensors\"}}",
        "is also in");
}
