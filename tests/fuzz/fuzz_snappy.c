/* Any bytes as a block of snappy: refused, or of the length that it says, and never more than asked for. Then as a number. */
#include "persist/snappy.h"
#include "persist/varint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 1 << 16 };
    str all = {(const char *)data, size}, rest = all, to = {0};
    arena mem = {0};
    uint64_t n = 0;
    bool number = varint(&rest, &n);
    if (snappy_read(all, MOST, &mem, &to)) {
        ASSERT(number && to.len == n && n <= MOST, "%zu bytes, %llu were said", to.len,
               (unsigned long long)n);
        for (size_t i = 0; i < to.len; i++) n += (unsigned char)to.at[i];
        ASSERT(n < UINT64_MAX, "read to the end");
    }
    ASSERT(mem.taken <= 2 * MOST, "%zu bytes for a block of %d", mem.taken, MOST);
    arena_close(&mem);
    return 0;
}
