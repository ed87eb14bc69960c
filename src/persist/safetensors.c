/* Reads safetensors files, one or the shards of an index. Writing is safetensors_write.c. */
#include "persist/safetensors.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

enum { HEADER_MOST = 100000000 };

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
    size_t n = json_count(shape), all_bits;
    if (n > WEIGHT_DIMS)
        return fail(e, "%s: tensor %.150s: at most %d dimensions are supported, here are %zu",
                    t->path, t->name, WEIGHT_DIMS, n);
    for (size_t i = 0; i < n; i++) {
        const json *d = json_item(shape, i);
        if (json_type_of(d) != JSON_IS_INT || json_int(d) < 0)
            return fail(e, "%s: tensor %.150s: shape must be whole numbers from 0 on", t->path,
                        t->name);
        t->shape[i] = json_int(d);
    }
    t->n_dims = (int)n;
    if (!weight_count(t) || __builtin_mul_overflow(t->count, (size_t)bits, &all_bits))
        return fail(e, "%s: tensor %.150s: the shape is too large", t->path, t->name);
    if (all_bits % 8)
        return fail(e, "%s: tensor %.150s: %zu values of %s do not fill whole bytes", t->path,
                    t->name, t->count, t->type_name);
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
    int bits = 0;
    if (!weight_name_ok(name))
        return fail(e, "%s: tensor %d has no name or one with control characters", r->path,
                    w->n - r->first + 1);
    weight t = {.name = str_keep(&w->mem, name), .path = r->path};
    if (json_type_of(entry) != JSON_IS_OBJECT)
        return fail(e, "%s: tensor %.150s: dtype, shape and data_offsets are needed", t.path,
                    t.name);
    if (!read_type(&t, &bits, entry, e) || !read_shape(&t, bits, entry, e) ||
        !read_offsets(&t, r, entry, e))
        return false;
    return weights_add(w, &t, e);
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

bool safetensors_read(weights *w, const char *path, err *e)
{
    str bytes;
    w->form = "safetensors";
    if (!weights_map(w, path, &bytes, e)) return false;
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

bool safetensors_read_index(weights *w, const char *path, err *e)
{
    return weights_shards(w, path, ".safetensors", safetensors_read, e);
}
