/* Opening, loading and writing model directories: real spellings in, misfits told all at once, and what
 * transformers would write, byte for byte, out. */
#include "persist/helpers.h"
#include <math.h>
#include <string.h>

static void opened(model_dir *m, const char *path)
{
    err e = {0};
    works(model_dir_open(m, path, -1, &e), &e);
}

/* The net's values are those of plain's file, by name. */
static void assert_plain(net *n)
{
    weights w;
    err e = {0};
    params *ps = net_params(n);
    int found = 0;
    works(weights_open(&w, DATA "plain", &e), &e);
    for (int i = 0; i < ps->n; i++)
        for (int part = 0; part < param_parts(ps->list[i]) && ps->list[i]->task < 0;
             part++, found++) {
            char name[200];
            const weight *t = weights_find(&w, param_part_name(ps->list[i], part, name) + 5);
            assert_non_null(t);
            float *a = TAKE(&w.mem, float, t->count), *b = TAKE(&w.mem, float, t->count);
            params_get(ps, ps->list[i], part, a);
            works(weight_floats(t, 0, t->count, b, &e), &e);
            assert_memory_equal(a, b, t->count * sizeof *a);
        }
    assert_int_equal(found, w.n);
    weights_close(&w);
}

static void loads_as_plain(const char *path)
{
    model_dir m;
    err e = {0};
    opened(&m, path);
    net *n = net_of(&m.d, NULL, 0, false);
    works(model_dir_load(&m, n, false, true, &e), &e);
    assert_plain(n);
    net_close(n);
    model_dir_close(&m);
}

void model_dir_of_transformers(void **state)
{
    (void)state;
    loads_as_plain(DATA "plain");
}
void model_dir_with_old_names(void **state)
{
    (void)state;
    stderr_begin();
    loads_as_plain(DATA "old");
    const char *said = stderr_end();
    assert_non_null(strstr(said, "left out: "));
    assert_non_null(strstr(said, "module.bert.embeddings.position_ids (a buffer of positions)"));
    assert_non_null(strstr(said, "module.cls.predictions.bias (pretraining heads)"));
    assert_non_null(strstr(said, "module.cls.seq_relationship.weight"));
}
void model_dir_of_a_fine_tuned_model(void **state)
{
    (void)state;
    model_dir m;
    err e = {0};
    opened(&m, DATA "tuned");
    net *n = net_of(&m.d, NULL, 0, false);
    stderr_begin();
    bool done = model_dir_load(&m, n, false, true, &e);
    const char *said = stderr_end();
    works(done, &e);
    assert_non_null(
        strstr(said, "classifier.bias (a head of theirs), classifier.weight (a head of theirs)"));
    weights w;
    works(weights_open(&w, DATA "tuned", &e), &e);
    const weight *t = weights_find(&w, "bert.encoder.layer.0.attention.self.key.weight");
    float a[64], b[64];
    works(weight_floats(t, 0, 64, a, &e), &e);
    params_get(net_params(n), params_find(net_params(n), t->name), 1, b);
    assert_memory_equal(a, b, sizeof a);
    weights_close(&w);
    net_close(n);
    model_dir_close(&m);
}

/* A variant of plain's weights: `change` may rename a tensor, change its plan, or drop it (false). */
typedef struct variant {
    const weights *w;
    int of[40];
} variant;

static void variant_values(void *ctx, int i, float *to)
{
    const variant *v = ctx;
    err e = {0};
    const weight *t = &v->w->list[v->of[i]];
    works(weight_floats(t, 0, t->count, to, &e), &e);
}

static const char *varied(bool (*change)(weight_plan *p, arena *mem))
{
    weights w;
    err e = {0};
    weight_plan plan[40];
    int n = 0;
    works(weights_open(&w, DATA "plain", &e), &e);
    variant v = {.w = &w};
    for (int i = 0; i < w.n; i++) {
        plan[n] = (weight_plan){w.list[i].name,
                                {w.list[i].shape[0], w.list[i].n_dims > 1 ? w.list[i].shape[1] : 0},
                                w.list[i].n_dims};
        v.of[n] = i;
        n += change(&plan[n], &w.mem);
    }
    copy_dir(DATA "plain", own("varied"));
    works(weights_write(own("varied/model.safetensors"), plan, n, variant_values, &v, &e), &e);
    weights_close(&w);
    return own("varied");
}

static bool load_encoder(const char *path, bool need_pooler, err *e)
{
    model_dir m;
    opened(&m, path);
    net *n = net_of(&m.d, NULL, 0, false);
    bool done = model_dir_load(&m, n, false, need_pooler, e);
    net_close(n);
    model_dir_close(&m);
    return done;
}

static bool with_bert(weight_plan *p, arena *mem)
{
    p->name = str_format(mem, "bert.%s", p->name);
    return true;
}
void model_dir_with_prefix(void **state)
{
    (void)state;
    loads_as_plain(varied(with_bert));
}

static bool three_misfits(weight_plan *p, arena *mem)
{
    (void)mem;
    if (!strcmp(p->name, "embeddings.LayerNorm.bias")) p->name = "encoder.layer.1.extra.weight";
    if (!strcmp(p->name, "encoder.layer.0.output.dense.weight")) p->shape[0] = 12, p->shape[1] = 8;
    if (!strcmp(p->name, "encoder.layer.0.intermediate.dense.bias"))
        p->shape[0] = 3, p->shape[1] = 4, p->n_dims = 2;
    return strcmp(p->name, "encoder.layer.0.attention.self.value.bias") != 0;
}
void misfits_are_told_at_once(void **state)
{
    (void)state;
    err e = {0};
    fails(load_encoder(varied(three_misfits), true, &e), &e,
          "tensors do not fit the model: 2 missing, 1 unexpected, 2 misshapen");
    assert_non_null(strstr(e.text, "bert.embeddings.LayerNorm.bias [8]"));
    assert_non_null(strstr(e.text, "bert.encoder.layer.0.attention.self.value.bias [8]"));
    assert_non_null(strstr(e.text, "unexpected: encoder.layer.1.extra.weight"));
    assert_non_null(strstr(e.text, "encoder.layer.0.output.dense.weight [12,8], needed [8,12]"));
    assert_non_null(strstr(e.text, "encoder.layer.0.intermediate.dense.bias [3,4], needed [12]"));
}

static bool all_renamed(weight_plan *p, arena *mem)
{
    p->name = str_format(mem, "encoder.strange.%s", p->name);
    return true;
}
void misfits_too_many_for_a_line(void **state)
{
    (void)state;
    err e = {0};
    const char *path = varied(all_renamed);
    stderr_begin();
    bool done = load_encoder(path, true, &e);
    const char *said = stderr_end();
    fails(done, &e, "23 missing, 23 unexpected");
    assert_non_null(strstr(e.text, "(all are listed above)"));
    weights w;
    err f = {0};
    works(weights_open(&w, DATA "plain", &f), &f);
    assert_int_equal(w.n, 23);
    for (int i = 0; i < w.n; i++) {
        char name[200];
        snprintf(name, sizeof name, "encoder.strange.%s", w.list[i].name);
        assert_non_null(strstr(said, name));
        snprintf(name, sizeof name, "bert.%s [", w.list[i].name);
        assert_non_null(strstr(said, name));
    }
    weights_close(&w);
}

static bool no_pooler(weight_plan *p, arena *mem)
{
    (void)mem;
    return strncmp(p->name, "pooler.", 7) != 0;
}
void pooler_may_be_missing(void **state)
{
    (void)state;
    err e = {0}, f = {0};
    const char *path = varied(no_pooler);
    works(load_encoder(path, false, &e), &e);
    fails(load_encoder(path, true, &f), &f,
          "missing: bert.pooler.dense.weight [8,8]; bert.pooler.dense.bias [8]");
}

static bool a_head_of_theirs(weight_plan *p, arena *mem)
{
    if (!strcmp(p->name, "pooler.dense.bias"))
        p->name = "crf.transitions";
    else
        p->name = str_format(mem, "bert.%s", p->name);
    return true;
}
static bool unknown_without_mark(weight_plan *p, arena *mem)
{
    (void)mem;
    if (!strcmp(p->name, "pooler.dense.bias")) p->name = "crf.transitions";
    return true;
}
void unknown_heads_beside_bert_are_left_out(void **state)
{
    (void)state;
    err e = {0}, f = {0};
    stderr_begin();
    bool done = load_encoder(varied(a_head_of_theirs), false, &e);
    assert_non_null(strstr(stderr_end(), "crf.transitions (not the encoder's)"));
    works(done, &e);
    fails(load_encoder(varied(unknown_without_mark), false, &f), &f, "unexpected: crf.transitions");
}

static bool twice_spelled(weight_plan *p, arena *mem)
{
    (void)mem;
    if (!strcmp(p->name, "embeddings.LayerNorm.bias")) p->name = "bert.embeddings.LayerNorm.weight";
    return true;
}
void one_tensor_under_two_names(void **state)
{
    (void)state;
    err e = {0};
    fails(load_encoder(varied(twice_spelled), true, &e), &e, "is there too)");
}

/* Overwrites bytes in the middle of a tensor of varied's file. */
static void poke(const char *name, const void *bytes, size_t n)
{
    weights w;
    err e = {0};
    works(weights_open(&w, own("varied/model.safetensors"), &e), &e);
    size_t at = weights_find(&w, name)->at;
    weights_close(&w);
    FILE *f = fopen(own("varied/model.safetensors"), "r+b");
    assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
    fwrite(bytes, 1, n, f);
    assert_int_equal(fclose(f), 0);
}

static bool unchanged(weight_plan *p, arena *mem)
{
    (void)p, (void)mem;
    return true;
}
void values_that_are_not_finite(void **state)
{
    (void)state;
    err e = {0}, f = {0};
    const float inf = INFINITY, nan = NAN;
    const char *path = varied(unchanged);
    poke("pooler.dense.bias", &inf, 4);
    poke("embeddings.LayerNorm.weight", &nan, 4);
    fails(load_encoder(path, true, &e), &e, "2 unusable");
    assert_non_null(strstr(e.text, "pooler.dense.bias holds a value that is not finite"));
    assert_non_null(strstr(e.text, "embeddings.LayerNorm.weight holds a value that is not finite"));
    works(load_encoder(varied(unchanged), true, &f), &f);
}
void integer_weights_are_refused(void **state)
{
    (void)state;
    err e = {0};
    file f;
    const char *path = varied(unchanged);
    works(file_open(&f, own("varied/model.safetensors"), &e), &e);
    arena mem = {0};
    char *copy = (char *)(uintptr_t)str_copy(&mem, f.bytes).at;
    memcpy(strstr(copy + 8, "\"pooler.dense.bias\":{\"dtype\":\"") + 30, "I32", 3);
    put_file(own("varied/model.safetensors"), (str){copy, f.bytes.len});
    fails(load_encoder(path, true, &e), &e, "unusable: pooler.dense.bias is I32");
    file_close(&f);
    arena_close(&mem);
}

void model_dir_from_shards(void **state)
{
    (void)state;
    err e = {0};
    weights w;
    text map = {0};
    works(weights_open(&w, DATA "plain", &e), &e);
    copy_dir(DATA "plain", own("varied"));
    variant v = {.w = &w};
    weight_plan plan[40];
    text_add(&map, STR("{\"weight_map\":{"));
    for (int half = 0; half < 2; half++) {
        int n = 0;
        for (int i = half; i < w.n; i += 2, n++) {
            plan[n] =
                (weight_plan){w.list[i].name,
                              {w.list[i].shape[0], w.list[i].n_dims > 1 ? w.list[i].shape[1] : 0},
                              w.list[i].n_dims};
            v.of[n] = i;
            text_format(&map, "%s\"%s\":\"part-%d.safetensors\"", i ? "," : "", w.list[i].name,
                        half);
        }
        works(weights_write(own(half ? "varied/part-1.safetensors" : "varied/part-0.safetensors"),
                            plan, n, variant_values, &v, &e),
              &e);
    }
    text_add(&map, STR("}}"));
    put_file(own("varied/model.safetensors.index.json"), text_str(&map));
    assert_int_equal(remove(own("varied/model.safetensors")), 0);
    loads_as_plain(own("varied"));
    weights_close(&w);
    text_close(&map);
}

void model_dir_without_weights(void **state)
{
    (void)state;
    model_dir m;
    err e = {0};
    copy_dir(DATA "plain", own("bare"));
    assert_int_equal(remove(own("bare/model.safetensors")), 0);
    opened(&m, own("bare"));
    assert_false(m.has_weights);
    net *n = net_of(&m.d, NULL, 0, false);
    fails(model_dir_load(&m, n, false, false, &e), &e, "neither model.safetensors nor");
    net_close(n);
    model_dir_close(&m);
}
void model_dir_that_is_none(void **state)
{
    (void)state;
    model_dir m;
    err e = {0}, f = {0}, g = {0};
    fails(model_dir_open(&m, own("nowhere"), -1, &e), &e,
          "a model directory is needed, there is none");
    fails(model_dir_open(&m, DATA "make.py", -1, &f), &f,
          "a model directory is needed, this is a file");
    fails(model_dir_open(&m, DATA "sharded", -1, &g), &g, "config.json");
    model_dir_close(&m);
}
void vocabulary_larger_than_the_table(void **state)
{
    (void)state;
    model_dir m;
    err e = {0};
    copy_dir(DATA "plain", own("varied"));
    put_file(own("varied/vocab.txt"),
             STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n"));
    fails(model_dir_open(&m, own("varied"), -1, &e), &e,
          "the vocabulary has 17 pieces, config.json's vocab_size is only 16");
}
