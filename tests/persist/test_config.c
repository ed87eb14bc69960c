/* config.json -> sizes, its refusals, and what is kept on the way back. */
#include "persist/config.h"
#include "persist/helpers.h"
#include <string.h>

#define SIZES                                                                                \
    "\"vocab_size\":16,\"hidden_size\":8,\"num_hidden_layers\":1,\"num_attention_heads\":2," \
    "\"intermediate_size\":12"

static bool read_text(const char *config, dims *d, err *e)
{
    json *j;
    put_file(own("config.json"), str_of(config));
    bool done = config_read(&j, d, test_dir(), e);
    if (done)
        json_close(j);
    else
        assert_null(j);
    return done;
}

static void refused(const char *more, const char *why)
{
    char config[1000];
    dims d;
    err e = {0};
    snprintf(config, sizeof config, "{" SIZES "%s}", more);
    fails(read_text(config, &d, &e), &e, why);
    assert_non_null(strstr(e.text, "config.json: "));
}

void config_of_transformers(void **state)
{
    (void)state;
    json *j;
    dims d;
    err e = {0};
    works(config_read(&j, &d, DATA "tuned", &e), &e);
    assert_true(d.V == 16 && d.H == 8 && d.L == 1 && d.A == 2 && d.F == 12 && d.P == 6 && d.T == 2);
    assert_int_equal(d.act, ACT_GELU_TANH);
    assert_true(d.eps == 1e-12f && d.drop_hidden == 0.1f && d.drop_attention == 0.1f &&
                d.init_range == 0.02f);
    json_close(j);
}
void config_of_google(void **state)
{
    (void)state;
    json *j;
    dims d;
    err e = {0};
    works(config_read(&j, &d, DATA "old", &e), &e);
    assert_true(d.V == 16 && d.P == 6 && d.eps == 1e-12f && d.act == ACT_GELU);
    json_close(j);
}
void config_null_is_absent(void **state)
{
    (void)state;
    dims d;
    err e = {0};
    works(
        read_text(
            "{" SIZES ",\"layer_norm_eps\":null,\"type_vocab_size\":null,\"hidden_act\":null,"
            "\"model_type\":null,\"is_decoder\":null,"
            "\"pruned_heads\":null,\"position_embedding_type\":null,\"hidden_dropout_prob\":null}",
            &d, &e),
        &e);
    assert_true(d.eps == 1e-12f && d.T == 2 && d.P == 512 && d.act == ACT_GELU &&
                d.drop_hidden == 0.1f);
}
void config_every_activation(void **state)
{
    (void)state;
    static const char *const names[] = {"gelu", "gelu_new", "gelu_pytorch_tanh", "relu"};
    static const enum act acts[] = {ACT_GELU, ACT_GELU_TANH, ACT_GELU_TANH, ACT_RELU};
    for (int i = 0; i < 4; i++) {
        char config[400];
        dims d;
        err e = {0};
        snprintf(config, sizeof config, "{" SIZES ",\"hidden_act\":\"%s\"}", names[i]);
        works(read_text(config, &d, &e), &e);
        assert_int_equal(d.act, acts[i]);
    }
    refused(",\"hidden_act\":\"silu\"",
            "hidden_act must be gelu, gelu_new, gelu_pytorch_tanh or relu, here is 'silu'");
    refused(",\"hidden_act\":7", "hidden_act must be a text");
}
void config_refuses_other_models(void **state)
{
    (void)state;
    refused(",\"model_type\":\"roberta\"", "model_type must be bert, here is 'roberta'");
    refused(",\"position_embedding_type\":\"relative_key\"",
            "position_embedding_type must be absolute");
    refused(",\"is_decoder\":true", "is_decoder: only encoders");
    refused(",\"add_cross_attention\":true", "add_cross_attention: only encoders");
    refused(",\"is_decoder\":\"no\"", "is_decoder");
    refused(",\"pruned_heads\":{\"0\":[1]}", "pruned heads");
    dims d;
    err e = {0};
    works(read_text("{" SIZES ",\"pruned_heads\":{},\"is_decoder\":false}", &d, &e), &e);
}
void config_refuses_missing_sizes(void **state)
{
    (void)state;
    static const char *const keys[] = {"vocab_size", "hidden_size", "num_hidden_layers",
                                       "num_attention_heads", "intermediate_size"};
    for (int i = 0; i < 5; i++) {
        char config[400] = "{" SIZES "}", why[100];
        dims d;
        err e = {0};
        *strstr(config, keys[i]) = '_';
        snprintf(why, sizeof why, "config.json: %s is missing", keys[i]);
        fails(read_text(config, &d, &e), &e, why);
    }
}
void config_refuses_bad_sizes(void **state)
{
    (void)state;
    static const char *const values[] = {"0", "-1", "1.5", "1e30", "\"8\"", "99999999999999999999"};
    for (int i = 0; i < 6; i++) {
        char more[100];
        snprintf(more, sizeof more, ",\"max_position_embeddings\":%s", values[i]);
        refused(more, "max_position_embeddings");
    }
    dims d;
    err e = {0};
    fails(read_text("{\"vocab_size\":16,\"hidden_size\":9,\"num_hidden_layers\":1,\"num_attention_"
                    "heads\":2,\"intermediate_size\":12}",
                    &d, &e),
          &e, "hidden_size 9 must be a multiple of num_attention_heads 2");
    e = (err){0};
    fails(read_text("{\"vocab_size\":16000000,\"hidden_size\":65536,\"num_hidden_layers\":1,\"num_"
                    "attention_heads\":2,\"intermediate_size\":12}",
                    &d, &e),
          &e, "billion values");
}
void config_refuses_bad_reals(void **state)
{
    (void)state;
    refused(",\"hidden_dropout_prob\":1",
            "hidden_dropout_prob must be from 0 to below 1, here is 1");
    refused(",\"attention_probs_dropout_prob\":-0.1", "attention_probs_dropout_prob must be");
    refused(",\"layer_norm_eps\":\"small\"", "layer_norm_eps");
}
void config_refuses_no_object(void **state)
{
    (void)state;
    dims d;
    err e = {0}, f = {0}, g = {0};
    fails(read_text("[]", &d, &e), &e, "a JSON object is needed");
    fails(read_text("{", &d, &f), &f, "config.json:1: ");
    json *j;
    fails(config_read(&j, &d, own("nowhere"), &g), &g, "No such file");
}

static const char *written(const char *source, const dims *d)
{
    static text t;
    json *j = NULL;
    err e = {0};
    text_close(&t);
    t = (text){0};
    if (source) works(json_parse(&j, str_of(source), "x", 1, &e), &e);
    config_put(&t, j, d);
    if (j) json_close(j);
    return t.at;
}

void config_keeps_unknown_keys(void **state)
{
    (void)state;
    dims d;
    err e = {0};
    const char *source = "{\"zeta\":{\"b\":[1,2.5,null,true,\"\\u00b5\"],\"a\":{}}," SIZES
                         ",\"layer_norm_eps\":1e-12,\"initializer_range\":0.0200000001,\"hidden_"
                         "act\":\"gelu_pytorch_tanh\","
                         "\"architectures\":[\"BertForTokenClassification\"],\"id2label\":{\"0\":"
                         "false},\"big\":9007199254740993}";
    works(read_text(source, &d, &e), &e);
    const char *t = written(source, &d);
    assert_true(strstr(t, "\"zeta\"") < strstr(t, "\"vocab_size\"") &&
                strstr(t, "\"vocab_size\"") < strstr(t, "\"big\": 9007199254740993"));
    assert_non_null(strstr(t, "2.5"));
    assert_non_null(strstr(t, "\xc2\xb5"));
    assert_non_null(strstr(t, "\"0\": false"));
    assert_non_null(strstr(t, "\"hidden_act\": \"gelu_pytorch_tanh\""));
    assert_non_null(strstr(t, "\"layer_norm_eps\": 1e-12"));
    assert_non_null(strstr(t, "\"initializer_range\": 0.0200000001"));
    assert_non_null(strstr(t, "\"BertModel\""));
    assert_null(strstr(t, "TokenClassification"));
    assert_non_null(strstr(t, "\"torch_dtype\": \"float32\""));
    assert_non_null(strstr(t, "\"model_type\": \"bert\""));
}
void config_changes_what_it_must(void **state)
{
    (void)state;
    dims d, back;
    err e = {0};
    const char *source =
        "{" SIZES ",\"layer_norm_eps\":1e-12,\"hidden_act\":\"relu\",\"dtype\":\"bfloat16\"}";
    works(read_text(source, &d, &e), &e);
    d.V = 20, d.L = 3, d.eps = 1e-5f, d.act = ACT_GELU, d.drop_hidden = 0.25f;
    works(read_text(written(source, &d), &back, &e), &e);
    assert_memory_equal(&d, &back, sizeof d);
    assert_non_null(strstr(written(source, &d), "\"layer_norm_eps\": 1e-05"));
    assert_non_null(strstr(written(source, &d), "\"dtype\": \"float32\""));
    assert_null(strstr(written(source, &d), "bfloat16"));
}
void config_without_source(void **state)
{
    (void)state;
    dims d, back;
    err e = {0};
    works(read_text("{" SIZES "}", &d, &e), &e);
    works(read_text(written(NULL, &d), &back, &e), &e);
    assert_memory_equal(&d, &back, sizeof d);
}
