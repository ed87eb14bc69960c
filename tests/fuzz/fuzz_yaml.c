/* Any bytes through the YAML reader: each scalar, written again, has to read back the same. */
#include "base/yaml.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(arena *mem, str s)
{
    text t = {0};
    err e = {0};
    yaml *y;
    text_add(&t, STR("k: "));
    yaml_put(&t, s);
    text_char(&t, '\n');
    if (!yaml_parse(text_str(&t), "again", mem, &y, &e) || !str_eq(yaml_get(y, "k")->value, s))
        abort();
    text_close(&t);
}

static void walk(arena *mem, yaml *y)
{
    int n = 0;
    if (y->type == YAML_TEXT) again(mem, y->value);
    for (yaml *item = y->first; item; item = item->next, n++) walk(mem, item);
    if (n != y->count) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    err e = {0};
    arena mem = {0};
    yaml *y;
    if (yaml_parse((str){(const char *)data, size}, "fuzz", &mem, &y, &e))
        walk(&mem, y);
    else if (!e.set || y)
        abort();
    arena_close(&mem);
    return 0;
}
