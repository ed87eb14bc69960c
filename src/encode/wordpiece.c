/* Text goes through in one pass, a word at a time. A word of ASCII only, which is nearly every one, is
 * walked in place by tables; any other is gathered as folded code points, each with the bytes it came
 * from, and then walked. What a code point becomes is fold.c's business. Longest match is as in the
 * reference: from each place the longest piece, and a word that has a place without one is [UNK] as a whole. */
#include "encode/wordpiece.h"
#include "base/utf8.h"
#include <string.h>

typedef struct cutter {
    const vocab *v;
    str text;      /* the part between special tokens */
    uint32_t base; /* where it starts in the caller's text */
    arena *mem;
    pieces *p;
    /* The word being gathered. Of one longer than WORD_MOST only number and extent are kept. */
    int n, run; /* code points; where the last run of marks may start (canonical order) */
    uint32_t last_end;
    struct gathered {
        uint32_t code, start, end;
        int order;
    } word[WORD_MOST];
} cutter;

static inline void put(cutter *c, int id, size_t start, size_t end)
{
    pieces *p = c->p;
    if ((size_t)p->n == p->cap) GROW(c->mem, p->at, p->n, p->cap);
    p->at[p->n++] = (piece){id, c->base + (uint32_t)start, c->base + (uint32_t)end};
}

/* A word of ASCII letters and digits: bytes start to end. */
static void cut_plain(cutter *c, size_t start, size_t end)
{
    const vocab *v = c->v;
    const unsigned char *s = (const unsigned char *)c->text.at;
    const uint8_t *small = v->folding.small;
    const trie *t = &v->whole;
    int before = c->p->n;
    size_t at = start;
    if (end - start > (size_t)v->word_most) {
        put(c, v->unk, start, end);
        return;
    }
    while (at < end) {
        int node = TRIE_ROOT, id = -1;
        size_t next = at;
        for (size_t i = at; i < end && (node = trie_step(t, node, small[s[i]]));)
            if (t->at[node].id >= 0) {
                id = t->at[node].id;
                next = ++i;
            } else {
                i++;
            }
        if (id < 0) {
            c->p->n = before;
            put(c, v->unk, start, end);
            return;
        }
        put(c, id, at, next);
        at = next;
        t = &v->tail;
    }
}

/* The longest piece that starts at code point `at`; *next is behind it. -1: none. */
static int match(const cutter *c, const trie *t, int at, int *next)
{
    int node = TRIE_ROOT, id = -1;
    for (int i = at; i < c->n; i++) {
        char bytes[4];
        int n = utf8_put(c->word[i].code, bytes);
        for (int k = 0; k < n && node; k++) node = trie_step(t, node, (unsigned char)bytes[k]);
        if (!node) break;
        if (t->at[node].id < 0) continue;
        id = t->at[node].id;
        *next = i + 1;
    }
    return id;
}

/* Ends the gathered word. */
static void cut_gathered(cutter *c)
{
    const vocab *v = c->v;
    int before = c->p->n;
    bool known = c->n <= v->word_most;
    for (int at = 0, next = 0; at < c->n && known; at = next) {
        int id = match(c, at ? &v->tail : &v->whole, at, &next);
        known = id >= 0;
        if (known) put(c, id, c->word[at].start, c->word[next - 1].end);
    }
    if (!known) {
        c->p->n = before;
        put(c, v->unk, c->word[0].start, c->last_end);
    }
    c->n = c->run = 0;
}

/* Adds one folded code point. Those with a combining class are put into canonical order, among the
 * places they came from. */
static void gather(cutter *c, folded f, size_t start, size_t end)
{
    if (f.class == FOLD_SPLIT && c->n) cut_gathered(c);
    c->last_end = (uint32_t)end;
    if (c->n < WORD_MOST) {
        c->word[c->n] = (struct gathered){f.code, (uint32_t)start, (uint32_t)end, f.order};
        if (!f.order) c->run = c->n;
        for (int i = c->n; f.order && i > c->run && c->word[i - 1].order > c->word[i].order; i--) {
            struct gathered *a = &c->word[i - 1], *b = &c->word[i], was = *a;
            a->code = b->code, a->order = b->order;
            b->code = was.code, b->order = was.order;
        }
    }
    c->n++;
    if (f.class == FOLD_SPLIT) cut_gathered(c);
}

/* The code point that ends at byte `end`, and where it starts; an invalid byte is U+FFFD. */
static uint32_t code_before(str s, size_t end, size_t *start)
{
    for (size_t k = 1; k <= 4 && k <= end; k++) {
        size_t i = end - k;
        *start = i;
        uint32_t code = utf8_next(s, &i);
        if (i == end && (k > 1 || code < 0x80)) return code;
    }
    *start = end - 1;
    return 0xFFFD;
}

/* Python's rule for lower(), over the blank-separated token as it is after cleaning: a cased letter
 * before and none after, both looked for past case-ignorable characters. The walk ends at the next
 * sigma at the latest, since that is cased: a line of sigmas costs no more than its length. */
static bool is_final_sigma(const cutter *c, size_t start, size_t end)
{
    const fold *f = &c->v->folding;
    bool before = false;
    for (size_t at = start; at;) {
        uint32_t code = code_before(c->text, at, &at);
        folded g = fold_of(f, code);
        if (g.class == FOLD_SPACE || g.class == FOLD_ALONE) break;
        if (g.class == FOLD_DROP || unicode_is_case_ignorable(code)) continue;
        before = unicode_is_cased(code);
        break;
    }
    if (!before) return false;
    for (size_t at = end; at < c->text.len;) {
        uint32_t code = utf8_next(c->text, &at);
        folded g = fold_of(f, code);
        if (g.class == FOLD_SPACE || g.class == FOLD_ALONE) break;
        if (g.class == FOLD_DROP || unicode_is_case_ignorable(code)) continue;
        return !unicode_is_cased(code);
    }
    return true;
}

/* Gathers from byte `at` to the next blank, ideograph or the end; returns where to go on. */
static size_t cut_any(cutter *c, size_t at)
{
    const fold *f = &c->v->folding;
    while (at < c->text.len) {
        size_t start = at;
        folded g = fold_of(f, utf8_next(c->text, &at));
        if (g.class == FOLD_SPACE) break;
        if (g.class == FOLD_MARK && !g.order) c->run = c->n; /* a starter, though it goes */
        if (g.class == FOLD_DROP || g.class == FOLD_MARK) continue;
        if (g.class == FOLD_ALONE) {
            if (c->n) cut_gathered(c);
            gather(c, g, start, at);
            break;
        }
        if (g.class == FOLD_SIGMA) g.code = is_final_sigma(c, start, at) ? 0x3C2 : 0x3C3;
        if (g.class != FOLD_MANY) {
            gather(c, g, start, at);
            continue;
        }
        folded several[UNICODE_LONGEST];
        size_t again = start;
        int n = fold_sequence(f, utf8_next(c->text, &again), several);
        for (int i = 0; i < n; i++) gather(c, several[i], start, at);
    }
    if (c->n) cut_gathered(c);
    return at;
}

static void cut_part(cutter *c, str part, size_t base)
{
    const vocab *v = c->v;
    const uint8_t *class = v->folding.byte;
    const unsigned char *s = (const unsigned char *)part.at;
    c->text = part;
    c->base = (uint32_t)base;
    c->n = c->run = 0;
    for (size_t at = 0; at < part.len;) {
        uint8_t k = class[s[at]];
        if (k == FOLD_SPACE || k == FOLD_DROP) {
            at++;
        } else if (k == FOLD_SPLIT) {
            int id = v->single[s[at]];
            put(c, id < 0 ? v->unk : id, at, at + 1);
            at++;
        } else {
            size_t end = at;
            while (end < part.len && class[s[end]] == FOLD_WORD) end++;
            if (end < part.len && class[s[end]] != FOLD_SPACE && class[s[end]] != FOLD_SPLIT) {
                at = cut_any(c, at);
                continue;
            }
            cut_plain(c, at, end);
            at = end;
        }
    }
}

/* The special token that starts at byte `at`, or -1. */
static int special_at(const vocab *v, str s, size_t at)
{
    for (int i = 0; i < v->n_special; i++) {
        str want = v->pieces[v->special[i]];
        if (want.len && want.len <= s.len - at && !memcmp(s.at + at, want.at, want.len))
            return v->special[i];
    }
    return -1;
}

void wordpiece_cut(const vocab *v, str s, bool parse_special, arena *mem, pieces *p)
{
    ASSERT(s.len < UINT32_MAX, "a text of %zu bytes", s.len);
    cutter c;
    c.v = v;
    c.mem = mem;
    c.p = p;
    size_t done = 0;
    for (size_t at = 0; parse_special && at < s.len;) {
        int id = special_at(v, s, at);
        if (id < 0) {
            at++;
            continue;
        }
        cut_part(&c, str_sub(s, done, at), done);
        c.base = 0;
        put(&c, id, at, at + v->pieces[id].len);
        done = at += v->pieces[id].len;
    }
    cut_part(&c, str_sub(s, done, s.len), done);
}
