/* A run in small: what tests of checkpoints train for a few steps. */
#include "persist/helpers.h"

running running_open(const task *tasks, bool freeze)
{
    running r = {0};
    err e = {0};
    const backend *be;
    head_plan heads[2];
    for (int i = 0; i < 2; i++)
        heads[i] = (head_plan){tasks[i].name, tasks[i].kind, task_classes(&tasks[i]), 0.1f};
    works(model_dir_open(&r.from, DATA "plain", -1, &e) && backend_open(&be, "cpu", &e), &e);
    net_plan plan = {.d = r.from.d,
                     .heads = heads,
                     .n_heads = 2,
                     .train = true,
                     .pooler = true,
                     .freeze_encoder = freeze,
                     .kind = F32};
    optimizer_plan rule = {.rule = RULE_ADAMW,
                           .b1 = 0.9,
                           .b2 = 0.999,
                           .eps = -1,
                           .decay = 0.01,
                           .clip = 1,
                           .layer_decay = 1,
                           .schedule = {SCHEDULE_LINEAR, 1e-2, 0.1, 20}};
    works(net_open(&r.n, be, &plan, &e), &e);
    works(optimizer_open(&r.o, &rule, net_params(r.n), r.from.d.L, 2, &e), &e);
    return r;
}

void running_close(running *r)
{
    optimizer_close(&r->o);
    net_close(r->n);
    model_dir_close(&r->from);
}

void running_step(running *r, int k)
{
    int32_t ids[6], types[6] = {0}, places[6] = {0, 1, 2, 0, 1, 2}, start[3] = {0, 3, 6},
                    rows[2] = {0, 3}, names[4] = {0, 0, 1, 0}, gold[2] = {k % 3, 1};
    uint32_t who[2] = {0, 1};
    float target[2] = {0.5f, (float)k}, share[2] = {0.5f, 0.5f};
    for (int i = 0; i < 6; i++) ids[i] = (i * 5 + k) % 16;
    batch b = {.B = 2,
               .N = 6,
               .M = 2,
               .longest = 3,
               .ids = ids,
               .types = types,
               .places = places,
               .start = start,
               .who = who,
               .rows = rows,
               .names = names,
               .gold = gold,
               .target = target,
               .weight = share,
               .counted = 2};
    err e = {0};
    double loss;
    works(net_step(r->n, &b, k % 2, 7, (uint32_t)k, 1, &loss, &e) &&
              optimizer_step(&r->o, k % 2, true, &e),
          &e);
}
