/* Any bytes as a pickle, and what follows as the next one. Refused with a line; or the value can be walked, to a depth, and every text in
 * it is of the bytes. */
#include "base/log.h"
#include "persist/pickle.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t steps;

static void walk(const node *x, str all, int depth)
{
    if (++steps > 20000) return;
    ASSERT(x && x->type <= NODE_SET, "no value");
    if (x->type == NODE_TEXT || x->type == NODE_BIG || x->type == NODE_GLOBAL)
        ASSERT(x->s.at >= all.at && x->s.at + x->s.len <= all.at + all.len,
               "a text from elsewhere");
    ASSERT(x->type != NODE_CALL || x->n == 2, "a call of %zu parts", x->n);
    ASSERT(x->type != NODE_PERSISTENT || x->n == 1, "an id of %zu parts", x->n);
    ASSERT(x->type != NODE_DICT || x->n % 2 == 0, "a key without its value");
    for (size_t i = 0; i < x->n && depth < 8; i++) walk(x->items[i], all, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str all = {(const char *)data, size}, rest = all;
    arena mem = {0};
    err e = {0};
    pickle p = {.path = "fuzz"};
    log_at(LOG_QUIET);
    steps = 0;
    while (rest.len && pickle_read(&p, &rest, &mem, &e)) {
        str name;
        walk(p.top, all, 0);
        ASSERT(!node_calls(p.top, "os", &name) || name.len <= size, "a name from elsewhere");
        (void)node_at(p.top, "state");
        p.at = size - rest.len;
    }
    ASSERT(rest.len == 0 || (e.set && !strchr(e.text, '\n')), "refused without a word");
    arena_close(&mem);
    return 0;
}
