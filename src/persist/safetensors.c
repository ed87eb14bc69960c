/* Reads safetensors files, one or the shards of an index. Writing is safetensors_write.c. */
#include "persist/safetensors.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HEADER_MOST = 100000000, SHARDS_MOST = 1000 };

/* Every type of the format with its bits; the reference (safetensors 0.8) knows the same. */
static const struct {
    const char *name;
    int bits;
    enum weight_type type;
} types[] = {
    {"F32", 32, WEIGHT_F32},      {"F16", 16, WEIGHT_F16},      {"BF16", 16, WEIGHT_BF16},
    {"F64", 64, WEIGHT_F64},      {"I64", 64, WEIGHT_I64},      {"I32", 32, WEIGHT_I32},
    {"BOOL", 8, WEIGHT_OTHER},    {"U8", 8, WEIGHT_OTHER},      {"I8", 8, WEIGHT_OTHER},
    {"I16", 16, WEIGHT_OTHER},    {"U16", 16, WEIGHT_OTHER},    {"U32", 32, WEIGHT_OTHER},
    {"U64", 64, WEIGHT_OTHER},    {"C64", 64, WEIGHT_OTHER},    {"F8_E4M3", 8, WEIGHT_OTHER},
    {"F8_E5M2", 8, WEIGHT_OTHER}, {"F8_E8M0", 8, WEIGHT_OTHER}, {"F8_E4M3FNUZ", 8, WEIGHT_OTHER},
    {"F6_E2M3", 6, WEIGHT_OTHER}, {"F6_E3M2", 6, WEIGHT_OTHER}, {"F8_E5M2FNUZ", 8, WEIGHT_OTHER},
    {"F4", 4, WEIGHT_OTHER},
};

typedef struct reader { /* one file while its header is walked */
    weights *w;
    const char *path;
    const char *buffer; /* where the values begin */
    size_t start, room; /* that place in the file, and the bytes from there on */
    int first;          /* its first tensor in w->list */
} reader;

/* A name goes into messages, so it must not hold what a terminal obeys. */
static bool name_ok(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < 32 || name.at[i] == 127) return false;
    return name.len > 0;
}

static bool read_type(weight *t, int *bits, const json *entry, err *e)
{
    const json *type = json_at(entry, "dtype");
    if (json_type_of(type) != JSON_IS_TEXT)
        return fail(e, "%s: tensor %.150s: dtype must be a text", t->path, t->name);
    str s = json_text(type);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_is(s, types[i].name)) continue;
        t->type = types[i].type, t->type_name = types[i].name, *bits = types[i].bits;
        return true;
    }
    return fail(e, "%s: tensor %.150s: dtype is none of the format's", t->path, t->name);
}

/* Dimensions and their product, with every step checked; bytes follows from the type's bits. */
static bool read_shape(weight *t, int bits, const json *entry, err *e)
{
    const json *shape = json_at(entry, "shape");
    if (json_type_of(shape) != JSON_IS_LIST)
        return fail(e, "%s: tensor %.150s: shape must be a list", t->path, t->name);
    size_t n = json_count(shape), count = 1, all_bits;
    if (n > WEIGHT_DIMS)
        return fail(e, "%s: tensor %.150s: at most %d dimensions are supported, here are %zu",
                    t->path, t->name, WEIGHT_DIMS, n);
    for (size_t i = 0; i < n; i++) {
        const json *d = json_item(shape, i);
        if (json_type_of(d) != JSON_IS_INT || json_int(d) < 0)
            return fail(e, "%s: tensor %.150s: shape must be whole numbers from 0 on", t->path,
                        t->name);
        t->shape[i] = json_int(d);
        if (__builtin_mul_overflow(count, (size_t)t->shape[i], &count))
            return fail(e, "%s: tensor %.150s: the shape is too large", t->path, t->name);
    }
    t->n_dims = (int)n;
    t->count = count;
    if (__builtin_mul_overflow(count, (size_t)bits, &all_bits))
        return fail(e, "%s: tensor %.150s: the shape is too large", t->path, t->name);
    if (all_bits % 8)
        return fail(e, "%s: tensor %.150s: %zu values of %s do not fill whole bytes", t->path,
                    t->name, count, t->type_name);
    t->bytes = all_bits / 8;
    return true;
}

static bool read_offsets(weight *t, const reader *r, const json *entry, err *e)
{
    const json *place = json_at(entry, "data_offsets"), *from = json_item(place, 0),
               *to = json_item(place, 1);
    if (json_type_of(place) != JSON_IS_LIST || json_count(place) != 2 ||
        json_type_of(from) != JSON_IS_INT || json_type_of(to) != JSON_IS_INT)
        return fail(e, "%s: tensor %.150s: data_offsets must be two whole numbers", t->path,
                    t->name);
    int64_t low = json_int(from), high = json_int(to);
    if (low < 0 || high < low)
        return fail(e, "%s: tensor %.150s: data_offsets [%lld,%lld] run backward", t->path, t->name,
                    (long long)low, (long long)high);
    if ((uint64_t)high > r->room)
        return fail(e, "%s: tensor %.150s: ends at byte %lld, the values are %zu bytes", t->path,
                    t->name, (long long)high, r->room);
    if ((uint64_t)(high - low) != t->bytes)
        return fail(e, "%s: tensor %.150s: shape and type need %zu bytes, data_offsets give %lld",
                    t->path, t->name, t->bytes, (long long)(high - low));
    t->at = r->start + (size_t)low;
    t->data = r->buffer + low;
    return true;
}

static bool read_tensor(const reader *r, str name, const json *entry, err *e)
{
    weights *w = r->w;
    int bits = 0, old = 0;
    if (!name_ok(name))
        return fail(e, "%s: tensor %d has no name or one with control characters", r->path,
                    w->n - r->first + 1);
    weight t = {.name = str_keep(&w->mem, name), .path = r->path};
    if (json_type_of(entry) != JSON_IS_OBJECT)
        return fail(e, "%s: tensor %.150s: dtype, shape and data_offsets are needed", t.path,
                    t.name);
    if (!read_type(&t, &bits, entry, e) || !read_shape(&t, bits, entry, e) ||
        !read_offsets(&t, r, entry, e))
        return false;
    if (!table_add(&w->index, &w->mem, str_of(t.name), w->n, &old))
        return fail(e, "%s: tensor %.150s: is also in %s", t.path, t.name, w->list[old].path);
    GROW(&w->mem, w->list, w->n, w->cap);
    w->list[w->n++] = t;
    return true;
}

/* {"format":"pt"} and the like: nothing in it is used, but it has to be of the format. Files in the
 * wild also have null. */
static bool check_metadata(const char *path, const json *m, err *e)
{
    if (json_type_of(m) == JSON_IS_NULL) return true;
    if (json_type_of(m) != JSON_IS_OBJECT)
        return fail(e, "%s: __metadata__ must be a map of texts", path);
    for (void *i = json_first(m); i; i = json_next(m, i))
        if (json_type_of(json_value(i)) != JSON_IS_TEXT)
            return fail(e, "%s: __metadata__ must be a map of texts", path);
    return true;
}

typedef struct span {
    size_t at, bytes;
    const char *name;
} span;

static int by_place(const void *a, const void *b)
{
    const span *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

/* In order of place each tensor begins where the one before it ends; the last ends with the file.
 * Then no byte belongs to two tensors and none to nobody. */
static bool check_places(const reader *r, err *e)
{
    weights *w = r->w;
    int n = w->n - r->first;
    span *sorted = TAKE(&w->mem, span, n);
    for (int i = 0; i < n; i++) {
        const weight *t = &w->list[r->first + i];
        sorted[i] = (span){t->at, t->bytes, t->name};
    }
    if (n) qsort(sorted, (size_t)n, sizeof(span), by_place);
    size_t at = r->start;
    for (int i = 0; i < n; i++) {
        const span *t = &sorted[i];
        if (t->at < at)
            return fail(e, "%s: tensor %.150s: overlaps %.150s", r->path, t->name,
                        sorted[i - 1].name);
        if (t->at > at)
            return fail(e, "%s: tensor %.150s: the %zu bytes before it belong to no tensor",
                        r->path, t->name, t->at - at);
        at += t->bytes;
    }
    if (at != r->start + r->room)
        return fail(e, "%s: the last %zu bytes belong to no tensor", r->path,
                    r->start + r->room - at);
    return true;
}

static bool read_header(const reader *r, const json *header, err *e)
{
    if (json_type_of(header) != JSON_IS_OBJECT)
        return fail(e, "%s: the header must be a JSON object", r->path);
    for (void *i = json_first(header); i; i = json_next(header, i)) {
        bool metadata = str_is(json_key(i), "__metadata__");
        if (metadata ? !check_metadata(r->path, json_value(i), e)
                     : !read_tensor(r, json_key(i), json_value(i), e))
            return false;
    }
    return check_places(r, e);
}

/* file_open unpacks gzip, which a weight file never is: a bomb would be unpacked for nothing. */
static bool check_plain(const char *path, err *e)
{
    struct stat st;
    unsigned char head[3] = {0};
    if (!stat(path, &st) && !S_ISREG(st.st_mode)) return fail(e, "%s: a file is needed", path);
    FILE *f = fopen(path, "rb");
    if (!f) return true; /* file_open says why */
    size_t n = fread(head, 1, 3, f);
    (void)!fclose(f);
    if (n == 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8)
        return fail(e, "%s: is a gzip file, unpack it first", path);
    return true;
}

static bool read_file(weights *w, const char *path, err *e)
{
    if (!check_plain(path, e) || !file_open(&w->files[w->n_files], path, e)) return false;
    str bytes = w->files[w->n_files++].bytes;
    if (bytes.len < 8)
        return fail(e, "%s: %zu bytes are no safetensors file, it begins with 8 bytes of length",
                    path, bytes.len);
    uint64_t n = 0;
    for (int i = 0; i < 8; i++) n |= (uint64_t)(unsigned char)bytes.at[i] << (8 * i);
    if (n > HEADER_MOST)
        return fail(e, "%s: a header of %llu bytes, at most %d are allowed", path,
                    (unsigned long long)n, HEADER_MOST);
    if (n > bytes.len - 8)
        return fail(e, "%s: a header of %llu bytes, the file has only %zu behind its length", path,
                    (unsigned long long)n, bytes.len - 8);
    json *header = NULL;
    if (!json_parse(&header, str_sub(bytes, 8, 8 + n), path, 1, e)) return false;
    reader r = {.w = w, .path = path, .first = w->n};
    r.start = 8 + (size_t)n, r.room = bytes.len - r.start, r.buffer = bytes.at + r.start;
    bool done = read_header(&r, header, e);
    json_close(header);
    return done;
}

/* A shard lies beside the index: its name comes from a stranger and must not lead elsewhere. */
static bool shard_ok(str name)
{
    return name_ok(name) && str_find(name, '/') < 0 && name.at[0] != '.' &&
           str_ends(name, ".safetensors");
}

static bool read_shards(weights *w, const char *path, const json *map, err *e)
{
    table seen = {0};
    const char *dir = path_dir(&w->mem, path);
    w->files = TAKE(&w->mem, file, json_count(map) < SHARDS_MOST ? json_count(map) : SHARDS_MOST);
    for (void *i = json_first(map); i; i = json_next(map, i)) {
        str name = json_text(json_value(i));
        if (!shard_ok(name))
            return fail(e, "%s: weight_map must name .safetensors files beside the index", path);
        name = str_copy(&w->mem, name);
        if (!table_add(&seen, &w->mem, name, w->n_files, NULL)) continue;
        if (w->n_files == SHARDS_MOST) return fail(e, "%s: more than %d files", path, SHARDS_MOST);
        const char *shard = path_join(&w->mem, dir, str_keep(&w->mem, name));
        if (!read_file(w, shard, e)) return false;
    }
    for (void *i = json_first(map); i; i = json_next(map, i)) {
        const weight *t = weights_find(w, str_keep(&w->mem, json_key(i)));
        const char *shard = path_join(&w->mem, dir, str_keep(&w->mem, json_text(json_value(i))));
        if (!t || strcmp(t->path, shard) != 0)
            return fail(e, "%s: tensor %.150s is not in %s", path,
                        name_ok(json_key(i)) ? str_keep(&w->mem, json_key(i)) : "(unnamed)", shard);
    }
    return true;
}

static bool read_index(weights *w, const char *path, err *e)
{
    json *index = NULL;
    if (!check_plain(path, e) || !json_read(&index, path, e)) return false;
    const json *map = json_at(index, "weight_map");
    bool done = json_type_of(map) == JSON_IS_OBJECT && json_count(map) > 0
                    ? read_shards(w, path, map, e)
                    : fail(e, "%s: weight_map, from tensors to files, is missing", path);
    json_close(index);
    return done;
}

static bool find_in_dir(weights *w, const char *dir, const char **path, err *e)
{
    static const char *const names[] = {"model.safetensors", "model.safetensors.index.json"};
    for (int i = 0; i < 2; i++) {
        *path = path_join(&w->mem, dir, names[i]);
        if (path_exists(*path)) return true;
    }
    return fail(e, "%s: neither %s nor %s is here", dir, names[0], names[1]);
}

bool weights_open(weights *w, const char *path, err *e)
{
    *w = (weights){0};
    path = str_keep(&w->mem, str_of(path));
    bool done = !path_is_dir(path) || find_in_dir(w, path, &path, e);
    if (done && str_ends(str_of(path), ".json")) {
        done = read_index(w, path, e);
    } else if (done) {
        w->files = TAKE(&w->mem, file, 1);
        done = read_file(w, path, e);
    }
    if (!done) weights_close(w);
    return done;
}

void weights_close(weights *w)
{
    for (int i = 0; i < w->n_files; i++) file_close(&w->files[i]);
    arena_close(&w->mem);
    *w = (weights){0};
}

const weight *weights_find(const weights *w, const char *name)
{
    int i = table_get(&w->index, str_of(name));
    return i < 0 ? NULL : &w->list[i];
}

const char *weight_shape(const weight *t, char to[200])
{
    size_t n = (size_t)snprintf(to, 200, "[");
    for (int i = 0; i < t->n_dims; i++)
        n += (size_t)snprintf(to + n, 200 - n, "%s%lld", i ? "," : "", (long long)t->shape[i]);
    snprintf(to + n, 200 - n, "]");
    return to;
}
