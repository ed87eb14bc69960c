/* The checksum of files: the values that files of the past hold, and what it notices. */
#include "persist/digest.h"
#include "tests.h"

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
