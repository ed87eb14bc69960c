#include "optim/optimizer.h"
#include "kernels/ops.h"
#include "optim/clip.h"
#include <math.h>
#include <string.h>

const char *const rule_names[4] = {"adamax", "adamaxw", "bertadam", "adamw"};

enum { GROUPS_MOST = 256 }; /* a block's group is one byte */

static bool is_pooler(const param *p, int L)
{
    return p->task < 0 && p->part == L + 1;
}

/* Parameters that get the same knobs at every step. */
static bool same_group(const optimizer *o, const group_of *g, const param *p)
{
    return g->part == (o->plan.layer_decay == 1 ? 0 : p->part) && g->task == p->task &&
           g->decay == p->decay && g->pooler == is_pooler(p, o->L) && g->frozen == !p->grad.data;
}

static int find_group(optimizer *o, const param *p)
{
    for (int i = 0; i < o->n_groups; i++)
        if (same_group(o, &o->groups[i], p)) return i;
    if (o->n_groups == GROUPS_MOST) return -1;
    o->groups[o->n_groups] = (group_of){
        .part = o->plan.layer_decay == 1 ? 0 : p->part,
        .task = p->task,
        .decay = p->decay,
        .pooler = is_pooler(p, o->L),
        .frozen = !p->grad.data,
    };
    return o->n_groups++;
}

/* The name of each block's group; padding belongs to its parameter. */
static bool make_groups(optimizer *o, uint8_t *of_block, err *e)
{
    o->groups = TAKE(&o->mem, group_of, GROUPS_MOST);
    for (int i = 0; i < o->ps->n; i++) {
        const param *p = o->ps->list[i];
        int g = find_group(o, p);
        if (g < 0)
            return fail(e, "%d tasks are more than the optimizer can tell apart", o->n_heads);
        size_t first = p->at / GROUP_BLOCK;
        size_t blocks = (tensor_count(p->value) + GROUP_BLOCK - 1) / GROUP_BLOCK;
        memset(of_block + first, g, blocks);
    }
    return true;
}

static void layout(optimizer *o, slab *s)
{
    o->group = slab_take(s, 1, (int)(o->ps->total / GROUP_BLOCK), U8);
    o->knobs = slab_take(s, o->n_groups, KNOBS, F32);
    o->factor = slab_take(s, 1, 2, F32);
}

bool optimizer_open(optimizer *o, const optimizer_plan *plan, params *ps, int L, int n_heads,
                    err *e)
{
    ASSERT(ps->grads.data, "an inference net has no optimizer");
    *o = (optimizer){.plan = *plan, .ps = ps, .n_heads = n_heads, .L = L};
    if (o->plan.eps < 0)
        o->plan.eps = plan->rule == RULE_ADAMAX || plan->rule == RULE_BERTADAM ? 1e-6 : 1e-8;
    o->head_steps = TAKE(&o->mem, uint32_t, n_heads);
    uint8_t *of_block = TAKE(&o->mem, uint8_t, ps->total / GROUP_BLOCK);
    if (!make_groups(o, of_block, e)) goto failed;
    o->host_knobs = TAKE(&o->mem, float, o->n_groups *KNOBS);
    layout(o, &o->memory);
    if (!slab_open(&o->memory, ps->be, e)) goto failed;
    layout(o, &o->memory);
    ps->be->upload(o->group.data, 0, of_block, ps->total / GROUP_BLOCK);
    return true;
failed:
    optimizer_close(o);
    return false;
}

void optimizer_close(optimizer *o)
{
    slab_close(&o->memory);
    arena_close(&o->mem);
    *o = (optimizer){0};
}

/* Updates that a group's parameters have had, and whether the running step moves them. */
typedef struct turn {
    uint32_t done;
    bool on;
} turn;

static turn turn_of(const optimizer *o, const group_of *g, int head, bool pooler_used)
{
    if (g->frozen) return (turn){0, false};
    if (g->task < 0 && !g->pooler) return (turn){o->steps, true};
    uint32_t done = g->pooler ? o->pooler_steps : o->head_steps[g->task];
    bool used = g->pooler ? pooler_used : head < 0 || head == g->task;
    return (turn){done, used || (o->plan.coast && done > 0)};
}

/* Bias correction with the constants as the device has them, in f32: their own 1 - b is not the double's. */
static double correction(double b, uint32_t t)
{
    return 1 - pow((double)(float)b, t);
}

static void set_knobs(const optimizer *o, const group_of *g, turn now, float *knob)
{
    const optimizer_plan *plan = &o->plan;
    uint32_t t = now.done + 1;
    double rate = schedule_rate(&plan->schedule, plan->own_counters ? now.done : o->steps);
    if (plan->layer_decay != 1) rate *= pow(plan->layer_decay, o->L + 1 - g->part);
    knob[KNOB_ON] = now.on;
    knob[KNOB_RATE] = (float)rate;
    knob[KNOB_DECAY] = g->decay ? (float)plan->decay : 0;
    knob[KNOB_B1] = (float)plan->b1;
    knob[KNOB_B2] = (float)plan->b2;
    knob[KNOB_EPS] = (float)plan->eps;
    knob[KNOB_C1] = (float)(1 / correction(plan->b1, t));
    knob[KNOB_C2] = (float)(1 / sqrt(correction(plan->b2, t)));
}

/* Counters go on where parameters moved. */
static void count(optimizer *o, int head, bool pooler_used)
{
    o->steps++;
    for (int t = 0; t < o->n_heads; t++)
        o->head_steps[t] += turn_of(o, &(group_of){.task = t}, head, pooler_used).on;
    o->pooler_steps += turn_of(o, &(group_of){.task = -1, .pooler = true}, head, pooler_used).on;
}

bool optimizer_step(optimizer *o, int head, bool pooler_used, err *e)
{
    const backend *be = o->ps->be;
    ASSERT(head >= -1 && head < o->n_heads, "head %d of %d", head, o->n_heads);
    o->rate = schedule_rate(&o->plan.schedule, o->steps);
    for (int g = 0; g < o->n_groups; g++) {
        turn now = turn_of(o, &o->groups[g], head, pooler_used);
        set_knobs(o, &o->groups[g], now, o->host_knobs + g * KNOBS);
    }
    if (!clip_gradients(o->ps, o->factor, o->plan.clip, &o->norm, e)) return false;
    be->upload(o->knobs.data, 0, o->host_knobs, tensor_bytes(o->knobs));
    op_update(be, o->ps->values, o->ps->masters, o->ps->m, o->ps->v, o->ps->grads, o->group,
              o->knobs, o->factor, o->plan.rule);
    be->weights_moved();
    if (!be->sync(e)) return false;
    count(o, head, pooler_used);
    return true;
}
