#include "persist/hostile.h"
#include "base/log.h"
#include <string.h>
#include <zlib.h>

void put_bytes(text *t, const char *at, size_t n)
{
    text_add(t, (str){at, n});
}

void put_number(text *t, uint64_t x, int bytes)
{
    for (int i = 0; i < bytes; i++) text_char(t, i < 8 ? (char)(x >> 8 * i) : 0);
}

void put_varint(text *t, uint64_t x)
{
    for (; x > 127; x >>= 7) text_char(t, (char)(x | 128));
    text_char(t, (char)x);
}

void put_word(text *t, const char *word)
{
    text_char(t, 'X');
    put_number(t, strlen(word), 4);
    put_bytes(t, word, strlen(word));
}

void put_whole(text *t, int32_t x)
{
    text_char(t, 'J');
    put_number(t, (uint32_t)x, 4);
}

view good_view(void)
{
    return (view){.type = "FloatStorage",
                  .numel = 4,
                  .shape = {2, 2},
                  .stride = {2, 1},
                  .n_dims = 2,
                  .stored = 4,
                  .function = "_rebuild_tensor_v2"};
}

void put_view(text *t, const view *v)
{
    text_format(t, "ctorch._utils\n%s\n((", v->function);
    put_word(t, "storage");
    text_format(t, "ctorch\n%s\n", v->type);
    put_word(t, "0");
    put_word(t, "cpu");
    put_whole(t, v->numel);
    PUT(t, "tQ");
    put_whole(t, v->offset);
    for (int k = 0; k < 2; k++) {
        text_char(t, '(');
        for (int i = 0; i < v->n_dims; i++) put_whole(t, k ? v->stride[i] : v->shape[i]);
        text_char(t, 't');
    }
    PUT(t, "\x89}tR");
}

const char *legacy_file(str object, int32_t stored)
{
    text t = {0};
    PUT(&t, "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e\x80\2M\xe9\3.\x80\2}");
    put_word(&t, "little_endian");
    PUT(&t, "\x88s.\x80\2");
    text_add(&t, object);
    PUT(&t, ".\x80\2]");
    if (stored >= 0) {
        put_word(&t, "0");
        PUT(&t, "a.");
        put_number(&t, (uint64_t)stored, 8);
        for (int i = 0; i < stored; i++) put_number(&t, 0x3f800000u, 4);
    } else {
        PUT(&t, ".");
    }
    put_file(own("bad.pt"), text_str(&t));
    text_close(&t);
    return own("bad.pt");
}

const char *view_file(const view *v, bool zip)
{
    text t = {0}, values = {0};
    archive a = {0};
    text_char(&t, '}');
    put_word(&t, "w");
    put_view(&t, v);
    text_char(&t, 's');
    const char *path = zip ? NULL : legacy_file(text_str(&t), v->stored);
    if (zip) {
        text pickled = {0};
        PUT(&pickled, "\x80\2");
        text_add(&pickled, text_str(&t));
        text_char(&pickled, '.');
        for (int i = 0; i < v->stored; i++) put_number(&values, 0x3f800000u, 4);
        archive_add(&a, "x/data.pkl", text_str(&pickled));
        archive_add(&a, "x/data/0", text_str(&values));
        archive_close(&a);
        path = archive_file(&a);
        text_close(&pickled);
    }
    text_close(&t);
    text_close(&values);
    return path;
}

void archive_add(archive *a, const char *name, str bytes)
{
    a->local[a->n++] = a->t.len;
    PUT(&a->t, "PK\3\4");
    put_number(&a->t, 0, 22); /* as PyTorch: sizes and checksum are the directory's matter */
    put_number(&a->t, strlen(name), 2);
    put_number(&a->t, 0, 2);
    text_add(&a->t, str_of(name));
    text_add(&a->t, bytes);
}

static size_t name_length(const archive *a, int i)
{
    const unsigned char *at = (const unsigned char *)a->t.at + a->local[i];
    return at[26] + 256u * at[27];
}

void archive_close(archive *a)
{
    size_t start = a->t.len;
    for (int i = 0; i < a->n; i++) {
        size_t name = name_length(a, i), from = a->local[i] + 30 + name,
               n = (i + 1 < a->n ? a->local[i + 1] : start) - from;
        uint32_t crc = (uint32_t)crc32_z(0, (const unsigned char *)a->t.at + from, n);
        text head = {0};
        PUT(&head, "PK\1\2");
        put_number(&head, 0, 12);
        put_number(&head, crc, 4);
        put_number(&head, n, 4);
        put_number(&head, n, 4);
        put_number(&head, name, 2);
        put_number(&head, 0, 12);
        put_number(&head, a->local[i], 4);
        text_add(&head, (str){a->t.at + a->local[i] + 30, name});
        a->central[i] = a->t.len;
        text_add(&a->t, text_str(&head));
        text_close(&head);
    }
    a->end = a->t.len;
    PUT(&a->t, "PK\5\6");
    put_number(&a->t, 0, 4);
    put_number(&a->t, (uint64_t)a->n, 2);
    put_number(&a->t, (uint64_t)a->n, 2);
    put_number(&a->t, a->end - start, 4);
    put_number(&a->t, start, 4);
    put_number(&a->t, 0, 2);
}

void archive_put(archive *a, size_t at, uint64_t x, int bytes)
{
    assert_true(at + (size_t)bytes <= a->t.len);
    for (int i = 0; i < bytes; i++) a->t.at[at + (size_t)i] = (char)(x >> 8 * i);
}

const char *archive_file(archive *a)
{
    put_file(own("bad.pt"), text_str(&a->t));
    text_close(&a->t);
    *a = (archive){0};
    return own("bad.pt");
}

void refused_quickly(const char *path, const char *why)
{
    double start = clock_cpu();
    refused_file(path, why);
    if (clock_cpu() - start > 5) fail_msg("%s: %.1f s to refuse it", path, clock_cpu() - start);
}
