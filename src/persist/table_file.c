/* Footer (48 bytes at the end): two handles, of the unused metaindex and of the index, each an offset and a length; then a mark.
 * Block: entries, restart points, their number; behind it a byte for its packing and its masked CRC-32C. */
#include "persist/table_file.h"
#include "persist/crc32c.h"
#include "persist/snappy.h"
#include "persist/varint.h"
#include <string.h>

enum {
    FOOTER = 48,
    TRAILER = 5,              /* packing and checksum */
    BLOCK_MOST = 16 << 20,    /* TensorFlow's are 256 KB */
    UNPACKED_MOST = 64 << 20, /* all blocks together: bounds what a small file can make of itself */
    ROWS_MOST = 1 << 18
};

typedef struct reader {
    str bytes;
    const char *path;
    arena *mem;
    table_row *rows;
    size_t n, cap, unpacked;
} reader;
typedef struct handle {
    uint64_t at, len;
} handle;

static bool read_handle(str *s, handle *h)
{
    return varint(s, &h->at) && varint(s, &h->len);
}

static uint32_t u32(const char *at)
{
    uint32_t x;
    memcpy(&x, at, 4);
    return x;
}

static bool read_block(reader *r, handle h, str *block, err *e)
{
    size_t room = r->bytes.len - FOOTER;
    if (h.len > BLOCK_MOST || h.at > room || h.len + TRAILER > room - h.at)
        return fail(e, "%s: a block of %llu bytes at %llu is not in the file", r->path,
                    (unsigned long long)h.len, (unsigned long long)h.at);
    str stored = str_sub(r->bytes, h.at, h.at + h.len + 1);
    if (crc32c_masked(stored) != u32(stored.at + stored.len))
        return fail(e, "%s: the block at byte %llu is damaged (its checksum differs)", r->path,
                    (unsigned long long)h.at);
    int packing = (unsigned char)stored.at[h.len];
    stored.len--;
    *block = stored;
    if (packing > 1)
        return fail(e, "%s: the block at byte %llu is packed in a way (%d) that is not known",
                    r->path, (unsigned long long)h.at, packing);
    if (packing && !snappy_read(stored, BLOCK_MOST, r->mem, block))
        return fail(e, "%s: the block at byte %llu is no proper snappy", r->path,
                    (unsigned long long)h.at);
    r->unpacked += block->len; /* also of one block named again and again */
    if (r->unpacked > UNPACKED_MOST)
        return fail(e, "%s: the blocks unpack to more than %d bytes", r->path, UNPACKED_MOST);
    return true;
}

/* The entries of a block without its restart points, which serve searching only. */
static bool cut_restarts(reader *r, str *block, err *e)
{
    if (block->len >= 4) {
        uint32_t n = u32(block->at + block->len - 4);
        if (n <= (block->len - 4) / 4) {
            block->len -= 4 + 4 * (size_t)n;
            return true;
        }
    }
    return fail(e, "%s: a block's restart points are more than the block", r->path);
}

static bool next_entry(reader *r, str *block, str *key, str *value, err *e)
{
    uint64_t shared = 0, own = 0, len = 0;
    if (!varint(block, &shared) || !varint(block, &own) || !varint(block, &len) ||
        shared > key->len || own > block->len || len > block->len - own)
        return fail(e, "%s: an entry of a block is longer than the block", r->path);
    char *made = TAKE(r->mem, char, shared + own + 1);
    if (shared) memcpy(made, key->at, shared);
    memcpy(made + shared, block->at, own);
    *key = (str){made, shared + own};
    *value = str_sub(*block, own, own + len);
    *block = str_sub(*block, own + len, block->len);
    r->unpacked += key->len + 64;
    if (r->unpacked > UNPACKED_MOST)
        return fail(e, "%s: the keys unpack to more than %d bytes", r->path, UNPACKED_MOST);
    return true;
}

static bool read_rows(reader *r, handle h, err *e)
{
    str block = {0}, key = {0}, value = {0};
    if (!read_block(r, h, &block, e) || !cut_restarts(r, &block, e)) return false;
    while (block.len) {
        if (!next_entry(r, &block, &key, &value, e)) return false;
        if (r->n && str_cmp(r->rows[r->n - 1].key, key) >= 0)
            return fail(e, "%s: key %zu is not behind the one before it", r->path, r->n + 1);
        if (r->n == ROWS_MOST) return fail(e, "%s: more than %d keys", r->path, ROWS_MOST);
        GROW(r->mem, r->rows, r->n, r->cap);
        r->rows[r->n++] = (table_row){key, value};
    }
    return true;
}

bool table_file_read(str bytes, const char *path, arena *mem, table_row **rows, size_t *n, err *e)
{
    static const char mark[] = "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
    reader r = {.bytes = bytes, .path = path, .mem = mem};
    handle unused = {0}, index = {0}, h = {0};
    if (bytes.len < FOOTER || memcmp(bytes.at + bytes.len - 8, mark, 8) != 0)
        return fail(e, "%s: no table file, its last bytes are not that format's", path);
    str footer = str_sub(bytes, bytes.len - FOOTER, bytes.len - 8), block = {0}, key = {0},
        value = {0};
    if (!read_handle(&footer, &unused) || !read_handle(&footer, &index))
        return fail(e, "%s: the footer does not say where the index is", path);
    if (!read_block(&r, index, &block, e) || !cut_restarts(&r, &block, e)) return false;
    while (block.len) {
        if (!next_entry(&r, &block, &key, &value, e)) return false;
        if (!read_handle(&value, &h))
            return fail(e, "%s: the index does not say where a block is", path);
        if (!read_rows(&r, h, e)) return false;
    }
    *rows = r.rows, *n = r.n;
    return true;
}
