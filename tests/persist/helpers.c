#include "persist/helpers.h"
#include <string.h>

void put_file(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(bytes.at, 1, bytes.len, f);
    assert_int_equal(fclose(f), 0);
}

const char *made(const char *header, size_t bytes)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/made.safetensors", test_dir());
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    uint64_t n = strlen(header);
    fwrite(&n, 1, 8, f);
    fwrite(header, 1, n, f);
    for (size_t i = 0; i < bytes; i++) fputc((int)(i & 127), f);
    assert_int_equal(fclose(f), 0);
    return path;
}

void refused_file(const char *path, const char *why)
{
    weights w;
    err e = {0};
    bool opened = weights_open(&w, path, &e);
    assert_false(opened);
    if (!strstr(e.text, why)) fail_msg("expected '%s' in '%s'", why, e.text);
    assert_null(strchr(e.text, '\n'));
}
