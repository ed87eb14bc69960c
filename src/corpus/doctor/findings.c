/* Keeps what was found: the first ten of a kind and file, and the number of all. */
#include "corpus/doctor/parts.h"
#include <stdarg.h>

const char *const severity_names[SEVERITIES] = {"error", "warning", "note"};
const char *const finding_names[FINDINGS] = {
#define KIND(id, name, severity, of_task, about) name,
#include "corpus/doctor/kinds.def"
#undef KIND
};

typedef struct kind_facts {
    enum severity severity;
    bool of_task;
} kind_facts;
static const kind_facts facts[FINDINGS] = {
#define KIND(id, name, severity, of_task, about) {SEVERITY_##severity, of_task},
#include "corpus/doctor/kinds.def"
#undef KIND
};

enum severity finding_severity(enum finding_kind kind)
{
    return facts[kind].severity;
}

static void add(doctor *d, int in, enum finding_kind kind, const char *path, int line,
                const char *how, va_list more)
{
    checked_file *f = &d->files[in];
    if (f->again && !facts[kind].of_task) return;
    if (f->counts[kind]++ >= LISTED_MOST && !d->all) return;
    char raw[800], one_line[1000];
    vsnprintf(raw, sizeof raw, how, more);
    size_t len = fail_line(one_line, sizeof one_line, raw);
    GROW(d->mem, d->at, d->n, d->cap);
    d->at[d->n++] =
        (finding){kind, in, path ? path : f->path, line, str_keep(d->mem, (str){one_line, len})};
}

void finding_add(doctor *d, enum finding_kind kind, const char *path, int line, const char *how,
                 ...)
{
    va_list more;
    va_start(more, how);
    add(d, d->n_files - 1, kind, path, line, how, more);
    va_end(more);
}

void finding_add_in(doctor *d, int in, enum finding_kind kind, const char *path, int line,
                    const char *how, ...)
{
    va_list more;
    va_start(more, how);
    add(d, in, kind, path, line, how, more);
    va_end(more);
}

static size_t count(const doctor *d, enum severity s)
{
    size_t n = 0;
    for (int i = 0; i < d->n_files; i++)
        for (int k = 0; k < FINDINGS; k++)
            if (facts[k].severity == s) n += d->files[i].counts[k];
    return n;
}

size_t doctor_errors(const doctor *d)
{
    return count(d, SEVERITY_ERROR);
}
