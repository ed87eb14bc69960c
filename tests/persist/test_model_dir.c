/* Opening, loading and writing model directories: real spellings in, misfits told all at once, and what
 * transformers would write, byte for byte, out. */
#include "persist/helpers.h"
#include "persist/load.h"
#include <math.h>
#include <string.h>

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

static bool heads_inside(weight_plan *p, arena *mem)
{
    if (!strcmp(p->name, "pooler.dense.weight"))
        p->name = "tasks.ddi.classifier.weight"; /* [8,8] */
    else if (!strcmp(p->name, "pooler.dense.bias"))
        p->name = "tasks.ddi.classifier.bias";
    else
        p->name = str_format(mem, "module.%s", p->name);
    return true;
}
static bool half_a_head(weight_plan *p, arena *mem)
{
    (void)heads_inside(p, mem);
    return strcmp(p->name, "tasks.ddi.classifier.bias") != 0;
}

/* A net with one head of eight classes, ddi, loaded from `path`; its bias and first weight. */
static bool load_eight(const char *path, bool fresh, float bias[8], float *first, err *e)
{
    model_dir m;
    static const char *labels[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    float all[64];
    task ddi = two_tasks[1];
    ddi.labels = labels, ddi.n_labels = 8;
    opened(&m, path);
    assert_true(m.pooler);
    net *n = net_of(&m.d, &ddi, 1, false);
    fill_slab(n, SLAB_MASTER, 3);
    bool done = model_dir_load(&m, n, fresh, false, e);
    params_get(net_params(n), params_find(net_params(n), "tasks.ddi.classifier.bias"), 0, bias);
    params_get(net_params(n), params_find(net_params(n), "tasks.ddi.classifier.weight"), 0, all);
    *first = all[0];
    net_close(n);
    model_dir_close(&m);
    return done;
}
void heads_beside_the_encoder(void **state)
{
    (void)state;
    err e = {0};
    weights w;
    float bias[8], want[8], first;
    works(load_eight(varied(heads_inside), false, bias, &first, &e), &e);
    works(weights_open(&w, DATA "plain", &e), &e);
    works(weight_floats(weights_find(&w, "pooler.dense.bias"), 0, 8, want, &e), &e);
    assert_memory_equal(bias, want, sizeof want);
    weights_close(&w);
}
void half_a_head_starts_anew_as_a_whole(void **state)
{
    (void)state;
    err e = {0}, f = {0}, g = {0};
    float kept[8], bias[8], other_first, kept_first;
    fails(load_eight(varied(half_a_head), false, bias, &other_first, &e), &e,
          "1 missing; missing: tasks.ddi.classifier.bias [8]");
    works(load_eight(DATA "plain", true, kept, &kept_first, &f), &f);
    works(load_eight(varied(half_a_head), true, bias, &other_first, &g), &g);
    assert_memory_equal(bias, kept, sizeof bias);
    assert_true(other_first == kept_first);
}

/* Plain's weights as TensorFlow would have them: slashes, kernels turned. */
static void turned_values(void *ctx, int i, float *to)
{
    const variant *v = ctx;
    const weight *t = &v->w->list[v->of[i]];
    float x[200];
    err e = {0};
    bool kernel = str_ends(str_of(t->name), "dense.weight") || strstr(t->name, "self.");
    works(weight_floats(t, 0, t->count, t->n_dims == 2 && kernel ? x : to, &e), &e);
    for (int64_t r = 0; t->n_dims == 2 && kernel && r < t->shape[0]; r++)
        for (int64_t c = 0; c < t->shape[1]; c++) to[c * t->shape[0] + r] = x[r * t->shape[1] + c];
}
void names_and_kernels_of_tensorflow(void **state)
{
    (void)state;
    weights w, tf;
    err e = {0};
    model_dir m;
    weight_plan plan[40];
    works(weights_open(&w, DATA "plain", &e), &e);
    variant v = {.w = &w};
    for (int i = 0; i < w.n; i++) {
        const weight *t = &w.list[i];
        bool kernel = t->n_dims == 2 && !strstr(t->name, "_embeddings");
        text name = {0};
        text_add(&name, STR("bert/"));
        for (const char *c = t->name; *c; c++) text_char(&name, *c == '.' ? '/' : *c);
        str s = text_str(&name);
        if (str_ends(s, "_embeddings/weight")) s.len -= 7;
        const char *plain = str_keep(&w.mem, s), *layer = strstr(plain, "layer/0");
        if (layer) *(char *)(uintptr_t)(layer + 5) = '_';
        if (kernel) plain = str_format(&w.mem, "%.*skernel", (int)(s.len - 6), plain);
        if (strstr(plain, "LayerNorm/"))
            plain = str_format(&w.mem, "%.*s%s", (int)(strrchr(plain, '/') - plain + 1), plain,
                               str_ends(s, "bias") ? "beta" : "gamma");
        plan[i] = (weight_plan){
            plain, {t->shape[kernel], t->n_dims > 1 ? t->shape[!kernel] : 0}, t->n_dims};
        v.of[i] = i;
        text_close(&name);
    }
    works(weights_write(own("tf.safetensors"), plan, w.n, turned_values, &v, &e), &e);
    works(weights_open(&tf, own("tf.safetensors"), &e), &e);
    opened(&m, DATA "plain");
    net *n = net_of(&m.d, NULL, 0, false);
    load_plan how = {.dir = "tf", .style = NAMES_TENSORFLOW, .need_pooler = true};
    works(load_weights(&tf, 1, net_params(n), &how, &e), &e);
    assert_plain(n);
    net_close(n);
    model_dir_close(&m);
    weights_close(&tf);
    weights_close(&w);
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
          "config.json"); /* a checkpoint perhaps: what is beside it says more */
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
