/* Matches tensors with parameters by name, compares shapes, then converts and puts the values. */
#include "persist/load.h"
#include "base/log.h"
#include <stdarg.h>
#include <string.h>

typedef struct slot { /* one tensor that the net wants; a parameter of three names has three */
    const param *p;
    int part;
    const char *name;
    int64_t rows, cols;
    const weight *from; /* NULL: not found */
    bool transposed;
} slot;

enum misfit { MISSING, UNEXPECTED, MISSHAPEN, UNUSABLE, MISFITS };
static const char *const misfit_names[MISFITS] = {"missing", "unexpected", "misshapen", "unusable"};

typedef struct fit { /* the state of one loading */
    const load_plan *plan;
    const weights *files; /* [n_files] */
    int n_files;
    params *ps;
    slot *slots;
    int n_slots;
    size_t cap;
    table by_name;
    bool marked;         /* the files mark their encoder by "bert." */
    text lists[MISFITS]; /* "; " between */
    int counts[MISFITS];
    text left, unused; /* what is no use to us; what this net has no place for */
    arena mem;
} fit;

static void misfit(fit *f, enum misfit which, const char *format, ...) PRINTF(3, 4);
static void misfit(fit *f, enum misfit which, const char *format, ...)
{
    char one[500];
    va_list args;
    va_start(args, format);
    vsnprintf(one, sizeof one, format, args);
    va_end(args);
    text *t = &f->lists[which];
    if (f->counts[which]++) text_add(t, STR("; "));
    text_add(t, str_of(one));
}

static void leave(text *list, const char *name, const char *why)
{
    text_format(list, "%s%.150s (%s)", list->len ? ", " : "", name, why);
}

static void list_slots(fit *f)
{
    for (int i = 0; i < f->ps->n; i++) {
        const param *p = f->ps->list[i];
        int parts = param_parts(p);
        for (int part = 0; part < parts; part++) {
            char name[200];
            slot s = {.p = p, .part = part, .rows = p->rows / parts, .cols = p->cols};
            if (p->flat) s.rows = 1, s.cols = (int64_t)p->rows * p->cols / parts;
            s.name = str_keep(&f->mem, str_of(param_part_name(p, part, name)));
            GROW(&f->mem, f->slots, f->n_slots, f->cap);
            bool fresh = table_add(&f->by_name, &f->mem, str_of(s.name), f->n_slots, NULL);
            ASSERT(fresh, "two parameters are called %s", s.name);
            f->slots[f->n_slots++] = s;
        }
    }
}

static bool shape_fits(const slot *s, const weight *t, bool transposed)
{
    if (s->p->flat) return t->n_dims == 1 && t->shape[0] == s->cols;
    return t->n_dims == 2 && t->shape[transposed] == s->rows && t->shape[!transposed] == s->cols;
}

static const char *slot_shape(const slot *s, bool transposed, char to[64])
{
    if (s->p->flat)
        snprintf(to, 64, "[%lld]", (long long)s->cols);
    else
        snprintf(to, 64, "[%lld,%lld]", (long long)(transposed ? s->cols : s->rows),
                 (long long)(transposed ? s->rows : s->cols));
    return to;
}

static bool is_pooler(const char *name)
{
    return !strncmp(name, "bert.pooler.", 12);
}

/* "tasks.NAME.classifier.weight" of a task that the directory lists. */
static bool is_listed_head(const fit *f, const char *name)
{
    for (int i = 0; i < f->plan->n_tasks; i++) {
        size_t n = strlen(f->plan->tasks[i].name);
        if (!strncmp(name, "tasks.", 6) && !strncmp(name + 6, f->plan->tasks[i].name, n) &&
            !strncmp(name + 6 + n, ".classifier.", 12))
            return true;
    }
    return false;
}

/* A tensor that no parameter of the net is called like. */
static void place_stranger(fit *f, const weight *t, const known_name *k)
{
    if (k->use == NAME_LEFT_OUT)
        leave(&f->left, t->name, k->why);
    else if (k->use == NAME_BERT && is_pooler(k->name))
        leave(&f->unused, t->name, "no pooler is used");
    else if (k->use == NAME_HEAD && is_listed_head(f, k->name))
        leave(&f->unused, t->name, "not asked for");
    else if (k->use == NAME_UNKNOWN && f->marked && !k->bert)
        leave(&f->left, t->name, "not the encoder's");
    else
        misfit(f, UNEXPECTED, "%.150s", t->name);
}

/* A head of mt-dnn, where it was said whose it is. Its newest form has dropout before the layer, which is then number 1. */
static void name_head(const fit *f, const weight *t, known_name *k)
{
    const char *rest;
    int at = name_position(t->name, &rest);
    if (at < 0 || at >= f->plan->n_positions) return;
    if (!strncmp(rest, "1.", 2)) rest += 2;
    if (strcmp(rest, "weight") != 0 && strcmp(rest, "bias") != 0) return;
    k->use = NAME_HEAD;
    snprintf(k->name, NAME_ROOM, "tasks.%.150s.classifier.%s", f->plan->positions[at], rest);
}

static void place_weight(fit *f, const weight *t, enum name_style style)
{
    known_name k;
    name_read(t->name, style, &k);
    name_head(f, t, &k);
    int at = k.use == NAME_BERT || k.use == NAME_HEAD ? table_get(&f->by_name, str_of(k.name)) : -1;
    if (at < 0) {
        place_stranger(f, t, &k);
        return;
    }
    ASSERT(f->slots, "a name of no slot");
    slot *s = &f->slots[at];
    char here[200], want[64];
    if (s->from) {
        misfit(f, UNEXPECTED, "%.150s (%.150s is there too)", t->name, s->from->name);
    } else if (!shape_fits(s, t, k.transposed)) {
        bool drop = k.use == NAME_HEAD && f->plan->fresh_heads;
        if (drop)
            leave(&f->left, t->name, "another shape, the head starts anew");
        else
            misfit(f, MISSHAPEN, "%.150s %s, needed %s", t->name, weight_shape(t, here),
                   slot_shape(s, k.transposed, want));
        s->from = drop ? NULL : t; /* not missing as well */
    } else if (!weight_is_real(t)) {
        misfit(f, UNUSABLE, "%.150s is %s, not F32, F16, BF16 or F64", t->name, t->type_name);
        s->from = t;
    } else {
        s->from = t;
        s->transposed = k.transposed;
    }
}

/* A head of which one tensor is missing or dropped starts anew with both. */
static void check_missing(fit *f)
{
    for (int i = 0; i < f->n_slots; i++) {
        slot *s = &f->slots[i];
        if (s->from) continue;
        bool head = s->p->task >= 0;
        if (head && f->plan->fresh_heads) {
            for (int j = 0; j < f->n_slots; j++)
                if (f->slots[j].p->task == s->p->task) f->slots[j].from = NULL;
        } else if (head || !is_pooler(s->name) || f->plan->need_pooler) {
            char want[64];
            misfit(f, MISSING, "%s %s", s->name, slot_shape(s, false, want));
        } else {
            say("%s: has no %s, it starts anew", f->plan->dir, s->name);
        }
    }
}

static bool all_finite(const float *x, size_t n)
{
    uint32_t bad = 0;
#pragma omp simd reduction(| : bad)
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return !bad;
}

/* to[rows,cols] from from[cols,rows], by squares that stay in the cache. */
static void turn_over(float *to, const float *from, int64_t rows, int64_t cols)
{
    enum { SIDE = 32 };
    for (int64_t r = 0; r < rows; r += SIDE)
        for (int64_t c = 0; c < cols; c += SIDE)
            for (int64_t i = r; i < r + SIDE && i < rows; i++)
                for (int64_t k = c; k < c + SIDE && k < cols; k++)
                    to[i * cols + k] = from[k * rows + i];
}

static bool holds(const file *f, const void *at)
{
    return (const char *)at >= f->bytes.at && (const char *)at < f->bytes.at + f->bytes.len;
}

/* Large tensors that lie in a mapped file as the net wants them stay there: nothing is copied, and processes share them. The
 * mapping is then the parameters'. */
static bool lend(fit *f, const slot *s, const float *values)
{
    enum { WORTH = 1 << 14 };
    file *from = NULL;
    if (values != weight_direct(s->from) || param_parts(s->p) > 1 || s->from->count < WORTH)
        return false;
    for (int i = 0; i < f->ps->n_lenders; i++)
        if (holds(&f->ps->lenders[i], values)) return params_lend(f->ps, s->p, values);
    for (int i = 0; i < f->n_files; i++)
        for (int k = 0; k < f->files[i].n_files; k++)
            if (holds(&f->files[i].files[k], values)) from = &f->files[i].files[k];
    if (!from || !from->mapping || !params_lend(f->ps, s->p, values)) return false;
    params_keep(f->ps, from);
    from->mapping = NULL; /* its bytes stay readable until the net is closed */
    return true;
}

/* What was copied need not be in memory twice. */
static void let_go(const fit *f, const weight *t)
{
    for (int i = 0; i < f->n_files; i++)
        for (int k = 0; k < f->files[i].n_files; k++)
            if (holds(&f->files[i].files[k], t->data))
                file_let_go(&f->files[i].files[k],
                            str_sub(f->files[i].files[k].bytes, t->at, t->at + t->bytes));
}

static bool put_values(fit *f, err *e)
{
    size_t most = 0, turn = 0; /* values that need converting, and turning */
    for (int i = 0; i < f->n_slots; i++) {
        const weight *t = f->slots[i].from;
        if (t && !weight_direct(t) && t->count > most) most = t->count;
        if (t && f->slots[i].transposed && t->count > turn) turn = t->count;
    }
    float *converted = TAKE(&f->mem, float, most), *turned = TAKE(&f->mem, float, turn);
    for (int i = 0; i < f->n_slots; i++) {
        const slot *s = &f->slots[i];
        if (!s->from) continue;
        const float *values = weight_direct(s->from);
        if (!values && !weight_floats(s->from, 0, s->from->count, converted, e)) return false;
        if (!values) values = converted;
        if (!all_finite(values, s->from->count))
            misfit(f, UNUSABLE, "%.150s holds a value that is not finite", s->from->name);
        if (s->transposed) turn_over(turned, values, s->rows, s->cols), values = turned;
        if (lend(f, s, values)) continue;
        params_put(f->ps, s->p, s->part, values);
        let_go(f, s->from);
    }
    return true;
}

/* A list of any length, in lines that are not too long for the log. */
static void tell(void (*how)(const char *, ...), const char *dir, const char *what, str list,
                 const char *between)
{
    enum { MOST = 1500 };
    while (list.len) {
        size_t n = list.len <= MOST ? list.len : MOST, gap = strlen(between);
        while (n < list.len && n > gap && strncmp(list.at + n - gap, between, gap) != 0) n--;
        if (n <= gap) n = list.len < MOST ? list.len : MOST;
        how("%s: %s: %.*s", dir, what, (int)n, list.at);
        list = str_sub(list, n, list.len);
    }
}

/* One sentence with as many names as it holds; where that is not all, the lists are printed first. */
static bool report(fit *f, err *e)
{
    text all = {0}, counts = {0};
    for (int i = 0; i < MISFITS; i++) {
        if (!f->counts[i]) continue;
        text_format(&counts, "%s%d %s", counts.len ? ", " : "", f->counts[i], misfit_names[i]);
        text_format(&all, "; %s: %s", misfit_names[i], f->lists[i].at);
    }
    if (counts.len) {
        bool fits = all.len + counts.len + strlen(f->plan->dir) < 900;
        for (int i = 0; i < MISFITS && !fits; i++)
            if (f->counts[i])
                tell(warn, f->plan->dir, misfit_names[i], text_str(&f->lists[i]), "; ");
        fail(e, "%s: tensors do not fit the model: %s%.*s%s", f->plan->dir, counts.at,
             fits ? (int)all.len : 400, all.at, fits ? "" : " .. (all are listed above)");
    }
    bool done = !counts.len;
    text_close(&all);
    text_close(&counts);
    return done;
}

static enum name_style style_of(const weights *w, const load_plan *plan)
{
    return plan->style == NAMES_TENSORFLOW ? plan->style : w->style;
}

bool load_weights(const weights *files, int n_files, params *ps, const load_plan *plan, err *e)
{
    fit f = {.plan = plan, .files = files, .n_files = n_files, .ps = ps};
    list_slots(&f);
    for (int i = 0; i < n_files; i++)
        for (int k = 0; k < files[i].n; k++) {
            known_name name;
            name_read(files[i].list[k].name, style_of(&files[i], plan), &name);
            f.marked |= name.bert && name.use == NAME_BERT;
        }
    for (int i = 0; i < n_files; i++)
        for (int k = 0; k < files[i].n; k++)
            place_weight(&f, &files[i].list[k], style_of(&files[i], plan));
    check_missing(&f);
    tell(say, plan->dir, "left out", text_str(&f.left), ", ");
    tell(say_more, plan->dir, "unused", text_str(&f.unused), ", ");
    bool done = report(&f, e) && put_values(&f, e) && report(&f, e);
    for (int i = 0; i < MISFITS; i++) text_close(&f.lists[i]);
    text_close(&f.left);
    text_close(&f.unused);
    arena_close(&f.mem);
    return done;
}
