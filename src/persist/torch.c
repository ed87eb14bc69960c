/* From the inert values of a pickle to tensors: storages (persistent ids), views of them (calls of torch._utils._rebuild_tensor_v2 and its
 * kin), and the dict that names them. */
#include "persist/torch.h"
#include "base/json.h"
#include "persist/pickle.h"
#include "persist/zip.h"
#include <string.h>

typedef struct storage {
    str key;
    int type;  /* place in types */
    int64_t n; /* values; of an untyped storage bytes */
    size_t each;
    str bytes; /* at NULL: not found yet */
} storage;
typedef struct reader {
    weights *w;
    const char *path;
    str file;
    pickle p;
    storage *list; /* by key */
    int n;
    size_t cap, taken;
    table keys;
} reader;

static const struct {
    const char *storage, *dtype, *name;
    enum weight_type type;
    size_t bytes;
} types[] = {{"FloatStorage", "float32", "F32", WEIGHT_F32, 4},
             {"HalfStorage", "float16", "F16", WEIGHT_F16, 2},
             {"BFloat16Storage", "bfloat16", "BF16", WEIGHT_BF16, 2},
             {"DoubleStorage", "float64", "F64", WEIGHT_F64, 8},
             {"LongStorage", "int64", "I64", WEIGHT_I64, 8},
             {"IntStorage", "int32", "I32", WEIGHT_I32, 4},
             {"ShortStorage", "int16", "I16", WEIGHT_OTHER, 2},
             {"CharStorage", "int8", "I8", WEIGHT_OTHER, 1},
             {"ByteStorage", "uint8", "U8", WEIGHT_OTHER, 1},
             {"BoolStorage", "bool", "BOOL", WEIGHT_OTHER, 1},
             {"UntypedStorage", "", "U8", WEIGHT_OTHER, 1}};
enum { TYPES = sizeof types / sizeof *types };

static int storage_type(const node *g)
{
    if (g->type != NODE_GLOBAL || (!str_is(g->s, "torch") && !str_is(g->s, "torch.storage")))
        return -1;
    for (int i = 0; i < TYPES; i++)
        if (str_is(g->name, types[i].storage)) return i;
    return -1;
}

bool torch_is(str s)
{
    return str_starts(s, "PK\3\4") ||
           str_starts(s, "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e") ||
           str_starts(s, "PYTORCH1") || (s.len >= 262 && !memcmp(s.at + 257, "ustar", 5));
}

/* ('storage', torch.FloatStorage, key, place, values[, view]) */
static bool read_id(reader *r, const node *id, int *type, str *key, int64_t *n, err *e)
{
    const node *t = id->items[0];
    if (t->type == NODE_TUPLE && t->n >= 5 && t->items[0]->type == NODE_TEXT &&
        str_is(t->items[0]->s, "storage") && t->items[2]->type == NODE_TEXT &&
        t->items[4]->type == NODE_INT && t->items[4]->i >= 0) {
        *type = storage_type(t->items[1]), *key = t->items[2]->s, *n = t->items[4]->i;
        if (*type >= 0 && (t->n == 5 || t->items[5]->type == NODE_NONE)) return true;
        return fail(e, "%s: a storage is of a type or a form that is not known", r->path);
    }
    return fail(e, "%s: a persistent id is none of a storage", r->path);
}

/* Every storage that the pickle names, each once; its bytes are found later. Each id gets its place in the list. */
static bool list_storages(reader *r, err *e)
{
    for (size_t i = 0; i < r->p.n_stored; i++) {
        storage s = {0};
        int old = r->n;
        if (!read_id(r, r->p.stored[i], &s.type, &s.key, &s.n, e)) return false;
        s.each = types[s.type].bytes;
        if (!weight_name_ok(s.key) || s.key.len > 100)
            return fail(e, "%s: a storage has no key or one with control characters", r->path);
        if ((uint64_t)s.n > SIZE_MAX / s.each)
            return fail(e, "%s: storage %.*s is too large", r->path, (int)s.key.len, s.key.at);
        bool fresh = table_add(&r->keys, &r->w->mem, s.key, r->n, &old);
        r->p.stored[i]->i = fresh ? r->n : old;
        if (!fresh) {
            if (r->list[old].n != s.n || r->list[old].type != s.type)
                return fail(e, "%s: storage %.*s has two sizes or types", r->path, (int)s.key.len,
                            s.key.at);
            continue;
        }
        GROW(&r->w->mem, r->list, r->n, r->cap);
        r->list[r->n++] = s;
    }
    return true;
}

static bool read_dims(const node *x, int64_t to[WEIGHT_DIMS], int *n)
{
    if (x->type != NODE_TUPLE || x->n > WEIGHT_DIMS) return false;
    for (size_t i = 0; i < x->n; i++) {
        if (x->items[i]->type != NODE_INT || x->items[i]->i < 0) return false;
        to[i] = x->items[i]->i;
    }
    *n = (int)x->n;
    return true;
}

/* The last value that is reached must lie in the storage; and no view is larger than what it views. */
static bool view_fits(const weight *t, const int64_t *stride, uint64_t from, uint64_t room)
{
    uint64_t last = from, reach;
    if (from > room || t->count > room) return false;
    for (int i = 0; i < t->n_dims && t->count; i++)
        if (__builtin_mul_overflow((uint64_t)(t->shape[i] - 1), (uint64_t)stride[i], &reach) ||
            __builtin_add_overflow(last, reach, &last))
            return false;
    return !t->count || last < room;
}

static bool in_order(const weight *t, const int64_t *stride)
{
    int64_t step = 1;
    for (int i = t->n_dims - 1; i >= 0; i--) {
        if (t->shape[i] > 1 && stride[i] != step) return false;
        step *= t->shape[i];
    }
    return true;
}

/* The arguments of a call that makes a tensor: (storage, offset, shape, strides, ..) */
static const node *tensor_arguments(const node *x)
{
    str name;
    for (int depth = 0; depth < 4 && node_calls(x, "torch._utils", &name); depth++) {
        const node *a = x->items[1];
        if (str_is(name, "_rebuild_tensor_v2") || str_is(name, "_rebuild_tensor") ||
            str_is(name, "_rebuild_tensor_v3"))
            return a;
        if (!str_is(name, "_rebuild_parameter") || !a->n) return NULL;
        x = a->items[0];
    }
    return NULL;
}

static bool read_tensor(reader *r, str name, const node *a, err *e)
{
    weight t = {.name = str_keep(&r->w->mem, name), .path = r->path};
    int64_t strides[WEIGHT_DIMS];
    int n_strides = 0;
    if (!weight_name_ok(name))
        return fail(e, "%s: tensor %d has no name or one with control characters", r->path,
                    r->w->n + 1);
    if (a->n < 4 || a->items[0]->type != NODE_PERSISTENT || a->items[1]->type != NODE_INT ||
        a->items[1]->i < 0 || !read_dims(a->items[2], t.shape, &t.n_dims) ||
        !read_dims(a->items[3], strides, &n_strides) || n_strides != t.n_dims || !weight_count(&t))
        return fail(e, "%s: tensor %.150s: its offset, shape or strides are no proper numbers",
                    r->path, t.name);
    const storage *s = &r->list[a->items[0]->i];
    if (!types[s->type].dtype[0])
        return fail(e, "%s: tensor %.150s: untyped storages are not supported", r->path, t.name);
    t.type = types[s->type].type, t.type_name = types[s->type].name;
    if (!view_fits(&t, strides, (uint64_t)a->items[1]->i, (uint64_t)s->n))
        return fail(e, "%s: tensor %.150s: reaches beyond its storage of %lld values", r->path,
                    t.name, (long long)s->n);
    t.data = s->bytes.at + (size_t)a->items[1]->i * s->each;
    t.at = (size_t)(t.data - r->file.at);
    t.bytes = t.count * s->each;
    if (t.count && !in_order(&t, strides)) {
        int64_t *keep = TAKE(&r->w->mem, int64_t, WEIGHT_DIMS);
        memcpy(keep, strides, sizeof strides[0] * (size_t)t.n_dims);
        t.stride = keep;
    }
    r->taken += t.bytes; /* tied tensors share; a thousand views of one storage are an attack */
    if (r->taken / 8 > r->file.len)
        return fail(e, "%s: the tensors are many times the file", r->path);
    return weights_add(r->w, &t, e);
}

static bool read_state(reader *r, const node *state, err *e)
{
    for (size_t i = 0; i + 1 < state->n; i += 2) {
        const node *k = state->items[i], *a = tensor_arguments(state->items[i + 1]);
        if (k->type != NODE_TEXT || !a) {
            if (k->type == NODE_TEXT && weight_name_ok(k->s))
                text_format(&r->w->skipped, "%s%.*s (no tensor)", r->w->skipped.len ? ", " : "",
                            (int)(k->s.len < 100 ? k->s.len : 100), k->s.at);
        } else if (!read_tensor(r, k->s, a, e)) {
            return false;
        }
    }
    if (!r->w->n) return fail(e, "%s: no tensors are in it", r->path);
    return true;
}

/* The corpora that mt-dnn was trained on, in order; one may have several files, PREFIX_a and PREFIX_b, and one head for all. */
static void keep_heads(reader *r, const node *names)
{
    text all = {0};
    for (size_t i = 0; names && names->type == NODE_LIST && i < names->n; i++) {
        if (names->items[i]->type != NODE_TEXT || !weight_name_ok(names->items[i]->s)) continue;
        str rest = names->items[i]->s, name = str_cut(&rest, '_');
        bool there = false;
        for (str seen = text_str(&all); seen.at && !there;)
            there = str_eq(str_cut(&seen, ','), name);
        if (there) continue;
        if (all.len) text_char(&all, ',');
        text_add(&all, name);
    }
    if (all.len) r->w->heads = str_keep(&r->w->mem, text_str(&all));
    text_close(&all);
}

/* What mt-dnn says of the sizes, under transformers' names. */
static void keep_config(reader *r, const node *config)
{
    static const char *const keys[] = {"vocab_size",        "hidden_size",
                                       "num_hidden_layers", "num_attention_heads",
                                       "intermediate_size", "max_position_embeddings",
                                       "type_vocab_size",   "hidden_act"};
    json *c = json_new_object();
    text t = {0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const node *x = node_at(config, keys[i]);
        if (x && x->type == NODE_INT) json_set(c, keys[i], json_new_int(x->i));
        if (x && x->type == NODE_TEXT && weight_name_ok(x->s))
            json_set(c, keys[i], json_new_str(x->s));
    }
    if (node_at(config, "hidden_size")) {
        json_put(&t, c);
        r->w->config = str_keep(&r->w->mem, text_str(&t));
    }
    text_close(&t);
    json_close(c);
}

static bool is_dict(const node *x)
{
    return x && x->type == NODE_DICT;
}

/* The dict itself, or what a training program keeps it under. */
static const node *find_state(reader *r)
{
    static const char *const under[] = {"state", "state_dict", "model_state_dict", "model"};
    const node *top = r->p.top, *config = node_at(top, "config"), *ema = node_at(top, "ema"),
               *averaged = node_at(config, "ema_opt");
    const node *state = top;
    for (size_t i = 0; i < sizeof under / sizeof *under; i++)
        if (is_dict(node_at(top, under[i]))) {
            state = node_at(top, under[i]);
            break;
        }
    if (is_dict(ema) && state != top && averaged && averaged->type == NODE_INT && averaged->i > 0) {
        text_format(&r->w->skipped, "state (its moving average, ema, is what was trained)");
        state = ema;
    }
    if (is_dict(config)) {
        keep_config(r, config);
        keep_heads(r, node_at(config, "train_datasets"));
    }
    for (size_t i = 0; state != top && i + 1 < top->n; i += 2)
        if (top->items[i]->type == NODE_TEXT && top->items[i + 1] != state &&
            weight_name_ok(top->items[i]->s) && !str_is(top->items[i]->s, "config"))
            text_format(&r->w->skipped, "%s%.*s (beside the weights)",
                        r->w->skipped.len ? ", " : "",
                        (int)(top->items[i]->s.len < 100 ? top->items[i]->s.len : 100),
                        top->items[i]->s.at);
    return state;
}

static bool read_top(reader *r, err *e)
{
    if (!is_dict(r->p.top)) return fail(e, "%s: a dict of tensors is needed", r->path);
    return read_state(r, find_state(r), e);
}

static bool read_zip(reader *r, err *e)
{
    zip z;
    arena *mem = &r->w->mem;
    if (!zip_read(&z, r->file, r->path, mem, e)) return false;
    ptrdiff_t slash = z.n ? str_find(z.list[0].name, '/') : -1;
    if (slash < 1) return fail(e, "%s: no PyTorch file, its entries are in no folder", r->path);
    const char *in = str_keep(mem, str_sub(z.list[0].name, 0, (size_t)slash + 1));
    for (int i = 0; i < z.n; i++)
        if (!str_starts(z.list[i].name, in))
            return fail(e, "%s: no PyTorch file, its entries are in several folders", r->path);
    const zip_entry *order = zip_find(&z, str_of(str_format(mem, "%sbyteorder", in))),
                    *data = zip_find(&z, str_of(str_format(mem, "%sdata.pkl", in)));
    if (order && !str_is(str_trim(order->bytes), "little"))
        return fail(e, "%s: values are not little-endian, which is not supported", r->path);
    if (!data) return fail(e, "%s: no PyTorch file, data.pkl is missing", r->path);
    str bytes = data->bytes;
    r->p.at = (size_t)(bytes.at - r->file.at);
    if (!zip_check(&z, data, e) || !pickle_read(&r->p, &bytes, mem, e)) return false;
    if (bytes.len) return fail(e, "%s: data.pkl goes on behind its end", r->path);
    if (!list_storages(r, e)) return false;
    for (int i = 0; i < r->n; i++) {
        storage *s = &r->list[i];
        const char *name = str_format(mem, "%sdata/%.*s", in, (int)s->key.len, s->key.at);
        const zip_entry *x = zip_find(&z, str_of(name));
        if (!x) return fail(e, "%s: %s is missing", r->path, name);
        if (x->bytes.len != (size_t)s->n * s->each)
            return fail(e, "%s: %s has %zu bytes, its storage needs %zu", r->path, name,
                        x->bytes.len, (size_t)s->n * s->each);
        if (!zip_check(&z, x, e)) return false;
        s->bytes = x->bytes;
    }
    return read_top(r, e);
}

/* Behind the pickles: for each key, in the order of the list, a count and the values, to the end. */
static bool read_storages(reader *r, const node *keys, str rest, err *e)
{
    if (keys->type != NODE_LIST || keys->n != (size_t)r->n)
        return fail(e, "%s: the list of storages does not fit the tensors", r->path);
    for (size_t i = 0; i < keys->n; i++) {
        int at = keys->items[i]->type == NODE_TEXT ? table_get(&r->keys, keys->items[i]->s) : -1;
        if (at < 0 || r->list[at].bytes.at)
            return fail(e, "%s: the list of storages does not fit the tensors", r->path);
        storage *s = &r->list[at];
        int64_t n = -1;
        if (rest.len >= 8) memcpy(&n, rest.at, 8);
        if (n != s->n || (size_t)n * s->each > rest.len - 8)
            return fail(e, "%s: storage %.*s: %lld values are needed, the file has others or ends",
                        r->path, (int)s->key.len, s->key.at, (long long)s->n);
        s->bytes = str_sub(rest, 8, 8 + (size_t)n * s->each);
        rest = str_sub(rest, 8 + s->bytes.len, rest.len);
    }
    if (rest.len) return fail(e, "%s: %zu bytes are behind the last storage", r->path, rest.len);
    return true;
}

static bool read_legacy(reader *r, err *e)
{
    str rest = r->file;
    arena *mem = &r->w->mem;
    node *parts[5];
    pickle p = {.path = r->path};
    for (int i = 0; i < 5; i++) {
        if (!pickle_read(i == 3 ? &r->p : &p, &rest, mem, e)) return false;
        parts[i] = i == 3 ? r->p.top : p.top;
        p.at = r->p.at = (size_t)(rest.at - r->file.at);
        const node *little = i == 2 ? node_at(parts[2], "little_endian") : NULL;
        if (i == 2 && (!little || little->type != NODE_BOOL || !little->i))
            return fail(e, "%s: values are not little-endian, which is not supported", r->path);
    }
    if (parts[1]->type != NODE_INT || parts[1]->i != 1001)
        return fail(e, "%s: the protocol is not 1001, the one that is known", r->path);
    return list_storages(r, e) && read_storages(r, parts[4], rest, e) && read_top(r, e);
}

bool torch_read(weights *w, const char *path, err *e)
{
    reader r = {.w = w, .path = path, .p = {.path = path}};
    if (!weights_map(w, path, &r.file, e)) return false;
    w->form = "PyTorch";
    if (str_starts(r.file, "PK\3\4")) return read_zip(&r, e);
    if (str_starts(r.file, "\x80\2")) {
        w->form = "PyTorch, before 1.6";
        return read_legacy(&r, e);
    }
    return fail(
        e, "%s: a PyTorch form from before 0.2, or a preview's, which is not read; save it anew",
        path);
}

bool torch_read_index(weights *w, const char *path, err *e)
{
    return weights_shards(w, path, ".bin", torch_read, e);
}
