#pragma once
/* What holds of any weight file that was read: every value lies in its file and can be read, every name is found, and laying the
 * tensors onto a small net works or gives a reason. Run with -close_fd_mask=2, since there are warnings by the thousand. */
#include "base/log.h"
#include "model/net.h"
#include "persist/load.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that is only in memory, whose path stays the same. */
static inline const char *memory_file(const uint8_t *data, size_t size)
{
    static char path[100];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        log_at(LOG_QUIET);
    }
    if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    return path;
}

static inline net *small_net(void)
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

/* The first and the last value that a view reaches are bytes of a file that is mapped. */
static inline void check_inside(const weights *w, const weight *t)
{
    size_t each = t->count ? t->bytes / t->count : 0, reach = t->count ? t->count - 1 : 0;
    bool inside = !t->count;
    if (t->stride) reach = 0;
    for (int i = 0; t->stride && i < t->n_dims; i++)
        reach += (size_t)(t->shape[i] - 1) * (size_t)t->stride[i];
    for (int i = 0; i < w->n_files && !inside; i++) {
        str s = w->files[i].bytes;
        inside = t->data >= s.at && (size_t)(t->data - s.at) <= s.len &&
                 reach * each + each <= s.len - (size_t)(t->data - s.at);
    }
    if (str_ends(str_of(t->path), ".index")) inside = true; /* put together of slices */
    ASSERT(inside, "%s is not in the file", t->name);
}

static inline void check_names(const weight *t)
{
    for (int style = 0; style < 2; style++) {
        known_name k;
        char name[NAME_ROOM];
        bool transposed;
        name_read(t->name, (enum name_style)style, &k);
        ASSERT(strlen(k.name) < NAME_ROOM, "the name has no end");
        if (name_list(t->name, (enum name_style)style, name, &transposed))
            ASSERT(strlen(name) < NAME_ROOM, "the name has no end");
    }
}

/* most: bytes that all tensors together may have. */
static inline void check_weights(const weights *w, size_t most)
{
    size_t bytes = 0;
    for (int i = 0; i < w->n; i++) {
        const weight *t = &w->list[i];
        err e = {0};
        float *x = malloc(weight_is_real(t) ? t->count * sizeof *x : 1);
        check_inside(w, t);
        ASSERT(!weight_is_real(t) || weight_floats(t, 0, t->count, x, &e), "%s", e.text);
        ASSERT(weights_find(w, t->name) == t, "%s is not found", t->name);
        free(x);
        bytes += t->bytes;
        check_names(t);
    }
    ASSERT(bytes <= most, "%zu bytes, at most %zu", bytes, most);
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

static inline void check_file(const char *path, size_t most)
{
    weights w;
    err e = {0};
    if (weights_open(&w, path, &e)) {
        check_weights(&w, most);
        weights_close(&w);
    } else {
        ASSERT(e.set && e.text[0] && !strchr(e.text, '\n') && !w.n_files && !w.list,
               "refused without a word, or left open");
    }
}
