/* The index's first key, "", has the header {1 shards, 2 byte order, 3 version}; each other key an entry {1 type, 2 shape {2 dim {1
 * size}}, 3 shard, 4 offset, 5 size, 6 masked CRC-32C, 7 slices}, as protocol buffers, in which zeros are left out. */
#include "persist/tensorflow.h"
#include "persist/crc32c.h"
#include "persist/table_file.h"
#include "persist/varint.h"
#include <string.h>

typedef struct entry {
    uint64_t type, shard, at, size;
    uint32_t crc;
    bool sliced;
    weight t;
} entry;
typedef struct reader {
    weights *w;
    const char *prefix, *index; /* PREFIX.index */
    uint64_t shards;
    bool swapped;       /* big-endian */
    str *data;          /* [shards] mapped */
    const char **paths; /* NULL: not yet */
    size_t room;        /* bytes of those that are mapped */
} reader;
enum { WIRE_INT, WIRE_8, WIRE_TEXT, WIRE_4 = 5 };
typedef struct field {
    unsigned number, wire;
    uint64_t value; /* of WIRE_INT, WIRE_8, WIRE_4 */
    str bytes;      /* of WIRE_TEXT */
} field;

/* The next field of a message; false where the bytes are no field. */
static bool next_field(str *s, field *f)
{
    uint64_t tag, n = 0;
    if (!varint(s, &tag) || tag >> 3 == 0 || tag >> 3 > 1 << 29) return false;
    *f = (field){.number = (unsigned)(tag >> 3), .wire = tag & 7};
    if (f->wire == WIRE_INT) return varint(s, &f->value);
    if (f->wire == WIRE_8 || f->wire == WIRE_4)
        n = f->wire == WIRE_8 ? 8 : 4;
    else if (f->wire != WIRE_TEXT || !varint(s, &n))
        return false;
    if (n > s->len) return false;
    f->bytes = str_sub(*s, 0, n);
    if (f->wire != WIRE_TEXT) memcpy(&f->value, s->at, n);
    *s = str_sub(*s, n, s->len);
    return true;
}

static bool is_int(const field *f, unsigned number)
{
    return f->number == number && f->wire == WIRE_INT;
}

static bool read_header(reader *r, str s, err *e)
{
    field f;
    while (s.len) {
        if (!next_field(&s, &f)) return fail(e, "%s: the header is damaged", r->index);
        if (is_int(&f, 1)) r->shards = f.value;
        if (is_int(&f, 2)) r->swapped = f.value != 0;
    }
    if (!r->shards || r->shards > SHARDS_MOST)
        return fail(e, "%s: %llu data files, 1 to %d are possible", r->index,
                    (unsigned long long)r->shards, SHARDS_MOST);
    if (r->swapped) return fail(e, "%s: values are big-endian, which is not supported", r->index);
    return true;
}

/* One dim {1 size}; absent: 0. */
static bool read_dim(weight *t, str s)
{
    field f;
    int64_t size = 0;
    while (s.len) {
        if (!next_field(&s, &f)) return false;
        if (is_int(&f, 1)) size = (int64_t)f.value;
    }
    if (t->n_dims == WEIGHT_DIMS) return false;
    t->shape[t->n_dims++] = size;
    return true;
}

static bool read_shape(weight *t, str s)
{
    field f;
    while (s.len) {
        if (!next_field(&s, &f)) return false;
        if (f.number == 2 && f.wire == WIRE_TEXT && !read_dim(t, f.bytes)) return false;
    }
    return true;
}

static bool read_entry(entry *x, str s)
{
    field f;
    while (s.len) {
        if (!next_field(&s, &f)) return false;
        if (is_int(&f, 1)) x->type = f.value;
        if (f.number == 2 && f.wire == WIRE_TEXT && !read_shape(&x->t, f.bytes)) return false;
        if (is_int(&f, 3)) x->shard = f.value;
        if (is_int(&f, 4)) x->at = f.value;
        if (is_int(&f, 5)) x->size = f.value;
        if (f.number == 6 && f.wire == WIRE_4) x->crc = (uint32_t)f.value;
        if (f.number == 7) x->sliced = true;
    }
    return weight_count(&x->t);
}

/* TensorFlow's numbers for types; those that are not here are listed by number. */
static const struct {
    uint64_t number;
    const char *name;
    enum weight_type type;
    size_t bytes;
} types[] = {{1, "F32", WEIGHT_F32, 4},    {2, "F64", WEIGHT_F64, 8},    {3, "I32", WEIGHT_I32, 4},
             {9, "I64", WEIGHT_I64, 8},    {14, "BF16", WEIGHT_BF16, 2}, {19, "F16", WEIGHT_F16, 2},
             {4, "U8", WEIGHT_OTHER, 1},   {5, "I16", WEIGHT_OTHER, 2},  {6, "I8", WEIGHT_OTHER, 1},
             {10, "BOOL", WEIGHT_OTHER, 1}};

static bool find_type(entry *x, size_t *each)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].number == x->type) {
            x->t.type = types[i].type, x->t.type_name = types[i].name, *each = types[i].bytes;
            return true;
        }
    return false;
}

static bool open_shard(reader *r, uint64_t shard, err *e)
{
    if (r->paths[shard]) return true;
    r->paths[shard] = str_format(&r->w->mem, "%s.data-%05llu-of-%05llu", r->prefix,
                                 (unsigned long long)shard, (unsigned long long)r->shards);
    if (!weights_map(r->w, r->paths[shard], &r->data[shard], e)) return false;
    r->room += r->data[shard].len;
    return true;
}

/* Object checkpoints (tf.train.Checkpoint) escape names and put this behind them: a checkpoint of an object whose
 * attributes are called like BERT's variables is BERT's. */
static str plain_name(arena *mem, str key)
{
    static const char end[] = "/.ATTRIBUTES/VARIABLE_VALUE";
    if (!str_ends(key, end)) return str_copy(mem, key);
    char *to = TAKE(mem, char, key.len + 1);
    size_t n = 0;
    key.len -= sizeof end - 1;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.at[i];
        if (c == '.' && i + 1 < key.len && (key.at[i + 1] == 'S' || key.at[i + 1] == '.'))
            c = key.at[++i] == 'S' ? '/' : '.';
        to[n++] = c;
    }
    return (str){to, n};
}

static bool take_values(reader *r, entry *x, size_t each, err *e)
{
    weight *t = &x->t;
    if (!open_shard(r, x->shard, e)) return false;
    str all = r->data[x->shard];
    t->path = r->paths[x->shard];
    t->bytes = x->size, t->at = x->at;
    if (t->count > SIZE_MAX / each || t->count * each != x->size)
        return fail(e,
                    "%s: variable %.150s: shape and type need %zu values of %zu bytes, the index "
                    "gives %llu bytes",
                    r->index, t->name, t->count, each, (unsigned long long)x->size);
    if (x->at > all.len || x->size > all.len - x->at)
        return fail(e, "%s: variable %.150s: %llu bytes at %llu, the file has only %zu", t->path,
                    t->name, (unsigned long long)x->size, (unsigned long long)x->at, all.len);
    str bytes = str_sub(all, x->at, x->at + x->size);
    t->data = bytes.at;
    if (crc32c_masked(bytes) != x->crc)
        return fail(e, "%s: variable %.150s is damaged (its checksum differs)", t->path, t->name);
    return true;
}

static bool read_variable(reader *r, const table_row *row, size_t *taken, err *e)
{
    entry x = {0};
    size_t each = 0;
    bool fine = read_entry(&x, row->value);
    x.t.name = str_keep(&r->w->mem, plain_name(&r->w->mem, row->key));
    x.t.path = r->index;
    if (!weight_name_ok(row->key))
        return fail(e, "%s: variable %d has no name or one with control characters", r->index,
                    r->w->n + 1);
    if (!fine) return fail(e, "%s: variable %.150s: its entry is damaged", r->index, x.t.name);
    if (x.sliced)
        return fail(e,
                    "%s: variable %.150s is saved in partitions, which are not put together here",
                    r->index, x.t.name);
    if (x.shard >= r->shards)
        return fail(e, "%s: variable %.150s is in data file %llu of %llu", r->index, x.t.name,
                    (unsigned long long)x.shard, (unsigned long long)r->shards);
    if (!find_type(&x, &each)) {
        text_format(&r->w->skipped, "%s%.150s (of type %llu, no numbers)",
                    r->w->skipped.len ? ", " : "", x.t.name, (unsigned long long)x.type);
        return true;
    }
    if (!take_values(r, &x, each, e)) return false;
    *taken += x.t.bytes; /* no byte is two variables': else a small file could be read forever */
    return *taken <= r->room ? weights_add(r->w, &x.t, e)
                             : fail(e, "%s: variable %.150s overlaps another", r->index, x.t.name);
}

static bool read_rows(reader *r, const table_row *rows, size_t n, err *e)
{
    size_t taken = 0;
    if (!n || rows[0].key.len) return fail(e, "%s: the header is missing", r->index);
    if (!read_header(r, rows[0].value, e)) return false;
    r->w->files = TAKE(&r->w->mem, file, r->shards);
    r->data = TAKE(&r->w->mem, str, r->shards);
    r->paths = TAKE(&r->w->mem, const char *, r->shards);
    for (size_t i = 1; i < n; i++)
        if (!read_variable(r, &rows[i], &taken, e)) return false;
    return true;
}

bool tensorflow_read(weights *w, const char *prefix, err *e)
{
    reader r = {.w = w, .prefix = prefix, .index = str_format(&w->mem, "%s.index", prefix)};
    weights index = {0}; /* maps the index file; its rows are needed only here */
    table_row *rows;
    size_t n;
    str bytes;
    w->form = "TensorFlow";
    w->style = NAMES_TENSORFLOW;
    bool done = weights_map(&index, r.index, &bytes, e) &&
                table_file_read(bytes, r.index, &index.mem, &rows, &n, e) &&
                read_rows(&r, rows, n, e);
    weights_close(&index);
    return done;
}
