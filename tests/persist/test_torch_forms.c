/* What a pickle may say of tensors and of what stands beside them, form by form: with the tests of hostile files every branch of the readers of
 * PyTorch's files. */
#include "persist/hostile.h"
#include "persist/pickle.h"
#include <string.h>

/* Storage "0" of four f32; a call that makes a tensor; both in protocol 2 with short texts. */
#define STORAGE(type, key, count) "(U\7storagectorch\n" type "\nU" key "U\3cpu" count "tQ"
#define FLOATS              \
    STORAGE("FloatStorage", \
            "\1"            \
            "0",            \
            "K\4")
#define CALL(function, arguments) "ctorch._utils\n" function "\n(" arguments "tR"
#define TENSOR(id, rest)          CALL("_rebuild_tensor_v2", id rest)
#define ROW                       "K\0(K\4t(K\1t\x89}"
#define WHOLE                     TENSOR(FLOATS, ROW)
#define LONG(bytes)               "\x8a\x8" bytes
#define OBJECT(s)        \
    {                    \
        s, sizeof(s) - 1 \
    }

typedef struct said {
    str object;
    const char *why;
} said;

static void all_refused(const said *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool stored = memmem(all[i].object.at, all[i].object.len, "storage", 7);
        refused_quickly(legacy_file(all[i].object, stored ? 4 : -1), all[i].why);
    }
}

static void read_object(weights *w, str object)
{
    err e = {0};
    works(weights_open(w, legacy_file(object, 4), &e), &e);
}

void torch_ids_that_name_no_storage(void **state)
{
    (void)state;
    static const said all[] = {
        {OBJECT("NQ"), "is none of a storage"},
        {OBJECT("(U\7storageNNNtQ"), "is none of a storage"},
        {OBJECT("(NNNNNtQ"), "is none of a storage"},
        {OBJECT("(U\3etcNNNNtQ"), "is none of a storage"},
        {OBJECT("(U\7storageNNNNtQ"), "is none of a storage"},
        {OBJECT("(U\7storageNU\1"
                "0NNtQ"),
         "is none of a storage"},
        {OBJECT("(U\7storageNU\1"
                "0NJ\xff\xff\xff\xfftQ"),
         "is none of a storage"},
        {OBJECT("(U\7storageNU\1"
                "0NK\4tQ"),
         "of a type or a form that is not known"},
        {OBJECT("(U\7storagecnumpy\nFloatStorage\nU\1"
                "0NK\4tQ"),
         "of a type or a form"},
        {OBJECT("(U\7storagectorch\nFloatStorage\nU\1"
                "0NK\4K\1tQ"),
         "of a type or a form"},
        {OBJECT(STORAGE("FloatStorage", "\0", "K\4")), "has no key"},
        {OBJECT(STORAGE("FloatStorage", "\1\n", "K\4")), "has no key"},
        {OBJECT(STORAGE("FloatStorage",
                        "\145"
                        "01234567890123456789012345678901234567890123456789"
                        "012345678901234567890123456789012345678901234567890",
                        "K\4")),
         "has no key"},
        {OBJECT(STORAGE("FloatStorage",
                        "\1"
                        "0",
                        LONG("\0\0\0\0\0\0\0\x7f"))),
         "is too large"},
        {OBJECT("(" STORAGE("FloatStorage",
                            "\1"
                            "0",
                            "K\4") STORAGE("FloatStorage",
                                           "\1"
                                           "0",
                                           "K\5") "t"),
         "two sizes or types"},
        {OBJECT("(" STORAGE("FloatStorage",
                            "\1"
                            "0",
                            "K\4") STORAGE("IntStorage",
                                           "\1"
                                           "0",
                                           "K\4") "t"),
         "two sizes or types"},
    };
    all_refused(all, sizeof all / sizeof *all);
}

void torch_tensors_of_no_proper_numbers(void **state)
{
    (void)state;
    static const said all[] = {
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0)") "s"), "no proper numbers"},
        {OBJECT("}U\1v" FLOATS "sU\1w" TENSOR("N", ROW) "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "N(K\4t(K\1t\x89}") "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0N(K\1t\x89}") "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0(Nt(K\1t\x89}") "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0(K\4tN\x89}") "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0(K\4t(K\1K\1t\x89}") "s"), "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0(K\1K\1K\1K\1K\1K\1K\1K\1K\1t(t\x89}") "s"),
         "no proper"},
        {OBJECT("}U\1w" TENSOR(FLOATS, "K\0(" LONG("\0\0\0\0\0\0\0\x7f")
                                           LONG("\0\0\0\0\0\0\0\x7f") "t(K\1K\1t\x89}") "s"),
         "no proper numbers"},
        {OBJECT("}U\1w" TENSOR(FLOATS,
                               "K\0(K\2t(" LONG("\xff\xff\xff\xff\xff\xff\xff\x7f") "t\x89}") "s"),
         "reaches beyond"},
        {OBJECT("}U\1w" TENSOR(FLOATS,
                               "K\0(K\4t(" LONG("\xff\xff\xff\xff\xff\xff\xff\x7f") "t\x89}") "s"),
         "reaches beyond"},
        {OBJECT("}U\1w" TENSOR(FLOATS,
                               "K\3(K\2K\2K\1t(" LONG("\xff\xff\xff\xff\xff\xff\xff\x7f")
                                   LONG("\xff\xff\xff\xff\xff\xff\xff\x7f") "K\1t\x89}") "s"),
         "reaches beyond"},
        {OBJECT("}U\1\n" WHOLE "s"), "has no name"},
        {OBJECT("}U\1w" CALL("_rebuild_parameter", "") "s"), "no tensors are in it"},
        {OBJECT(
             "}U\1w" CALL("_rebuild_parameter",
                          CALL("_rebuild_parameter",
                               CALL("_rebuild_parameter", CALL("_rebuild_parameter", WHOLE)))) "s"),
         "no tensors are in it"},
        {OBJECT("}" WHOLE WHOLE "s"), "no tensors are in it"},
        {OBJECT("}U\1wctorch._utils\n_rebuild_tensor_v2\n)R)Rs"), "no tensors are in it"},
        {OBJECT("}U\1wcos\nsystem\n)Rs"), "no tensors are in it"},
        {OBJECT("}NNs"), "no tensors are in it"},
        {OBJECT("}U\1\nNs"), "no tensors are in it"},
        {OBJECT("}U\1wNs"), "no tensors are in it"},
    };
    all_refused(all, sizeof all / sizeof *all);
}

/* Everything that makes a tensor, in one file; also an empty one, one of a single value, and views with no values to go through. */
void torch_every_call_that_makes_a_tensor(void **state)
{
    (void)state;
    /* clang-format off */
    static const str object = OBJECT(
        "}U\1a" CALL("_rebuild_tensor", FLOATS ROW)
        "sU\1b" CALL("_rebuild_tensor_v3", FLOATS ROW)
        "sU\1c" CALL("_rebuild_parameter", WHOLE "\x88}")
        "sU\1d" TENSOR(FLOATS, "K\4(K\0K\2t(K\7K\7t\x89}")
        "sU\1e" TENSOR(FLOATS, "K\3))\x89}")
        "sU\1f" TENSOR("(U\7storagectorch.storage\nFloatStorage\nU\1" "0U\3cpuK\4NtQ", ROW) "s");
    /* clang-format on */
    weights w;
    read_object(&w, object);
    assert_int_equal(w.n, 6);
    assert_int_equal(weights_find(&w, "d")->count, 0);
    assert_int_equal(weights_find(&w, "e")->count, 1);
    for (int i = 0; i < w.n; i++) assert_null(w.list[i].stride);
    weights_close(&w);
}

/* What stands beside the tensors is left out and said, but not under a name that a terminal would obey. */
void torch_what_is_left_out_is_said(void **state)
{
    (void)state;
    static const char begin[] = "}U\5state}U\1w" WHOLE "sU\4noneNsU\1\nNsNNss";
    text t = {0};
    weights w;
    char word[151] = "";
    memset(word, 'y', 150);
    PUT(&t, begin);
    PUT(&t, "U\5epochK\3sU\1\n"
            "NsNNsU\6configNs");
    put_word(&t, word);
    PUT(&t, "Ns");
    read_object(&w, text_str(&t));
    assert_int_equal(w.n, 1);
    assert_non_null(strstr(w.skipped.at, ", none (no tensor)"));
    assert_non_null(strstr(w.skipped.at, "epoch (beside the weights), yyy"));
    assert_null(strstr(w.skipped.at, "config"));
    assert_null(w.config);
    assert_int_equal(strspn(strstr(w.skipped.at, "yyy"), "y"), 100);
    for (size_t i = 0; i < w.skipped.len; i++) assert_true(w.skipped.at[i] != '\n');
    weights_close(&w);
    t.len = 0;
    text_char(&t, '}');
    put_word(&t, word);
    PUT(&t, "NsU\1w" WHOLE "s");
    read_object(&w, text_str(&t));
    assert_int_equal(strspn(w.skipped.at, "y"), 100);
    weights_close(&w);
    text_close(&t);
}

/* The moving average is what mt-dnn trained where the config says so, and only there. */
void torch_averages_of_mtdnn(void **state)
{
    (void)state;
    static const struct {
        str object;
        bool average;
    } all[] = {
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\3ema}U\1v" WHOLE "ssU\6config}U\7ema_optK\1ss"), true},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\3ema}U\1v" WHOLE "ssU\6config}U\7ema_optK\0ss"), false},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\3ema}U\1v" WHOLE "ssU\6config}U\7ema_optNss"), false},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\3ema}U\1v" WHOLE "ssU\6config}s"), false},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\3emaNs"), false},
        {OBJECT("}U\1w" WHOLE "sU\3ema}sU\6config}U\7ema_optK\1ss"), false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        weights w;
        read_object(&w, all[i].object);
        assert_int_equal(w.n, 1);
        assert_string_equal(w.list[0].name, all[i].average ? "v" : "w");
        weights_close(&w);
    }
}

/* Sizes and corpora of mt-dnn's config; what is of another type is passed over. */
void torch_configs_of_mtdnn(void **state)
{
    (void)state;
    static const struct {
        str object;
        const char *config, *heads;
    } all[] = {
        {OBJECT("}U\5state}U\1w" WHOLE
                "ssU\6config}U\13hidden_sizeK\10sU\12hidden_actU\4gelusU\16train_datasets]"
                "U\5ner_aaU\3stsaU\5ner_baNaU\1\nass"),
         "{\"hidden_size\":8,\"hidden_act\":\"gelu\"}", "ner,sts"},
        {OBJECT("}U\5state}U\1w" WHOLE
                "ssU\6config}U\13hidden_sizeNsU\12hidden_actU\1\nsU\16train_datasets]ss"),
         "{}", NULL},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\6config}U\12vocab_sizeK\1sU\16train_datasetsNss"), NULL,
         NULL},
        {OBJECT("}U\5state}U\1w" WHOLE "ssU\6config}NNss"), NULL, NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        weights w;
        read_object(&w, all[i].object);
        assert_int_equal(w.config != NULL, all[i].config != NULL);
        if (w.config) assert_string_equal(w.config, all[i].config);
        assert_int_equal(w.heads != NULL, all[i].heads != NULL);
        if (w.heads) assert_string_equal(w.heads, all[i].heads);
        weights_close(&w);
    }
}

/* The parts of a legacy file around the object: magic number, protocol, byte order, keys, storages. */
static void refused_parts(str protocol, str system, str object, str keys, str storages,
                          const char *why)
{
    text t = {0};
    PUT(&t, "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e");
    const str parts[] = {protocol, system, object, keys, storages};
    for (int i = 0; i < 5; i++) {
        text_add(&t, parts[i]);
        if (i < 4) text_char(&t, '.');
    }
    put_file(own("bad.pt"), text_str(&t));
    text_close(&t);
    refused_quickly(own("bad.pt"), why);
}

void torch_legacy_part_by_part(void **state)
{
    (void)state;
    static const str protocol = OBJECT("M\xe9\3"), little = OBJECT("}U\15little_endian\x88s"),
                     object = OBJECT("}U\1w" WHOLE "s"),
                     keys = OBJECT("]U\1"
                                   "0a"),
                     two = OBJECT("}U\1w" WHOLE "sU\1v" TENSOR(STORAGE("FloatStorage",
                                                                       "\1"
                                                                       "1",
                                                                       "K\4"),
                                                               ROW) "s"),
                     values = OBJECT("\4\0\0\0\0\0\0\0"
                                     "0123456789abcdef");
    refused_parts(protocol, STR("}"), object, keys, values, "not little-endian");
    refused_parts(protocol, STR("}U\15little_endianK\1s"), object, keys, values,
                  "not little-endian");
    refused_parts(protocol, STR("}U\15little_endian\x89s"), object, keys, values,
                  "not little-endian");
    refused_parts(STR("N"), little, object, keys, values, "the protocol is not 1001");
    refused_parts(STR("K\1"), little, object, keys, values, "the protocol is not 1001");
    refused_parts(protocol, little, object, STR("}"), values, "the list of storages does not fit");
    refused_parts(protocol, little, object, STR("]"), values, "the list of storages does not fit");
    refused_parts(protocol, little, object, STR("]Na"), values,
                  "the list of storages does not fit");
    refused_parts(protocol, little, object,
                  STR("]U\1"
                      "1a"),
                  values, "the list of storages does not fit");
    refused_parts(protocol, little, two,
                  STR("]U\1"
                      "0aU\1"
                      "0a"),
                  values, "the list of storages does not fit");
    refused_parts(protocol, little, object, keys, STR("\4\0\0"), "the file has others or ends");
    refused_parts(protocol, little, object, keys, str_sub(values, 0, 20),
                  "the file has others or ends");
    refused_parts(protocol, little, STR("NQ"), keys, values, "is none of a storage");
    refused_parts(protocol, little, STR("N"), STR("]"), STR(""), "a dict of tensors is needed");
    refused_parts(protocol, little, object, keys,
                  STR("\4\0\0\0\0\0\0\0"
                      "0123456789abcdef+"),
                  "1 bytes are behind");
    refused_parts(protocol, little, STR("R"), keys, values, "too few values");
}

/* Entries of an archive around the pickle. */
void torch_archive_part_by_part(void **state)
{
    (void)state;
    static const str good = OBJECT("\x80\2}U\1w" WHOLE "s."), values = OBJECT("0123456789abcdef");
    static const struct {
        const char *name[2];
        str pickled, values;
        const char *why;
    } all[] = {
        {{"data.pkl", "x"}, OBJECT("N."), OBJECT(""), "its entries are in no folder"},
        {{"x/other.pkl", "x/data/0"}, OBJECT("N."), OBJECT(""), "data.pkl is missing"},
        {{"x/data.pkl", "x/data/0"}, OBJECT("R."), OBJECT(""), "too few values"},
        {{"x/data.pkl", "x/data/0"}, OBJECT("N.N."), OBJECT(""), "goes on behind its end"},
        {{"x/data.pkl", "x/data/0"}, OBJECT("NQ."), OBJECT(""), "is none of a storage"},
        {{"x/data.pkl", "x/data/1"},
         OBJECT("\x80\2}U\1w" WHOLE "s."),
         OBJECT(""),
         "x/data/0 is missing"},
        {{"x/data.pkl", "x/data/0"},
         OBJECT("\x80\2}U\1w" WHOLE "s."),
         OBJECT("0123"),
         "its storage needs 16"},
    };
    archive a = {0};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        archive_add(&a, all[i].name[0], all[i].pickled);
        archive_add(&a, all[i].name[1], all[i].values);
        archive_close(&a);
        refused_quickly(archive_file(&a), all[i].why);
    }
    for (int damaged = 0; damaged < 2; damaged++) { /* the checksum of the pickle, of the values */
        archive_add(&a, "x/data.pkl", good);
        archive_add(&a, "x/data/0", values);
        archive_close(&a);
        archive_put(&a, a.central[damaged] + 16, 7, 4);
        refused_quickly(archive_file(&a), "is damaged (its checksum differs)");
    }
    archive_close(
        &a); /* without an entry it begins with its end record, and is taken for what its name says */
    refused_quickly(archive_file(&a), "no PyTorch file");
    PUT(&a.t, "PK\3\4");
    archive_close(&a);
    refused_quickly(archive_file(&a), "its entries are in no folder");
}

/* Walks through what a pickle of every opcode makes. */
void pickle_every_opcode(void **state)
{
    (void)state;
    static const struct {
        str object;
        enum node_type type;
        int64_t i;
    } each[] = {
        {OBJECT("N."), NODE_NONE, 0},
        {OBJECT("\x88."), NODE_BOOL, 1},
        {OBJECT("\x89."), NODE_BOOL, 0},
        {OBJECT("K\xff."), NODE_INT, 255},
        {OBJECT("M\1\2."), NODE_INT, 513},
        {OBJECT("J\xfe\xff\xff\xff."), NODE_INT, -2},
        {OBJECT("\x8a\0."), NODE_INT, 0},
        {OBJECT("\x8a\1\xff."), NODE_INT, -1},
        {OBJECT("\x8a\2\xff\0."), NODE_INT, 255},
        {OBJECT("\x8a\x8\0\0\0\0\0\0\0\x80."), NODE_INT, INT64_MIN},
        {OBJECT("\x8a\x9\0\0\0\0\0\0\0\0\1."), NODE_BIG, 0},
        {OBJECT("G\xc0\0\0\0\0\0\0\0."), NODE_REAL, -2},
        {OBJECT("X\2\0\0\0ab."), NODE_TEXT, 2},
        {OBJECT("U\3abc."), NODE_TEXT, 3},
        {OBJECT("ca\nb\n."), NODE_GLOBAL, 1},
        {OBJECT(")."), NODE_TUPLE, 0},
        {OBJECT("N\x85."), NODE_TUPLE, 1},
        {OBJECT("NN\x86."), NODE_TUPLE, 2},
        {OBJECT("NNN\x87."), NODE_TUPLE, 3},
        {OBJECT("(NNNNt."), NODE_TUPLE, 4},
        {OBJECT("]NaN\x85"
                "a(NNe."),
         NODE_LIST, 4},
        {OBJECT("}NNs(NNNNu."), NODE_DICT, 6},
        {OBJECT("\x8f."), NODE_SET, 0},
        {OBJECT("NQ."), NODE_PERSISTENT, 1},
        {OBJECT("ccollections\nOrderedDict\n)R."), NODE_DICT, 0},
        {OBJECT("ccollections\nOrderedDict\nN\x85R."), NODE_CALL, 2},
        {OBJECT("ccollections\nCounter\n)R."), NODE_CALL, 2},
        {OBJECT("cc\nOrderedDict\n)\x81."), NODE_CALL, 2},
        {OBJECT("ca\nb\n)R)R."), NODE_CALL, 2},
        {OBJECT("ca\nb\n)RNNsNa(NNu(Ne."), NODE_CALL, 2}, /* an object nobody made takes anything */
        {OBJECT("ca\nb\n)RNb."), NODE_CALL, 2},
        {OBJECT("}Nb."), NODE_DICT, 0},
        {OBJECT("\x8fNb."), NODE_SET, 0},
        {OBJECT("K\7q\xffh\xff\x86."), NODE_TUPLE, 2},
        {OBJECT("K\7r\xd0\7\0\0\x85j\xd0\7\0\0\x86."), NODE_TUPLE, 2},
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        err e = {0};
        arena mem = {0};
        pickle p = {.path = "x"};
        str bytes = each[i].object;
        if (!pickle_read(&p, &bytes, &mem, &e)) fail_msg("object %zu: %s", i, e.text);
        const node *x = p.top;
        int64_t n = x->type == NODE_INT || x->type == NODE_BOOL      ? x->i
                    : x->type == NODE_REAL                           ? (int64_t)x->real
                    : x->type == NODE_TEXT || x->type == NODE_GLOBAL ? (int64_t)x->s.len
                                                                     : (int64_t)x->n;
        if (x->type != each[i].type || n != each[i].i)
            fail_msg("object %zu: %d, %lld", i, (int)x->type, (long long)n);
        arena_close(&mem);
    }
}
