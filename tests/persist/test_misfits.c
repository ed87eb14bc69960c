/* Weights that do not fit the net: all told at once, and what may be passed over. */
#include "persist/helpers.h"
#include <math.h>
#include <string.h>

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
