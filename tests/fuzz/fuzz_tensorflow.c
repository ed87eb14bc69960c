/* Any bytes as the index of a TensorFlow checkpoint whose data files hold 4,096 bytes each. Checksums are always right, since a fuzzer
 * would not get past them: they are 0, in the seeds too. */
#include "persist/crc32c.h"
#include "weights_fuzz.h"

uint32_t crc32c(str s)
{
    (void)s;
    return 0;
}

uint32_t crc32c_by_table(str s)
{
    return crc32c(s);
}

uint32_t crc32c_masked(str s)
{
    return crc32c(s);
}

enum { SHARDS = 2, ROOM = 4096 };
static char prefix[60];

static void put(const char *path, const void *at, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(at, 1, n, f) != n || fclose(f)) die("%s: cannot be written", path);
}

static void remove_all(void)
{
    char path[100];
    snprintf(path, sizeof path, "%s.index", prefix);
    unlink(path);
    for (int n = 1; n <= SHARDS; n++)
        for (int i = 0; i < n; i++) {
            snprintf(path, sizeof path, "%s.data-%05d-of-%05d", prefix, i, n);
            unlink(path);
        }
}

static void start(void)
{
    char path[100], bytes[ROOM];
    for (int i = 0; i < ROOM; i++) bytes[i] = (char)(i * 7);
    snprintf(prefix, sizeof prefix, "/dev/shm/fuzz-%ld", (long)getpid());
    for (int n = 1; n <= SHARDS; n++)
        for (int i = 0; i < n; i++) {
            snprintf(path, sizeof path, "%s.data-%05d-of-%05d", prefix, i, n);
            put(path, bytes, ROOM);
        }
    atexit(remove_all);
    log_at(LOG_QUIET);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[100];
    if (!*prefix) start();
    snprintf(path, sizeof path, "%s.index", prefix);
    put(path, data, size);
    check_file(path, SHARDS * ROOM);
    return 0;
}
