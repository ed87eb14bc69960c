/* Every spelling of a name that is in circulation, and what is made of it. */
#include "persist/names.h"
#include "tests.h"
#include <string.h>

static void is_ours(const char *foreign, enum name_style style, const char *name, bool transposed)
{
    known_name k;
    name_read(foreign, style, &k);
    assert_int_equal(k.use, NAME_BERT);
    assert_string_equal(k.name, name);
    assert_int_equal(k.transposed, transposed);
}

void names_with_and_without_prefix(void **state)
{
    (void)state;
    static const char *const ends[] = {"embeddings.word_embeddings.weight",
                                       "encoder.layer.11.attention.self.query.bias",
                                       "pooler.dense.weight"};
    static const char *const fronts[] = {"", "bert.", "module.", "module.bert.",
                                         "module.module.bert."};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 5; k++) {
            char foreign[200], name[200];
            known_name known;
            snprintf(foreign, sizeof foreign, "%s%s", fronts[k], ends[i]);
            snprintf(name, sizeof name, "bert.%s", ends[i]);
            is_ours(foreign, NAMES_TORCH, name, false);
            name_read(foreign, NAMES_TORCH, &known);
            assert_int_equal(known.bert, strstr(foreign, "bert.") == foreign + (k == 1   ? 0
                                                                                : k == 3 ? 7
                                                                                : k == 4 ? 14
                                                                                         : -1));
        }
}
void names_gamma_and_beta(void **state)
{
    (void)state;
    is_ours("bert.embeddings.LayerNorm.gamma", NAMES_TORCH, "bert.embeddings.LayerNorm.weight",
            false);
    is_ours("encoder.layer.3.output.LayerNorm.beta", NAMES_TORCH,
            "bert.encoder.layer.3.output.LayerNorm.bias", false);
}
void names_left_out(void **state)
{
    (void)state;
    static const char *const names[] = {"bert.embeddings.position_ids",
                                        "embeddings.position_ids",
                                        "cls.predictions.bias",
                                        "module.cls.seq_relationship.weight",
                                        "classifier.weight",
                                        "qa_outputs.bias",
                                        "scoring_list.3.weight"};
    for (int i = 0; i < 7; i++) {
        known_name k;
        name_read(names[i], NAMES_TORCH, &k);
        assert_int_equal(k.use, NAME_LEFT_OUT);
        assert_string_equal(k.name, names[i]);
        assert_non_null(k.why);
    }
}
void names_of_our_heads(void **state)
{
    (void)state;
    known_name k;
    name_read("tasks.bc5cdr-disease.v2.classifier.weight", NAMES_TORCH, &k);
    assert_int_equal(k.use, NAME_HEAD);
    assert_string_equal(k.name, "tasks.bc5cdr-disease.v2.classifier.weight");
}
void names_nobody_knows(void **state)
{
    (void)state;
    static const char *const names[] = {"",           "crf.transitions",        "bert.tasks.x",
                                        "bert.cls.x", "bert.classifier.weight", "Embeddings.x",
                                        "bert",       "bert.embedding.x"};
    for (int i = 0; i < 8; i++) {
        known_name k;
        name_read(names[i], NAMES_TORCH, &k);
        assert_int_equal(k.use, NAME_UNKNOWN);
    }
}
void names_too_long(void **state)
{
    (void)state;
    char name[1000] = "bert.encoder.";
    memset(name + 13, 'x', sizeof name - 14);
    known_name k;
    for (int i = 0; i < 2; i++) {
        name_read(name, i ? NAMES_TENSORFLOW : NAMES_TORCH, &k);
        assert_int_equal(k.use, NAME_UNKNOWN);
        assert_int_equal(strlen(k.name), NAME_ROOM - 1);
        memcpy(name, "bert/encoder/", 13);
    }
}
void names_of_tensorflow(void **state)
{
    (void)state;
    static const struct {
        const char *foreign, *name;
        bool transposed;
    } pairs[] = {
        {"bert/embeddings/word_embeddings", "bert.embeddings.word_embeddings.weight", false},
        {"bert/embeddings/token_type_embeddings", "bert.embeddings.token_type_embeddings.weight",
         false},
        {"bert/embeddings/LayerNorm/gamma", "bert.embeddings.LayerNorm.weight", false},
        {"bert/embeddings/LayerNorm/beta", "bert.embeddings.LayerNorm.bias", false},
        {"bert/encoder/layer_11/attention/self/query/kernel",
         "bert.encoder.layer.11.attention.self.query.weight", true},
        {"bert/encoder/layer_0/attention/self/value/bias",
         "bert.encoder.layer.0.attention.self.value.bias", false},
        {"bert/encoder/layer_0/attention/output/dense/kernel",
         "bert.encoder.layer.0.attention.output.dense.weight", true},
        {"bert/encoder/layer_0/intermediate/dense/kernel",
         "bert.encoder.layer.0.intermediate.dense.weight", true},
        {"bert/encoder/layer_0/output/LayerNorm/beta", "bert.encoder.layer.0.output.LayerNorm.bias",
         false},
        {"bert/pooler/dense/kernel", "bert.pooler.dense.weight", true},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        is_ours(pairs[i].foreign, NAMES_TENSORFLOW, pairs[i].name, pairs[i].transposed);
}
void names_tensorflow_leaves_out(void **state)
{
    (void)state;
    static const char *const names[] = {"global_step",
                                        "bert/pooler/dense/kernel/adam_m",
                                        "bert/embeddings/LayerNorm/beta/adam_v",
                                        "cls/predictions/output_bias",
                                        "output_weights",
                                        "loss_scale"};
    for (int i = 0; i < 6; i++) {
        known_name k;
        name_read(names[i], NAMES_TENSORFLOW, &k);
        assert_int_equal(k.use, NAME_LEFT_OUT);
        assert_string_equal(k.name, names[i]);
        assert_false(k.transposed);
    }
}
void names_in_lists(void **state)
{
    (void)state;
    static const struct {
        const char *foreign, *name;
        enum name_style style;
        bool transposed;
    } pairs[] = {
        {"bert/pooler/dense/kernel", "pooler.dense.weight", NAMES_TENSORFLOW, true},
        {"cls/predictions/transform/dense/kernel", "cls.predictions.transform.dense.weight",
         NAMES_TENSORFLOW, true},
        {"cls/predictions/transform/LayerNorm/beta", "cls.predictions.transform.LayerNorm.bias",
         NAMES_TENSORFLOW, false},
        {"cls/predictions/output_bias", "cls.predictions.bias", NAMES_TENSORFLOW, false},
        {"cls/seq_relationship/output_weights", "cls.seq_relationship.weight", NAMES_TENSORFLOW,
         false},
        {"output_weights", "classifier.weight", NAMES_TENSORFLOW, false},
        {"module.bert.embeddings.LayerNorm.gamma", "embeddings.LayerNorm.weight", NAMES_TORCH,
         false},
        {"cls.predictions.transform.LayerNorm.gamma", "cls.predictions.transform.LayerNorm.weight",
         NAMES_TORCH, false},
        {"scoring_list.0.weight", "scoring_list.0.weight", NAMES_TORCH, false},
        {"bert.adapter.x", "adapter.x", NAMES_TORCH, false},
    };
    static const char *const none[] = {"bert/pooler/dense/kernel/adam_m", "global_step"};
    char name[NAME_ROOM];
    bool transposed;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(name_list(pairs[i].foreign, pairs[i].style, name, &transposed));
        assert_string_equal(name, pairs[i].name);
        assert_int_equal(transposed, pairs[i].transposed);
    }
    for (int i = 0; i < 2; i++)
        assert_false(name_list(none[i], NAMES_TENSORFLOW, name, &transposed));
    assert_false(name_list("bert.embeddings.position_ids", NAMES_TORCH, name, &transposed));
}
