/* All batches of a file, in its order, as JSON: a line a batch. */
#include "base/json.h"
#include "use/put.h"
#include "verbs/made_up.h"
#include "verbs/trace.h"
#include <string.h>

/* "name":[[..],[..]] by sequence; each value less `minus` of its sequence (rows count in their
 * sequence) */
static void put_nested(text *to, const char *name, const batch *b, const int32_t *list, bool rows)
{
    text_format(to, ",\"%s\":[", name);
    for (int s = 0, r = 0; s < b->B; s++) {
        if (s) text_char(to, ',');
        if (!rows) {
            put_ints(to, list + b->start[s], b->start[s + 1] - b->start[s]);
            continue;
        }
        text_char(to, '[');
        for (bool first = true; r < b->M && b->rows[r] < b->start[s + 1]; r++, first = false) {
            if (!first) text_char(to, ',');
            put_int(to, list == b->rows ? list[r] - b->start[s] : list[r]);
        }
        text_char(to, ']');
    }
    text_char(to, ']');
}

static void put_floats(text *to, const char *name, const float *list, int n)
{
    text_format(to, ",\"%s\":[", name);
    for (int i = 0; i < n; i++) {
        if (i) text_char(to, ',');
        json_put_float(to, list[i]);
    }
    text_char(to, ']');
}

static void put_batch(text *to, const task *t, const batch *b, int number)
{
    text_format(to, "{\"batch\":%d", number);
    put_nested(to, "ids", b, b->ids, false);
    put_nested(to, "types", b, b->types, false);
    put_nested(to, "rows", b, b->rows, true);
    if (t->kind == KIND_SCORE)
        put_floats(to, "target", b->target, b->M);
    else if (t->kind == KIND_LABELS)
        put_floats(to, "target", b->target, b->M * t->n_labels);
    else
        put_nested(to, "gold", b, b->gold, true);
    put_floats(to, "weight", b->weight, b->M);
    text_add(to, STR("}\n"));
}

static bool put_all(const tracer *t, const task *tk, const examples *x, const packs *p, err *e)
{
    arena mem = {0};
    text line = {0};
    int size = (int)t->batch, *chosen = TAKE(&mem, int, size);
    for (int at = 0, number = 0; at < p->n; at += size, number++) {
        arena_mark mark = arena_here(&mem);
        int n = p->n - at < size ? p->n - at : size;
        for (int i = 0; i < n; i++) chosen[i] = at + i;
        batch b = {0};
        batch_make(&b, tk, x, p, chosen, n, 0, &mem);
        line.len = 0;
        put_batch(&line, tk, &b, number);
        fwrite(line.at, 1, line.len, stdout);
        arena_rewind(&mem, mark);
    }
    text_close(&line);
    arena_close(&mem);
    return !e->set;
}

bool trace_batches(tracer *t, const char *task_name, err *e)
{
    if (!task_name) {
        made_up u;
        bool done = made_up_open(&u, &t->m.v, t->file, t->rules.most, &t->mem, e) &&
                    put_all(t, &u.t, &u.x, &u.p, e);
        made_up_close(&u);
        return done;
    }
    for (int i = 0; i < t->m.n_tasks; i++)
        if (!strcmp(t->m.tasks[i].name, task_name)) t->t = &t->m.tasks[i];
    if (!t->t) return fail(e, "%s: the model has no task '%s'", t->model, task_name);
    examples x = {0};
    packs p = {0};
    return examples_read_file(&x, t->t, t->file, t->gold, &t->mem, e) &&
           pack_examples(&p, &t->m.v, t->t, &x, &t->rules, &t->mem, e) &&
           put_all(t, t->t, &x, &p, e);
}
