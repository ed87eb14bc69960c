/* What a model is, and what this machine can do. */
#include "base/log.h"
#include "verbs/machine.h"
#include "verbs/verbs.h"

int verb_info(int argc, char **argv)
{
    common c = {0};
    const option list[] = {COMMON_OPTIONS(c)};
    const options o = {.verb = "info",
                       .usage = "[options]",
                       .about = "Says what this machine can do.",
                       .table = list,
                       .n = COUNT(list)};
    arena mem = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) {
        machine m;
        machine_read(&m, &mem);
        printf("processor   %s, %d for this process\nfeatures    %s\n", m.processor, m.processors,
               m.features);
        printf("memory      %.1f GB, %.1f GB free; last cache %.1f MB\n", m.memory / 1e9,
               m.memory_free / 1e9, m.cache / 1e6);
    }
    arena_close(&mem);
    return status;
}
