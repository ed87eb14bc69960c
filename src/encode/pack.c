/* Texts, pairs and relations become one sequence each; tagged words are windows.c's. */
#include "encode/pack.h"
#include "encode/packing.h"
#include <string.h>

pack_rules pack_default(void)
{
    return (pack_rules){.most = 128, .overlap = 20};
}

packed *packing_add(packing *k, int which, int n, int n_rows)
{
    packs *to = k->to;
    GROW(k->mem, to->at, to->n, to->cap);
    packed *p = &to->at[to->n++];
    *p = (packed){.n = 0, .n_rows = n_rows, .example = which};
    p->ids = TAKE(k->mem, int32_t, n);
    p->types = TAKE(k->mem, int32_t, n);
    p->from = TAKE(k->mem, uint32_t, n);
    p->to = TAKE(k->mem, uint32_t, n);
    p->rows = TAKE(k->mem, int32_t, n_rows);
    to->counts.sequences++;
    return p;
}

void packing_put(packed *p, piece q, int type)
{
    p->ids[p->n] = q.id;
    p->types[p->n] = type;
    p->from[p->n] = q.start;
    p->to[p->n++] = q.end;
}

static void put_side(const packing *k, packed *p, const piece *q, int n, int type)
{
    for (int i = 0; i < n; i++) packing_put(p, q[i], type);
    packing_put(p, (piece){k->v->sep, 0, 0}, type);
}

/* [CLS] a [SEP], and b [SEP] if there is any. */
static void put_sequence(packing *k, int which, const piece *a, int n_a, const piece *b, int n_b)
{
    packed *p = packing_add(k, which, n_a + n_b + 3, 1);
    packing_put(p, (piece){k->v->cls, 0, 0}, 0);
    put_side(k, p, a, n_a, 0);
    if (n_b) put_side(k, p, b, n_b, 1);
}

static void lose(packing *k, size_t pieces_lost)
{
    k->to->counts.lost_pieces += pieces_lost;
    k->to->counts.cut_examples += pieces_lost > 0;
}

static void cut_text(packing *k, str s, pieces *p)
{
    p->n = 0;
    wordpiece_cut(k->v, s, k->rules->parse_special, &k->scratch, p);
    k->to->counts.pieces += (size_t)p->n;
}

static void pack_text(packing *k, int i)
{
    cut_text(k, k->x->at[i].text, &k->a);
    int n = k->a.n < k->rules->most - 2 ? k->a.n : k->rules->most - 2;
    lose(k, (size_t)(k->a.n - n));
    put_sequence(k, i, k->a.at, n, NULL, 0);
}

/* The longer side loses its last piece, on a tie the second, until both fit. */
static void pack_pair(packing *k, int i)
{
    cut_text(k, k->x->at[i].text, &k->a);
    cut_text(k, k->x->at[i].text2, &k->b);
    if (!k->b.n) k->to->counts.pieces -= (size_t)k->a.n; /* counted again there */
    if (!k->b.n) {
        pack_text(k, i);
        return;
    }
    int n_a = k->a.n, n_b = k->b.n, most = k->rules->most - 3;
    while (n_a + n_b > most) (*(n_a > n_b ? &n_a : &n_b))--;
    lose(k, (size_t)(k->a.n - n_a + k->b.n - n_b));
    if (k->rules->swap_pair)
        put_sequence(k, i, k->b.at, n_b, k->a.at, n_a);
    else
        put_sequence(k, i, k->a.at, n_a, k->b.at, n_b);
}

/* Half open, in pieces. */
typedef struct part {
    int low, high;
} part;

/* The pieces that touch the bytes of a span; low == high: none. */
static part pieces_of(const pieces *p, span s)
{
    part r = {0, 0};
    for (int i = 0; i < p->n; i++) {
        if (p->at[i].end <= s.start || p->at[i].start >= s.end) continue;
        if (r.low == r.high) r.low = i;
        r.high = i + 1;
    }
    return r;
}

/* Grows the two parts by a piece in turn, inwards and outwards, until `most` pieces are taken. They lie further apart than
 * `most`, so they cannot meet before. */
static void grow_parts(part at[2], int n, int most)
{
    int taken = at[0].high - at[0].low + at[1].high - at[1].low;
    for (int turn = 0; taken < most; turn++) {
        bool ok = turn % 4 == 0   ? at[0].high < at[1].low
                  : turn % 4 == 1 ? at[1].low > at[0].high
                  : turn % 4 == 2 ? at[0].low > 0
                                  : at[1].high < n;
        if (!ok) continue;
        if (turn % 4 == 0) at[0].high++;
        if (turn % 4 == 1) at[1].low--;
        if (turn % 4 == 2) at[0].low--;
        if (turn % 4 == 3) at[1].high++;
        taken++;
    }
}

/* What to keep of n pieces so that both arguments are in it. One part, centered, if they are near enough; else two, one around each.
 * Returns how many parts; *lost if an argument itself had to be cut. */
static int center(part keep[2], part a, part b, int n, int most, bool *lost)
{
    if (b.low < a.low) {
        part was = a;
        a = b, b = was;
    }
    int low = a.low, high = a.high > b.high ? a.high : b.high;
    if (high - low <= most) {
        int start = low - (most - (high - low)) / 2;
        if (start > n - most) start = n - most;
        if (start < 0) start = 0;
        keep[0] = (part){start, start + most};
        return 1;
    }
    keep[0] = a;
    keep[1] = b;
    if (b.low < a.high) { /* they overlap: one argument, too long */
        *lost = true;
        keep[0] = (part){low, low + most};
        return 1;
    }
    if (a.high - a.low + b.high - b.low > most) {
        *lost = true;
        int room_a = a.high - a.low, room_b = b.high - b.low;
        while (room_a + room_b > most) (*(room_a > room_b ? &room_a : &room_b))--;
        keep[0].high = a.low + room_a;
        keep[1].high = b.low + room_b;
    }
    grow_parts(keep, n, most);
    return 2;
}

static bool is_inside(part a, const part *keep, int n)
{
    for (int i = 0; i < n; i++)
        if (a.low >= keep[i].low && a.high <= keep[i].high) return true;
    return a.low == a.high;
}

static void pack_relation(packing *k, int i)
{
    const example *x = &k->x->at[i];
    cut_text(k, x->text, &k->a);
    int n = k->a.n, most = k->rules->most - 2, parts = 1;
    part keep[2] = {{0, n}, {0, 0}};
    if (n > most) {
        part a = pieces_of(&k->a, x->args[0]), b = pieces_of(&k->a, x->args[1]);
        bool lost = false;
        if (a.low == a.high) a = b; /* one argument is known, or none */
        if (b.low == b.high) b = a;
        keep[0].high = most;
        if (k->rules->relation == LONG_CENTERED && a.low < a.high)
            parts = center(keep, a, b, n, most, &lost);
        lost = lost || !is_inside(a, keep, parts) || !is_inside(b, keep, parts);
        k->to->counts.lost_arguments += lost;
        lose(k, (size_t)(n - most));
    }
    /* The parts side by side: what lies between them is gone. */
    int kept = keep[0].high - keep[0].low;
    if (parts == 2) {
        int more = keep[1].high - keep[1].low;
        memmove(k->a.at + keep[0].high, k->a.at + keep[1].low, (size_t)more * sizeof(piece));
        kept += more;
    }
    put_sequence(k, i, k->a.at + keep[0].low, kept, NULL, 0);
}

static bool pack_one(packing *k, const task *t, int i, err *e)
{
    const example *x = &k->x->at[i];
    if (x->text.len >= UINT32_MAX || x->text2.len >= UINT32_MAX)
        return fail(e, "%s:%d: a text of 4 GiB or more", k->x->path ? k->x->path : "-", x->line);
    switch (t->kind) {
    case KIND_WORDS: return packing_words(k, t, i, e);
    case KIND_PAIR:
    case KIND_SCORE: pack_pair(k, i); break;
    case KIND_RELATION: pack_relation(k, i); break;
    case KIND_SENTENCE:
    case KIND_LABELS: pack_text(k, i); break;
    }
    return true;
}

bool pack_examples(packs *to, const vocab *v, const task *t, const examples *x,
                   const pack_rules *rules, arena *mem, err *e)
{
    memset(to, 0, sizeof *to);
    if (rules->most < PACK_LEAST)
        return fail(e, "max-pieces: at least %d are needed, here are %d", PACK_LEAST, rules->most);
    packing k = {.v = v, .x = x, .rules = rules, .to = to, .mem = mem};
    bool ok = true;
    for (int i = 0; i < x->n && ok; i++) ok = pack_one(&k, t, i, e);
    to->counts.examples = x->n;
    arena_close(&k.scratch);
    return ok;
}
