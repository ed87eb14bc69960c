/* Pickles that want to run something, to take memory, or to read what is not theirs. */
#include "persist/hostile.h"
#include "persist/pickle.h"
#include <string.h>

static void refused_object(str object, const char *why)
{
    refused_quickly(legacy_file(object, -1), why);
}

/* What Python would do with it is create build/tmp/pickle_ran; here a name is a name. */
void pickle_calls_are_never_made(void **state)
{
    (void)state;
    static const char *const names[] = {
        "cos\nsystem\n",       "cposix\nsystem\n",     "csubprocess\nPopen\n",
        "cbuiltins\neval\n",   "cbuiltins\nexec\n",    "cnt\nsystem\n",
        "crunpy\n_run_code\n", "cbuiltins\ngetattr\n", "ctorch.hub\nload\n"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int inside = 0; inside < 3; inside++) {
            text t = {0};
            if (inside) text_char(&t, '}'), put_word(&t, "w");
            text_add(&t, str_of(names[i]));
            if (inside == 2) PUT(&t, "("), text_add(&t, str_of(names[i]));
            put_word(&t, "touch build/tmp/pickle_ran");
            if (inside == 2)
                PUT(&t, "\x85"
                        "Rt"
                        "R");
            else
                PUT(&t, "\x85R");
            if (inside) text_char(&t, 's');
            refused_object(text_str(&t),
                           inside ? "no tensors are in it" : "a dict of tensors is needed");
            text_close(&t);
            assert_false(path_exists("build/tmp/pickle_ran"));
        }
}

/* Beside a tensor such a call is no reason to refuse: it is left out, and said. */
void pickle_calls_beside_tensors_are_left_out(void **state)
{
    (void)state;
    text t = {0};
    view v = good_view();
    weights w;
    err e = {0};
    text_char(&t, '}');
    put_word(&t, "w");
    put_view(&t, &v);
    PUT(&t, "s");
    put_word(&t, "evil");
    PUT(&t, "cos\nsystem\n");
    put_word(&t, "touch build/tmp/pickle_ran");
    PUT(&t, "\x85Rs");
    works(weights_open(&w, legacy_file(text_str(&t), 4), &e), &e);
    assert_int_equal(w.n, 1);
    assert_non_null(strstr(w.skipped.at, "evil"));
    assert_false(path_exists("build/tmp/pickle_ran"));
    weights_close(&w);
    text_close(&t);
}

void pickle_opcodes_beyond_need_are_refused(void **state)
{
    (void)state;
    static const char needed[] = "\x80().]}t\x85\x86\x87N\x88\x89KMJ\x8aGXUcqrhjR\x81Qsuaeb\x8f";
    for (int op = 0; op < 256; op++) {
        char code = (char)op, why[80];
        if (memchr(needed, op, sizeof needed - 1)) continue;
        snprintf(why, sizeof why, "opcode 0x%02x is none that a checkpoint needs", op);
        refused_object((str){&code, 1}, why);
    }
}

void pickle_stack_is_guarded(void **state)
{
    (void)state;
    static const struct {
        str object;
        const char *why;
    } all[] = {
        {{"", 0}, "it does not end with one value"},
        {{"NN", 2}, "it does not end with one value"},
        {{"N(", 2}, "it does not end with one value"},
        {{"R", 1}, "too few values"},
        {{"\x81", 1}, "too few values"},
        {{"b", 1}, "too few values"},
        {{"s", 1}, "too few values"},
        {{"a", 1}, "too few values"},
        {{"Q", 1}, "too few values"},
        {{"\x85", 1}, "too few values"},
        {{"N\x86", 2}, "too few values"},
        {{"NN\x87", 3}, "too few values"},
        {{"q\0", 2}, "too few values"},
        {{"N(\x85", 3}, "too few values"},
        {{"}N(s", 4}, "too few values"},
        {{"t", 1}, "there is no mark"},
        {{"u", 1}, "there is no mark"},
        {{"e", 1}, "there is no mark"},
        {{"(u", 2}, "too few values"},
        {{"(e", 2}, "too few values"},
        {{"NNR", 3}, "a call needs a name"},
        {{"N)R", 3}, "a call needs a name"},
        {{"ca\nb\nNR", 8}, "a call needs a name"},
        {{"NNb", 3}, "a state is given to what has none"},
        {{"NNNs", 4}, "keys are set in what is no dict"},
        {{"]NNs", 4}, "keys are set in what is no dict"},
        {{")NNs", 4}, "keys are set in what is no dict"},
        {{"](NNu", 5}, "keys are set in what is no dict"},
        {{"}(Nu", 4}, "a key without its value"},
        {{"}Na", 3}, "items are put into what is no list"},
        {{")Na", 3}, "items are put into what is no list"},
        {{"K\1(Ne", 5}, "items are put into what is no list"},
        {{"h\0", 2}, "nothing is in that place of the memo"},
        {{"Nq\1h\0", 5}, "nothing is in that place of the memo"},
        {{"j\xff\xff\xff\xff", 5}, "nothing is in that place of the memo"},
        {{"Nr\xff\xff\xff\xff", 6}, "beyond what a checkpoint needs"},
        {{"Nr\x40\x42\x0f\0", 6}, "beyond what a checkpoint needs"}, /* 1,000,000 */
        {{"X\xff\xff\xff\xff", 5}, "a text longer than a checkpoint has"},
        {{"X\xff\xff\0\0", 5}, "it ends in the middle"},
        {{"U\xff", 2}, "it ends in the middle"},
        {{"\x8a\xff", 2}, "it ends in the middle"},
        {{"G\0", 2}, "it ends in the middle"},
        {{"ca", 2}, "a name without its end"},
        {{"ca\nb", 4}, "a name without its end"},
        {{"\x80\5", 2}, "a protocol above 4"},
        {{"\x80", 1}, "it ends in the middle"},
        {{"K", 1}, "it ends in the middle"},
        {{"M\1", 2}, "it ends in the middle"},
        {{"J\1", 2}, "it ends in the middle"},
        {{"\x8a", 1}, "it ends in the middle"},
        {{"X\1", 2}, "it ends in the middle"},
        {{"Nq", 2}, "it ends in the middle"},
        {{"Nr\1", 3}, "it ends in the middle"},
        {{"h", 1}, "it ends in the middle"},
        {{"j\1", 2}, "it ends in the middle"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        text t = {0};
        err e = {0};
        arena mem = {0};
        pickle p = {.path = "x"};
        text_add(&t, all[i].object);
        if (!strstr(all[i].why, "end") || strstr(all[i].why, "not end")) text_char(&t, '.');
        str bytes = text_str(&t);
        bool read = pickle_read(&p, &bytes, &mem, &e);
        if (read || !strstr(e.text, all[i].why))
            fail_msg("object %zu: wanted '%s', '%s'", i, all[i].why, read ? "read" : e.text);
        arena_close(&mem);
        text_close(&t);
    }
}

/* Deep nesting, circles, and a value named a million times: bounded, and nobody recurses. */
void pickle_depth_and_size_are_bounded(void **state)
{
    (void)state;
    text t = {0};
    for (int i = 0; i < 300000; i++) text_char(&t, ']');
    for (int i = 1; i < 300000; i++) text_char(&t, 'a');
    refused_object(text_str(&t), "a dict of tensors is needed");
    t.len = 0;
    for (int i = 0; i < 300000; i++) text_char(&t, i ? '\x85' : 'N');
    refused_object(text_str(&t), "a dict of tensors is needed");
    t.len = 0;
    PUT(&t, "}q\0");
    for (int i = 0; i < 3; i++) PUT(&t, "X\1\0\0\0ah\0s");
    refused_object(text_str(&t), "no tensors are in it");
    t.len = 0;
    for (int i = 0; i < 1100000; i++) text_char(&t, 'N');
    refused_object(text_str(&t), "than a checkpoint");
    t.len = 0;
    for (int i = 0; i < 1100000; i++) text_char(&t, '(');
    refused_object(text_str(&t), "than a checkpoint");
    t.len = 0;
    PUT(&t, "Nq\0");
    for (int i = 0; i < 1100000; i++) PUT(&t, "h\0");
    refused_object(text_str(&t), "than a checkpoint");
    text_close(&t);
}

void torch_views_stay_in_their_storage(void **state)
{
    (void)state;
    static const struct {
        view v;
        const char *why;
    } all[] = {
        {{.offset = 1}, "reaches beyond its storage"},
        {{.offset = -1}, "no proper numbers"},
        {{.offset = 1 << 30}, "reaches beyond its storage"},
        {{.shape = {3, 2}}, "reaches beyond its storage"},
        {{.shape = {-1, 2}}, "no proper numbers"},
        {{.shape = {INT32_MAX, INT32_MAX}}, "reaches beyond its storage"},
        {{.stride = {3, 1}}, "reaches beyond its storage"},
        {{.stride = {-2, 1}}, "no proper numbers"},
        {{.stride = {INT32_MAX, INT32_MAX}}, "reaches beyond its storage"},
        {{.stride = {0, 0}, .shape = {4, 4}}, "reaches beyond its storage"},
        {{.numel = 5}, "storage"},
        {{.numel = 3}, "storage"},
        {{.numel = -4}, "persistent id"},
        {{.type = "DoubleStorage"}, "storage"},
        {{.type = "HalfStorage"}, "storage"},
        {{.type = "EvilStorage"}, "of a type or a form that is not known"},
        {{.type = "UntypedStorage"}, "untyped storages are not supported"},
        {{.function = "_rebuild_everything"}, "no tensors are in it"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int zip = 0; zip < 2; zip++) {
            const view *x = &all[i].v;
            view v = good_view();
            if (x->offset) v.offset = x->offset;
            if (x->shape[0]) memcpy(v.shape, x->shape, sizeof v.shape);
            if (x->stride[0] || x->shape[0] == 4) memcpy(v.stride, x->stride, sizeof v.stride);
            if (x->numel) v.numel = x->numel;
            if (x->type) v.type = x->type;
            if (x->function) v.function = x->function;
            if (x->type && !strcmp(x->type, "UntypedStorage")) v.numel = 16;
            if (x->type && !strcmp(x->type, "UntypedStorage") && !zip) continue;
            refused_quickly(view_file(&v, zip), all[i].why);
        }
}

void torch_views_that_are_right_are_read(void **state)
{
    (void)state;
    for (int zip = 0; zip < 2; zip++)
        for (int turned = 0; turned < 2; turned++) {
            view v = good_view();
            weights w;
            err e = {0};
            float x[4];
            if (turned) v.stride[0] = 1, v.stride[1] = 2;
            works(weights_open(&w, view_file(&v, zip), &e), &e);
            assert_int_equal(w.n, 1);
            assert_int_equal(w.list[0].stride != NULL, turned);
            if (turned) assert_null(weight_direct(&w.list[0]));
            works(weight_floats(&w.list[0], 0, 4, x, &e), &e);
            for (int i = 0; i < 4; i++) assert_true(x[i] == 1);
            weights_close(&w);
        }
}

/* A storage is named with two types, or two sizes; its bytes are cut, or more are there. */
void torch_storages_are_what_is_said(void **state)
{
    (void)state;
    text t = {0};
    view v = good_view(), other = good_view();
    other.type = "HalfStorage";
    for (int k = 0; k < 2; k++) {
        t.len = 0;
        text_char(&t, '}');
        put_word(&t, "w");
        put_view(&t, &v);
        text_char(&t, 's');
        put_word(&t, "u");
        put_view(&t, &other);
        text_char(&t, 's');
        refused_quickly(legacy_file(text_str(&t), 4), "has two sizes or types");
        other = good_view(), other.numel = 2, other.shape[0] = 1;
    }
    t.len = 0;
    text_char(&t, '}');
    put_word(&t, "w");
    put_view(&t, &v);
    text_char(&t, 's');
    refused_quickly(legacy_file(text_str(&t), 3), "4 values are needed");
    refused_quickly(legacy_file(text_str(&t), 5), "4 values are needed");
    refused_quickly(legacy_file(text_str(&t), -1), "the list of storages does not fit");
    text_close(&t);
}

/* A view that repeats one value reads little and claims much. */
void torch_views_cannot_multiply_a_file(void **state)
{
    (void)state;
    text t = {0};
    view v = good_view();
    v.numel = v.shape[0] = 256, v.shape[1] = v.stride[0] = 1;
    text_char(&t, '}');
    for (int i = 0; i < 30000; i++) {
        char name[16];
        snprintf(name, sizeof name, "w%d", i);
        put_word(&t, name);
        if (!i) {
            put_view(&t, &v);
            PUT(&t, "q\1");
        } else {
            PUT(&t, "h\1");
        }
        text_char(&t, 's');
    }
    refused_quickly(legacy_file(text_str(&t), 256), "many times the file");
    text_close(&t);
}

void torch_forms_of_the_past_are_refused(void **state)
{
    (void)state;
    char tar[512] = {0};
    memcpy(tar + 257, "ustar", 5);
    put_file(own("old.pt"), (str){tar, sizeof tar});
    refused_quickly(own("old.pt"), "which is not read");
    put_file(own("old.pt"), STR("PYTORCH1 and so on"));
    refused_quickly(own("old.pt"), "which is not read");
}
