/* XML that is well meant, and XML that is not. */
#include "base/log.h"
#include "base/xml.h"
#include "tests.h"
#include <string.h>
#include <time.h>

static void refuses(str bytes, const char *says)
{
    arena mem = {0};
    err e = {0};
    xml *x;
    clock_t start = clock();
    if (xml_parse(&x, bytes, "file", &mem, &e)) fail_msg("this was read");
    if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1.0);
    assert_true(mem.taken < 100u << 20);
    arena_close(&mem);
}

void xml_is_a_tree(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    xml *x;
    assert_true(xml_parse(
        &x,
        STR("<!DOCTYPE a SYSTEM 'a.dtd'>\n<a k='1 &lt; 2'>\n <b>x&amp;y</b><c/><b> z </b>\n</a>"),
        "file", &mem, &e));
    assert_true(str_is(xml_attribute(x, "k"), "1 < 2"));
    assert_true(str_is(xml_child(x, "b")->text, "x&y"));
    assert_true(str_is(xml_next(xml_child(x, "b"), "b")->text, " z "));
    assert_int_equal(xml_child(x, "c")->line, 3);
    assert_null(xml_child(x, "d"));
    assert_int_equal(x->text.len, 0);
    arena_close(&mem);
}

void xml_text_survives_writing(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    xml *x;
    text t = {0};
    str s = STR("a < b & \"c\" > d\r\n\tβ 😀");
    text_add(&t, STR("<a k=\""));
    assert_int_equal(xml_put(&t, s, true), 0);
    text_add(&t, STR("\">"));
    assert_int_equal(xml_put(&t, s, false), 0);
    text_add(&t, STR("</a>"));
    assert_true(xml_parse(&x, text_str(&t), "file", &mem, &e));
    assert_true(str_eq(x->text, s));
    assert_true(str_eq(xml_attribute(x, "k"), s));
    text_close(&t);
    arena_close(&mem);
}

void xml_bombs_are_refused(void **state)
{
    (void)state;
    refuses(STR("<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>"), "no entities");
    refuses(STR("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>"),
            "no entities");
    refuses(STR("<!DOCTYPE a [<!ENTITY % b SYSTEM 'b.dtd'> %b;]><a/>"), "no entities");
    refuses(STR("<a>&nbsp;</a>"), "file:1: XML is expected");
    refuses(STR("<a><b></a>"), "file:1: XML is expected: mismatched tag");
    refuses(STR("<a>\xff</a>"), "XML is expected");
    refuses(STR(""), "XML is expected");
}

void xml_deep_and_large_is_refused(void **state)
{
    (void)state;
    text t = {0};
    for (int i = 0; i < 100000; i++) text_add(&t, STR("<a>"));
    refuses(text_str(&t), "at most 64 levels");
    t.len = 0;
    text_add(&t, STR("<a k='"));
    for (int i = 0; i < 1 << 21; i++) text_char(&t, 'x');
    text_add(&t, STR("'/>"));
    refuses(text_str(&t), "at most 1 MiB");
    t.len = 0;
    text_add(&t, STR("<a"));
    for (int i = 0; i < 100000; i++) text_format(&t, " k%d='1'", i);
    text_add(&t, STR("/>"));
    refuses(text_str(&t), "at most 64 attributes");
    text_close(&t);
}
