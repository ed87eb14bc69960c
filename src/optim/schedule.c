#include "optim/schedule.h"
#include "base/fail.h"

const char *const schedule_names[3] = {"linear", "released", "constant"};

static double share(const schedule_plan *s, double k)
{
    double T = s->steps, W = s->warmup * T;
    switch (s->kind) {
    case SCHEDULE_RELEASED: {
        double x = T > 0 ? k / T : 1;
        return x < s->warmup ? x / s->warmup : 1 - x;
    }
    case SCHEDULE_LINEAR:
        if (k < W) return k / W;
        return T > W ? (T - k) / (T - W) : 0;
    case SCHEDULE_CONSTANT: return k < W ? k / W : 1;
    }
    ASSERT(false, "schedule %d", (int)s->kind);
    return 0;
}

double schedule_rate(const schedule_plan *s, uint32_t k)
{
    double part = share(s, k);
    return part > 0 ? s->rate * part : 0;
}
