/* oneDNN's C API, versions 2 and 3: engine, streams, layouts, primitives, and what each thread hands them. */
#include "kernels/cpu/gemm_plan.h"
#include "kernels/cpu/cpu.h"
#include <dnnl.h>
#include <stdlib.h>

void omp_set_num_threads(int n); /* of libgomp, on which oneDNN runs */

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t layout_ref;
#else
typedef const dnnl_memory_desc_t *layout_ref;
#endif

struct plan {
    dnnl_primitive_t run;
    size_t scratch;
    struct hand { /* what a thread hands it */
        dnnl_memory_t x, w, b, y, scratch;
    } * hands;
    int threads;
    int rows, O, J; /* of a slope plan */
};

enum { BIAS = 1, ADD = 2, FORMS = 4 };

struct shape {
    enum kind kind;
    int O, J;
    bool upright;
    dnnl_primitive_desc_t full; /* of the highest tile: owns the layout */
    layout_ref layout;
    size_t bytes;
    plan pack, tiles[FORMS][HEIGHTS]; /* [BIAS | ADD][height / UNIT - 1] */
};

static struct library {
    dnnl_engine_t engine;
    dnnl_stream_t *streams; /* one a thread */
    int threads;
    shape **shapes;
    plan **slopes;
    int n_shapes, n_slopes;
} library;

static void need(dnnl_status_t s, const char *what)
{
    if (s != dnnl_success) die("oneDNN cannot %s (status %d)", what, (int)s);
}

static void *more(void *old, int n, size_t size)
{
    void *at = realloc(old, (size_t)n * size);
    if (!at) die("no memory for %d products", n);
    return at;
}

/* Our threads compute their tiles alone. */
static void alone(void)
{
    static _Thread_local bool is;
    if (!is) omp_set_num_threads(1);
    is = true;
}

void plans_start(void)
{
    alone();
    if (!library.engine)
        need(dnnl_engine_create(&library.engine, dnnl_cpu, 0), "open the processor");
    if (library.threads >= pool_threads()) return;
    library.streams = more(library.streams, pool_threads(), sizeof(dnnl_stream_t));
    for (; library.threads < pool_threads(); library.threads++)
        need(dnnl_stream_create(&library.streams[library.threads], library.engine,
                                dnnl_stream_default_flags),
             "open a stream");
}

/* Descriptions of matrices; version 3 keeps them behind pointers. */
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t layout;
static layout_ref ref(const layout *l)
{
    return *l;
}
static void layout_strided(layout *l, dnnl_data_type_t type, dnnl_dim_t rows, dnnl_dim_t cols,
                           int down, int right)
{
    need(dnnl_memory_desc_create_with_strides(l, 2, (dnnl_dims_t){rows, cols}, type,
                                              (dnnl_dims_t){down, right}),
         "describe a matrix");
}
static void layout_any(layout *l, dnnl_data_type_t type, int rows, int cols)
{
    need(dnnl_memory_desc_create_with_tag(l, 2, (dnnl_dims_t){rows, cols}, type,
                                          dnnl_format_tag_any),
         "describe a matrix");
}
static void layout_close(layout *l)
{
    dnnl_memory_desc_destroy(*l);
}
#else
typedef dnnl_memory_desc_t layout;
static layout_ref ref(const layout *l)
{
    return l;
}
static void layout_strided(layout *l, dnnl_data_type_t type, dnnl_dim_t rows, dnnl_dim_t cols,
                           int down, int right)
{
    need(dnnl_memory_desc_init_by_strides(l, 2, (dnnl_dims_t){rows, cols}, type,
                                          (dnnl_dims_t){down, right}),
         "describe a matrix");
}
static void layout_any(layout *l, dnnl_data_type_t type, int rows, int cols)
{
    need(dnnl_memory_desc_init_by_tag(l, 2, (dnnl_dims_t){rows, cols}, type, dnnl_format_tag_any),
         "describe a matrix");
}
static void layout_close(layout *l)
{
    (void)l;
}
#endif

static dnnl_data_type_t type_of(enum kind k)
{
    return k == BF16 ? dnnl_bf16 : dnnl_f32;
}

static dnnl_primitive_attr_t attributes(bool add)
{
    dnnl_primitive_attr_t a;
    need(dnnl_primitive_attr_create(&a), "make attributes");
    need(dnnl_primitive_attr_set_scratchpad_mode(a, dnnl_scratchpad_mode_user),
         "take our scratchpad");
    if (!add) return a;
    dnnl_post_ops_t then;
    need(dnnl_post_ops_create(&then), "make attributes");
#if DNNL_VERSION_MAJOR >= 3
    need(dnnl_post_ops_append_sum(then, 1, 0, dnnl_data_type_undef), "add to a product");
#else
    need(dnnl_post_ops_append_sum(then, 1), "add to a product");
#endif
    need(dnnl_primitive_attr_set_post_ops(a, then), "add to a product");
    dnnl_post_ops_destroy(then);
    return a;
}

/* y = x w (+ b), or += */
static dnnl_primitive_desc_t matmul(layout_ref x, layout_ref w, layout_ref b, layout_ref y,
                                    bool add)
{
    dnnl_primitive_attr_t a = attributes(add);
    dnnl_primitive_desc_t d;
#if DNNL_VERSION_MAJOR >= 3
    need(dnnl_matmul_primitive_desc_create(&d, library.engine, x, w, b, y, a), "plan a product");
#else
    dnnl_matmul_desc_t op;
    need(dnnl_matmul_desc_init(&op, x, w, b, y), "describe a product");
    need(dnnl_primitive_desc_create(&d, &op, a, library.engine, NULL), "plan a product");
#endif
    dnnl_primitive_attr_destroy(a);
    return d;
}

/* y[rows,O] = x[rows,J] w (+ b), with w in this layout, or in the best one where it is NULL. */
static dnnl_primitive_desc_t describe(const shape *s, int rows, int form, layout_ref w)
{
    layout x, any, y, b;
    dnnl_data_type_t type = type_of(s->kind);
    layout_strided(&x, type, rows, s->J, s->J, 1);
    layout_any(&any, type, s->J, s->O);
    layout_strided(&y, type, rows, s->O, s->O, 1);
    layout_strided(&b, type, 1, s->O, s->O, 1);
    dnnl_primitive_desc_t d =
        matmul(ref(&x), w ? w : ref(&any), form & BIAS ? ref(&b) : NULL, ref(&y), form & ADD);
    layout_close(&x), layout_close(&any), layout_close(&y), layout_close(&b);
    return d;
}

static dnnl_memory_t memory_of(layout_ref l)
{
    dnnl_memory_t m = NULL;
    if (l) need(dnnl_memory_create(&m, l, library.engine, DNNL_MEMORY_NONE), "name memory");
    return m;
}

/* The hands of threads that are new since the plan was made. */
static void plan_widen(plan *p)
{
    if (p->threads >= pool_threads()) return;
    const_dnnl_primitive_desc_t d;
    need(dnnl_primitive_get_primitive_desc(p->run, &d), "look at a plan");
    p->hands = more(p->hands, pool_threads(), sizeof *p->hands);
    for (; p->threads < pool_threads(); p->threads++) {
        struct hand *h = &p->hands[p->threads];
        if (!p->rows) { /* a slope's are of the batch's size */
            h->x = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_src_md, 0));
            h->w = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_weights_md, 0));
        }
        h->b = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_weights_md, 1));
        h->y = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_dst_md, 0));
        h->scratch = memory_of(dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0));
    }
}

static void plan_open(plan *p, const_dnnl_primitive_desc_t d)
{
    need(dnnl_primitive_create(&p->run, d), "make a product");
    p->scratch =
        dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0));
    plan_widen(p);
}

plan *plan_of(shape *s, int rows, bool bias, bool add)
{
    int form = (bias ? BIAS : 0) | (add ? ADD : 0);
    plan *p = &s->tiles[form][rows / UNIT - 1];
    if (!p->run) {
        dnnl_primitive_desc_t d = describe(s, rows, form, s->layout);
        plan_open(p, d);
        dnnl_primitive_desc_destroy(d);
    }
    plan_widen(p);
    return p;
}

static void open_packing(shape *s)
{
    layout plain;
    /* w[O,J], seen as [J,O]; upright it is that already */
    if (s->upright)
        layout_strided(&plain, type_of(s->kind), s->J, s->O, s->O, 1);
    else
        layout_strided(&plain, type_of(s->kind), s->J, s->O, 1, s->J);
    dnnl_primitive_desc_t d;
    dnnl_primitive_attr_t a = attributes(false);
    need(dnnl_reorder_primitive_desc_create(&d, ref(&plain), library.engine, s->layout,
                                            library.engine, a),
         "plan the packing of weights");
    plan_open(&s->pack, d);
    dnnl_primitive_desc_destroy(d);
    dnnl_primitive_attr_destroy(a);
    layout_close(&plain);
}

shape *shape_of(enum kind kind, int O, int J, bool upright)
{
    for (int i = 0; i < library.n_shapes; i++) {
        shape *s = library.shapes[i];
        if (s->O == O && s->J == J && s->kind == kind && s->upright == upright) return s;
    }
    shape *s = calloc(1, sizeof *s);
    if (!s) die("no memory for a product");
    s->kind = kind, s->O = O, s->J = J, s->upright = upright;
    s->full = describe(s, HIGHEST, BIAS, NULL);
    s->layout = dnnl_primitive_desc_query_md(s->full, dnnl_query_weights_md, 0);
    s->bytes = dnnl_memory_desc_get_size(s->layout);
    open_packing(s);
    library.shapes = more(library.shapes, library.n_shapes + 1, sizeof(shape *));
    return library.shapes[library.n_shapes++] = s;
}

/* The number of tokens is left open: the primitive is the same for every batch. */
plan *slope_plan_of(int rows, int O, int J)
{
    for (int i = 0; i < library.n_slopes; i++) {
        plan *p = library.slopes[i];
        if (p->rows != rows || p->O != O || p->J != J) continue;
        plan_widen(p);
        return p;
    }
    layout dy, x, dw;
    layout_strided(&dy, dnnl_bf16, rows, DNNL_RUNTIME_DIM_VAL, 1, O);
    layout_strided(&x, dnnl_bf16, DNNL_RUNTIME_DIM_VAL, J, J, 1);
    layout_strided(&dw, dnnl_f32, rows, J, J, 1);
    dnnl_primitive_desc_t d = matmul(ref(&dy), ref(&x), NULL, ref(&dw), true);
    layout_close(&dy), layout_close(&x), layout_close(&dw);
    plan *p = calloc(1, sizeof *p);
    if (!p) die("no memory for a product");
    p->rows = rows, p->O = O, p->J = J;
    plan_open(p, d);
    dnnl_primitive_desc_destroy(d);
    library.slopes = more(library.slopes, library.n_slopes + 1, sizeof(plan *));
    return library.slopes[library.n_slopes++] = p;
}

size_t plan_scratch(const plan *p)
{
    return p->scratch;
}

size_t shape_bytes(const shape *s)
{
    return s->bytes;
}

plan *shape_packing(shape *s)
{
    plan_widen(&s->pack);
    return &s->pack;
}

static void *unconst(const void *p)
{
    return (void *)(uintptr_t)p; /* oneDNN takes what it only reads by plain pointers too */
}

void plan_pack(const plan *p, int thread, void *copy, const void *w, void *mem)
{
    const struct hand *h = &p->hands[thread];
    alone();
    dnnl_memory_set_data_handle(h->x, unconst(w));
    dnnl_memory_set_data_handle(h->y, copy);
    dnnl_memory_set_data_handle(h->scratch, mem);
    const dnnl_exec_arg_t args[] = {
        {DNNL_ARG_FROM, h->x}, {DNNL_ARG_TO, h->y}, {DNNL_ARG_SCRATCHPAD, h->scratch}};
    need(dnnl_primitive_execute(p->run, library.streams[thread], 3, args), "pack weights");
}

void plan_multiply(const plan *p, int thread, void *y, const void *x, const void *copy,
                   const void *b, void *mem)
{
    const struct hand *h = &p->hands[thread];
    alone();
    dnnl_memory_set_data_handle(h->x, unconst(x));
    dnnl_memory_set_data_handle(h->w, unconst(copy));
    dnnl_memory_set_data_handle(h->y, y);
    dnnl_memory_set_data_handle(h->scratch, mem);
    if (b) dnnl_memory_set_data_handle(h->b, unconst(b));
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, h->x},
                                    {DNNL_ARG_WEIGHTS, h->w},
                                    {DNNL_ARG_DST, h->y},
                                    {DNNL_ARG_SCRATCHPAD, h->scratch},
                                    {DNNL_ARG_BIAS, h->b}};
    need(dnnl_primitive_execute(p->run, library.streams[thread], b ? 5 : 4, args), "multiply");
}

void plan_slope(const plan *p, int thread, float *dw, const void *dy, const void *x, int N,
                void *mem)
{
    const struct hand *h = &p->hands[thread];
    layout left, right;
    dnnl_memory_t from, with;
    alone();
    layout_strided(&left, dnnl_bf16, p->rows, N, 1, p->O);
    layout_strided(&right, dnnl_bf16, N, p->J, p->J, 1);
    need(dnnl_memory_create(&from, ref(&left), library.engine, unconst(dy)), "name memory");
    need(dnnl_memory_create(&with, ref(&right), library.engine, unconst(x)), "name memory");
    dnnl_memory_set_data_handle(h->y, dw);
    dnnl_memory_set_data_handle(h->scratch, mem);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, from},
                                    {DNNL_ARG_WEIGHTS, with},
                                    {DNNL_ARG_DST, h->y},
                                    {DNNL_ARG_SCRATCHPAD, h->scratch}};
    need(dnnl_primitive_execute(p->run, library.streams[thread], 4, args), "multiply");
    dnnl_memory_destroy(from), dnnl_memory_destroy(with);
    layout_close(&left), layout_close(&right);
}

void multiply_plain(bool turned, float *c, const float *a, int lda, const float *b, int rows,
                    int cols, int depth, bool add)
{
    alone();
    need(dnnl_sgemm(turned ? 'T' : 'N', 'N', rows, cols, depth, 1, a, lda, b, cols, add ? 1 : 0, c,
                    cols),
         "multiply");
}

void plans_limit(const char *variant)
{
    if (!strcmp(variant, "avx2")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    if (!strcmp(variant, "portable")) (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
}
