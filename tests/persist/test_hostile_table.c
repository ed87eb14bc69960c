/* Table files, snappy and TensorFlow's entries that lie. */
#include "persist/crc32c.h"
#include "persist/hostile.h"
#include "persist/snappy.h"
#include "persist/table_file.h"
#include <string.h>

typedef struct place {
    size_t at, len;
} place;

static void entry(text *t, int shared, str key, str value)
{
    put_varint(t, (uint64_t)shared);
    put_varint(t, key.len);
    put_varint(t, value.len);
    text_add(t, key);
    text_add(t, value);
}

/* A block with its packing and checksum; restarts are added here. */
static place block(text *file_bytes, str entries, int packing, bool restarts)
{
    place p = {file_bytes->len, 0};
    text b = {0};
    text_add(&b, entries);
    if (restarts) put_number(&b, 0, 4), put_number(&b, 1, 4);
    p.len = b.len;
    text_char(&b, (char)packing);
    text_add(file_bytes, text_str(&b));
    put_number(file_bytes, crc32c_masked(text_str(&b)), 4);
    text_close(&b);
    return p;
}

static void handle(text *t, place p)
{
    put_varint(t, p.at);
    put_varint(t, p.len);
}

static void finish(text *t, place index)
{
    text foot = {0};
    handle(&foot, (place){0, 0});
    handle(&foot, index);
    while (foot.len < 40) text_char(&foot, 0);
    PUT(&foot, "\x57\xfb\x80\x8b\x24\x75\x47\xdb");
    text_add(t, text_str(&foot));
    text_close(&foot);
}

/* An index block of n entries, each naming p. */
static place index_of(text *t, place p, int n)
{
    text b = {0};
    for (int i = 0; i < n; i++) {
        text value = {0};
        char key[16];
        snprintf(key, sizeof key, "k%06d", i);
        handle(&value, p);
        entry(&b, 0, str_of(key), text_str(&value));
        text_close(&value);
    }
    place index = block(t, text_str(&b), 0, true);
    text_close(&b);
    return index;
}

static void refused_table(text *t, const char *why)
{
    put_file(own("t.index"), text_str(t));
    text_close(t);
    refused_quickly(own("t"), why);
}

/* One variable "w" of two f32, with `entry_bytes` instead of its entry if that is not empty. */
static void variable(str header, str entry_bytes, const char *why)
{
    text t = {0}, b = {0}, good = {0};
    static const char values[8] = {0, 0, (char)0x80, 0x3f, 0, 0, 0, 0x40};
    PUT(&good, "\x08\1\x12\4\x12\2\x08\2\x28\x08\x35"); /* f32, shape [2], 8 bytes, checksum */
    put_number(&good, crc32c_masked((str){values, 8}), 4);
    entry(&b, 0, STR(""), header.len ? header : STR("\x08\1"));
    entry(&b, 0, STR("w"), entry_bytes.len ? entry_bytes : text_str(&good));
    place data = block(&t, text_str(&b), 0, true);
    finish(&t, index_of(&t, data, 1));
    put_file(own("t.data-00000-of-00001"), (str){values, 8});
    text_close(&b);
    text_close(&good);
    if (why) {
        refused_table(&t, why);
        return;
    }
    weights w;
    err e = {0};
    float x[2];
    put_file(own("t.index"), text_str(&t));
    text_close(&t);
    works(weights_open(&w, own("t"), &e), &e);
    assert_int_equal(w.n, 1);
    works(weight_floats(&w.list[0], 0, 2, x, &e), &e);
    assert_true(x[0] == 1 && x[1] == 2);
    weights_close(&w);
}

void tensorflow_that_is_right_is_read(void **state)
{
    (void)state;
    variable(STR(""), STR(""), NULL);
}

void tensorflow_entries_that_lie(void **state)
{
    (void)state;
    static const struct {
        str header, entry;
        const char *why;
    } all[] = {
        {{"\x08\0", 2}, {"", 0}, "data files, 1 to"},
        {{"\x08\xff\xff\xff\x7f", 5}, {"", 0}, "data files, 1 to"},
        {{"\x08\1\x10\1", 4}, {"", 0}, "big-endian"},
        {{"\x08", 1}, {"", 0}, "the header is damaged"},
        {{"", 0},
         {"\x08\1\x12\4\x12\2\x08\2\x28\x08\x35zzzz", 15},
         "is damaged (its checksum differs)"},
        {{"", 0}, {"\x08\1\x12\4\x12\2\x08\3\x28\x08\x35zzzz", 15}, "the index gives 8 bytes"},
        {{"", 0}, {"\x08\1\x12\4\x12\2\x08\2\x28\x09\x35zzzz", 15}, "the index gives 9 bytes"},
        {{"", 0}, {"\x08\1\x12\4\x12\2\x08\2\x20\1\x28\x08\x35zzzz", 17}, "the file has only 8"},
        {{"", 0},
         {"\x08\1\x12\4\x12\2\x08\2\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\x28\x08", 21},
         "the file has only 8"},
        {{"", 0}, {"\x08\1\x12\4\x12\2\x08\2\x18\5\x28\x08", 12}, "is in data file 5 of 1"},
        {{"", 0},
         {"\x08\1\x12\x0d\x12\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\x28\x08", 19},
         "its entry is damaged"},
        {{"", 0}, {"\x08\1\x12\x7f\x12\2", 6}, "its entry is damaged"},
        {{"", 0}, {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11}, "its entry is damaged"},
        {{"", 0}, {"\x08\1\x3a\0", 4}, "its slices are not one row along one dimension"},
        {{"", 0}, {"\x0b", 1}, "its entry is damaged"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        variable(all[i].header, all[i].entry, all[i].why);
}

void tensorflow_shapes_that_overflow(void **state)
{
    (void)state;
    text t = {0}, shape = {0};
    for (int i = 0; i < 4; i++) PUT(&shape, "\x12\6\x08\xff\xff\xff\xff\x0f"); /* 2^32 - 1 each */
    PUT(&t, "\x08\1\x12");
    put_varint(&t, shape.len);
    text_add(&t, text_str(&shape));
    variable(STR(""), text_str(&t), "its entry is damaged");
    t.len = 0;
    PUT(&t, "\x08\1\x12");
    for (int i = 0; i < 9; i++) PUT(&shape, "\x12\2\x08\1");
    put_varint(&t, shape.len);
    text_add(&t, text_str(&shape));
    variable(STR(""), text_str(&t), "its entry is damaged");
    text_close(&t);
    text_close(&shape);
}

/* Two variables over the same bytes, many times: a small file must not be read forever. */
void tensorflow_variables_do_not_overlap(void **state)
{
    (void)state;
    text t = {0}, b = {0}, one = {0};
    char values[8] = {0};
    PUT(&one, "\x08\1\x12\4\x12\2\x08\2\x28\x08\x35");
    put_number(&one, crc32c_masked((str){values, 8}), 4);
    entry(&b, 0, STR(""), STR("\x08\1"));
    entry(&b, 0, STR("a"), text_str(&one));
    entry(&b, 0, STR("b"), text_str(&one));
    place data = block(&t, text_str(&b), 0, true);
    finish(&t, index_of(&t, data, 1));
    put_file(own("t.data-00000-of-00001"), (str){values, 8});
    text_close(&b);
    text_close(&one);
    refused_table(&t, "overlaps another");
}

void tables_with_loops_end(void **state)
{
    (void)state;
    text t = {0}, b = {0};
    entry(&b, 0, STR(""), STR("\x08\1"));
    place data = block(&t, text_str(&b), 0, true);
    finish(&t, index_of(&t, data, 1000)); /* one block, a thousand times */
    refused_table(&t, "is not behind the one before it");
    t = (text){0};
    text self = {0}, value = {0};
    handle(&value, (place){0, 16}); /* the index, as a block of itself */
    entry(&self, 0, STR("k"), text_str(&value));
    place index = block(&t, text_str(&self), 0, true);
    assert_int_equal(index.at, 0);
    finish(&t, index);
    put_file(own("t.index"), text_str(&t));
    weights w;
    err e = {0};
    assert_false(weights_open(&w, own("t"), &e));
    text_close(&t);
    text_close(&b);
    text_close(&self);
    text_close(&value);
}

void tables_with_wrong_numbers(void **state)
{
    (void)state;
    static const struct {
        str entries;
        bool restarts;
        const char *why;
    } all[] = {
        {{"\5\1\0x", 4}, true, "an entry of a block is longer than the block"},
        {{"\0\x7f\0x", 4}, true, "an entry of a block is longer than the block"},
        {{"\0\1\x7fx", 4}, true, "an entry of a block is longer than the block"},
        {{"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0x", 13},
         true,
         "an entry of a block is longer than the block"},
        {{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11},
         true,
         "an entry of a block is longer than the block"},
        {{"\0\1\1\0ab", 6}, false, "a block's restart points are more than the block"},
        {{"\0", 1}, false, "a block's restart points are more than the block"},
        {{"\0\1\0a\0\1\0a", 8}, true, "the header is missing"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        text t = {0};
        place data = block(&t, all[i].entries, 0, all[i].restarts);
        finish(&t, index_of(&t, data, 1));
        if (i == 7) { /* the same key twice */
            refused_table(&t, "is not behind the one before it");
            continue;
        }
        refused_table(&t, all[i].why);
    }
}

void tables_with_wrong_places(void **state)
{
    (void)state;
    static const place places[] = {{1 << 20, 10}, {0, 1 << 20},  {0, (size_t)1 << 40},
                                   {SIZE_MAX, 1}, {0, SIZE_MAX}, {SIZE_MAX - 4, 4}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        text t = {0}, u = {0};
        (void)block(&t, STR(""), 0, true);
        finish(&t, index_of(&t, places[i], 1));
        refused_table(&t, "is not in the file");
        (void)block(&u, STR(""), 0, true);
        finish(&u, places[i]);
        refused_table(&u, "is not in the file");
    }
    text t = {0};
    (void)block(&t, STR(""), 0, true);
    for (int i = 0; i < 40; i++) text_char(&t, (char)0xff);
    PUT(&t, "\x57\xfb\x80\x8b\x24\x75\x47\xdb");
    refused_table(&t, "the footer does not say where the index is");
    t = (text){0};
    text_add(&t, STR("too short"));
    refused_table(&t, "no table file");
}

void tables_packed_in_unknown_ways(void **state)
{
    (void)state;
    for (int packing = 2; packing < 256; packing += 50) {
        text t = {0};
        place data = block(&t, STR(""), packing, true);
        finish(&t, index_of(&t, data, 1));
        refused_table(&t, "packed in a way");
    }
}

static bool snappy(const char *at, size_t n, size_t most, str *to, arena *mem)
{
    return snappy_read((str){at, n}, most, mem, to);
}

/* "abc", then copies: of 4 to 11 bytes at a distance below 2048, of 1 to 64 below 65536, and with 32 bits. */
void snappy_every_element(void **state)
{
    (void)state;
    static const char bytes[] = "\x18" /* 24 bytes */
                                "\x08"
                                "abc"          /* literal of 3 */
                                "\x01\3"       /* copy 4, 3 back: abca */
                                "\x0a\3\0"     /* copy 3, 3 back */
                                "\x0b\3\0\0\0" /* the same with four bytes */
                                "\xf0\2"
                                "xyz" /* literal, length in a byte */
                                "\xf4\2\0"
                                "uvw" /* in two */
                                "\xf8\1\0\0"
                                "st" /* in three */
                                "\xfc\2\0\0\0"
                                "rqp";
    str to;
    arena mem = {0};
    assert_true(snappy(bytes, sizeof bytes - 1, 1000, &to, &mem));
    assert_int_equal(to.len, 24);
    assert_memory_equal(to.at, "abcabcabcabcaxyzuvwstrqp", 24);
    arena_close(&mem);
}

void snappy_that_lies_is_refused(void **state)
{
    (void)state;
    static const str all[] = {{"", 0},
                              {"\x80", 1},
                              {"\xff\xff\xff\xff\xff\xff", 6},
                              {"\xff\xff\xff\xff\x0f\0a", 7}, /* 4 GB from two bytes */
                              {"\x80\x80\x40\0a", 5},         /* a million */
                              {"\2\0a", 3},                   /* one byte less than said */
                              {"\1\4ab", 4},                  /* one more */
                              {"\5\0a\1\2", 5},               /* a copy from before the beginning */
                              {"\5\0a\1\0", 5},               /* from 0 back */
                              {"\3\0a\1\1", 5},               /* over the end */
                              {"\4\xf0", 2},                  /* a length that is cut */
                              {"\4\0a\2\1", 5},               /* a distance that is cut */
                              {"\x09\x20"
                               "abc",
                               5}, /* a literal that is cut */
                              {"\4\xfc\xff\xff\xff\xff"
                               "a",
                               7}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        arena mem = {0};
        str to;
        if (snappy(all[i].at, all[i].len, 1 << 30, &to, &mem)) fail_msg("lie %zu is believed", i);
        assert_true(mem.taken < 1 << 20);
        arena_close(&mem);
    }
}

/* As small as snappy can make it, 64 bytes from 3: held by the limit on a block, and on all blocks. */
void snappy_bombs_are_bounded(void **state)
{
    (void)state;
    for (int many = 0; many < 2; many++) {
        text bomb = {0}, t = {0};
        size_t n = many ? 15u << 20 : 17u << 20;
        put_varint(&bomb, n);
        PUT(&bomb, "\0\0");
        for (size_t have = 1; have < n; have += 64) {
            size_t left = n - have < 64 ? n - have : 64;
            text_char(&bomb, (char)((left - 1) << 2 | 2));
            PUT(&bomb, "\1\0");
        }
        place data = block(&t, text_str(&bomb), 1, false);
        finish(&t, index_of(&t, data, 100));
        text_close(&bomb);
        refused_table(&t, many ? "is not behind the one before it" : "is no proper snappy");
    }
}

void crc32c_known_answers(void **state)
{
    (void)state;
    char zeros[32] = {0}, long_one[70000];
    assert_int_equal(crc32c(STR("123456789")), 0xE3069283u);
    assert_int_equal(crc32c_masked(STR("123456789")), 0xC78AB0E5u);
    assert_int_equal(crc32c((str){zeros, 32}), 0x8A9136AAu); /* RFC 3720, B.4 */
    /* the stretches of the fast path against a bit at a time */
    for (size_t i = 0; i < sizeof long_one; i++) long_one[i] = (char)(i * 7 + i / 251);
    for (size_t n = 12280; n < sizeof long_one; n = n * 2 + 5) {
        uint32_t c = ~0u;
        for (size_t i = 0; i < n; i++) {
            c ^= (unsigned char)long_one[i];
            for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? 0x82F63B78u : 0);
        }
        assert_int_equal(crc32c((str){long_one, n}), ~c);
        assert_int_equal(crc32c_by_table((str){long_one, n}), ~c);
    }
}
