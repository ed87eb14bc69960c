/* All numbers little-endian. End record (22 bytes and a comment, which must reach the end): 10 entries, 12 bytes of directory, 16 its place.
 * Before it, in zip64, a locator (20: 8 place) of a longer end record (56: 32, 40, 48). Directory entry (46): 8 flags, 10 packing, 16 crc,
 * 20 packed, 24 size, 28 name, 30 extra, 32 comment, 42 local header. Local header (30): 26 name, 28 extra. */
#include "persist/zip.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { END = 22, LOCATOR = 20, END64 = 56, CENTRAL = 46, LOCAL = 30, ENTRIES_MOST = 100000 };

typedef struct place { /* of the directory; and of an entry with its header */
    uint64_t at, len, n;
} place;

static uint64_t number(str s, size_t at, int bytes)
{
    uint64_t x = 0;
    for (int i = 0; i < bytes; i++) x |= (uint64_t)(unsigned char)s.at[at + (size_t)i] << 8 * i;
    return x;
}

static bool marked(str s, size_t at, const char *mark)
{
    return !memcmp(s.at + at, mark, 4);
}

/* The zip64 record that a locator in front of the end record names, if there is one. */
static bool read_end64(str s, size_t end, const char *path, place *d, size_t *limit, err *e)
{
    if (end < LOCATOR || !marked(s, end - LOCATOR, "PK\6\7")) return true;
    uint64_t at = number(s, end - LOCATOR + 8, 8);
    if (end < LOCATOR + END64 || at > end - LOCATOR - END64 || !marked(s, at, "PK\6\6"))
        return fail(e, "%s: the zip64 directory is not where the archive says", path);
    *d = (place){number(s, at + 48, 8), number(s, at + 40, 8), number(s, at + 32, 8)};
    *limit = at;
    return true;
}

static bool find_directory(str s, const char *path, place *d, err *e)
{
    size_t end = s.len < END ? 0 : s.len - END, first = end > 65535 ? end - 65535 : 0;
    bool found = false;
    for (; s.len >= END; end--) {
        found = marked(s, end, "PK\5\6") && number(s, end + 20, 2) == s.len - end - END;
        if (found || end == first) break;
    }
    if (!found) return fail(e, "%s: the archive has no end, it may have been cut", path);
    size_t limit = end;
    *d = (place){number(s, end + 16, 4), number(s, end + 12, 4), number(s, end + 10, 2)};
    if (!read_end64(s, end, path, d, &limit, e)) return false;
    if (d->at > limit || d->len > limit - d->at)
        return fail(e, "%s: the archive's directory is not in the file", path);
    if (d->n > ENTRIES_MOST || d->n * CENTRAL > d->len)
        return fail(e, "%s: %llu entries are more than the directory holds", path,
                    (unsigned long long)d->n);
    return true;
}

/* Sizes and place of an entry; where 32 bits are all ones, the zip64 field has them, in this order. */
static bool read_sizes(str c, str extra, uint64_t to[3])
{
    static const size_t at[3] = {24, 20, 42};
    bool wanted = false;
    for (int i = 0; i < 3; i++) {
        to[i] = number(c, at[i], 4);
        wanted |= to[i] == 0xFFFFFFFFu;
    }
    while (wanted && extra.len >= 4) {
        uint64_t id = number(extra, 0, 2), len = number(extra, 2, 2);
        if (len > extra.len - 4) return false;
        str field = str_sub(extra, 4, 4 + len);
        extra = str_sub(extra, 4 + len, extra.len);
        if (id != 1) continue;
        for (int i = 0; i < 3; i++) {
            if (to[i] != 0xFFFFFFFFu) continue;
            if (field.len < 8) return false;
            to[i] = number(field, 0, 8);
            field = str_sub(field, 8, field.len);
        }
        return true;
    }
    return !wanted;
}

static bool name_ok(str s)
{
    if (!s.len || s.at[0] == '/') return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < 32 || s.at[i] == 127 || s.at[i] == '\\') return false;
    while (s.at)
        if (str_is(str_cut(&s, '/'), "..")) return false;
    return true;
}

/* The local header must be there and have the same name; the bytes lie behind it. */
static bool find_bytes(zip_entry *x, str all, const place *d, const uint64_t sizes[3], place *taken)
{
    uint64_t at = sizes[2];
    if (at > d->at || d->at - at < LOCAL || !marked(all, at, "PK\3\4")) return false;
    uint64_t name = number(all, at + 26, 2), extra = number(all, at + 28, 2);
    if (LOCAL + name + extra > d->at - at) return false;
    if (!str_eq(str_sub(all, at + LOCAL, at + LOCAL + name), x->name)) return false;
    uint64_t from = at + LOCAL + name + extra;
    if (sizes[0] > d->at - from) return false;
    x->bytes = str_sub(all, from, from + sizes[0]);
    *taken = (place){.at = at, .len = from + sizes[0] - at};
    return true;
}

static bool read_entry(zip *z, str *rest, str all, const place *d, place *taken, arena *mem, err *e)
{
    zip_entry x = {0};
    uint64_t sizes[3];
    str c = *rest;
    if (c.len < CENTRAL || !marked(c, 0, "PK\1\2"))
        return fail(e, "%s: entry %d of the directory is damaged", z->path, z->n + 1);
    size_t name = number(c, 28, 2), extra = number(c, 30, 2), comment = number(c, 32, 2);
    if (c.len - CENTRAL < name + extra + comment)
        return fail(e, "%s: entry %d of the directory is damaged", z->path, z->n + 1);
    x.name = str_sub(c, CENTRAL, CENTRAL + name);
    x.crc = (uint32_t)number(c, 16, 4);
    *rest = str_sub(c, CENTRAL + name + extra + comment, c.len);
    if (!name_ok(x.name))
        return fail(e, "%s: entry %d has no name or one that leads elsewhere", z->path, z->n + 1);
    int shown = (int)(name < 150 ? name : 150);
    if (number(c, 8, 2) & 0x2041) /* encrypted, strongly, or with masked headers */
        return fail(e, "%s: %.*s is encrypted", z->path, shown, x.name.at);
    if (!read_sizes(c, str_sub(c, CENTRAL + name, CENTRAL + name + extra), sizes))
        return fail(e, "%s: %.*s: its zip64 sizes are missing", z->path, shown, x.name.at);
    if (number(c, 10, 2) || sizes[0] != sizes[1])
        return fail(e, "%s: %.*s is packed; PyTorch only stores", z->path, shown, x.name.at);
    if (!find_bytes(&x, all, d, sizes, taken))
        return fail(e, "%s: %.*s is not where the directory says", z->path, shown, x.name.at);
    if (!table_add(&z->index, mem, x.name, z->n, NULL))
        return fail(e, "%s: %.*s is there twice", z->path, shown, x.name.at);
    z->list[z->n++] = x;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

bool zip_read(zip *z, str bytes, const char *path, arena *mem, err *e)
{
    place d = {0};
    *z = (zip){.path = path};
    if (!find_directory(bytes, path, &d, e)) return false;
    str rest = str_sub(bytes, d.at, d.at + d.len);
    place *taken = TAKE(mem, place, d.n);
    z->list = TAKE(mem, zip_entry, d.n);
    for (uint64_t i = 0; i < d.n; i++)
        if (!read_entry(z, &rest, bytes, &d, &taken[i], mem, e)) return false;
    if (rest.len) return fail(e, "%s: the directory has more entries than it says", path);
    if (d.n) qsort(taken, d.n, sizeof *taken, by_place);
    for (uint64_t i = 1; i < d.n; i++)
        if (taken[i].at < taken[i - 1].at + taken[i - 1].len)
            return fail(e, "%s: two entries overlap at byte %llu", path,
                        (unsigned long long)taken[i].at);
    return true;
}

const zip_entry *zip_find(const zip *z, str name)
{
    int i = table_get(&z->index, name);
    return i < 0 ? NULL : &z->list[i];
}

bool zip_check(const zip *z, const zip_entry *x, err *e)
{
    if (crc32_z(0, (const unsigned char *)x->bytes.at, x->bytes.len) == x->crc) return true;
    int shown = (int)(x->name.len < 150 ? x->name.len : 150);
    return fail(e, "%s: %.*s is damaged (its checksum differs)", z->path, shown, x->name.at);
}
