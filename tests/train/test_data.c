/* What is trained on. */
#include "tests.h"
#include "train/data.h"

void data_leaves_out_what_was_cut(void **state)
{
    (void)state;
    task t = {.name = "t", .kind = KIND_WORDS};
    packed at[4] = {{.example = 0}, {.example = 1, .cut = true}, {.example = 2}, {.example = 3}};
    packs p = {.at = at, .n = 4};
    data_leave_out_cut(&t, &p);
    assert_int_equal(p.n, 3);
    assert_true(at[0].example == 0 && at[1].example == 2 && at[2].example == 3);
    data_leave_out_cut(&t, &p);
    assert_int_equal(p.n, 3);
}
