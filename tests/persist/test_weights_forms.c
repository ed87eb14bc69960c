/* Finding out what a path is, and what all forms of weight files have in common. */
#include "persist/hostile.h"
#include "persist/zip.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#define ONE "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"

static void safetensors_at(const char *path, int pad)
{
    text t = {0};
    put_number(&t, sizeof ONE - 1 + (size_t)pad, 8);
    text_add(&t, STR(ONE));
    for (int i = 0; i < pad; i++) text_char(&t, ' ');
    put_number(&t, 0x3f800000u, 4);
    put_file(path, text_str(&t));
    text_close(&t);
}

void weights_by_first_bytes_and_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        str bytes;
        const char *why;
    } all[] = {{"a.pt", STR(""), "no safetensors file"},
               {"a.pt", STR("0123456789"), "no PyTorch file"},
               {"a.bin", STR("0123456789"), "no PyTorch file"},
               {"a.pth", STR("0123456789"), "no PyTorch file"},
               {"a.weights", STR("0123456789"), "a header of"},
               {"a.data-1", STR("0123456789"), "a header of"},
               {"b.data-00000-of-00001", STR("0123456789"), "b.index: No such file"},
               {"a.pt", STR("\x1f\x8b\x08 and so on"), "is a gzip file"},
               {"a.weights", STR("\x1f\x8b?0123456"), "is a gzip file"},
               {"a.weights",
                STR("\x1f?\x08"
                    "0123456"),
                "a header of"},
               {"a.json", STR("\x1f\x8b\x08 and so on"), "is a gzip file"},
               {"a.json", STR("{"), "a.json:1"},
               {"a.bin.index.json", STR("{}"), "weight_map, from tensors to files, is missing"},
               {"a.bin.index.json", STR("{\"weight_map\":{\"a\":\"none.bin\"}}"),
                "none.bin: No such file"},
               {"a.bin.index.json", STR("{\"weight_map\":{\"a\":\"x.safetensors\"}}"),
                "must name .bin files"},
               {"a.bin", STR("\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e"),
                "it ends in the middle"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        put_file(own(all[i].name), all[i].bytes);
        refused_quickly(own(all[i].name), all[i].why);
    }
    assert_false(weights_there(own("none")));
    assert_true(weights_there(own("a.pt")));
    put_file(own("t.index"), STR(""));
    assert_true(weights_there(own("t")));
}

/* An index says of each tensor which file has it. */
void weights_in_another_shard_than_said(void **state)
{
    (void)state;
    text t = {0};
    safetensors_at(own("1.safetensors"), 0);
    put_number(&t, 2, 8);
    PUT(&t, "{}");
    put_file(own("2.safetensors"), text_str(&t));
    text_close(&t);
    put_file(own("m.safetensors.index.json"),
             STR("{\"weight_map\":{\"a\":\"2.safetensors\",\"b\":\"1.safetensors\"}}"));
    refused_quickly(own("m.safetensors.index.json"), "tensor a is not in");
    put_file(own("m.safetensors.index.json"),
             STR("{\"weight_map\":{\"\\u0007\":\"1.safetensors\"}}"));
    refused_quickly(own("m.safetensors.index.json"), "tensor (unnamed) is not in");
    put_file(own("m.safetensors.index.json"),
             STR("{\"weight_map\":{\"\\u007f\":\"1.safetensors\"}}"));
    refused_quickly(own("m.safetensors.index.json"), "tensor (unnamed) is not in");
}

/* One checkpoint in a folder is found by the end of its name; of two, one must be named; heads are none. */
void weights_of_a_folder(void **state)
{
    (void)state;
    weights w;
    err e = {0};
    assert_false(weights_there(test_dir()));
    safetensors_at(own("heads.safetensors"), 0);
    assert_false(weights_there(test_dir()));
    safetensors_at(own("some.safetensors"), 0);
    put_file(own("notes.txt"), STR("no weights"));
    assert_true(weights_there(test_dir()));
    works(weights_open(&w, test_dir(), &e), &e);
    assert_int_equal(w.n, 1);
    weights_close(&w);
    safetensors_at(own("other.safetensors"), 0);
    assert_true(weights_there(test_dir()));
    refused_quickly(test_dir(), "has other.safetensors and some.safetensors; name the one");
    safetensors_at(own("model.safetensors"), 0);
    works(weights_open(&w, test_dir(), &e), &e);
    weights_close(&w);
    struct rlimit old, none;
    const char *empty = own("empty");
    assert_int_equal(mkdir(empty, 0777), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = old, none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool open = weights_open(&w, empty, &e), there = weights_there(empty);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_false(there);
    fails(open, &e, "Too many open files");
}

void weights_values_in_part(void **state)
{
    (void)state;
    weights w;
    for (int pad = 0; pad < 2; pad++) { /* at an address that is aligned, and one that is not */
        err e = {0};
        float x = 7;
        int to = (int)((8 - (8 + sizeof ONE - 1) % 8) % 8);
        safetensors_at(own("v.safetensors"), to + pad);
        works(weights_open(&w, own("v.safetensors"), &e), &e);
        works(weight_floats(&w.list[0], 1, 0, &x, &e), &e);
        assert_true(x == 7);
        works(weight_floats(&w.list[0], 0, 1, &x, &e), &e);
        assert_true(x == 1);
        assert_int_equal(weight_direct(&w.list[0]) != NULL, !pad);
        weights_close(&w);
    }
}

/* Entries that the directory lists in another order, with long names, other extra fields, and only one size in the zip64 field. */
void zip_directories_of_other_writers(void **state)
{
    (void)state;
    static const char two[] = "PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    static const str pickled = STR("N."), bytes = STR("some");
    static const str extra = {"\x99\x99\2\0??\1\0\x8\0\4\0\0\0\0\0\0\0", 18};
    str contents[2] = {pickled, bytes};
    char names[2][250] = {"x/data.pkl", "x/"};
    text t = {0}, directory = {0};
    uint64_t at[2];
    memset(names[1] + 2, 'y', 200);
    for (int i = 0; i < 2; i++) {
        at[i] = t.len;
        put_bytes(&t, two, sizeof two - 1);
        put_number(&t, strlen(names[i]), 2), put_number(&t, 0, 2);
        text_add(&t, str_of(names[i]));
        text_add(&t, contents[i]);
    }
    for (int i = 1; i >= 0; i--) {
        PUT(&directory, "PK\1\2");
        put_number(&directory, 0, 12);
        put_number(&directory, crc32_z(0, (const unsigned char *)contents[i].at, contents[i].len),
                   4);
        put_number(&directory, contents[i].len, 4);
        put_number(&directory, i ? 0xffffffffu : contents[i].len, 4);
        put_number(&directory, strlen(names[i]), 2);
        put_number(&directory, i ? extra.len : 0, 2);
        put_number(&directory, 0, 10);
        put_number(&directory, at[i], 4);
        text_add(&directory, str_of(names[i]));
        if (i) text_add(&directory, extra);
    }
    size_t place = t.len, damaged = place + 16;
    text_add(&t, text_str(&directory));
    PUT(&t, "PK\5\6\0\0\0\0\2\0\2\0");
    put_number(&t, directory.len, 4), put_number(&t, place, 4), put_number(&t, 0, 2);
    text_close(&directory);
    arena mem = {0};
    err e = {0};
    zip z;
    works(zip_read(&z, text_str(&t), "x", &mem, &e), &e);
    assert_int_equal(z.n, 2);
    assert_true(str_eq(zip_find(&z, str_of(names[1]))->bytes, bytes));
    works(zip_check(&z, zip_find(&z, str_of(names[0])), &e), &e);
    works(zip_check(&z, zip_find(&z, str_of(names[1])), &e), &e);
    t.at[damaged] ^= 1;
    works(zip_read(&z, text_str(&t), "x", &mem, &e), &e);
    fails(zip_check(&z, zip_find(&z, str_of(names[1])), &e), &e, "is damaged");
    t.at[place + 10] = 8; /* packed */
    e = (err){0};
    fails(zip_read(&z, text_str(&t), "x", &mem, &e), &e, "is packed");
    arena_close(&mem);
    text_close(&t);
}

void zip_records_that_are_cut(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint64_t x;
        int bytes;
        const char *why;
    } all[] = {{0, 'Q', 1, "entry 1 of the directory is damaged"},
               {42, 45, 4, "is not where the directory says"},
               {42, 20, 4, "is not where the directory says"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        archive a = {0};
        archive_add(&a, "x/data.pkl", STR("N."));
        archive_close(&a);
        archive_put(&a, a.central[0] + all[i].at, all[i].x, all[i].bytes);
        refused_quickly(archive_file(&a), all[i].why);
    }
    archive
        a = {0},
        b = {
            0}; /* a directory of two entries that ends in the second; a zip64 record behind its locator */
    archive_add(&a, "x/data.pkl", STR("N."));
    archive_add(&a, "x/a", STR("N."));
    archive_close(&a);
    archive_put(&a, a.central[0] + 32, 45, 2);
    refused_quickly(archive_file(&a), "entry 2 of the directory is damaged");
    archive_add(&b, "x/data.pkl",
                STR("0123456789012345678901234567890123456789012345678901234567890123456789"));
    archive_close(&b);
    text t = {0};
    text_add(&t, str_sub(text_str(&b.t), 0, b.end));
    PUT(&t, "PK\6\7\0\0\0\0");
    put_number(&t, (uint64_t)1 << 50, 8), put_number(&t, 1, 4);
    text_add(&t, str_sub(text_str(&b.t), b.end, b.t.len));
    put_file(own("bad.pt"), text_str(&t));
    refused_quickly(own("bad.pt"), "zip64 directory is not where");
    t.len = 0;
    PUT(&t, "PK\3\4");
    PUT(&t, "PK\6\7\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0");
    text_add(&t, str_sub(text_str(&b.t), b.end, b.t.len));
    put_file(own("bad.pt"), text_str(&t));
    refused_quickly(own("bad.pt"), "zip64 directory is not where");
    text_close(&t);
    text_close(&b.t);
}
