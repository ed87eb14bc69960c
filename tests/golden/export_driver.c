/* What export.py talks to: DIR TASK on the command line; on stdin sequences, each a 32-bit count n, n ids and n types; on stdout the logits of that
 * head as floats: [n,K] of a tagging task, else [1,K]. */
#include "persist/model_dir.h"
#include <stdlib.h>
#include <string.h>

static int failed(const err *e)
{
    fprintf(stderr, "%s\n", e->text);
    return 1;
}

static bool one(net *n, const head_plan *h, int32_t N, arena *mem, err *e)
{
    int M = h->kind == KIND_WORDS ? N : 1;
    int32_t *all = TAKE(mem, int32_t, 3 * N + 2 * M), *rows = TAKE(mem, int32_t, M),
            start[2] = {0, N};
    uint32_t who = 0;
    if (fread(all, sizeof *all, 2 * (size_t)N, stdin) != 2 * (size_t)N) return fail(e, "cut");
    for (int i = 0; i < N; i++) all[2 * N + i] = i;
    for (int i = 0; i < M; i++) rows[i] = i, all[3 * N + 2 * i + 1] = i;
    const batch b = {.B = 1,
                     .N = N,
                     .M = M,
                     .longest = N,
                     .ids = all,
                     .types = all + N,
                     .places = all + 2 * N,
                     .start = start,
                     .who = &who,
                     .rows = rows,
                     .names = all + 3 * N,
                     .gold = TAKE(mem, int32_t, M),
                     .weight = TAKE(mem, float, M)};
    float *logits = TAKE(mem, float, (size_t)M *(size_t)h->K);
    if (!net_encode(n, &b, e) || !net_logits(n, &b, 0, logits, e)) return false;
    fwrite(logits, sizeof *logits, (size_t)M * (size_t)h->K, stdout);
    return true;
}

int main(int argc, char **argv)
{
    model_dir m;
    net *n;
    const backend *be;
    err e = {0};
    arena mem = {0};
    int32_t N;
    if (argc != 3) return 2;
    if (!model_dir_open(&m, argv[1], -1, &e)) return failed(&e);
    const task *t = NULL;
    for (int i = 0; i < m.n_tasks; i++)
        if (!strcmp(m.tasks[i].name, argv[2])) t = &m.tasks[i];
    if (!t) return 2;
    const head_plan h = {.task = t->name, .kind = t->kind, .K = task_classes(t)};
    const net_plan plan = {.d = m.d, .heads = &h, .n_heads = 1, .pooler = t->kind != KIND_WORDS};
    if (!backend_open(&be, "cpu", &e) || !net_open(&n, be, &plan, &e) ||
        !model_dir_load(&m, n, false, plan.pooler, &e))
        return failed(&e);
    while (fread(&N, sizeof N, 1, stdin) == 1) {
        arena_mark here = arena_here(&mem);
        if (!one(n, &h, N, &mem, &e)) return failed(&e);
        arena_rewind(&mem, here);
    }
    net_close(n);
    model_dir_close(&m);
    arena_close(&mem);
    return fflush(stdout) ? 1 : 0;
}
