/* Any bytes as a weight file, read and laid onto a small net; or, if the first byte is odd, as an index of
 * shards. Refused with a line, or every value of it can be read and every byte belongs to a tensor. */
#include "base/log.h"
#include "model/net.h"
#include "persist/load.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static net *small_net(void)
{
    static net *n;
    const backend *be;
    err e = {0};
    head_plan head = {"t", KIND_SENTENCE, 2, 0};
    net_plan plan = {.d = {.H = 2, .A = 1, .F = 2, .V = 3, .P = 2, .T = 1, .L = 1, .eps = 1e-12f},
                     .heads = &head,
                     .n_heads = 1,
                     .pooler = true,
                     .kind = F32};
    if (!n && (!backend_open(&be, "cpu", &e) || !net_open(&n, be, &plan, &e))) die("%s", e.text);
    return n;
}

static void read_all(weights *w, size_t size)
{
    size_t bytes = 0;
    for (int i = 0; i < w->n; i++) {
        const weight *t = &w->list[i];
        err e = {0};
        float *x = malloc(weight_is_real(t) ? t->count * sizeof *x : 1);
        ASSERT(!weight_is_real(t) || weight_floats(t, 0, t->count, x, &e), "%s", e.text);
        ASSERT(weights_find(w, t->name) == t, "%s is not found", t->name);
        free(x);
        bytes += t->bytes;
        for (int style = 0; style < 2; style++) {
            known_name k;
            name_read(t->name, (enum name_style)style, &k);
            ASSERT(strlen(k.name) < NAME_ROOM, "the name has no end");
        }
    }
    ASSERT(bytes <= size, "%zu bytes of %zu", bytes, size);
    for (int flags = 0; flags < 8; flags++) {
        err e = {0};
        load_plan plan = {.dir = "fuzz",
                          .style = flags & 4 ? NAMES_TENSORFLOW : NAMES_TORCH,
                          .fresh_heads = flags & 1,
                          .need_pooler = flags & 2};
        bool done = load_weights(w, 1, net_params(small_net()), &plan, &e);
        ASSERT(done != e.set, "no reason, or a reason for nothing");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[100];
    static int fd = -1;
    weights w;
    err e = {0};
    bool index = size && data[0] & 1;
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        log_at(LOG_QUIET);
        (void)!freopen("/dev/null", "w", stderr); /* warnings by the thousand */
    }
    if (size) data++, size--;
    if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (index) {
        snprintf(path, sizeof path, "/dev/shm/fuzz-%ld.json", (long)getpid());
        FILE *f = fopen(path, "wb");
        fwrite(data, 1, size, f);
        fclose(f);
    }
    if (weights_open(&w, path, &e)) {
        read_all(&w, size);
        weights_close(&w);
    } else {
        ASSERT(e.set && !w.n_files && !w.list, "refused without a word, or left open");
    }
    if (index) unlink(path);
    return 0;
}
