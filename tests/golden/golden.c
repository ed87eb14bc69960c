#include "golden/golden.h"
#include "base/fail.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint32_t word(FILE *in, const char *path)
{
    uint32_t w;
    if (fread(&w, sizeof w, 1, in) != 1) die("%s is cut off", path);
    return w;
}

static void read_entry(golden *g, golden_entry *to, FILE *in, const char *path)
{
    uint32_t length = word(in, path), kind = word(in, path), rows = word(in, path),
             cols = word(in, path);
    if (length > 200 || kind > 1 || rows > 1 << 24 || cols > 1 << 24)
        die("%s is not of this format", path);
    size_t padded = (length + 3) / 4 * 4, values = size_mul(rows, cols);
    char *name = TAKE(&g->mem, char, padded + 1);
    void *data = TAKE(&g->mem, uint32_t, values);
    if (fread(name, 1, padded, in) != padded || fread(data, 4, values, in) != values)
        die("%s is cut off", path);
    *to = (golden_entry){name,      (int)kind,          (int)rows,
                         (int)cols, kind ? NULL : data, kind ? data : NULL};
}

void golden_open(golden *g, const char *path)
{
    *g = (golden){0};
    FILE *in = fopen(path, "rb");
    char magic[8];
    if (!in || fread(magic, 1, 8, in) != 8 || memcmp(magic, "golden1\n", 8))
        die("%s is not of this format", path);
    g->n = (int)word(in, path);
    g->list = TAKE(&g->mem, golden_entry, g->n);
    for (int i = 0; i < g->n; i++) read_entry(g, &g->list[i], in, path);
    fclose(in);
}

void golden_close(golden *g)
{
    arena_close(&g->mem);
    *g = (golden){0};
}

static const golden_entry *find(const golden *g, const char *name)
{
    for (int i = 0; i < g->n; i++)
        if (!strcmp(g->list[i].name, name)) return &g->list[i];
    return NULL;
}

bool golden_has(const golden *g, const char *name)
{
    return find(g, name) != NULL;
}

const golden_entry *golden_get(const golden *g, const char *name, ...)
{
    char full[300];
    va_list args;
    va_start(args, name);
    vsnprintf(full, sizeof full, name, args);
    va_end(args);
    const golden_entry *found = find(g, full);
    if (!found) die("the golden values have no %s", full);
    return found;
}
