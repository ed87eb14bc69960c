#include "optim/clip.h"
#include "kernels/ops.h"
#include <math.h>

/* The first value of p's gradient that is not finite, or -1; or whose square is not, which spoils the norm as well. */
static ptrdiff_t bad_value(const params *ps, const param *p, float *room)
{
    if (!p->grad.data) return -1;
    params_slab_get(ps, p, SLAB_GRAD, room);
    size_t n = tensor_count(p->grad);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(room[i] * room[i])) return (ptrdiff_t)i;
    return -1;
}

static bool name_it(const params *ps, double norm, err *e)
{
    arena mem = {0};
    size_t most = 0;
    for (int i = 0; i < ps->n; i++) {
        size_t n = tensor_count(ps->list[i]->value);
        most = n > most ? n : most;
    }
    float *room = TAKE(&mem, float, most);
    for (int i = 0; i < ps->n; i++) {
        const param *p = ps->list[i];
        ptrdiff_t at = bad_value(ps, p, room);
        if (at < 0) continue;
        fail(e, "the gradient is not finite: %s has %g in row %td, column %td", p->name,
             (double)room[at], at / p->cols, at % p->cols);
        break;
    }
    arena_close(&mem);
    return fail(e, "the norm of the gradient is %g, though each value is finite", norm);
}

bool clip_gradients(params *ps, tensor factor, double most, double *norm, err *e)
{
    op_clip(ps->be, factor, ps->grads, (float)most);
    if (!ps->be->sync(e)) return false;
    float now[2];
    ps->be->download(now, factor.data, 0, sizeof now);
    *norm = (double)now[1];
    if (isfinite(now[1])) return true;
    name_it(ps, *norm, e);
    op_zero(ps->be, ps->grads);
    return false;
}
