/* Reads and writes config.json. A key that is null counts as absent, as transformers takes it. */
#include "persist/config.h"
#include "base/file.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum act act;
} acts[] = {{"gelu", ACT_GELU},
            {"gelu_new", ACT_GELU_TANH},
            {"gelu_pytorch_tanh", ACT_GELU_TANH},
            {"relu", ACT_RELU}};
enum { ACTS = sizeof acts / sizeof *acts };

/* Sizes: absent, 0 in `usual` is an error, else that is taken (transformers' default). */
static const struct {
    const char *key;
    size_t at;
    int most, usual;
} sizes[] = {
    {"vocab_size", offsetof(dims, V), 1 << 24, 0},
    {"hidden_size", offsetof(dims, H), 1 << 16, 0},
    {"num_hidden_layers", offsetof(dims, L), 1000, 0},
    {"num_attention_heads", offsetof(dims, A), 1 << 10, 0},
    {"intermediate_size", offsetof(dims, F), 1 << 18, 0},
    {"max_position_embeddings", offsetof(dims, P), 1 << 16, 512},
    {"type_vocab_size", offsetof(dims, T), 1 << 10, 2},
};
static const struct {
    const char *key;
    size_t at;
    double below, usual;
} reals[] = {
    {"layer_norm_eps", offsetof(dims, eps), 1, 1e-12},
    {"hidden_dropout_prob", offsetof(dims, drop_hidden), 1, 0.1},
    {"attention_probs_dropout_prob", offsetof(dims, drop_attention), 1, 0.1},
    {"initializer_range", offsetof(dims, init_range), 100, 0.02},
};
enum { SIZES = sizeof sizes / sizeof *sizes, REALS = sizeof reals / sizeof *reals };

static int *size_of(const dims *d, int i)
{
    return (int *)(void *)((char *)(uintptr_t)d + sizes[i].at);
}

static float *real_of(const dims *d, int i)
{
    return (float *)(void *)((char *)(uintptr_t)d + reals[i].at);
}

static const json *given(const json *config, const char *key)
{
    const json *j = json_at(config, key);
    return json_type_of(j) == JSON_IS_NULL ? NULL : j;
}

static bool read_sizes(const json *c, dims *d, const char *path, err *e)
{
    for (int i = 0; i < SIZES; i++) {
        int64_t x = sizes[i].usual;
        if (given(c, sizes[i].key) && !json_get_int(c, sizes[i].key, 1, sizes[i].most, &x, path, e))
            return false;
        if (!x) return fail(e, "%s: %s is missing", path, sizes[i].key);
        *size_of(d, i) = (int)x;
    }
    if (d->H % d->A)
        return fail(e, "%s: hidden_size %d must be a multiple of num_attention_heads %d", path,
                    d->H, d->A);
    /* Tables, then layers: 4 H x H, 2 H x F, and biases and norms. A net counts its values in 31 bits. */
    double H = d->H, F = d->F,
           values = H * (d->V + d->P + d->T) + d->L * (4 * H * H + 2 * H * F + 9 * H + F) + H * H;
    if (values > INT32_MAX)
        return fail(e, "%s: a model of %.1f billion values, at most 2.1 billion are possible", path,
                    values / 1e9);
    return true;
}

static bool read_reals(const json *c, dims *d, const char *path, err *e)
{
    for (int i = 0; i < REALS; i++) {
        double x = reals[i].usual;
        if (given(c, reals[i].key) && !json_get_real(c, reals[i].key, &x, path, e)) return false;
        if (!(x >= 0 && x < reals[i].below))
            return fail(e, "%s: %s must be from 0 to below %g, here is %g", path, reals[i].key,
                        reals[i].below, x);
        *real_of(d, i) = (float)x;
    }
    return true;
}

/* A text of the config, cut to what fits a message; NULL where it is absent. */
static bool read_text(const json *c, const char *key, const char *path, char to[60], bool *there,
                      err *e)
{
    const json *j = given(c, key);
    *there = j != NULL;
    if (!j) return true;
    str s = json_text(j);
    if (json_type_of(j) != JSON_IS_TEXT || memchr(s.at, 0, s.len))
        return fail(e, "%s: %s must be a text", path, key);
    snprintf(to, 60, "%.*s", (int)(s.len < 59 ? s.len : 59), s.at);
    return true;
}

static bool read_act(const json *c, dims *d, const char *path, err *e)
{
    char name[60];
    bool there;
    if (!read_text(c, "hidden_act", path, name, &there, e)) return false;
    d->act = ACT_GELU;
    if (!there) return true;
    for (int i = 0; i < ACTS; i++) {
        if (strcmp(name, acts[i].name) != 0) continue;
        d->act = acts[i].act;
        return true;
    }
    return fail(e, "%s: hidden_act must be gelu, gelu_new, gelu_pytorch_tanh or relu, here is '%s'",
                path, name);
}

static bool refuse_text(const json *c, const char *key, const char *wanted, const char *path,
                        err *e)
{
    char name[60];
    bool there;
    if (!read_text(c, key, path, name, &there, e)) return false;
    return !there || !strcmp(name, wanted) ||
           fail(e, "%s: %s must be %s, here is '%s'", path, key, wanted, name);
}

/* What would make it another model than BERT's encoder. */
static bool check_bert(const json *c, const char *path, err *e)
{
    static const char *const flags[] = {"is_decoder", "add_cross_attention"};
    if (!refuse_text(c, "model_type", "bert", path, e) ||
        !refuse_text(c, "position_embedding_type", "absolute", path, e))
        return false;
    for (int i = 0; i < 2; i++) {
        bool on = false;
        if (given(c, flags[i]) && !json_get_bool(c, flags[i], &on, path, e)) return false;
        if (on) return fail(e, "%s: %s: only encoders can be used", path, flags[i]);
    }
    if (json_count(given(c, "pruned_heads")))
        return fail(e, "%s: pruned_heads: models with pruned heads cannot be used", path);
    return true;
}

/* What was read into *config; it is closed where it will not do. */
static bool take_config(json **config, dims *d, const char *path, err *e)
{
    const json *c = *config;
    *d = (dims){0};
    bool done = json_type_of(c) == JSON_IS_OBJECT || fail(e, "%s: a JSON object is needed", path);
    done = done && check_bert(c, path, e) && read_sizes(c, d, path, e) &&
           read_reals(c, d, path, e) && read_act(c, d, path, e);
    if (!done) {
        json_close(*config);
        *config = NULL;
    }
    return done;
}

bool config_parse(json **config, dims *d, str bytes, const char *name, err *e)
{
    *config = NULL;
    return json_parse(config, bytes, name, 1, e) && take_config(config, d, name, e);
}

bool config_read(json **config, dims *d, const char *dir, err *e)
{
    arena mem = {0};
    *config = NULL;
    *d = (dims){0};
    const char *path = path_join(&mem, dir, "config.json"),
               *google = path_join(&mem, dir, "bert_config.json");
    if (!path_exists(path) && path_exists(google)) path = google;
    if (path_exists(dir) && !path_is_dir(dir)) path = dir;
    bool done = json_read(config, path, e) && take_config(config, d, path, e);
    arena_close(&mem);
    return done;
}

bool config_there(const char *dir)
{
    arena mem = {0};
    bool there = path_exists(path_join(&mem, dir, "config.json")) ||
                 path_exists(path_join(&mem, dir, "bert_config.json"));
    arena_close(&mem);
    return there;
}

/* A copy, since a value knows nothing of who else holds it. */
static json *copy_of(const json *source)
{
    text t = {0};
    err e = {0};
    json *copy = NULL;
    if (!source) return json_new_object();
    json_put(&t, source);
    if (!json_parse(&copy, text_str(&t), "config.json", 1, &e)) die("%s", e.text);
    text_close(&t);
    return copy;
}

/* A JSON text is an object or a list, so the others are made anew. */
static json *copy_value(const json *j)
{
    switch (json_type_of(j)) {
    case JSON_IS_OBJECT:
    case JSON_IS_LIST: return copy_of(j);
    case JSON_IS_TEXT: return json_new_str(json_text(j));
    case JSON_IS_INT: return json_new_int(json_int(j));
    case JSON_IS_REAL: return json_new_real(json_real(j));
    case JSON_IS_BOOL: return json_new_bool(json_true(j));
    default: return json_new_null();
    }
}

/* The double that has an f32's shortest digits: 1e-12, not 9.999999960041972e-13. */
static double shortest(float x)
{
    text t = {0};
    double d = 0;
    json_put_float(&t, x);
    if (!str_real(text_str(&t), &d)) d = (double)x;
    text_close(&t);
    return d;
}

static void set_text(json *c, const char *key, const char *value)
{
    json_set(c, key, json_new_str(str_of(value)));
}

static void put_act(json *c, const dims *d)
{
    const json *old = given(c, "hidden_act");
    const char *name = NULL;
    for (int i = ACTS - 1; i >= 0; i--) {
        if (acts[i].act != d->act) continue;
        if (old && str_is(json_text(old), acts[i].name)) return;
        name = acts[i].name;
    }
    ASSERT(name, "activation %d is none of an encoder's", (int)d->act);
    set_text(c, "hidden_act", name);
}

void config_put(text *to, const json *source, const dims *d)
{
    config_put_more(to, source, d, NULL);
}

void config_put_more(text *to, const json *source, const dims *d, const json *more)
{
    json *c = copy_of(source), *list = json_new_list(), *own = more ? copy_of(more) : NULL;
    json_append(list, json_new_str(STR("BertModel")));
    json_set(c, "architectures", list);
    set_text(c, "model_type", "bert");
    set_text(c, "torch_dtype", "float32");
    if (json_at(c, "dtype"))
        set_text(c, "dtype", "float32"); /* torch_dtype's name from transformers 5 on */
    for (int i = 0; i < SIZES; i++)
        if (json_type_of(json_at(c, sizes[i].key)) != JSON_IS_INT ||
            json_int(json_at(c, sizes[i].key)) != *size_of(d, i))
            json_set(c, sizes[i].key, json_new_int(*size_of(d, i)));
    for (int i = 0; i < REALS; i++) {
        const json *old = given(c, reals[i].key);
        if (!old || (float)json_real(old) != *real_of(d, i))
            json_set(c, reals[i].key, json_new_real(shortest(*real_of(d, i))));
    }
    put_act(c, d);
    for (void *i = json_first(own); i; i = json_next(own, i)) {
        arena mem = {0};
        json_set(c, str_keep(&mem, json_key(i)), copy_value(json_value(i)));
        arena_close(&mem);
    }
    if (own) json_close(own);
    json_put_pretty(to, c);
    text_char(to, '\n');
    json_close(c);
}
