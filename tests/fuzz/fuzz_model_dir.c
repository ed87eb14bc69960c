/* Any bytes as a model directory: config.json, then tasks.yaml and vocab.txt behind zero bytes (a part that is
 * not there is a good one). Refused with a line; or the config that is written for it reads the same. */
#include "base/file.h"
#include "base/log.h"
#include "persist/config.h"
#include "persist/model_dir.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[100];

static void remove_dir(void)
{
    err e = {0};
    (void)!dir_remove(dir, &e);
}

static void put(const char *name, str bytes)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f) abort();
    fwrite(bytes.at, 1, bytes.len, f);
    fclose(f);
}

static void config_again(const model_dir *m)
{
    text t = {0};
    json *j;
    dims d;
    err e = {0};
    config_put(&t, m->config, &m->d);
    put("config.json", text_str(&t));
    ASSERT(config_read(&j, &d, dir, &e), "%s", e.text);
    ASSERT(!memcmp(&d, &m->d, sizeof d), "other sizes after a round trip");
    json_close(j);
    text_close(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[3] = {"config.json", "tasks.yaml", "vocab.txt"};
    const str good[3] = {STR("{\"vocab_size\":9,\"hidden_size\":4,\"num_hidden_layers\":1,\"num_"
                             "attention_heads\":2,\"intermediate_size\":3}"),
                         STR("pooler: true\n"), STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n")};
    if (!*dir) {
        snprintf(dir, sizeof dir, "/dev/shm/fuzz-%ld", (long)getpid());
        mkdir(dir, 0777);
        atexit(remove_dir);
        log_at(LOG_QUIET);
        (void)!freopen("/dev/null", "w", stderr);
    }
    str rest = {(const char *)data, size};
    for (int i = 0; i < 3; i++) {
        str part = rest.at && size ? str_cut(&rest, '\0') : (str){0};
        put(names[i], part.len ? part : good[i]);
    }
    model_dir m;
    err e = {0};
    if (model_dir_open(&m, dir, -1, &e)) {
        ASSERT(m.v.n <= m.d.V && m.d.H % m.d.A == 0 && m.d.L > 0, "sizes that do not fit");
        for (int i = 0; i < m.n_tasks; i++)
            ASSERT(task_classes(&m.tasks[i]) > 0, "a head without classes");
        config_again(&m);
        model_dir_close(&m);
    } else {
        ASSERT(e.set && !m.config && !m.tasks, "refused without a word, or left open");
    }
    return 0;
}
