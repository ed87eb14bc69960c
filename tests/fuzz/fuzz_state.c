/* A checkpoint's state.json with bytes changed: (place, place, byte) after (place, place, byte), then it ends
 * at the byte that the first two say, if they are not 0. Refused with a line, or all counters are in range. */
#include "base/file.h"
#include "base/log.h"
#include "persist/state.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[100];
static text whole;
static uint32_t counts[2];

static void put(const char *name, str bytes)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f) abort();
    fwrite(bytes.at, 1, bytes.len, f);
    fclose(f);
}

static void remove_dir(void)
{
    err e = {0};
    (void)!dir_remove(dir, &e);
}

static void make_whole(const net_plan *plan, const optimizer *o)
{
    static const char *const names[] = {"config.json", "model.safetensors", "moments.safetensors",
                                        "tasks.yaml"};
    err e = {0};
    checkpoint_state s = {.step = 3, .best = 0.5, .best_epoch = 1};
    snprintf(dir, sizeof dir, "/dev/shm/fuzz-%ld", (long)getpid());
    mkdir(dir, 0777);
    atexit(remove_dir);
    log_at(LOG_QUIET);
    for (int i = 0; i < 4; i++) put(names[i], str_of(names[i]));
    if (!json_parse(&s.more, STR("{\"history\":[1,2.5]}"), "more", 1, &e) ||
        !state_put(&whole, dir, plan, o, &s, &e))
        die("%s", e.text);
    json_close(s.more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const head_plan heads[2] = {{"a", KIND_SCORE, 1, 0}, {"b-c", KIND_SENTENCE, 2, 0}};
    const net_plan plan = {.heads = heads, .n_heads = 2};
    optimizer o = {.head_steps = counts, .n_heads = 2};
    if (!whole.len) make_whole(&plan, &o);
    text t = {0};
    size_t end = size > 1 ? (size_t)data[0] << 8 | data[1] : 0;
    text_add(&t, str_sub(text_str(&whole), 0, end && end < whole.len ? end : whole.len));
    for (size_t i = 2; i + 2 < size && t.len; i += 3)
        t.at[((size_t)data[i] << 8 | data[i + 1]) % t.len] = (char)data[i + 2];
    put("state.json", text_str(&t));
    text_close(&t);
    checkpoint_state s = {0};
    err e = {0};
    bool done = state_read(dir, &plan, &o, &s, &e);
    ASSERT(done != e.set, "no reason, or a reason for nothing");
    ASSERT(s.epoch >= 0 && s.at >= 0 && s.best_epoch >= -1, "counters out of range");
    if (s.more) json_close(s.more);
    return 0;
}
