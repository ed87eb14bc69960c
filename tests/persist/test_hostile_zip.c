/* Archives whose directory lies. Each begins as one that is read. */
#include "persist/hostile.h"
#include "persist/zip.h"
#include <string.h>

/* Two entries of a tensor's archive: data.pkl and its storage. */
static archive good_archive(void)
{
    archive a = {0};
    text t = {0};
    view v = good_view();
    PUT(&t, "\x80\2}");
    put_word(&t, "w");
    put_view(&t, &v);
    PUT(&t, "s.");
    archive_add(&a, "x/data.pkl", text_str(&t));
    archive_add(&a, "x/data/0", STR("\0\0\x80\x3f\0\0\x80\x3f\0\0\x80\x3f\0\0\x80\x3f"));
    archive_close(&a);
    text_close(&t);
    return a;
}

static archive archive_of(const char *const *names, int n)
{
    archive a = {0};
    for (int i = 0; i < n; i++) archive_add(&a, names[i], STR("1"));
    archive_close(&a);
    return a;
}

void zip_that_is_right_is_read(void **state)
{
    (void)state;
    archive a = good_archive();
    weights w;
    err e = {0};
    works(weights_open(&w, archive_file(&a), &e), &e);
    assert_int_equal(w.n, 1);
    weights_close(&w);
}

void zip_names_lead_nowhere_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"/etc/passwd", "x/\x7f", "x/../../y", "..",
                                      "x/..",        "x\\y",   "x/a\nb",    ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        archive a = archive_of(&bad[i], 1);
        refused_quickly(archive_file(&a), "has no name or one that leads elsewhere");
    }
}

void zip_entries_are_in_one_folder(void **state)
{
    (void)state;
    static const char *const two[] = {"x/data.pkl", "y/data.pkl"}, *const none[] = {"data.pkl"},
                             *const empty[] = {"x/version"};
    archive a = archive_of(two, 2), b = archive_of(none, 1), c = archive_of(empty, 1),
            d = archive_of(two, 0);
    refused_quickly(archive_file(&a), "in several folders");
    refused_quickly(archive_file(&b), "in no folder");
    refused_quickly(archive_file(&c), "data.pkl is missing");
    text_add(&d.t, STR("")); /* an archive without entries begins with its end */
    weights w;
    err e = {0};
    assert_false(weights_open(&w, archive_file(&d), &e));
}

void zip_no_name_twice(void **state)
{
    (void)state;
    static const char *const twice[] = {"x/data.pkl", "x/data.pkl"};
    archive a = archive_of(twice, 2);
    refused_quickly(archive_file(&a), "is there twice");
}

void zip_entries_do_not_overlap(void **state)
{
    (void)state;
    static const char *const names[] = {"x/a", "x/b"};
    archive a = archive_of(names, 2);
    /* the first is made longer, into the second */
    archive_put(&a, a.central[0] + 20, 20, 4);
    archive_put(&a, a.central[0] + 24, 20, 4);
    refused_quickly(archive_file(&a), "two entries overlap");
    a = good_archive();
    archive_put(&a, a.central[1] + 24, 2000, 4); /* over the directory */
    archive_put(&a, a.central[1] + 20, 2000, 4);
    refused_quickly(archive_file(&a), "is not where the directory says");
}

void zip_headers_agree(void **state)
{
    (void)state;
    archive a = good_archive();
    archive_put(&a, a.local[1] + 30, 'y', 1); /* another name in the local header */
    refused_quickly(archive_file(&a), "is not where the directory says");
    a = good_archive();
    archive_put(&a, a.local[1], 'Q', 1); /* no header there */
    refused_quickly(archive_file(&a), "is not where the directory says");
    a = good_archive();
    archive_put(&a, a.central[1] + 42, 0xfffffff0u, 4); /* outside */
    refused_quickly(archive_file(&a), "is not where the directory says");
    a = good_archive();
    archive_put(&a, a.local[1] + 28, 0xffff, 2); /* an extra field over the end */
    refused_quickly(archive_file(&a), "is not where the directory says");
}

void zip_packed_and_encrypted_are_refused(void **state)
{
    (void)state;
    archive a = good_archive();
    archive_put(&a, a.central[0] + 10, 8, 2);
    refused_quickly(archive_file(&a), "is packed; PyTorch only stores");
    a = good_archive();
    archive_put(&a, a.central[0] + 20, 1, 4); /* packed and real size differ */
    refused_quickly(archive_file(&a), "is packed; PyTorch only stores");
    a = good_archive();
    archive_put(&a, a.central[0] + 8, 1, 2);
    refused_quickly(archive_file(&a), "is encrypted");
}

void zip_checksums_are_verified(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        archive a = good_archive();
        archive_put(&a, a.central[i] + 16, 12345, 4);
        refused_quickly(archive_file(&a), "is damaged (its checksum differs)");
    }
}

void zip_directories_that_lie(void **state)
{
    (void)state;
    static const struct {
        size_t at; /* in the end record */
        uint64_t x;
        int bytes;
        const char *why;
    } all[] = {
        {16, 0xfffffff0u, 4, "the archive's directory is not in the file"},
        {12, 0xfffffff0u, 4, "the archive's directory is not in the file"},
        {10, 65535, 2, "are more than the directory holds"},
        {10, 1, 2, "the directory has more entries than it says"},
        {20, 7, 2, "the archive has no end"},
        {0, 'Q', 1, "the archive has no end"},
        {12, 46, 4, "are more than the directory holds"},
        {16, 3, 4, "entry 1 of the directory is damaged"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        archive a = good_archive();
        archive_put(&a, a.end + all[i].at, all[i].x, all[i].bytes);
        refused_quickly(archive_file(&a), all[i].why);
    }
    static const size_t lengths[] = {28, 30, 32}; /* name, extra, comment of an entry */
    for (size_t i = 0; i < 3; i++) {
        archive a = good_archive();
        archive_put(&a, a.central[1] + lengths[i], 0xffff, 2);
        refused_quickly(archive_file(&a), "entry 2 of the directory is damaged");
    }
}

/* An end record of 64 bits, and its locator, in front of the ordinary one. */
static archive with_end64(uint64_t at, uint64_t entries, uint64_t size, uint64_t place)
{
    archive a = good_archive(), b = {0};
    size_t start = a.central[0];
    text_add(&b.t, str_sub(text_str(&a.t), 0, a.end));
    size_t end64 = b.t.len;
    PUT(&b.t, "PK\6\6");
    put_number(&b.t, 44, 8);
    put_number(&b.t, 0, 12);
    put_number(&b.t, entries ? entries : 2, 8);
    put_number(&b.t, entries ? entries : 2, 8);
    put_number(&b.t, size ? size : a.end - start, 8);
    put_number(&b.t, place ? place : start, 8);
    PUT(&b.t, "PK\6\7");
    put_number(&b.t, 0, 4);
    put_number(&b.t, at ? at : end64, 8);
    put_number(&b.t, 1, 4);
    text_add(&b.t, str_sub(text_str(&a.t), a.end, a.t.len));
    text_close(&a.t);
    return b;
}

void zip64_that_lies_is_refused(void **state)
{
    (void)state;
    const char *lost = "the zip64 directory is not where the archive says",
               *outside = "the archive's directory is not in the file";
    static const struct {
        uint64_t at, entries, size, place;
        int why;
    } all[] = {{UINT64_MAX, 0, 0, 0, 0}, {3, 0, 0, 0, 0},
               {0, UINT64_MAX, 0, 0, 2}, {0, 3, 0, 0, 2},
               {0, 0, UINT64_MAX, 0, 1}, {0, 0, 0, UINT64_MAX, 1},
               {0, 0, 0, 1, 1},          {0, 0x400000000000000u, 0, 0, 2}};
    weights w;
    err e = {0};
    archive good = with_end64(0, 0, 0, 0);
    works(weights_open(&w, archive_file(&good), &e), &e);
    weights_close(&w);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        archive a = with_end64(all[i].at, all[i].entries, all[i].size, all[i].place);
        const char *path = archive_file(&a);
        if (all[i].place ==
            1) { /* at the first local header's second byte: no directory is there */
            weights v;
            err why = {0};
            assert_false(weights_open(&v, path, &why));
            continue;
        }
        refused_quickly(path, all[i].why == 0   ? lost
                              : all[i].why == 1 ? outside
                                                : "are more than the directory holds");
    }
}

/* Sizes of all ones stand for a field that is not there, or too short, or says 2^63. */
void zip64_fields_that_lie_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"x/data.pkl"};
    archive a = archive_of(names, 1);
    archive_put(&a, a.central[0] + 24, 0xffffffffu, 4);
    refused_quickly(archive_file(&a), "its zip64 sizes are missing");
    for (int k = 0; k < 4; k++) {
        archive b = archive_of(names, 1), c = {0};
        static const int given[4] = {4, 8, 24, 24}, said[4] = {4, 8, 24, 60};
        text_add(&c.t, str_sub(text_str(&b.t), 0, b.central[0] + 46 + 10));
        archive_put(&c, b.central[0] + 20, 0xffffffffu, 4);
        archive_put(&c, b.central[0] + 24, 0xffffffffu, 4);
        archive_put(&c, b.central[0] + 42, 0xffffffffu, 4);
        archive_put(&c, b.central[0] + 30, (uint64_t)given[k] + 4, 2);
        put_number(&c.t, 1, 2);
        put_number(&c.t, (uint64_t)said[k], 2);
        for (int i = 0; i < given[k]; i++) put_number(&c.t, k == 2 ? 0x7f : 0, 1);
        size_t end = c.t.len;
        text_add(&c.t, str_sub(text_str(&b.t), b.end, b.t.len));
        archive_put(&c, end + 12, end - b.central[0], 4);
        text_close(&b.t);
        refused_quickly(archive_file(&c),
                        k == 2 ? "is not where the directory says" : "its zip64 sizes are missing");
    }
}

void zip_cut_at_every_byte_is_refused(void **state)
{
    (void)state;
    archive a = good_archive();
    str all = text_str(&a.t);
    for (size_t n = 4; n < all.len; n++) {
        weights w;
        err e = {0};
        put_file(own("cut.pt"), str_sub(all, 0, n));
        assert_false(weights_open(&w, own("cut.pt"), &e));
    }
    text_close(&a.t);
}

void torch_values_of_another_order_are_refused(void **state)
{
    (void)state;
    archive a = {0};
    archive_add(&a, "x/byteorder", STR("big"));
    archive_add(&a, "x/data.pkl", STR("\x80\2}."));
    archive_close(&a);
    refused_quickly(archive_file(&a), "not little-endian");
}
