#include "model/encoder.h"

void encoder_declare(encoder *m, params *ps, const dims *d)
{
    m->d = *d;
    m->attention = TAKE(&ps->mem, attention, d->L);
    m->ffn = TAKE(&ps->mem, ffn, d->L);
    embed_declare(&m->embed, ps, d);
    for (int l = 0; l < d->L; l++) {
        attention_declare(&m->attention[l], ps, d, l);
        ffn_declare(&m->ffn[l], ps, d, l);
    }
}

void encoder_acts_take(encoder_acts *a, const dims *d, arena *mem)
{
    a->attention = TAKE(mem, attention_acts, d->L);
    a->ffn = TAKE(mem, ffn_acts, d->L);
}

void encoder_layout(encoder_acts *a, slab *s, const dims *d, int rows, enum kind kind,
                    enum keep keep)
{
    tensor scratch = slab_take(s, rows, d->H, kind);
    embed_layout(&a->embed, s, d, rows, kind);
    for (int l = 0; l < d->L; l++) {
        if (l == 0 || keep == KEEP_ALL) {
            attention_layout(&a->attention[l], s, d, rows, kind, scratch);
            ffn_layout(&a->ffn[l], s, d, rows, kind, scratch);
        } else {
            a->attention[l] = a->attention[0];
            a->ffn[l] = a->ffn[0];
            if (keep == KEEP_HIDDEN) a->ffn[l].y = slab_take(s, rows, d->H, kind);
        }
    }
}

tensor encoder_hidden(const encoder_acts *a, int layer)
{
    return layer ? a->ffn[layer - 1].y : a->embed.y;
}

static dropout drop_at(const sequences *q, float rate, int site)
{
    return (dropout){q->train ? rate : 0, site, q->chance};
}

static attention_drops drops_of(const sequences *q, const dims *d, int layer)
{
    return (attention_drops){drop_at(q, d->drop_attention, site_attention(d, layer)),
                             drop_at(q, d->drop_hidden, site_attention_out(d, layer))};
}

void encoder_forward(const backend *be, const encoder *m, encoder_acts *a, const sequences *q)
{
    const dims *d = &m->d;
    embed_forward(be, &m->embed, &a->embed, q->in, q->at, drop_at(q, d->drop_hidden, site_embed()),
                  d->eps);
    for (int l = 0; l < d->L; l++) {
        attention_forward(be, &m->attention[l], &a->attention[l], encoder_hidden(a, l), q->at,
                          drops_of(q, d, l), d);
        ffn_forward(be, &m->ffn[l], &a->ffn[l], a->attention[l].y, q->at,
                    drop_at(q, d->drop_hidden, site_ffn_out(d, l)), d);
    }
}

/* The lines of encoder_forward from the last to the first. */
void encoder_backward(const backend *be, const encoder *m, const encoder_acts *a, encoder_acts *da,
                      const sequences *q)
{
    const dims *d = &m->d;
    for (int l = d->L - 1; l >= 0; l--) {
        ffn_backward(be, &m->ffn[l], &a->ffn[l], &da->ffn[l], da->attention[l].y, a->attention[l].y,
                     q->at, drop_at(q, d->drop_hidden, site_ffn_out(d, l)), d);
        attention_backward(be, &m->attention[l], &a->attention[l], &da->attention[l],
                           encoder_hidden(da, l), encoder_hidden(a, l), q->at, drops_of(q, d, l),
                           d);
    }
    embed_backward(be, &m->embed, &a->embed, &da->embed, q->in, q->at,
                   drop_at(q, d->drop_hidden, site_embed()));
}
