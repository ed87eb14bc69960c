/* A machine with a stack, marks in it, and a memo. Every opcode takes at least a byte and makes at most one node, so
 * memory is bounded by the file and the limits below; nodes may form circles, which nobody here walks along. */
#include "persist/pickle.h"
#include <string.h>

enum { NODES_MOST = 1 << 20, MEMO_MOST = 1000000, TEXT_MOST = 1 << 24 };

typedef struct machine {
    pickle *p;
    str all, rest; /* the pickle; what is left of it */
    size_t op;     /* where the opcode is */
    arena *mem;
    node **stack, **memo;
    size_t n, cap, n_memo;
    size_t *marks, n_marks, cap_marks;
    node *chunk; /* nodes are taken by the hundred */
    size_t left;
    err *e;
} machine;

static bool wrong(machine *m, const char *why)
{
    (void)!fail(m->e, "%s: pickle, byte %zu: %s", m->p->path, m->p->at + m->op, why);
    return false;
}

/* The caller has looked that there may be one more. */
static node *make(machine *m, enum node_type type)
{
    m->p->nodes++;
    if (!m->left) m->chunk = TAKE(m->mem, node, 128), m->left = 128;
    node *x = &m->chunk[--m->left];
    x->type = type;
    return x;
}

static bool push(machine *m, node *x)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers is meant */
    GROW(m->mem, m->stack, m->n, m->cap);
    m->stack[m->n++] = x;
    return true;
}

static bool take(machine *m, size_t n, str *to)
{
    if (n > m->rest.len) return wrong(m, "it ends in the middle");
    *to = str_sub(m->rest, 0, n);
    m->rest = str_sub(m->rest, n, m->rest.len);
    return true;
}

static bool number(machine *m, size_t n, uint64_t *to)
{
    str s;
    if (!take(m, n, &s)) return false;
    *to = 0;
    for (size_t i = 0; i < n; i++) *to |= (uint64_t)(unsigned char)s.at[i] << 8 * i;
    return true;
}

/* Values above the last mark are nobody else's: what needs n of them must not reach below it. */
static bool has(machine *m, size_t n)
{
    size_t floor = m->n_marks ? m->marks[m->n_marks - 1] : 0;
    if (m->n - floor >= n) return true;
    return wrong(m, "the stack has too few values");
}

static void add(machine *m, node *to, node *item)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers is meant */
    GROW(m->mem, to->items, to->n, to->cap);
    to->items[to->n++] = item;
}

/* The n values on top become items of one that is pushed in their place. */
static bool gather(machine *m, enum node_type type, size_t n)
{
    if (!has(m, n)) return false;
    node *x = make(m, type);
    if (n) {
        x->items = TAKE(m->mem, node *, n);
        for (size_t i = 0; i < n; i++) x->items[i] = m->stack[m->n - n + i];
    }
    x->n = x->cap = n;
    m->n -= n;
    return push(m, x);
}

static bool to_mark(machine *m, size_t *n)
{
    if (!m->n_marks) return wrong(m, "there is no mark");
    *n = m->n - m->marks[--m->n_marks];
    return true;
}

/* n keys and values, or items, on top go into what lies below them. An object nobody made takes
 * anything, since what it means is not known. */
static bool put_in(machine *m, enum node_type into, size_t n)
{
    if (!has(m, n + 1)) return false;
    node *to = m->stack[m->n - n - 1];
    if (into == NODE_DICT && n % 2) return wrong(m, "a key without its value");
    if (to->type != NODE_CALL && to->type != into)
        return wrong(m, into == NODE_DICT ? "keys are set in what is no dict"
                                          : "items are put into what is no list");
    for (size_t i = m->n - n; i < m->n && to->type == into; i++) add(m, to, m->stack[i]);
    m->n -= n;
    return true;
}

/* Arguments on top, below them a function or class: nothing is called. */
static bool call(machine *m)
{
    if (!has(m, 2)) return false;
    node *f = m->stack[m->n - 2], *with = m->stack[m->n - 1];
    if (with->type != NODE_TUPLE || (f->type != NODE_GLOBAL && f->type != NODE_CALL))
        return wrong(m, "a call needs a name and a tuple of arguments");
    if (!with->n && node_is_global(f, "collections", "OrderedDict")) {
        m->n -= 2;
        return push(m, make(m, NODE_DICT));
    }
    return gather(m, NODE_CALL, 2);
}

/* State for an object. A dict's is its metadata, which is dropped. */
static bool build(machine *m)
{
    if (!has(m, 2)) return false;
    enum node_type t = m->stack[m->n - 2]->type;
    if (t != NODE_CALL && t != NODE_DICT && t != NODE_SET)
        return wrong(m, "a state is given to what has none");
    m->n--;
    return true;
}

static bool remember(machine *m, uint64_t at)
{
    if (at >= MEMO_MOST) return wrong(m, "a place in the memo beyond what a checkpoint needs");
    if (!has(m, 1)) return false;
    if (at >= m->n_memo) {
        size_t n = m->n_memo;
        while (n <= at) n *= 2;
        node **memo = TAKE(m->mem, node *, n);
        for (size_t i = 0; i < m->n_memo; i++) memo[i] = m->memo[i];
        m->memo = memo, m->n_memo = n;
    }
    m->memo[at] = m->stack[m->n - 1];
    return true;
}

static bool recall(machine *m, uint64_t at)
{
    if (at >= m->n_memo || !m->memo[at]) return wrong(m, "nothing is in that place of the memo");
    return push(m, m->memo[at]);
}

static bool push_text(machine *m, size_t bytes)
{
    uint64_t n;
    str s;
    if (!number(m, bytes, &n)) return false;
    if (n > TEXT_MOST) return wrong(m, "a text longer than a checkpoint has");
    if (!take(m, n, &s)) return false;
    node *x = make(m, NODE_TEXT);
    x->s = s;
    return push(m, x);
}

static bool push_int(machine *m, int64_t i, enum node_type type)
{
    node *x = make(m, type);
    x->i = i;
    return push(m, x);
}

/* Little-endian, two's complement, any length. */
static bool push_long(machine *m)
{
    uint64_t n, x = 0;
    str s;
    if (!number(m, 1, &n) || !take(m, n, &s)) return false;
    if (n > 8) {
        node *big = make(m, NODE_BIG);
        big->s = s;
        return push(m, big);
    }
    for (size_t i = 0; i < n; i++) x |= (uint64_t)(unsigned char)s.at[i] << 8 * i;
    if (n && n < 8 && s.at[n - 1] & 0x80) x |= ~(uint64_t)0 << 8 * n;
    return push_int(m, (int64_t)x, NODE_INT);
}

static bool push_real(machine *m)
{
    str s;
    uint64_t bits = 0;
    if (!take(m, 8, &s)) return false;
    for (int i = 0; i < 8; i++) bits = bits << 8 | (unsigned char)s.at[i]; /* big-endian */
    node *x = make(m, NODE_REAL);
    memcpy(&x->real, &bits, 8);
    return push(m, x);
}

static bool take_line(machine *m, str *to)
{
    ptrdiff_t end = str_find(m->rest, '\n');
    if (end < 0) return wrong(m, "a name without its end");
    *to = str_sub(m->rest, 0, (size_t)end);
    m->rest = str_sub(m->rest, (size_t)end + 1, m->rest.len);
    return true;
}

static bool push_global(machine *m)
{
    str module, name;
    if (!take_line(m, &module) || !take_line(m, &name)) return false;
    node *x = make(m, NODE_GLOBAL);
    x->s = module, x->name = name;
    return push(m, x);
}

static bool push_persistent(machine *m)
{
    if (!gather(m, NODE_PERSISTENT, 1)) return false;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers is meant */
    GROW(m->mem, m->p->stored, m->p->n_stored, m->p->cap);
    m->p->stored[m->p->n_stored++] = m->stack[m->n - 1];
    return true;
}

static bool mark(machine *m)
{
    if (m->n_marks == NODES_MOST) return wrong(m, "more marks than a checkpoint needs");
    GROW(m->mem, m->marks, m->n_marks, m->cap_marks);
    m->marks[m->n_marks++] = m->n;
    return true;
}

static bool push_number(machine *m, size_t bytes)
{
    uint64_t x;
    if (!number(m, bytes, &x)) return false;
    return push_int(m, bytes == 4 ? (int32_t)(uint32_t)x : (int64_t)x, NODE_INT);
}

static bool unknown(machine *m, unsigned char op)
{
    return fail(m->e, "%s: pickle, byte %zu: opcode 0x%02x is none that a checkpoint needs",
                m->p->path, m->p->at + m->op, op);
}

static bool protocol(machine *m, uint64_t x)
{
    if (x > 4) return wrong(m, "a protocol above 4");
    return true;
}

static bool step(machine *m, unsigned char op)
{
    uint64_t x = 0;
    size_t n = 0;
    switch (op) {
    case 0x80: return number(m, 1, &x) && protocol(m, x);
    case '(': return mark(m);
    case ')': return gather(m, NODE_TUPLE, 0);
    case ']': return gather(m, NODE_LIST, 0);
    case '}': return gather(m, NODE_DICT, 0);
    case 0x8f: return gather(m, NODE_SET, 0);
    case 't':
        if (!to_mark(m, &n)) return false;
        return gather(m, NODE_TUPLE, n);
    case 0x85:
    case 0x86:
    case 0x87: return gather(m, NODE_TUPLE, op - 0x84u);
    case 'N': return push_int(m, 0, NODE_NONE);
    case 0x88:
    case 0x89: return push_int(m, op == 0x88, NODE_BOOL);
    case 'K': return push_number(m, 1);
    case 'M': return push_number(m, 2);
    case 'J': return push_number(m, 4);
    case 0x8a: return push_long(m);
    case 'G': return push_real(m);
    case 'X': return push_text(m, 4);
    case 'U': return push_text(m, 1);
    case 'c': return push_global(m);
    case 'q': return number(m, 1, &x) && remember(m, x);
    case 'r': return number(m, 4, &x) && remember(m, x);
    case 'h': return number(m, 1, &x) && recall(m, x);
    case 'j': return number(m, 4, &x) && recall(m, x);
    case 'R':
    case 0x81: return call(m);
    case 'Q': return push_persistent(m);
    case 's': return put_in(m, NODE_DICT, 2);
    case 'u': return to_mark(m, &n) && put_in(m, NODE_DICT, n);
    case 'a': return put_in(m, NODE_LIST, 1);
    case 'e': return to_mark(m, &n) && put_in(m, NODE_LIST, n);
    case 'b': return build(m);
    default: return unknown(m, op);
    }
}

bool pickle_read(pickle *p, str *bytes, arena *mem, err *e)
{
    enum { MEMO_LEAST = 256 }; /* grows from here */
    machine m = {.p = p, .all = *bytes, .rest = *bytes, .mem = mem, .e = e, .n_memo = MEMO_LEAST};
    m.memo = TAKE(mem, node *, m.n_memo);
    for (;;) {
        m.op = m.all.len - m.rest.len;
        str op;
        if (!take(&m, 1, &op)) return false;
        if (*op.at == '.') break;
        if (p->nodes == NODES_MOST || m.n == NODES_MOST) /* an opcode makes at most one */
            return wrong(&m, "more values than a checkpoint has");
        if (!step(&m, (unsigned char)*op.at)) return false;
    }
    if (m.n != 1 || m.n_marks) return wrong(&m, "it does not end with one value");
    p->top = m.stack[0];
    p->at += m.all.len - m.rest.len;
    *bytes = m.rest;
    return true;
}

node *node_at(const node *dict, const char *key)
{
    node *found = NULL;
    if (!dict || dict->type != NODE_DICT) return NULL;
    for (size_t i = 0; i + 1 < dict->n; i += 2)
        if (dict->items[i]->type == NODE_TEXT && str_is(dict->items[i]->s, key))
            found = dict->items[i + 1];
    return found;
}

bool node_is_global(const node *g, const char *module, const char *name)
{
    return g->type == NODE_GLOBAL && str_is(g->s, module) && str_is(g->name, name);
}

bool node_calls(const node *x, const char *module, str *name)
{
    if (x->type != NODE_CALL || x->items[0]->type != NODE_GLOBAL || !str_is(x->items[0]->s, module))
        return false;
    *name = x->items[0]->name;
    return true;
}
