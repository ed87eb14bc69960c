/* Tagged words -> windows. A window is a run of words whose pieces fit. Windows of the default rule overlap, so that each word is
 * answered where it sees most of its neighbors; they are made from the lengths of words alone and never look at a tag. */
#include "encode/packing.h"
#include <string.h>

enum { CUT_WORDS = 30 };

typedef struct window {
    int low, high; /* words, half open */
} window;
typedef struct windows {
    window *at;
    int n;
    size_t cap;
} windows;

static void add(packing *k, windows *w, int low, int high)
{
    GROW(&k->scratch, w->at, w->n, w->cap);
    w->at[w->n++] = (window){low, high};
}

/* Cuts every word by itself. A word of more pieces than a sequence holds keeps its first ones; returns how many went. */
static size_t cut_words(packing *k, const example *x)
{
    size_t lost = 0;
    int most = k->rules->most - 2;
    k->first = TAKE(&k->scratch, int, x->n_words + 1);
    k->a.n = 0;
    for (int w = 0; w < x->n_words; w++) {
        span s = x->words[w];
        ASSERT(s.start <= s.end && s.end <= x->text.len, "word %d of %s", w, x->id);
        int before = k->first[w] = k->a.n;
        wordpiece_cut(k->v, str_sub(x->text, s.start, s.end), k->rules->parse_special, &k->scratch,
                      &k->a);
        int n = k->a.n - before;
        k->to->counts.pieces += (size_t)n;
        k->to->counts.lost_words += !n;
        if (n > most) {
            lost += (size_t)(n - most);
            k->a.n = before + most;
        }
        for (int i = before; i < k->a.n; i++) {
            k->a.at[i].start += (uint32_t)s.start;
            k->a.at[i].end += (uint32_t)s.start;
        }
    }
    k->first[x->n_words] = k->a.n;
    return lost;
}

static int pieces_in(const packing *k, int low, int high)
{
    return k->first[high] - k->first[low];
}

/* Each window takes all words that fit; the next begins `overlap` words before its end, or later where words are so long that
 * it would not reach further. */
static void overlapping(packing *k, windows *w, int n)
{
    int most = k->rules->most - 2;
    for (int low = 0, high = 0;;) {
        while (high < n && pieces_in(k, low, high + 1) <= most) high++;
        add(k, w, low, high);
        if (high == n) break;
        int half = (high - low) / 2, shared = k->rules->overlap < half ? k->rules->overlap : half;
        low = high - (shared > 0 ? shared : 0);
        while (pieces_in(k, low, high + 1) > most) low++;
    }
}

/* The authors' split_if_longer: while more than 30 words are left, a chunk ends behind the last gold O of the first 30; where
 * all 30 are inside mentions it is one word. */
static void by_gold(packing *k, windows *w, const example *x, int outside)
{
    int low = 0;
    while (x->n_words - low > CUT_WORDS) {
        int high = low + CUT_WORDS;
        while (high > low && x->tags[high - 1] != outside) high--;
        if (high == low) high = low + 1;
        add(k, w, low, high);
        low = high;
    }
    if (low < x->n_words) add(k, w, low, x->n_words);
}

static int outside_tag(const task *t)
{
    for (int i = 0; i < t->n_labels; i++)
        if (!strcmp(t->labels[i], "O")) return i;
    return -1;
}

static bool find_windows(packing *k, windows *w, const task *t, const example *x, err *e)
{
    if (k->rules->words == LONG_WINDOWS) {
        overlapping(k, w, x->n_words);
    } else if (k->rules->words == LONG_CUT30) {
        for (int low = 0; low < x->n_words; low += CUT_WORDS)
            add(k, w, low, x->n_words - low < CUT_WORDS ? x->n_words : low + CUT_WORDS);
    } else {
        if (!x->tags)
            return fail(e, "%s:%d: sentences are to be cut behind a gold O, but here are no tags",
                        k->x->path ? k->x->path : "-", x->line);
        by_gold(k, w, x, outside_tag(t));
    }
    return true;
}

/* Which window answers for each word: the one in which the nearer edge is furthest, where the ends of the sentence are no edges. */
static int *find_owners(packing *k, const windows *w, int n)
{
    int *owner = TAKE(&k->scratch, int, n), *best = TAKE(&k->scratch, int, n);
    for (int i = 0; i < n; i++) best[i] = -1;
    for (int j = 0; j < w->n; j++)
        for (int i = w->at[j].low; i < w->at[j].high; i++) {
            int left = w->at[j].low ? i - w->at[j].low : n;
            int right = w->at[j].high < n ? w->at[j].high - 1 - i : n;
            int context = left < right ? left : right;
            if (context <= best[i]) continue;
            best[i] = context;
            owner[i] = j;
        }
    return owner;
}

/* A row for each word's first piece that is there. */
static void put_rows(const packing *k, packed *p, int low, int start, const int *owner, int at)
{
    for (int i = low, r = 0; r < p->n_rows; i++) {
        if (k->first[i] == k->first[i + 1]) continue;
        p->rows[r] = 1 + k->first[i] - start;
        p->word[r] = i;
        p->owns[r++] = owner[i] == at;
    }
}

/* A row for every piece, [CLS] and [SEP] too (task.piece_tags). */
static void put_all_rows(const packing *k, packed *p, int low, int start, const int *owner, int at)
{
    for (int r = 0, i = low; r < p->n_rows; r++) {
        p->rows[r] = r;
        p->owns[r] = 1;
        p->word[r] = r == 0 ? -1 - PIECE_CLS : r == p->n_rows - 1 ? -1 - PIECE_SEP : -1 - PIECE_X;
        if (r == 0 || r == p->n_rows - 1) continue;
        while (k->first[i + 1] <= start + r - 1) i++; /* the word that this piece is of */
        if (k->first[i] != start + r - 1) continue;
        p->word[r] = i;
        p->owns[r] = owner[i] == at;
    }
}

/* Writes one window; returns the pieces that did not fit, which only the presets' windows have. */
static size_t put_window(packing *k, const task *t, int which, const windows *w, int at,
                         const int *owner)
{
    int low = w->at[at].low, high = w->at[at].high, most = k->rules->most - 2;
    int start = k->first[low], end = k->first[high], rows = 0;
    bool cut = end - start > most;
    if (cut) end = start + most;
    for (int i = low; i < high; i++) {
        bool some = k->first[i] < k->first[i + 1];
        rows += some && k->first[i] < end;
        k->to->counts.lost_words += some && k->first[i] >= end;
    }
    if (rows) {
        int n = end - start + 2;
        packed *p = packing_add(k, which, n, t->piece_tags ? n : rows);
        p->cut = cut;
        p->word = TAKE(k->mem, int32_t, p->n_rows);
        p->owns = TAKE(k->mem, uint8_t, p->n_rows);
        packing_put(p, (piece){k->v->cls, 0, 0}, 0);
        for (int i = start; i < end; i++) packing_put(p, k->a.at[i], 0);
        packing_put(p, (piece){k->v->sep, 0, 0}, 0);
        (t->piece_tags ? put_all_rows : put_rows)(k, p, low, start, owner, at);
    }
    return (size_t)(k->first[high] - start - (end - start));
}

bool packing_words(packing *k, const task *t, int which, err *e)
{
    const example *x = &k->x->at[which];
    arena_mark here = arena_here(&k->scratch);
    k->a = (pieces){0};
    size_t lost = cut_words(k, x);
    windows w = {0};
    if (!find_windows(k, &w, t, x, e)) return false;
    int *owner = find_owners(k, &w, x->n_words), before = k->to->n;
    for (int j = 0; j < w.n; j++) lost += put_window(k, t, which, &w, j, owner);
    k->to->counts.cut_windows += k->to->n - before > 1;
    k->to->counts.lost_pieces += lost;
    k->to->counts.cut_examples += lost > 0;
    arena_rewind(&k->scratch, here);
    return true;
}
