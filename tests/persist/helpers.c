#include "persist/helpers.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void put_file(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(bytes.at, 1, bytes.len, f);
    assert_int_equal(fclose(f), 0);
}

const char *made(const char *header, size_t bytes)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/made.safetensors", test_dir());
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    uint64_t n = strlen(header);
    fwrite(&n, 1, 8, f);
    fwrite(header, 1, n, f);
    for (size_t i = 0; i < bytes; i++) fputc((int)(i & 127), f);
    assert_int_equal(fclose(f), 0);
    return path;
}

void refused_file(const char *path, const char *why)
{
    weights w;
    err e = {0};
    bool opened = weights_open(&w, path, &e);
    assert_false(opened);
    if (!strstr(e.text, why)) fail_msg("expected '%s' in '%s'", why, e.text);
    assert_null(strchr(e.text, '\n'));
}

const char *own(const char *name)
{
    static char paths[8][400];
    static int next;
    char *to = paths[next++ % 8];
    snprintf(to, sizeof paths[0], "%s/%s", test_dir(), name);
    return to;
}

void assert_same_file(const char *a, const char *b)
{
    err e = {0};
    file x, y;
    works(file_open(&x, a, &e) && file_open(&y, b, &e), &e);
    if (!str_eq(x.bytes, y.bytes)) fail_msg("%s and %s differ", a, b);
    file_close(&x);
    file_close(&y);
}

void copy_dir(const char *from, const char *to)
{
    arena mem = {0};
    err e = {0};
    const char **names;
    int n = 0;
    works(dir_make(to, &e) && dir_list(from, &mem, &names, &n, &e), &e);
    for (int i = 0; i < n; i++) {
        file f;
        works(file_open(&f, path_join(&mem, from, names[i]), &e), &e);
        put_file(path_join(&mem, to, names[i]), f.bytes);
        file_close(&f);
    }
    arena_close(&mem);
}

void works(bool done, const err *e)
{
    if (!done) fail_msg("%s", e->text);
}

void fails(bool done, const err *e, const char *why)
{
    assert_false(done);
    if (!strstr(e->text, why)) fail_msg("expected '%s' in '%s'", why, e->text);
    assert_null(strchr(e->text, '\n'));
}

static int old_stderr = -1;

void stderr_begin(void)
{
    fflush(stderr);
    old_stderr = dup(STDERR_FILENO);
    int fd = open(own("stderr"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

const char *stderr_end(void)
{
    static char said[100000];
    fflush(stderr);
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
    FILE *f = fopen(own("stderr"), "rb");
    assert_non_null(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    return said;
}

static const char *classes[] = {"false", "DDI-effect", "true: \"x\""};
const task two_tasks[2] = {
    {.name = "sick.v2",
     .kind = KIND_SCORE,
     .metric = METRIC_PEARSON,
     .negative = -1,
     .quoting = -1,
     .score_high = 5,
     .rate = -1,
     .dropout = -1,
     .epochs = -1,
     .files = {"here/train.tsv"}},
    {.name = "ddi",
     .kind = KIND_RELATION,
     .metric = METRIC_MICRO_F1,
     .labels = classes,
     .n_labels = 3,
     .negative = 0,
     .quoting = -1,
     .rate = -1,
     .dropout = -1,
     .epochs = -1},
};

net *net_of(const dims *d, const task *tasks, int n, bool train)
{
    err e = {0};
    const backend *be;
    net *to = NULL;
    head_plan heads[4];
    for (int i = 0; i < n; i++)
        heads[i] = (head_plan){tasks[i].name, tasks[i].kind, task_classes(&tasks[i]), 0.1f};
    net_plan plan = {
        .d = *d, .heads = heads, .n_heads = n, .train = train, .pooler = true, .kind = F32};
    works(backend_open(&be, "cpu", &e) && net_open(&to, be, &plan, &e), &e);
    return to;
}

void fill_slab(net *n, enum slab_name which, int seed)
{
    arena mem = {0};
    params *ps = net_params(n);
    for (int i = 0; i < ps->n; i++) {
        const param *p = ps->list[i];
        size_t count = (size_t)p->rows * (size_t)p->cols;
        float *x = TAKE(&mem, float, count);
        for (size_t k = 0; k < count; k++)
            x[k] = (float)((int)(k * 31 + p->at + (size_t)seed * 77) % 1009 - 504) / 3000;
        params_slab_put(ps, p, which, x);
    }
    arena_close(&mem);
}

float *all_of(net *n, enum slab_name which, size_t *count, arena *mem)
{
    params *ps = net_params(n);
    float *all = TAKE(mem, float, ps->total);
    for (int i = 0; i < ps->n; i++) params_slab_get(ps, ps->list[i], which, all + ps->list[i]->at);
    *count = ps->total;
    return all;
}

void assert_same_slab(net *a, net *b, enum slab_name which)
{
    arena mem = {0};
    size_t n, m;
    const float *x = all_of(a, which, &n, &mem), *y = all_of(b, which, &m, &mem);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n * sizeof *x);
    arena_close(&mem);
}
