/* Any bytes as a zip archive: refused with a line, or every entry lies in the bytes, no two share one, and each is found by its name. */
#include "persist/zip.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str all = {(const char *)data, size};
    arena mem = {0};
    err e = {0};
    zip z;
    if (!zip_read(&z, all, "fuzz", &mem, &e)) {
        ASSERT(e.set && e.text[0] && !strchr(e.text, '\n'), "refused without a word");
        arena_close(&mem);
        return 0;
    }
    size_t bytes = 0;
    for (int i = 0; i < z.n; i++) {
        err bad = {0};
        const zip_entry *x = &z.list[i];
        ASSERT(x->bytes.at >= all.at && x->bytes.at + x->bytes.len <= all.at + size, "not in it");
        ASSERT(x->name.len && x->name.at[0] != '/' && zip_find(&z, x->name) == x, "not found");
        ASSERT(zip_check(&z, x, &bad) != bad.set, "no reason, or a reason for nothing");
        bytes += x->bytes.len;
    }
    ASSERT(bytes <= size, "%zu bytes of %zu", bytes, size);
    arena_close(&mem);
    return 0;
}
