#pragma once
/* What the fuzz entries of readers share: the first byte chooses the task, the rest is the file. Refused in one line that begins with the
 * file, or read into examples that hold together. */
#include "base/log.h"
#include "corpus/examples.h"
#include "corpus/tags.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(const task *t, const examples *x)
{
    if (x->n < 1) abort();
    for (int i = 0; i < x->n; i++) {
        const example *a = &x->at[i];
        if (!a->id || !a->doc || !a->text.len || a->line < 1 || a->label >= t->n_labels) abort();
        if (utf8_invalid(a->text) != a->text.len || utf8_invalid(a->text2) != a->text2.len) abort();
        for (int k = 0; k < 2; k++)
            if (a->args[k].start > a->args[k].end || a->args[k].end > a->text.len) abort();
        for (int k = 0; k < a->n_words; k++) {
            if (a->words[k].start >= a->words[k].end || a->words[k].end > a->text.len) abort();
            if (a->tags && (a->tags[k] < 0 || a->tags[k] >= t->n_labels)) abort();
        }
    }
}

static int fuzz(const char *const *maps, int n, const uint8_t *data, size_t size)
{
    arena mem = {0};
    err e = {0};
    yaml *all;
    task t;
    examples x;
    if (size < 1) return 0;
    log_at(LOG_QUIET);
    str map = str_of(str_format(&mem, "it: {%s}\n", maps[(data[0] >> 1) % n]));
    if (!yaml_parse(map, "study", &mem, &all, &e) || !task_read(&t, all->first, NULL, &mem, &e))
        abort();
    if (!examples_parse(&x, &t, "file", (str){(const char *)data + 1, size - 1}, data[0] & 1, &mem,
                        &e)) {
        if (!e.set || strncmp(e.text, "file", 4) || strchr(e.text, '\n')) abort();
    } else {
        hold(&t, &x);
    }
    arena_close(&mem);
    return 0;
}
