/* Any bytes as the files of a vocabulary: the first byte says which, a zero byte parts the file from a text that is then cut. */
#include "base/file.h"
#include "encode/wordpiece.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Without file_write's fsync, which would make a run a hundred times longer. */
static void put(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes.at, 1, bytes.len, f) != bytes.len || fclose(f))
        die("%s: cannot be written", path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[3] = {"vocab.txt", "tokenizer.json", "tokenizer_config.json"};
    static const char dir[] = "build/tmp/fuzz_vocab";
    err e = {0};
    vocab v;
    char path[100];
    if (!size) return 0;
    str all = {(const char *)data + 1, size - 1}, bytes = str_cut(&all, 0);
    if (!dir_make(dir, &e)) die("%s", e.text);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        remove(path);
    }
    snprintf(path, sizeof path, "%s/vocab.txt", dir);
    if (data[0] % 3 == 2) put(path, STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n"));
    snprintf(path, sizeof path, "%s/%s", dir, names[data[0] % 3]);
    put(path, bytes);
    if (!vocab_open(&v, dir, (int)(data[0] / 3 % 4) - 1, &e)) {
        ASSERT(e.set && e.text[0] && !strchr(e.text, '\n'), "a failure must say why, in one line");
        return 0;
    }
    arena mem = {0};
    pieces p = {0};
    wordpiece_cut(&v, all.at ? all : bytes, data[0] & 128, &mem, &p);
    for (int i = 0; i < p.n; i++)
        ASSERT(p.at[i].id >= 0 && p.at[i].id < v.n, "id %d of %d", p.at[i].id, v.n);
    arena_close(&mem);
    vocab_close(&v);
    return 0;
}
