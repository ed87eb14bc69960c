#pragma once
/* What the tests of the doctor share: files from strings, and looking for what it must find. */
#include "base/file.h"
#include "corpus/doctor/doctor.h"
#include "tests.h"
#include <string.h>

typedef struct patient {
    arena mem;
    err e;
    task t;
    doctor d;
} patient;

static inline const char *patient_file(patient *p, const char *name, const char *bytes, size_t n)
{
    const char *path = path_join(&p->mem, test_dir(), name);
    if (!dir_make(path_dir(&p->mem, path), &p->e) || !file_write(path, (str){bytes, n}, &p->e))
        fail_msg("%s", p->e.text);
    return path;
}

/* The task is a map of YAML; NULL texts: there is no such split. */
static inline void see(patient *p, const char *yaml_map, const char *train, const char *dev,
                       const char *test)
{
    static const char *const names[] = {"train", "dev", "test"};
    const char *bytes[] = {train, dev, test};
    yaml *all;
    str map = str_of(str_format(&p->mem, "it: {%s}\n", yaml_map));
    if (!yaml_parse(map, "study.yaml", &p->mem, &all, &p->e) ||
        !task_read(&p->t, all->first, "", &p->mem, &p->e))
        fail_msg("%s", p->e.text);
    for (int i = 0; i < SPLITS; i++)
        if (bytes[i]) p->t.files[i] = patient_file(p, names[i], bytes[i], strlen(bytes[i]));
    p->d.mem = &p->mem;
    if (!doctor_check(&p->d, &p->t, &p->e)) fail_msg("%s", p->e.text);
}

static inline size_t times(const patient *p, enum finding_kind kind)
{
    size_t n = 0;
    for (int i = 0; i < p->d.n_files; i++) n += p->d.files[i].counts[kind];
    return n;
}

static inline void show_all(const patient *p)
{
    for (int i = 0; i < p->d.n; i++)
        print_error("%s:%d: %s [%s]\n", p->d.at[i].path, p->d.at[i].line, p->d.at[i].message,
                    finding_names[p->d.at[i].kind]);
}

/* There is a finding of that kind in that line of the file that ends so, and it says this. */
static inline void finds(const patient *p, enum finding_kind kind, const char *name, int line,
                         const char *says)
{
    for (int i = 0; i < p->d.n; i++) {
        const finding *f = &p->d.at[i];
        if (f->kind == kind && f->line == line && str_ends(str_of(f->path), name) &&
            strstr(f->message, says))
            return;
    }
    show_all(p);
    fail_msg("no %s in %s:%d says '%s'", finding_names[kind], name, line, says);
}

/* These many of a kind, and nothing of any other but those that were looked for already. */
static inline void finds_times(const patient *p, enum finding_kind kind, size_t n)
{
    if (times(p, kind) == n) return;
    show_all(p);
    fail_msg("%zu findings %s are not %zu", times(p, kind), finding_names[kind], n);
}

static inline void finds_nothing_else(const patient *p, size_t n)
{
    size_t all = 0;
    for (int k = 0; k < FINDINGS; k++) all += times(p, (enum finding_kind)k);
    if (all == n) return;
    show_all(p);
    fail_msg("%zu findings are not %zu", all, n);
}
