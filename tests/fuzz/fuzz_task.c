/* Any bytes as the tasks of a study: refused with a line, or a task that comes back the same from what task_put writes. */
#include "corpus/task.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const task *t, arena *mem)
{
    text first = {0}, second = {0};
    err e = {0};
    yaml *all;
    task back;
    task_put(&first, t);
    if (!yaml_parse(text_str(&first), "again", mem, &all, &e)) abort();
    if (!task_read(&back, all->first, "", mem, &e)) abort();
    task_put(&second, &back);
    if (!str_eq(text_str(&first), text_str(&second))) abort();
    text_close(&first), text_close(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena mem = {0};
    err e = {0};
    yaml *all;
    if (yaml_parse((str){(const char *)data, size}, "study", &mem, &all, &e)) {
        for (yaml *y = all->type == YAML_MAP ? all->first : NULL; y; y = y->next) {
            task t;
            e = (err){0};
            if (task_read(&t, y, "", &mem, &e))
                again(&t, &mem);
            else if (!e.set || strchr(e.text, '\n'))
                abort();
        }
    }
    arena_close(&mem);
    return 0;
}
