#include "model/params.h"
#include "base/file.h"
#include "base/random.h"
#include "base/str.h"
#include "model/floats.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static size_t padded(size_t n)
{
    return (n + GROUP_BLOCK - 1) / GROUP_BLOCK * GROUP_BLOCK;
}

param *params_add(params *ps, int rows, int cols, bool flat, enum init init, int part, int task,
                  const char *name, ...)
{
    ASSERT(rows > 0 && cols > 0, "%d x %d", rows, cols);
    ASSERT(!ps->memory.memory, "the parameters are placed already");
    char full[200];
    va_list args;
    va_start(args, name);
    int length = vsnprintf(full, sizeof full, name, args);
    va_end(args);
    ASSERT(length > 0 && length < (int)sizeof full, "%d", length);
    param *p = TAKE(&ps->mem, param, 1);
    *p =
        (param){.rows = rows, .cols = cols, .flat = flat, .init = init, .part = part, .task = task};
    p->name = str_keep(&ps->mem, str_of(full));
    p->decay = !flat; /* biases and norms are the one-dimensional ones */
    p->at = ps->total;
    ps->total += padded(size_mul((size_t)rows, (size_t)cols));
    ASSERT(ps->total < INT32_MAX, "%zu values are more than one slab can hold", ps->total);
    /* An array of pointers is meant. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    GROW(&ps->mem, ps->list, ps->n, ps->cap);
    ps->list[ps->n++] = p;
    return p;
}

static void params_layout(params *ps, slab *s, enum kind kind, bool train)
{
    int total = (int)ps->total;
    ps->values = slab_take(s, 1, total, kind);
    ps->masters = kind == F32 ? ps->values : train ? slab_take(s, 1, total, F32) : NONE;
    ps->grads = train ? slab_take(s, 1, total, F32) : NONE;
    ps->m = train ? slab_take(s, 1, total, F32) : NONE;
    ps->v = train ? slab_take(s, 1, total, F32) : NONE;
}

/* The part of a slab that is p's, or NONE of NONE. Views are made as rows of one block each. */
static tensor share(tensor all, const param *p)
{
    if (!all.data) return NONE;
    tensor blocks = {all.data, all.cols / GROUP_BLOCK, GROUP_BLOCK, all.kind};
    tensor view = tensor_rows(blocks, (int)(p->at / GROUP_BLOCK), 1);
    return (tensor){view.data, p->rows, p->cols, all.kind};
}

bool params_place(params *ps, const backend *be, enum kind kind, bool train, err *e)
{
    ASSERT(kind == F32 || kind == BF16, "%d", kind);
    ps->be = be;
    params_layout(ps, &ps->memory, kind, train);
    if (!slab_open(&ps->memory, be, e)) return fail_in(e, "%zu parameters", ps->total);
    params_layout(ps, &ps->memory, kind, train);
    for (int i = 0; i < ps->n; i++) {
        param *p = ps->list[i];
        p->value = share(ps->values, p);
        p->master = share(ps->masters, p);
        p->grad = share(ps->grads, p);
    }
    return true;
}

size_t params_bytes(params *ps, enum kind kind, bool train)
{
    slab measured = {0};
    params kept = *ps;
    params_layout(ps, &measured, kind, train);
    *ps = kept;
    return measured.size;
}

/* Four normal numbers, drawn by name: Box-Muller on two pairs of uniforms in (0, 1]. In double and
 * then rounded, so that a libm that is off in the last bit hardly ever shows. */
static void normals(uint64_t seed, uint64_t name, uint32_t index, float range, float to[4])
{
    random4 r = random_philox(seed, index, (uint32_t)name, (uint32_t)(name >> 32), CHANCE_INIT);
    for (int i = 0; i < 4; i += 2) {
        double u = ((double)r.v[i] + 1.0) / 4294967296.0, w = (double)r.v[i + 1] / 4294967296.0;
        double radius = sqrt(-2.0 * log(u)) * range, angle = 6.283185307179586477 * w;
        to[i] = (float)(radius * cos(angle));
        to[i + 1] = (float)(radius * sin(angle));
    }
}

static void start_values(const param *p, uint64_t seed, float range, float *to)
{
    size_t n = tensor_count(p->value);
    uint64_t name = str_hash(str_of(p->name));
    for (size_t i = 0; i < n; i += 4) {
        float four[4];
        normals(seed, name, (uint32_t)(i / 4), range, four);
        for (size_t k = i; k < n && k < i + 4; k++)
            to[k] = p->init == INIT_NORMAL ? four[k - i] : p->init == INIT_ONE ? 1.0f : 0.0f;
    }
}

static void start_one(params *ps, const param *p, uint64_t seed, float range, float *values)
{
    start_values(p, seed, range, values);
    size_t each = tensor_count(p->value) / (size_t)param_parts(p);
    for (int part = 0; part < param_parts(p); part++)
        params_put(ps, p, part, values + (size_t)part * each);
    if (!ps->m.data) return;
    memset(values, 0, tensor_count(p->value) * sizeof *values);
    params_slab_put(ps, p, SLAB_M, values);
    params_slab_put(ps, p, SLAB_V, values);
}

void params_start(params *ps, uint64_t seed, float range, int task)
{
    arena mem = {0};
    size_t most = 0;
    int top = 0;
    for (int i = 0; i < ps->n; i++) {
        size_t n = tensor_count(ps->list[i]->value);
        most = n > most ? n : most;
        top = ps->list[i]->part > top ? ps->list[i]->part : top;
    }
    float *values = TAKE(&mem, float, most);
    for (int i = 0; i < ps->n; i++)
        if (task == START_ALL || ps->list[i]->task == task ||
            (task == START_TOP && ps->list[i]->part == top))
            start_one(ps, ps->list[i], seed, range, values);
    arena_close(&mem);
}

/* "a.{x,y,z}.b" is three tensors, "a.x.b" and so on; a name without braces is one. */
int param_parts(const param *p)
{
    const char *open = strchr(p->name, '{');
    if (!open) return 1;
    int n = 1;
    for (; *open && *open != '}'; open++) n += *open == ',';
    return n;
}

const char *param_part_name(const param *p, int part, char to[200])
{
    ASSERT(part >= 0 && part < param_parts(p), "part %d of %s", part, p->name);
    const char *open = strchr(p->name, '{');
    if (!open) {
        snprintf(to, 200, "%s", p->name);
        return to;
    }
    const char *from = open + 1, *close = strchr(open, '}');
    for (int i = 0; i < part; i++) from = strchr(from, ',') + 1;
    size_t length = strcspn(from, ",}");
    snprintf(to, 200, "%.*s%.*s%s", (int)(open - p->name), p->name, (int)length, from, close + 1);
    return to;
}

/* One part's rows of one of p's tensors. */
static tensor part_of(const param *p, tensor t, int part)
{
    int parts = param_parts(p);
    ASSERT(part >= 0 && part < parts && tensor_count(t) % (size_t)parts == 0, "part %d of %s", part,
           p->name);
    int each = (int)(tensor_count(t) / (size_t)parts);
    return tensor_rows((tensor){t.data, parts, each, t.kind}, part, 1);
}

/* The registry's own entry of p. */
static param *entry(params *ps, const param *p)
{
    for (int i = 0; i < ps->n; i++)
        if (ps->list[i] == p) return ps->list[i];
    ASSERT(false, "%s is of another model", p->name);
    return NULL;
}

static bool is_lent(const params *ps, const param *p)
{
    return p->value.data != share(ps->values, p).data;
}

bool params_lend(params *ps, const param *p, const float *values)
{
    if (ps->grads.data || p->value.kind != F32) return false;
    devmem *there = ps->be->borrow(values, tensor_bytes(p->value));
    if (!there) return false;
    param *own = entry(ps, p);
    own->value.data = own->master.data = there;
    return true;
}

void params_keep(params *ps, const file *f)
{
    GROW(&ps->mem, ps->lenders, ps->n_lenders, ps->cap_lenders);
    ps->lenders[ps->n_lenders] = *f;
    ps->lenders[ps->n_lenders++].path = "weights"; /* its name ends with who opened it */
}

void params_put(params *ps, const param *p, int part, const float *from)
{
    if (is_lent(ps, p)) {
        tensor lent = p->value;
        param *own = entry(ps, p);
        own->value = own->master = share(ps->values, p);
        floats_upload(ps->be, p->value, (const float *)lent.data);
    }
    if (p->master.data) floats_upload(ps->be, part_of(p, p->master, part), from);
    if (p->value.data != p->master.data) floats_upload(ps->be, part_of(p, p->value, part), from);
    ps->be->weights_moved();
}

/* From the masters, or from the bf16 values where nothing else is there. */
void params_get(const params *ps, const param *p, int part, float *to)
{
    floats_download(ps->be, part_of(p, p->master.data ? p->master : p->value, part), to);
}

static tensor slab_share(const params *ps, const param *p, enum slab_name which)
{
    const tensor all[] = {ps->masters, ps->m, ps->v, ps->grads};
    tensor t = share(all[which], p);
    ASSERT(t.data, "%s has no such slab in an inference net", p->name);
    return t;
}

void params_slab_put(params *ps, const param *p, enum slab_name which, const float *from)
{
    tensor t = slab_share(ps, p, which);
    floats_upload(ps->be, t, from);
    if (which != SLAB_MASTER) return;
    if (p->value.data != p->master.data) floats_upload(ps->be, p->value, from);
    ps->be->weights_moved();
}

void params_slab_get(const params *ps, const param *p, enum slab_name which, float *to)
{
    tensor t = slab_share(ps, p, which);
    floats_download(ps->be, t, to);
}

const param *params_find(const params *ps, const char *name)
{
    for (int i = 0; i < ps->n; i++) {
        const param *p = ps->list[i];
        if (!strcmp(p->name, name)) return p;
        char one[200];
        for (int part = 0; part < param_parts(p); part++)
            if (!strcmp(param_part_name(p, part, one), name)) return p;
    }
    return NULL;
}

void params_close(params *ps)
{
    for (int i = 0; i < ps->n_lenders; i++) {
        ps->be->give_back(ps->lenders[i].bytes.at, ps->lenders[i].bytes.len);
        file_close(&ps->lenders[i]);
    }
    slab_close(&ps->memory);
    arena_close(&ps->mem);
    *ps = (params){0};
}
