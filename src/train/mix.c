/* Draws by name: shuffles are Fisher-Yates from the end, place i taking random_below(u(i), i + 1). */
#include "train/mix.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static void shuffle(int *list, int n, uint64_t seed, enum chance use, uint32_t a, uint32_t b)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)random_below(random_u32(seed, use, a, b, (uint32_t)i), (uint32_t)i + 1);
        int kept = list[i];
        list[i] = list[j], list[j] = kept;
    }
}

void mix_open(mix *m, const mix_plan *plan)
{
    *m = (mix){.plan = *plan};
    int tasks = plan->n_tasks, most = 1;
    long all = 0;
    m->batches = TAKE(&m->mem, int, tasks);
    m->drawn = TAKE(&m->mem, long, tasks);
    m->order = TAKE(&m->mem, int *, tasks);
    m->order_of = TAKE(&m->mem, long, tasks);
    for (int t = 0; t < tasks; t++) {
        m->batches[t] = (plan->sequences[t] + plan->batch - 1) / plan->batch;
        m->order[t] = TAKE(&m->mem, int, plan->sequences[t] + 1);
        m->order_of[t] = -1;
        if (m->batches[t] > most) most = m->batches[t];
        all += m->batches[t];
    }
    m->n = (int)(plan->kind != MIX_PAPER && plan->updates ? plan->updates : all);
    m->task = TAKE(&m->mem, int, m->n + 1);
    m->round = TAKE(&m->mem, long, m->n + 1);
    m->which = TAKE(&m->mem, int, m->n + 1);
    m->batch_order = TAKE(&m->mem, int, most);
}

/* Cumulated shares of the tasks in an epoch; a task without sequences has none. */
static void shares(const mix *m, int epoch, double *cumulated)
{
    const mix_plan *p = &m->plan;
    double sum = 0, done = p->epochs > 1 ? (double)epoch / (p->epochs - 1) : 1;
    for (int t = 0; t < p->n_tasks; t++) {
        double n = p->sequences[t], w = 0;
        switch (p->kind) {
        case MIX_PAPER:
        case MIX_PROPORTIONAL: w = n; break;
        case MIX_UNIFORM: w = 1; break;
        case MIX_TEMPERATURE: w = pow(n, 1 / p->temperature); break;
        case MIX_CAPPED: w = fmin(n, p->cap); break;
        case MIX_ANNEALED: w = pow(n, 1 - 0.8 * done); break;
        case MIX_WEIGHTS: w = p->weights[t]; break;
        }
        sum += n > 0 ? w : 0;
        cumulated[t] = sum;
    }
    for (int t = 0; t < p->n_tasks; t++) cumulated[t] /= sum;
}

static int draw(const mix *m, int epoch, int i, const double *cumulated)
{
    double u = random_u32(m->plan.seed, CHANCE_MIX, (uint32_t)epoch, 1, (uint32_t)i) / 4294967296.0;
    int t = 0;
    while (t < m->plan.n_tasks - 1 && u >= cumulated[t]) t++;
    return t;
}

/* Every mini-batch of every task once, in one shuffled order. */
static void epoch_of_all(mix *m, int epoch)
{
    const mix_plan *p = &m->plan;
    int n = 0;
    for (int t = 0; t < p->n_tasks; t++)
        for (int b = 0; b < m->batches[t]; b++) m->task[n++] = t;
    shuffle(m->task, n, p->seed, CHANCE_MIX, (uint32_t)epoch, 0);
    arena_mark here = arena_here(&m->mem);
    int *next = TAKE(&m->mem, int, p->n_tasks);
    for (int i = 0; i < n; i++) {
        m->round[i] = epoch;
        m->which[i] = next[m->task[i]]++;
    }
    arena_rewind(&m->mem, here);
}

static void epoch_of_draws(mix *m, int epoch)
{
    const mix_plan *p = &m->plan;
    arena_mark here = arena_here(&m->mem);
    double *cumulated = TAKE(&m->mem, double, p->n_tasks);
    memset(m->drawn, 0, sizeof(long) * (size_t)p->n_tasks);
    for (int e = 0; e <= epoch; e++) { /* earlier epochs only to know how far each task has come */
        shares(m, e, cumulated);
        for (int i = 0; i < m->n; i++) {
            int t = draw(m, e, i, cumulated);
            long k = m->drawn[t]++;
            if (e < epoch) continue;
            m->task[i] = t;
            m->round[i] = k / m->batches[t];
            m->which[i] = (int)(k % m->batches[t]);
        }
    }
    arena_rewind(&m->mem, here);
}

void mix_epoch(mix *m, int epoch)
{
    if (m->plan.kind == MIX_PAPER)
        epoch_of_all(m, epoch);
    else
        epoch_of_draws(m, epoch);
}

/* The sequences of a task in the order of a round; mini-batch b is the b-th run of `batch` of them. With redraw off the runs stay, and trade places. */
static void lay_out(mix *m, int t, long round)
{
    if (m->order_of[t] == round) return;
    m->order_of[t] = round;
    const mix_plan *p = &m->plan;
    int n = p->sequences[t], *order = m->order[t];
    for (int i = 0; i < n; i++) order[i] = i;
    shuffle(order, n, p->seed, CHANCE_SHUFFLE, p->redraw ? (uint32_t)round : 0, (uint32_t)t);
}

static int place_of(mix *m, int t, long round, int which)
{
    if (m->plan.redraw) return which;
    for (int b = 0; b < m->batches[t]; b++) m->batch_order[b] = b;
    shuffle(m->batch_order, m->batches[t], m->plan.seed, CHANCE_SHUFFLE, (uint32_t)round,
            (uint32_t)t + 0x10000);
    return m->batch_order[which];
}

void mix_batch(mix *m, int i, int *task, const int **chosen, int *n)
{
    ASSERT(i >= 0 && i < m->n, "mini-batch %d of %d", i, m->n);
    int t = m->task[i];
    lay_out(m, t, m->round[i]);
    int first = place_of(m, t, m->round[i], m->which[i]) * m->plan.batch;
    int left = m->plan.sequences[t] - first;
    *task = t;
    *chosen = m->order[t] + first;
    *n = left < m->plan.batch ? left : m->plan.batch;
}

void mix_close(mix *m)
{
    arena_close(&m->mem);
    *m = (mix){0};
}
