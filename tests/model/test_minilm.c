/* A real encoder on real sentences against transformers. The model and the values are not checked in: see tests/golden/minilm_hidden.py. */
#include "base/file.h"
#include "golden/golden.h"
#include "model/tiny.h"
#include "persist/model_dir.h"
#include "tests.h"
#include <stdlib.h>

enum { BATCH = 16 };

/* Sentences first to first + n of the file, as a batch. */
static batch sentences(const golden *g, int first, int n, arena *mem)
{
    const int32_t *start = golden_get(g, "start")->i32 + first, *ids = golden_get(g, "ids")->i32;
    batch b = {.B = n, .N = start[n] - start[0]};
    b.ids = TAKE(mem, int32_t, b.N), b.types = TAKE(mem, int32_t, b.N),
    b.places = TAKE(mem, int32_t, b.N);
    b.start = TAKE(mem, int32_t, n + 1), b.who = TAKE(mem, uint32_t, n);
    for (int s = 0; s < n; s++) {
        int length = start[s + 1] - start[s];
        b.start[s + 1] = b.start[s] + length;
        if (length > b.longest) b.longest = length;
        for (int i = 0; i < length; i++) {
            b.places[b.start[s] + i] = i;
            b.ids[b.start[s] + i] = ids[start[s] + i];
        }
    }
    return b;
}

static void compare(net *n, const golden *g, int layer)
{
    err e = {0};
    const golden_entry *want = golden_get(g, "hidden.%d", layer), *start = golden_get(g, "start");
    double most = 0;
    for (int s = 0; s < start->cols - 1; s += BATCH) {
        arena mem = {0};
        int count = start->cols - 1 - s < BATCH ? start->cols - 1 - s : BATCH;
        batch b = sentences(g, s, count, &mem);
        float *got = TAKE(&mem, float, b.N * want->cols);
        if (!net_encode(n, &b, &e) || !net_hidden(n, layer, got, &e)) die("%s", e.text);
        size_t at = (size_t)start->i32[s] * (size_t)want->cols;
        double off = largest_difference(got, want->f32 + at, (size_t)b.N * (size_t)want->cols);
        most = off > most ? off : most;
        arena_close(&mem);
    }
    printf("layer %d: differs by %.2g at most\n", layer, most);
    assert_true(most < 1e-4);
}

void minilm_hidden_states(void **state)
{
    (void)state;
    if (!path_exists("build/minilm/config.json"))
        test_skip("there is no build/minilm: tools/get-minilm");
    if (!path_exists("build/golden-minilm.bin"))
        test_skip("there is no build/golden-minilm.bin: tests/golden/minilm_hidden.py");
    err e = {0};
    model_dir m = {0};
    golden g;
    net *n;
    const backend *be;
    golden_open(&g, "build/golden-minilm.bin");
    if (!model_dir_open(&m, "build/minilm", 0, &e)) die("%s", e.text);
    net_plan plan = {.d = m.d, .pooler = true, .keep_hidden = true, .kind = F32};
    if (!backend_open(&be, "cpu", &e) || !net_open(&n, be, &plan, &e) ||
        !model_dir_load(&m, n, true, false, &e))
        die("%s", e.text);
    compare(n, &g, 0);
    compare(n, &g, m.d.L / 2);
    compare(n, &g, m.d.L);
    net_close(n);
    golden_close(&g);
    model_dir_close(&m);
}
