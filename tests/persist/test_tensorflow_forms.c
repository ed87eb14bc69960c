/* What an index of TensorFlow may say, form by form: with the tests of hostile files every branch of its readers. */
#include "persist/crc32c.h"
#include "persist/hostile.h"
#include "persist/table_file.h"
#include "persist/varint.h"
#include <stdlib.h>
#include <string.h>

#define BYTES(s)         \
    (str)                \
    {                    \
        s, sizeof(s) - 1 \
    }
enum { VALUES = 64 }; /* bytes of each data file: 0, 1, 2, .. */

typedef struct index_file { /* an index while it is made */
    text rows, blocks, handles;
} index_file;

static void add_row(text *t, size_t shared, str key, str value)
{
    put_varint(t, shared);
    put_varint(t, key.len);
    put_varint(t, value.len);
    text_add(t, key);
    text_add(t, value);
}

static str data_bytes(void)
{
    static char values[VALUES];
    for (int i = 0; i < VALUES; i++) values[i] = (char)i;
    return (str){values, VALUES};
}

/* The rows so far become a block; packed: they are bytes of snappy, and bring their restart points. */
static void add_block(index_file *x, int packing, bool restarts)
{
    text handle = {0};
    char key[16];
    if (restarts) put_number(&x->rows, 0, 4), put_number(&x->rows, 1, 4);
    put_varint(&handle, x->blocks.len);
    put_varint(&handle, x->rows.len);
    text_char(&x->rows, (char)packing);
    put_number(&x->rows, crc32c_masked(text_str(&x->rows)), 4);
    text_add(&x->blocks, text_str(&x->rows));
    snprintf(key, sizeof key, "%08zu", x->handles.len);
    add_row(&x->handles, 0, str_of(key), text_str(&handle));
    text_close(&handle);
    text_close(&x->rows);
}

/* Index and footer around the blocks, where foot is empty; and the data file. */
static const char *close_index(index_file *x, str foot)
{
    size_t at = x->blocks.len;
    text end = {0};
    if (x->rows.len) add_block(x, 0, true), at = x->blocks.len;
    put_number(&x->handles, 0, 4), put_number(&x->handles, 1, 4);
    size_t n = x->handles.len;
    text_char(&x->handles, 0);
    put_number(&x->handles, crc32c_masked(text_str(&x->handles)), 4);
    text_add(&x->blocks, text_str(&x->handles));
    put_varint(&end, 0), put_varint(&end, 0), put_varint(&end, at), put_varint(&end, n);
    if (foot.len) end.len = 0, text_add(&end, foot);
    while (end.len < 40) text_char(&end, foot.len ? (char)0x80 : 0);
    PUT(&end, "\x57\xfb\x80\x8b\x24\x75\x47\xdb");
    text_add(&x->blocks, text_str(&end));
    put_file(own("t.index"), text_str(&x->blocks));
    put_file(own("t.data-00000-of-00001"), data_bytes());
    text_close(&x->blocks);
    text_close(&x->handles);
    text_close(&end);
    *x = (index_file){0};
    return own("t");
}

static void add_header(index_file *x)
{
    add_row(&x->rows, 0, STR(""), BYTES("\x08\1"));
}

/* An entry of `kind` with its checksum; sizes of one byte each; slices: the bytes of field 7, and no values. */
static void add_entry(index_file *x, str key, int kind, const char *sizes, int n_dims, size_t at,
                      size_t size, str slices)
{
    text shape = {0}, t = {0};
    for (int i = 0; i < n_dims; i++) {
        PUT(&shape, "\x12\2\x08");
        text_char(&shape, sizes[i]);
    }
    text_char(&t, 8), put_varint(&t, (uint64_t)kind);
    text_char(&t, 0x12), put_varint(&t, shape.len), text_add(&t, text_str(&shape));
    text_char(&t, 0x20), put_varint(&t, at);
    text_char(&t, 0x28), put_varint(&t, size);
    text_char(&t, 0x35);
    put_number(
        &t, size ? crc32c_masked(str_sub(data_bytes(), at, at + size)) : crc32c_masked(STR("")), 4);
    text_add(&t, slices);
    add_row(&x->rows, 0, key, text_str(&t));
    text_close(&shape);
    text_close(&t);
}

/* One variable "w" whose entry is these bytes. */
static void refused_entry(str entry, const char *why)
{
    index_file x = {0};
    add_header(&x);
    add_row(&x.rows, 0, STR("w"), entry);
    refused_quickly(close_index(&x, STR("")), why);
}

void varints_of_every_length(void **state)
{
    (void)state;
    uint64_t n;
    for (int bits = 0; bits < 64; bits++) {
        text t = {0};
        put_varint(&t, (uint64_t)1 << bits);
        str s = text_str(&t);
        assert_true(varint(&s, &n) && n == (uint64_t)1 << bits && !s.len);
        s = str_sub(text_str(&t), 0, t.len - 1);
        assert_false(varint(&s, &n));
        text_close(&t);
    }
    static const char ten[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\2",
                      eleven[] = "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\1";
    str s = {ten, 10}, u = {eleven, 11};
    assert_false(varint(&s, &n) || varint(&u, &n));
}

void tensorflow_fields_of_other_kinds(void **state)
{
    (void)state;
    static const char *const damaged = "its entry is damaged", *const count = "the index gives";
    refused_entry(BYTES("\x80"), damaged);
    refused_entry(BYTES("\0"), damaged);                     /* number 0 */
    refused_entry(BYTES("\xf8\xff\xff\xff\x7f\0"), damaged); /* a number beyond 2^29 */
    refused_entry(BYTES("\x0c"), damaged);                   /* a group, which nobody has */
    refused_entry(BYTES("\x12\xff"), damaged);               /* a length that ends */
    refused_entry(BYTES("\x35\0\0"), damaged);               /* a checksum that ends */
    refused_entry(BYTES("\x12\2\x12\7"), damaged);           /* a shape that ends */
    refused_entry(BYTES("\x12\4\x12\2\x08\x80"), damaged);   /* a dimension that ends */
    refused_entry(BYTES("\x38\0"), damaged);                 /* slices that are a number */
    refused_entry(BYTES("\x08\1\x49"
                        "12345678"
                        "\x10\1\x0a\1x\x12\2\x08\0\x12\2\x12\0\x1a\0\x22\0\x2a\0\x30\0"),
                  "is damaged (its checksum differs)");
    refused_entry(BYTES("\x08\1\x12\7\x10\1\x0d"
                        "1234"),
                  count); /* a shape of something else: a single value */
    refused_entry(BYTES("\x08\1\x12\7\x12\5\x0d"
                        "1234\x28\1"),
                  count); /* a dimension without its size: none */
    refused_entry(BYTES("\x08\2\x12\x0c\x12\x0a\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40"),
                  count); /* 2^62 reals of 64 bits */
    refused_entry(BYTES("\x08\1\x18\1"), "is in data file 1 of 1");
}

void tensorflow_what_is_left_out_is_said(void **state)
{
    (void)state;
    index_file x = {0};
    weights w;
    err e = {0};
    add_header(&x);
    add_entry(&x, STR("a"), 7, "", 0, 0, 3, STR(""));
    add_entry(&x, STR("b"), 99, "", 0, 0, 3, STR(""));
    works(weights_open(&w, close_index(&x, STR("")), &e), &e);
    assert_int_equal(w.n, 0);
    assert_string_equal(w.skipped.at, "a (of type 7, no numbers), b (of type 99, no numbers)");
    weights_close(&w);
    static const struct {
        str key, other;
        const char *why;
    } bad[] = {{{"\1", 1}, {"", 0}, "variable 1 has no name or one with control characters"},
               {{"a", 1}, {"a/.ATTRIBUTES/VARIABLE_VALUE", 28}, "is also in"}};
    for (int i = 0; i < 2; i++) {
        add_header(&x);
        add_entry(&x, bad[i].key, 1, "\1", 1, 0, 4, STR(""));
        if (bad[i].other.len) add_entry(&x, bad[i].other, 1, "\1", 1, 4, 4, STR(""));
        refused_quickly(close_index(&x, STR("")), bad[i].why);
    }
    refused_quickly(own("none.index"), "No such file");
    add_header(&x);
    add_entry(&x, STR("a"), 1, "\1", 1, 0, 4, STR(""));
    (void)close_index(&x, STR(""));
    assert_int_equal(remove(own("t.data-00000-of-00001")), 0);
    refused_quickly(own("t"), "t.data-00000-of-00001: No such file");
    refused_quickly((put_file(own("e.index"), STR("")), own("e")), "no table file");
    (void)close_index(&x, STR(""));
    refused_quickly(own("t"), "the header is missing");
    add_entry(&x, STR("a"), 1, "\1", 1, 0, 4, STR(""));
    refused_quickly(close_index(&x, STR("")), "the header is missing");
    add_header(&x);
    add_entry(&x, STR("/.ATTRIBUTES/VARIABLE_VALUE"), 1, "\1", 1, 0, 4, STR(""));
    refused_quickly(close_index(&x, STR("")), "has no name");
    add_header(&x);
    add_entry(&x, STR("a"), 1, "\1", 1, 0, 4, STR(""));
    (void)close_index(&x, STR(""));
    put_file(own("t.data-00000-of-00001"), STR("\x1f\x8b\x08 and so on"));
    refused_quickly(own("t"), "is a gzip file");
}

/* Names of tf.train.Checkpoint: a slash is .S, a point is two, and other points are letters. */
void tensorflow_names_of_objects(void **state)
{
    (void)state;
    static const struct {
        const char *key, *name;
    } all[] = {{"a.Sb/.ATTRIBUTES/VARIABLE_VALUE", "a/b"},
               {"a..b/.ATTRIBUTES/VARIABLE_VALUE", "a.b"},
               {"a.b/.ATTRIBUTES/VARIABLE_VALUE", "a.b"},
               {"a./.ATTRIBUTES/VARIABLE_VALUE", "a."},
               {"a.Sb", "a.Sb"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        index_file x = {0};
        weights w;
        err e = {0};
        add_header(&x);
        add_entry(&x, str_of(all[i].key), 1, "\1", 1, 0, 4, STR(""));
        works(weights_open(&w, close_index(&x, STR("")), &e), &e);
        assert_string_equal(w.list[0].name, all[i].name);
        weights_close(&w);
    }
}

/* Slices: what each extent says, and the key of the slice's own entry. */
#define FIRST      "\x3a\4\x0a\2\x10\1"       /* 0,1 */
#define SECOND     "\x3a\6\x0a\4\x08\1\x10\2" /* 1,2 */
#define FIRST_KEY  "\0w\0\1\1\1\x80\x81"
#define SECOND_KEY "\0w\0\1\1\1\x81\x82"

static void add_slices(index_file *x, int kind, const char *sizes)
{
    add_header(x);
    add_entry(x, BYTES(FIRST_KEY), kind, sizes, 1, 0, 4, STR(""));
    add_entry(x, BYTES(SECOND_KEY), kind, sizes + 1, 1, 4, 8, STR(""));
}

void tensorflow_slices_are_put_together(void **state)
{
    (void)state;
    static const struct {
        str keys[2], slices;
        const char *dims, *parts[2];
        int n_dims;
        size_t bytes[2];
        const char *want; /* values, as the data file's words are numbered */
    } all[] = {
        {{BYTES(FIRST_KEY), BYTES(SECOND_KEY)},
         BYTES(SECOND FIRST),
         "\3",
         {"\1", "\2"},
         1,
         {4, 8},
         "\0\1\2"},
        {{BYTES("\0w\0\1\1\1\x80\x7f"), {"", 0}},
         BYTES("\x3a\2\x0a\0"),
         "\2",
         {"\2", ""},
         1,
         {8, 0},
         "\0\1"},
        {{BYTES("\0w\0\1\1\2\x80\x7f\x80\x81"), BYTES("\0w\0\1\1\2\x80\x7f\x81\x82")},
         BYTES("\x3a\6\x0a\0\x0a\2\x10\1\x3a\x08\x0a\0\x0a\4\x08\1\x10\2"),
         "\2\3",
         {"\2\1", "\2\2"},
         2,
         {8, 16},
         "\0\2\3\1\4\5"},
        {{BYTES("\0w\0\1\1\2\x80\x81\x80\x7f"), BYTES("\0w\0\1\1\2\x81\x81\x80\x7f")},
         BYTES("\x3a\6\x0a\2\x10\1\x0a\0\x3a\x08\x0a\4\x08\1\x10\1\x0a\0"),
         "\2\2",
         {"\1\2", "\1\2"},
         2,
         {8, 8},
         "\0\1\2\3"},
        {{BYTES("\0w\0\1\1\2\x80\x81\x80\x7f"), {"", 0}},
         BYTES("\x3a\6\x0a\2\x10\1\x0a\0"),
         "\1\0",
         {"\1\0", ""},
         2,
         {0, 0},
         ""},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        index_file x = {0};
        weights w;
        err e = {0};
        size_t at = 0;
        add_header(&x);
        for (int k = 0; k < 2 && all[i].keys[k].len; k++, at += all[i].bytes[0])
            add_entry(&x, all[i].keys[k], 3, all[i].parts[k], all[i].n_dims, at, all[i].bytes[k],
                      STR(""));
        add_entry(&x, STR("w"), 3, all[i].dims, all[i].n_dims, 0, 0, all[i].slices);
        works(weights_open(&w, close_index(&x, STR("")), &e), &e);
        assert_int_equal(w.n, 1);
        assert_int_equal(w.list[0].bytes, all[i].bytes[0] + all[i].bytes[1]);
        for (size_t k = 0; k < w.list[0].count; k++)
            assert_int_equal(w.list[0].data[4 * k], 4 * all[i].want[k]);
        weights_close(&w);
    }
}

void tensorflow_slices_that_lie(void **state)
{
    (void)state;
    static const char *const row = "its slices are not one row", *const missing =
                                                                     "a slice of it is missing";
    static const struct {
        const char *dims; /* of the two slices */
        int kind;
        str shape, slices;
        const char *why;
    } all[] = {
        {"\1\2", 1, BYTES("\3"), BYTES(FIRST SECOND FIRST), row}, /* overlap */
        {"\1\2", 1, BYTES("\4"), BYTES(FIRST SECOND), row},       /* end too early */
        {"\1\2", 1, BYTES("\2"), BYTES(FIRST SECOND), row},       /* too late */
        {"\1\2", 1, BYTES("\3"), BYTES(SECOND), row},             /* a gap */
        {"\1\2", 1, BYTES("\3"),
         BYTES("\x3a\x0d\x0a\x0b\x10\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1"), row}, /* length -2 */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\4\x0a\2\x08\1"), row}, /* all, from 1 on */
        {"\1\2", 1, BYTES(""), BYTES("\x3a\0"), row},               /* a single value in slices */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\4\x0a\0\x0a\0"), row}, /* two dimensions of one */
        {"\1\2", 1, BYTES("\3\1"), BYTES("\x3a\6\x0a\2\x10\1\x0a\0\x3a\6\x0a\0\x0a\2\x10\1"),
         row},                                              /* cut along both */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\1\x0a"), row}, /* an extent that ends */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\3\x0a\1\x10"), row},
        {"\1\2", 1, BYTES("\3"),
         BYTES("\x3a\x12\x0a\0\x0a\0\x0a\0\x0a\0\x0a\0\x0a\0\x0a\0\x0a\0\x0a\0"),
         row},                                                /* nine extents */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\2\x12\0"), row}, /* another field */
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\2\x08\0"), row},
        {"\1\2", 1, BYTES("\3"), BYTES("\x3a\4\x0a\2\x10\3"), missing}, /* 0,3 has no entry */
        {"\1\2", 3, BYTES("\3"), BYTES(FIRST SECOND), missing},         /* another type */
        {"\2\2", 1, BYTES("\3"), BYTES(FIRST SECOND), missing},         /* another shape */
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        index_file x = {0};
        add_slices(&x, all[i].kind, all[i].dims);
        add_entry(&x, STR("w"), 1, all[i].shape.at, (int)all[i].shape.len, 0, 0, all[i].slices);
        refused_quickly(close_index(&x, STR("")), all[i].why);
    }
    index_file x = {
        0}; /* nobody's slices; a damaged one; one in slices itself; one of another number of dimensions */
    add_slices(&x, 1, "\1\2");
    refused_quickly(close_index(&x, STR("")), "slices of variables that are not there");
    for (int i = 0; i < 4; i++) {
        add_header(&x);
        if (i == 0) add_row(&x.rows, 0, BYTES(FIRST_KEY), BYTES("\x08"));
        if (i == 1) add_entry(&x, BYTES(FIRST_KEY), 1, "\1", 1, 0, 4, BYTES(FIRST));
        if (i == 2) add_entry(&x, BYTES(FIRST_KEY), 1, "\1\1", 2, 0, 4, STR(""));
        if (i == 3)
            add_entry(&x, BYTES(FIRST_KEY), 1, "\1", 1, 0, 8,
                      STR("")); /* of another size than its shape */
        add_entry(&x, STR("w"), 1, "\1", 1, 0, 0, BYTES(FIRST));
        refused_quickly(close_index(&x, STR("")), i < 3 ? missing : "the index gives 8 bytes");
    }
    add_header(&x); /* of 2^60 values, in a slice whose key is as long as keys are */
    add_row(&x.rows, 0, STR("w"),
            BYTES("\x08\1\x12\x0c\x12\x0a\x08\x80\x80\x80\x80\x80\x80\x80\x80\x10"
                  "\x3a\x0c\x0a\x0a\x10\x80\x80\x80\x80\x80\x80\x80\x80\x10"));
    refused_quickly(close_index(&x, STR("")), missing);
}

void tables_with_wrong_handles(void **state)
{
    (void)state;
    static const char *const why = "an entry of a block is longer than the block";
    static const str rows[] = {BYTES("\x80"), BYTES("\0\x80"), BYTES("\0\0\x80")};
    index_file x = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        text_add(&x.rows, rows[i]);
        refused_quickly(close_index(&x, STR("")), why);
        text_add(&x.handles, rows[i]); /* the same in the index */
        refused_quickly(close_index(&x, STR("")), why);
    }
    refused_quickly(close_index(&x, BYTES("\x80")), "the footer does not say");
    refused_quickly(close_index(&x, BYTES("\0\0\0")), "the footer does not say");
    PUT(&x.rows, "x"); /* an index of one byte */
    add_block(&x, 0, false);
    refused_quickly(close_index(&x, BYTES("\0\0\0\1")), "restart points");
    add_row(&x.handles, 0, STR("k"), BYTES("\0"));
    refused_quickly(close_index(&x, STR("")), "the index does not say where a block is");
    add_row(&x.handles, 0, STR("k"), BYTES("\x80"));
    refused_quickly(close_index(&x, STR("")), "the index does not say where a block is");
}

/* What a small file can make of itself is bounded: blocks that unpack, keys that share, and the number of keys. */
void tables_that_unpack_to_much_are_refused(void **state)
{
    (void)state;
    index_file x = {0};
    size_t n = 15u << 20;
    put_varint(&x.rows, n);
    PUT(&x.rows, "\0\0");
    for (size_t have = 1; have < n - 4; have += 64) {
        size_t left = n - 4 - have < 64 ? n - 4 - have : 64;
        text_char(&x.rows, (char)((left - 1) << 2 | 2));
        PUT(&x.rows, "\1\0");
    }
    text_char(&x.rows, 3 << 2),
        put_number(&x.rows, (n - 4) / 4, 4); /* nothing but restart points */
    add_block(&x, 1, false);
    text one = {0};
    text_add(&one, text_str(&x.handles));
    for (int i = 0; i < 9; i++) text_add(&x.handles, text_str(&one));
    text_close(&one);
    refused_quickly(close_index(&x, STR("")), "the blocks unpack to more than");
    char *key = calloc(1, 1 << 20);
    assert_non_null(key);
    memset(key, 'k', 1 << 20);
    add_row(&x.rows, 0, (str){key, 1 << 20}, STR(""));
    for (int i = 0; i < 70; i++) add_row(&x.rows, (size_t)(1 << 20) + (size_t)i, STR("k"), STR(""));
    refused_quickly(close_index(&x, STR("")), "the keys unpack to more than");
    free(key);
    for (int i = 0; i <= 1 << 18; i++) {
        char number[8];
        snprintf(number, sizeof number, "%06x", (unsigned)i);
        add_row(&x.rows, 0, str_of(number), STR(""));
    }
    refused_quickly(close_index(&x, STR("")), "more than 262144 keys");
}
