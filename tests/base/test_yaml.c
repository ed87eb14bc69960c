/* YAML in and out, with hostile input. */
#include "base/random.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "tests.h"
#include <string.h>

static yaml *parsed(arena *mem, const char *s)
{
    err e = {0};
    yaml *y;
    if (!yaml_parse(str_of(s), "s.yaml", mem, &y, &e)) fail_msg("%s", e.text);
    return y;
}

static void refused(str s, const char *start, const char *part)
{
    arena mem = {0};
    err e = {0};
    yaml *y;
    if (yaml_parse(s, "s.yaml", &mem, &y, &e)) fail_msg("accepted: %.*s", (int)s.len, s.at);
    if (!strstr(e.text, part) || strncmp(e.text, start, strlen(start)))
        fail_msg("%s: no %s %s", e.text, start, part);
    assert_null(y);
    arena_close(&mem);
}

void yaml_reads_a_study(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    yaml *y =
        parsed(&mem, "# comment\nstudy: demo\nseeds: [1, 2]\ntasks:\n  ddi: {kind: relation, "
                     "labels: ['false', \"a b\"]}\n"
                     "  sts:\n    kind: score\nsettings: {rate: 5e-5, batch: 32, dry: yes}\n");
    assert_int_equal(y->type, YAML_MAP);
    assert_int_equal(y->count, 4);
    const char *study = NULL, **labels = NULL;
    int n = 0;
    assert_true(yaml_text(yaml_get(y, "study"), &study, &e));
    assert_string_equal(study, "demo");
    yaml *ddi = yaml_get(yaml_get(y, "tasks"), "ddi");
    assert_int_equal(ddi->line, 5);
    assert_true(yaml_texts(yaml_get(ddi, "labels"), &mem, &labels, &n, &e));
    assert_int_equal(n, 2);
    assert_string_equal(labels[0], "false");
    assert_true(yaml_get(ddi, "labels")->first->quoted);
    yaml *settings = yaml_get(y, "settings");
    double rate = 0;
    int64_t batch = 0;
    bool dry = false;
    assert_true(yaml_real(yaml_get(settings, "rate"), 0, 1, &rate, &e) && rate == 5e-5);
    assert_true(yaml_int(yaml_get(settings, "batch"), 1, 4096, &batch, &e) && batch == 32);
    assert_true(yaml_bool(yaml_get(settings, "dry"), &dry, &e) && dry);
    assert_true(yaml_int(yaml_get(settings, "absent"), 1, 2, &batch, &e) && batch == 32);
    assert_int_equal(yaml_get(yaml_get(yaml_get(y, "tasks"), "sts"), "kind")->line, 7);
    arena_close(&mem);
}

void yaml_refuses_tricks(void **state)
{
    (void)state;
    refused(STR("a: &x 1\n"), "s.yaml:1: ", "anchors");
    refused(STR("a: 1\nb: &x [1]\n"), "s.yaml:2: ", "anchors");
    refused(STR("b: &x {c: 1}\n"), "s.yaml:1: ", "anchors");
    refused(STR("a: 1\nb: *x\n"), "s.yaml:2: ", "aliases");
    refused(STR("*x : 1\n"), "s.yaml:1: ", "aliases");
    refused(STR("a: !!int 1\n"), "s.yaml:1: ", "tags");
    refused(STR("a: !x [1]\n"), "s.yaml:1: ", "tags");
    refused(STR("&k a: 1\n"), "s.yaml:1: ", "anchors");
    refused(STR("a: 1\n---\nb: 2\n"), "s.yaml:2: ", "second document");
    refused(STR("a: 1\nb: 2\n\na: 3\n"), "s.yaml:4: ", "twice");
    refused(STR("? [1, 2]\n: 3\n"), "s.yaml:1: ", "key");
    refused(STR("a: \"x\\0y\"\n"), "s.yaml:1: ", "zero byte");
}

void yaml_refuses_damage(void **state)
{
    (void)state;
    refused(STR("a: [1, 2\nb: 3\n"), "s.yaml:2: ", "not valid YAML");
    refused(STR("a: 'open\n"), "s.yaml:", "not valid YAML");
    refused(STR("a:\n\t- 1\n"), "s.yaml:2: ", "not valid YAML");
    refused(STR("ok: 1\na: \xff\n"), "s.yaml:2: ", "UTF-8");
    refused((str){"a: 1\0b", 6}, "s.yaml:1: ", "not valid YAML");
    static char deep[40001];
    memset(deep, '[', 40000);
    refused((str){deep, 40000}, "s.yaml:1: ", "deeper than 32");
    for (int i = 0; i < 10000; i++) memcpy(deep + (size_t)4 * (size_t)i, "{a: ", 4);
    refused((str){deep, 40000}, "s.yaml:1: ", "deeper than 32");
}

void yaml_takes_an_empty_file_as_an_empty_map(void **state)
{
    (void)state;
    arena mem = {0};
    assert_int_equal(parsed(&mem, "")->type, YAML_MAP);
    assert_int_equal(parsed(&mem, "# nothing\n")->count, 0);
    arena_close(&mem);
}

void yaml_complains_with_file_line_and_key(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    yaml *y = parsed(&mem, "a: 1\nbatch: x\nq: '5'\nl: [1, [2]]\nempty:\n");
    int64_t n = 0;
    bool b;
    const char **list;
    int count;
    assert_false(yaml_int(yaml_get(y, "batch"), 1, 4096, &n, &e));
    assert_string_equal(e.text,
                        "s.yaml:2: batch: a whole number from 1 to 4096 is needed, here is 'x'");
    e = (err){0};
    assert_false(yaml_int(yaml_get(y, "q"), 1, 9, &n, &e));
    assert_string_equal(e.text,
                        "s.yaml:3: q: a whole number from 1 to 9 is needed, here is '5' in quotes");
    e = (err){0};
    assert_false(yaml_bool(yaml_get(y, "empty"), &b, &e));
    assert_string_equal(e.text, "s.yaml:5: empty: true or false is needed, here is nothing");
    e = (err){0};
    assert_false(yaml_texts(yaml_get(y, "l"), &mem, &list, &count, &e));
    assert_string_equal(e.text, "l: s.yaml:4: a text is needed, here is a list");
    arena_close(&mem);
}

void yaml_finds_unknown_keys(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    static const char *const names[] = {"batch", "epochs"};
    yaml *y = parsed(&mem, "batch: 1\nepochz: 2\n");
    yaml_get(y, "batch");
    assert_false(yaml_no_more(y, names, 2, &e));
    assert_string_equal(e.text, "s.yaml:2: unknown key epochz; did you mean epochs?");
    yaml_get(y, "epochz");
    assert_true(yaml_no_more(y, names, 2, &(err){0}));
    arena_close(&mem);
}

static void same_again(arena *mem, str value)
{
    text t = {0};
    text_add(&t, STR("k: "));
    yaml_put(&t, value);
    text_add(&t, STR("\nl: ["));
    yaml_put(&t, value);
    text_add(&t, STR(", 1]\n"));
    yaml *y = parsed(mem, t.at);
    if (!str_eq(yaml_get(y, "k")->value, value) || !str_eq(yaml_get(y, "l")->first->value, value))
        fail_msg("%s", t.at);
    text_close(&t);
}

void yaml_puts_scalars_that_read_back_the_same(void **state)
{
    (void)state;
    arena mem = {0};
    static const char *const odd[] = {"",
                                      " ",
                                      "a ",
                                      " a",
                                      "a: b",
                                      "a #b",
                                      "#",
                                      "-",
                                      "- a",
                                      "---",
                                      "...",
                                      "?",
                                      "[x]",
                                      "{",
                                      "'",
                                      "\"",
                                      "\\",
                                      "a\nb",
                                      "\t",
                                      "~",
                                      "null",
                                      "1e5",
                                      "*a",
                                      "&a",
                                      "!t",
                                      "|",
                                      ">",
                                      "%",
                                      "@",
                                      "`",
                                      "a:",
                                      ":a",
                                      "a,b",
                                      "µ中😀",
                                      "\x7f",
                                      "\xC2\x85",
                                      "\xEF\xBB\xBF",
                                      "\xEF\xBF\xBE",
                                      "a  b",
                                      "-x"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) same_again(&mem, str_of(odd[i]));
    for (uint32_t i = 0; i < 3000; i++) {
        char bytes[100];
        size_t n = 0;
        for (uint32_t k = 0; k < 12; k++) {
            uint32_t u = random_u32(3, CHANCE_TEST, 0, i, k),
                     c = u % 4 ? 32 + (u >> 8) % 95 : 1 + (u >> 8) % 0x2FFFF;
            n += (size_t)utf8_put(c, bytes + n);
        }
        same_again(&mem, (str){bytes, n});
    }
    text t = {0};
    yaml_put(&t, STR("32"));
    assert_string_equal(t.at, "32"); /* so that it is still a number */
    text_close(&t);
    arena_close(&mem);
}
