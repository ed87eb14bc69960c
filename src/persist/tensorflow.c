/* The index's first key, "", has the header {1 shards, 2 byte order, 3 version}; each other key an entry {1 type, 2 shape {2 dim {1
 * size}}, 3 shard, 4 offset, 5 size, 6 masked CRC-32C, 7 slices}, as protocol buffers, in which zeros are left out. A variable with
 * slices {1 extent {1 start, 2 length}}, one extent a dimension, has no bytes of its own: each slice has an entry, under a key that begins
 * with a zero byte. */
#include "persist/tensorflow.h"
#include "persist/crc32c.h"
#include "persist/table_file.h"
#include "persist/varint.h"
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    uint64_t type, shard, at, size;
    uint32_t crc;
    str *slices; /* [n_slices] where the variable is not in one piece */
    size_t n_slices, cap;
    weight t;
} entry;
typedef struct reader {
    weights *w;
    const char *prefix, *index; /* PREFIX.index */
    uint64_t shards;
    bool swapped;       /* big-endian */
    str *data;          /* [shards] mapped */
    const char **paths; /* NULL: not yet */
    size_t room, taken; /* bytes of those that are mapped; of variables */
    table_row *rows;
    size_t n, joined; /* rows; slices that found their variable */
} reader;
typedef struct slice {
    int64_t start[WEIGHT_DIMS],
        length[WEIGHT_DIMS]; /* length: -1 where it is the whole dimension */
    int n_dims;
    int64_t from, len; /* along the dimension that is cut */
    entry part;
} slice;
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

/* What is in slices lists them; they stay in the bytes. */
static bool read_entry(entry *x, str s, arena *mem)
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
        if (f.number == 7 && f.wire != WIRE_TEXT) return false;
        if (f.number != 7) continue;
        GROW(mem, x->slices, x->n_slices, x->cap);
        x->slices[x->n_slices++] = f.bytes;
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
    if (x->shard >= r->shards)
        return fail(e, "%s: variable %.150s is in data file %llu of %llu", r->index, t->name,
                    (unsigned long long)x->shard, (unsigned long long)r->shards);
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
    r->taken += x->size; /* no byte is two variables': else a small file could be read forever */
    if (r->taken > r->room)
        return fail(e, "%s: variable %.150s overlaps another", r->index, t->name);
    str bytes = str_sub(all, x->at, x->at + x->size);
    t->data = bytes.at;
    if (crc32c_masked(bytes) != x->crc)
        return fail(e, "%s: variable %.150s is damaged (its checksum differs)", t->path, t->name);
    return true;
}

/* A number in the form whose bytes sort as the numbers do: as many ones in front as there are bytes, then the number, big-endian. */
static void put_ordered(text *t, int64_t x)
{
    int n = 1;
    while (n < 8 && x >> (7 * n - 1) != 0 && x >> (7 * n - 1) != -1) n++;
    for (int i = n - 1; i >= 0; i--)
        text_char(t, (char)(x >> 8 * i ^ (i == n - 1 ? 0xff00 >> n : 0)));
}

/* Of a slice, its key: a zero, the variable's and its end, the number of dimensions, start and length of each. */
static const table_row *find_slice(const reader *r, str name, const slice *s)
{
    text key = {0};
    text_char(&key, 0);
    text_add(&key, name);
    text_add(&key, (str){"\0\1\1", 3});
    text_char(&key, (char)s->n_dims);
    for (int i = 0; i < s->n_dims; i++)
        put_ordered(&key, s->start[i]), put_ordered(&key, s->length[i]);
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(r->rows[middle].key, text_str(&key)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = str_eq(r->rows[low].key, text_str(&key)); /* the variable's own row is behind it */
    text_close(&key);
    return found ? &r->rows[low] : NULL;
}

static bool read_extent(slice *s, str bytes)
{
    field f;
    if (s->n_dims == WEIGHT_DIMS) return false;
    int i = s->n_dims++;
    s->length[i] = -1;
    while (bytes.len) {
        if (!next_field(&bytes, &f)) return false;
        if (is_int(&f, 1)) s->start[i] = (int64_t)f.value;
        if (is_int(&f, 2)) s->length[i] = (int64_t)f.value;
    }
    return true;
}

static bool read_slice(slice *s, str bytes)
{
    field f;
    while (bytes.len) {
        if (!next_field(&bytes, &f)) return false;
        if (f.number == 1 && f.wire == WIRE_TEXT && !read_extent(s, f.bytes)) return false;
    }
    return true;
}

static int by_start(const void *a, const void *b)
{
    const slice *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* The slices of a variable in their order: cut along one dimension, the result, from its beginning to its end; -1 where they are not. */
static int order_slices(slice *list, size_t n, const weight *t)
{
    int axis = -1;
    int64_t end = 0;
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < t->n_dims; d++) {
            if (list[i].length[d] == -1 && !list[i].start[d]) continue;
            if (axis >= 0 && axis != d) return -1;
            axis = d;
        }
    if (axis < 0) axis = 0;
    for (size_t i = 0; i < n; i++) {
        list[i].from = list[i].start[axis], list[i].len = list[i].length[axis];
        if (list[i].len == -1) list[i].len = t->shape[axis];
    }
    qsort(list, n, sizeof *list, by_start);
    for (size_t i = 0; i < n; i++) {
        if (list[i].from != end || list[i].len < 0 || list[i].len > t->shape[axis] - end) return -1;
        end += list[i].len;
    }
    return end == t->shape[axis] ? axis : -1;
}

/* The slice's own entry must be of the variable's type, and of the shape that the slice says. */
static bool find_part(reader *r, str key, const entry *x, int axis, slice *s, size_t each, err *e)
{
    weight want = x->t;
    const table_row *row = find_slice(r, key, s);
    want.shape[axis] = s->len;
    if (!row || !read_entry(&s->part, row->value, &r->w->mem) || s->part.n_slices ||
        s->part.type != x->type || s->part.t.n_dims != want.n_dims ||
        memcmp(s->part.t.shape, want.shape, sizeof want.shape) != 0)
        return fail(e, "%s: variable %.150s: a slice of it is missing, or of another type or shape",
                    r->index, want.name);
    s->part.t.name = want.name;
    r->joined++;
    return take_values(r, &s->part, each, e);
}

/* A variable in slices, which are laid side by side in memory. */
static bool join_slices(reader *r, str key, entry *x, size_t each, err *e)
{
    weight *t = &x->t;
    slice *list = TAKE(&r->w->mem, slice, x->n_slices);
    bool fine = t->n_dims > 0;
    for (size_t i = 0; i < x->n_slices; i++)
        fine = fine && read_slice(&list[i], x->slices[i]) && list[i].n_dims == t->n_dims;
    int axis = fine ? order_slices(list, x->n_slices, t) : -1;
    if (axis < 0)
        return fail(e, "%s: variable %.150s: its slices are not one row along one dimension",
                    r->index, t->name);
    size_t outer = 1, inner = each;
    for (size_t i = 0; i < x->n_slices; i++) {
        if (!find_part(r, key, x, axis, &list[i], each, e)) return false;
        t->bytes += list[i].part.t.bytes;
    }
    char *to = TAKE(&r->w->mem, char, t->bytes);
    t->data = to, t->path = r->index;
    if (!t->count) return true;
    for (int d = 0; d < axis; d++) outer *= (size_t)t->shape[d];
    for (int d = axis + 1; d < t->n_dims; d++) inner *= (size_t)t->shape[d];
    for (size_t o = 0; o < outer; o++)
        for (size_t i = 0; i < x->n_slices; i++) {
            size_t n = (size_t)list[i].len * inner;
            memcpy(to, list[i].part.t.data + o * n, n);
            to += n;
        }
    return true;
}

static bool read_variable(reader *r, const table_row *row, err *e)
{
    entry x = {0};
    size_t each = 0;
    bool fine = read_entry(&x, row->value, &r->w->mem);
    x.t.name = str_keep(&r->w->mem, plain_name(&r->w->mem, row->key));
    if (!weight_name_ok(row->key))
        return fail(e, "%s: variable %d has no name or one with control characters", r->index,
                    r->w->n + 1);
    if (!fine) return fail(e, "%s: variable %.150s: its entry is damaged", r->index, x.t.name);
    if (!find_type(&x, &each)) {
        text_format(&r->w->skipped, "%s%.150s (of type %llu, no numbers)",
                    r->w->skipped.len ? ", " : "", x.t.name, (unsigned long long)x.type);
        return true;
    }
    return (x.n_slices ? join_slices(r, row->key, &x, each, e) : take_values(r, &x, each, e)) &&
           weights_add(r->w, &x.t, e);
}

static bool read_rows(reader *r, err *e)
{
    size_t slices = 0;
    if (!r->n || r->rows[0].key.len) return fail(e, "%s: the header is missing", r->index);
    if (!read_header(r, r->rows[0].value, e)) return false;
    r->w->files = TAKE(&r->w->mem, file, r->shards);
    r->data = TAKE(&r->w->mem, str, r->shards);
    r->paths = TAKE(&r->w->mem, const char *, r->shards);
    for (size_t i = 1; i < r->n; i++)
        if (!*r->rows[i].key.at)
            slices++; /* read with its variable */
        else if (!read_variable(r, &r->rows[i], e))
            return false;
    if (slices != r->joined)
        return fail(e, "%s: slices of variables that are not there, or twice", r->index);
    return true;
}

bool tensorflow_read(weights *w, const char *prefix, err *e)
{
    reader r = {.w = w, .prefix = prefix, .index = str_format(&w->mem, "%s.index", prefix)};
    weights index = {0}; /* maps the index file; its rows are needed only here */
    str bytes;
    w->form = "TensorFlow";
    w->style = NAMES_TENSORFLOW;
    bool done = weights_map(&index, r.index, &bytes, e) &&
                table_file_read(bytes, r.index, &index.mem, &r.rows, &r.n, e) && read_rows(&r, e);
    weights_close(&index);
    return done;
}
