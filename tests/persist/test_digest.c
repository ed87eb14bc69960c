/* The checksum of files: the values that files of the past hold, and what it notices. */
#include "persist/digest.h"
#include "persist/sha256.h"
#include "tests.h"
#include <string.h>

void digest_known_answers(void **state)
{
    (void)state;
    char all[100];
    for (int i = 0; i < 100; i++) all[i] = (char)i;
    assert_true(digest(STR("")) == 0xd96d2b1ef74d7a7au);
    assert_true(digest(STR("a")) == 0x574224b11f08365fu);
    assert_true(digest((str){all, 100}) == 0xb15ee165c61c2bb8u);
}
void digest_every_bit_counts(void **state)
{
    (void)state;
    char all[100];
    for (int i = 0; i < 100; i++) all[i] = (char)(i * 7);
    uint64_t want = digest((str){all, 100});
    for (int bit = 0; bit < 800; bit++) {
        all[bit / 8] ^= (char)(1 << bit % 8);
        assert_true(digest((str){all, 100}) != want);
        all[bit / 8] ^= (char)(1 << bit % 8);
    }
}
void digest_zeros_of_another_length(void **state)
{
    (void)state;
    static const char zeros[200];
    for (size_t n = 0; n < 200; n++)
        for (size_t m = 0; m < n; m++)
            assert_true(digest((str){zeros, n}) != digest((str){zeros, m}));
}

/* FIPS 180-4's examples, and lengths around the end of a block (by hashlib). */
void sha256_known_answers(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *hash;
    } of_a[] = {
        {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
        {63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
        {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
        {1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"},
    };
    char a[1000], hash[65];
    memset(a, 'a', sizeof a);
    sha256(STR("abc"), hash);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (size_t i = 0; i < sizeof of_a / sizeof *of_a; i++) {
        sha256((str){a, of_a[i].n}, hash);
        assert_string_equal(hash, of_a[i].hash);
    }
}
