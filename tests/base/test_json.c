/* JSON in and out, with hostile input. */
#include "base/json.h"
#include "base/random.h"
#include "tests.h"
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json *parsed(str s)
{
    err e = {0};
    json *j;
    if (!json_parse(&j, s, "x.json", 1, &e)) fail_msg("%s", e.text);
    return j;
}

static void refused(str s, const char *part)
{
    err e = {0};
    json *j;
    if (json_parse(&j, s, "x.json", 10, &e)) fail_msg("accepted: %.*s", (int)s.len, s.at);
    assert_null(j);
    if (!strstr(e.text, part) || strncmp(e.text, "x.json:1", 8))
        fail_msg("%s: no %s", e.text, part);
}

void json_refuses_what_is_no_json(void **state)
{
    (void)state;
    refused(STR("{\"a\": 1,\n \"a\": 2}"), "x.json:11: ");
    refused(STR("{\"a\": 1} x"), "x.json:10: ");
    refused(STR("\n\n{\"a\": \"\xff\"}"), "x.json:12: ");
    refused(STR("{\"a\": [1, 2"), "x.json:10: ");
    refused(STR(""), "here is nothing");
    refused(STR(" \n"), "here is nothing");
    refused(STR("{\"a\": 1e999}"), "overflow");
    refused(STR("{\"a\": NaN}"), "x.json:10: ");
    refused(STR("[01]"), "x.json:10: ");
    refused(STR("[\"\\ud800\"]"), "x.json:10: ");
    refused((str){"{\"a\": 1}\0", 9}, "x.json:10: ");
}

void json_limits_levels(void **state)
{
    (void)state;
    static char deep[200001];
    memset(deep, '[', 200000);
    refused((str){deep, 200000}, "deeper than 512");
    refused((str){deep, 513}, "deeper than 512");
    memset(deep + 512, ']', 512);
    json_close(parsed((str){deep, 1024}));
    memset(deep, '[', 1024);
    deep[0] = deep[1] = '"', deep[1023] = '"';
    deep[0] = '[', deep[1024] = ']';
    json_close(parsed((str){deep, 1025})); /* brackets in a string are no levels */
}

void json_takes_numbers_beyond_64_bits_as_reals(void **state)
{
    (void)state;
    json *j =
        parsed(STR("{\"model_max_length\":1000000000000000019884624838656,\"n\":9007199254740993,"
                   "\"s\":\"1000000000000000019884624838656\",\"l\":[-99999999999999999999,1e3]}"));
    assert_int_equal(json_type_of(json_at(j, "model_max_length")), JSON_IS_REAL);
    assert_true(json_real(json_at(j, "model_max_length")) == 1000000000000000019884624838656.0);
    assert_int_equal(json_int(json_at(j, "model_max_length")), INT64_MAX);
    assert_int_equal(json_type_of(json_at(j, "n")),
                     JSON_IS_INT); /* its neighbor does not cost it digits */
    assert_int_equal(json_int(json_at(j, "n")), 9007199254740993);
    assert_int_equal(json_text(json_at(j, "s")).len, 31);
    assert_int_equal(json_int(json_item(json_at(j, "l"), 0)), INT64_MIN);
    assert_int_equal(json_int(json_item(json_at(j, "l"), 1)), 1000);
    json_close(j);
}

void json_keeps_order_zero_bytes_and_types(void **state)
{
    (void)state;
    str s = STR("{\"z\":1,\"a\":[true,false,null,-0.0,2.5,\"x\\u0000y\"],\"m\":{}}");
    json *j = parsed(s);
    text t = {0};
    json_put(&t, j);
    assert_true(str_eq(text_str(&t), s));
    json *list = json_at(j, "a");
    assert_int_equal(json_text(json_item(list, 5)).len, 3);
    assert_true(json_true(json_item(list, 0)) && !json_true(json_item(list, 1)));
    assert_int_equal(json_count(list), 6);
    assert_int_equal(json_count(j), 3);
    assert_int_equal(json_type_of(json_at(j, "none")), JSON_NONE);
    assert_null(json_at(list, "z"));
    assert_null(json_item(j, 0));
    const char *keys = "zam";
    for (void *at = json_first(j); at; at = json_next(j, at))
        assert_int_equal(json_key(at).at[0], *keys++);
    text_close(&t);
    json_put_pretty(&t, j);
    assert_string_equal(
        t.at, "{\n  \"z\": 1,\n  \"a\": [\n    true,\n    false,\n    null,\n    -0.0,\n    2.5,\n"
              "    \"x\\u0000y\"\n  ],\n  \"m\": {}\n}\n");
    text_close(&t);
    json_close(j);
}

static void same_real(double x)
{
    text t = {0};
    double back;
    json_put_real(&t, x);
    if (!str_real(text_str(&t), &back) || memcmp(&back, &x, sizeof x))
        fail_msg("%.17g: %s", x, t.at);
    text_close(&t);
}

void json_prints_reals_that_read_back_the_same(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        random4 r = random_philox(1, i, 0, 0, CHANCE_TEST);
        double x;
        float f;
        memcpy(&x, r.v, sizeof x);
        if (isfinite(x)) same_real(x);
        memcpy(&f, &r.v[2], sizeof f);
        text t = {0};
        double back;
        json_put_float(&t, f);
        if (isfinite(f) && (!str_real(text_str(&t), &back) || (float)back != f))
            fail_msg("%.9g: %s", (double)f, t.at);
        text_close(&t);
    }
    same_real(DBL_TRUE_MIN);
    same_real(DBL_MAX);
    text t = {0};
    json_put_real(&t, 0.1);
    text_char(&t, ' ');
    json_put_float(&t, 0.1f);
    text_char(&t, ' ');
    json_put_real(&t, 3);
    text_char(&t, ' ');
    json_put_real(&t, NAN);
    text_char(&t, ' ');
    json_put_float(&t, 5e-5f);
    assert_string_equal(t.at, "0.1 0.1 3.0 null 5e-05");
    text_close(&t);
}

void json_prints_a_point_in_every_locale(void **state)
{
    (void)state;
    char make[500];
    setenv("LOCPATH", test_dir(), 1);
    snprintf(make, sizeof make, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
             test_dir(), test_dir());
    if (system(make) || !setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        test_skip("no locale with a decimal comma can be made here (package locales)");
    text t = {0};
    json_put_real(&t, 0.25);
    assert_string_equal(t.at, "0.25");
    text_close(&t);
    double x;
    assert_true(str_real(STR("0.25"), &x) && x == 0.25);
}

void json_escapes_and_repairs_strings(void **state)
{
    (void)state;
    text t = {0};
    json_put_str(&t, (str){"a\"\\\n\t\r\b\f\x01\x7f µ\xff\0z", 16});
    assert_string_equal(t.at, "\"a\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u007f µ\xEF\xBF\xBD\\u0000z\"");
    json *j = parsed(STR("[1]"));
    json_append(j, json_new_str(STR("x\xff")));
    assert_true(str_is(json_text(json_item(j, 1)), "x\xEF\xBF\xBD"));
    json_close(j);
    text_close(&t);
}

void json_builds_and_changes_values(void **state)
{
    (void)state;
    json *j = parsed(STR("{\"keep\":{\"x\":1},\"labels\":3}"));
    json_set(j, "labels", json_new_int(5));
    json_set(j, "list", json_new_list());
    json_append(json_at(j, "list"), json_new_real(0.5));
    json_append(json_at(j, "list"), json_new_real(NAN));
    json_append(json_at(j, "list"), json_new_bool(true));
    json_append(json_at(j, "list"), json_new_null());
    json_set(j, "o", json_new_object());
    text t = {0};
    json_put(&t, j);
    assert_string_equal(t.at,
                        "{\"keep\":{\"x\":1},\"labels\":5,\"list\":[0.5,null,true,null],\"o\":{}}");
    text_close(&t);
    json_close(j);
}

void json_complains_about_wrong_values(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    json *j =
        parsed(STR("{\"n\":\"x\",\"f\":12.0,\"big\":1e30,\"b\":1,\"t\":\"a\\u0000b\",\"z\":null}"));
    int64_t n = 7;
    bool b = false;
    const char *s = "old";
    assert_true(json_get_int(j, "absent", 1, 9, &n, "c.json", &e) && n == 7);
    assert_true(json_get_int(j, "z", 1, 9, &n, "c.json", &e) && n == 7);
    assert_true(json_get_int(j, "f", 1, 99, &n, "c.json", &e) && n == 12);
    assert_false(json_get_int(j, "n", 1, 9, &n, "c.json", &e));
    assert_string_equal(e.text, "c.json: n: a whole number from 1 to 9 is needed, here is \"x\"");
    e = (err){0};
    assert_false(json_get_int(j, "big", 1, INT64_MAX, &n, "c.json", &e));
    e = (err){0};
    assert_false(json_get_bool(j, "b", &b, "c.json", &e));
    assert_string_equal(e.text, "c.json: b: true or false is needed, here is 1");
    e = (err){0};
    assert_false(json_get_text(j, "t", &mem, &s, "c.json", &e)); /* cannot be zero ended */
    assert_string_equal(s, "old");
    json_close(j);
    arena_close(&mem);
}
