/* Device memory, measured and then placed. */
#include "kernels/slab.h"
#include "base/arena.h"

enum { ALIGN = 64 };

bool slab_open(slab *s, const backend *be, err *e)
{
    size_t need = s->used > s->size ? s->used : s->size;
    slab_close(s);
    s->memory = be->take(need);
    if (!s->memory)
        return fail(e, "device %s has no room for %.1f MB", be->name, (double)need / 1e6);
    s->be = be;
    s->size = need;
    return true;
}

void slab_reset(slab *s)
{
    s->used = 0;
}

tensor slab_take(slab *s, int rows, int cols, enum kind kind)
{
    ASSERT(rows >= 0 && cols >= 0, "a tensor of %d rows and %d columns", rows, cols);
    size_t bytes = size_mul(size_mul((size_t)rows, (size_t)cols), kind_bytes(kind));
    size_t room = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    tensor t = {NULL, rows, cols, kind};
    if (s->memory) {
        ASSERT(s->used + room <= s->size,
               "the slab of %zu bytes is full: %zu are used, %zu asked for", s->size, s->used,
               bytes);
        t.data = (devmem *)((char *)s->memory + s->used);
    }
    s->used += room;
    if (!s->memory && s->used > s->size) s->size = s->used;
    return t;
}

void slab_close(slab *s)
{
    if (s->memory) s->be->give(s->memory);
    *s = (slab){0};
}

tensor tensor_rows(tensor t, int row, int count)
{
    ASSERT(row >= 0 && count >= 0 && row <= t.rows - count, "rows %d to %d of a tensor of %d", row,
           row + count, t.rows);
    size_t skip = (size_t)row * (size_t)t.cols * kind_bytes(t.kind);
    tensor part = {t.data ? (devmem *)((char *)t.data + skip) : NULL, count, t.cols, t.kind};
    return part;
}
