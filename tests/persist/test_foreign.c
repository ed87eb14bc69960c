/* One set of weights in every form of file: each reader must give the same bytes. */
#include "persist/helpers.h"
#include "tests.h"
#include <string.h>

#define FOREIGN DATA "foreign/"

/* The values of a net into which data/plain, or one of the foreign files, was loaded. */
static float *values_of(const char *path, size_t *n, arena *mem)
{
    model_dir m;
    err e = {0};
    opened(&m, path);
    net *x = net_of(&m.d, NULL, 0, false);
    works(model_dir_load(&m, x, false, true, &e), &e);
    float *all = all_of(x, SLAB_MASTER, n, mem);
    net_close(x);
    model_dir_close(&m);
    return all;
}

void foreign_forms_are_equal(void **state)
{
    (void)state;
    static const char *const files[] = {"zip.pt",
                                        "legacy.pt",
                                        "half.pt",
                                        "bf16.pt",
                                        "turned.pt",
                                        "half.safetensors",
                                        "bf16.safetensors",
                                        "parts.safetensors.index.json",
                                        "parts.bin.index.json",
                                        "mtdnn.pt",
                                        "one.ckpt",
                                        "two.ckpt",
                                        "one.ckpt.index",
                                        "two.ckpt.data-00001-of-00002",
                                        "slices.ckpt"};
    arena mem = {0};
    size_t n, k;
    float *want = values_of(DATA "plain", &n, &mem);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[300];
        snprintf(path, sizeof path, FOREIGN "%s", files[i]);
        float *have = values_of(path, &k, &mem);
        assert_int_equal(n, k);
        if (memcmp(want, have, n * sizeof *have)) fail_msg("%s: other values", files[i]);
    }
    arena_close(&mem);
}

/* In place, without waiting for the disk: there are thousands. */
static void over_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* A byte of a copy is changed, or the copy is cut: an error of one line, or the values as they were (a byte that
 * nobody reads); never a crash. */
void foreign_damage_is_an_error(void **state)
{
    (void)state;
    static const char *const files[] = {"zip.pt", "legacy.pt", "one.ckpt.index"};
    err e = {0};
    copy_dir(DATA "foreign", own("f"));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        file f;
        char path[400];
        snprintf(path, sizeof path, "%s/%s", own("f"), files[i]);
        works(file_open(&f, path, &e), &e);
        char bytes[20000];
        size_t len = f.bytes.len;
        assert_true(len < sizeof bytes);
        memcpy(bytes, f.bytes.at, len);
        file_close(&f);
        for (size_t at = 0; at < 2 * len; at += 17) {
            char old = bytes[at % len];
            weights w;
            err why = {0};
            if (at < len) bytes[at] ^= (char)(1 + at % 255);
            over_file(path, bytes, at < len ? len : at - len);
            if (weights_open(&w, path, &why)) {
                assert_true(at < len);
                weights_close(&w);
            } else {
                assert_true(why.set && !strchr(why.text, '\n'));
            }
            bytes[at % len] = old;
        }
        put_file(path, (str){bytes, len});
    }
}

/* A pickle that would run a command: it is no dict of tensors, and nothing runs. */
void foreign_pickle_runs_nothing(void **state)
{
    (void)state;
    static const char head[] = "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e"
                               "\x80\2M\xe9\3.\x80\2}X\r\0\0\0little_endian\x88s.";
    static const char call[] = "\x80\2cposix\nsystem\nX\x1a\0\0\0touch build/tmp/pickle_ran\x85R.";
    char bytes[400];
    weights w;
    err e = {0};
    memcpy(bytes, head, sizeof head - 1);
    memcpy(bytes + sizeof head - 1, call, sizeof call - 1);
    memcpy(bytes + sizeof head + sizeof call - 2, "\x80\2].", 4);
    put_file(own("bad.pt"), (str){bytes, sizeof head + sizeof call + 2});
    fails(weights_open(&w, own("bad.pt"), &e), &e, "a dict of tensors is needed");
    assert_false(path_exists("build/tmp/pickle_ran"));
}
