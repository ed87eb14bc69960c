/* How fast: the machine's ceiling first, then steps of training and of inference held against
 * it. With --json one pass over a file, and nothing but its numbers. */
#include "verbs/bench.h"
#include "base/json.h"
#include "base/log.h"
#include "base/pool.h"
#include "use/put.h"
#include "verbs/machine.h"
#include "verbs/measure.h"
#include "verbs/verbs.h"
#include <string.h>

enum { STEPS = 8 }; /* of made-up sentences */

typedef struct ceiling {
    double f32, bf16, read, add;
} ceiling;

static ceiling print_machine(double seconds)
{
    arena mem = {0};
    machine m;
    machine_read(&m, &mem);
    printf("machine    %s, %d threads\n", m.processor, pool_threads());
    ceiling c = {measure_products(false, seconds), measure_products(true, seconds),
                 measure_read(seconds / 2), measure_add(seconds / 2)};
    printf("products   f32 %.0f GFLOP/s", c.f32);
    if (c.bf16 > 0) printf(", bf16 %.0f GFLOP/s", c.bf16);
    printf(" (%s)\nmemory     read %.1f GB/s, a += s b %.1f GB/s\n", products_name(), c.read * 1e-9,
           c.add * 1e-9);
    arena_close(&mem);
    return c;
}

static double sum(const double *x, int n)
{
    double s = 0;
    for (int i = 0; i < n; i++) s += x[i];
    return s;
}

static double count(const int *x, int n)
{
    double s = 0;
    for (int i = 0; i < n; i++) s += x[i];
    return s;
}

static void print_result(const bench_result *r, const bench_plan *plan, double peak)
{
    double seconds = sum(r->seconds, r->steps), all = count(r->tokens, r->steps),
           best = r->seconds[0];
    for (int i = 1; i < r->steps; i++)
        if (r->seconds[i] < best) best = r->seconds[i];
    printf("\n%-10s %d steps of %d sentences, %s, %d million parameters, %.0f MB\n",
           plan->train ? "train" : "infer", r->steps, plan->batch,
           plan->kind == BF16 ? "bf16" : "f32", r->parameters_m, r->bytes / 1e6);
    printf("speed      %.0f tokens/s, %.1f sentences/s, %.3f s a step (best %.3f)\n", all / seconds,
           count(r->sentences, r->steps) / seconds, seconds / r->steps, best);
    printf("arithmetic %.0f GFLOP/s", r->flop / seconds * 1e-9);
    if (peak > 0)
        printf(", %.0f %% of the products' ceiling", r->flop / seconds * 1e-9 / peak * 100);
    printf("\n  %-20s %10s %8s %8s %10s\n", "operation", "seconds", "share", "calls", "GFLOP/s");
    double known = 0;
    for (int i = 0; i < r->n_times; i++) {
        const net_time *t = &r->times[i];
        known += t->seconds;
        printf("  %-20s %10.4f %7.1f%% %8ld", t->op, t->seconds, 100 * t->seconds / seconds,
               t->calls);
        if (t->gflop > 0 && t->seconds > 0) printf(" %10.1f", t->gflop / t->seconds);
        putchar('\n');
    }
    printf("  %-20s %10.4f %7.1f%%\n", "all else", seconds - known,
           100 * (seconds - known) / seconds);
}

static void put_doubles(text *to, const char *name, const double *list, int n)
{
    text_format(to, ",\"%s\":[", name);
    for (int i = 0; i < n; i++) {
        if (i) text_char(to, ',');
        json_put_real(to, list[i]);
    }
    text_char(to, ']');
}

static void json_result(const bench_result *r, const bench_plan *plan)
{
    text t = {0};
    double seconds = sum(r->seconds, r->steps);
    text_format(
        &t, "{\"what\":\"%s\",\"threads\":%d,\"precision\":\"%s\",\"batch\":%d,\"max_pieces\":%d",
        plan->train ? "train" : "infer", pool_threads(), plan->kind == BF16 ? "bf16" : "f32",
        plan->batch, plan->max_pieces);
    put_doubles(&t, "step_seconds", r->seconds, r->steps);
    put_doubles(&t, "step_cpu", r->cpu, r->steps);
    text_add(&t, STR(",\"tokens\":"));
    put_ints(&t, r->tokens, r->steps);
    text_add(&t, STR(",\"sentences\":"));
    put_ints(&t, r->sentences, r->steps);
    if (plan->train) put_doubles(&t, "loss", r->loss, r->steps);
    text_format(&t,
                ",\"tokens_per_second\":%.1f,\"gflop_per_second\":%.1f,\"cpu_seconds\":%.3f,\"peak_"
                "memory\":%.0f,\"seconds_by_operation\":{",
                count(r->tokens, r->steps) / seconds, r->flop / seconds * 1e-9, clock_cpu(),
                memory_peak());
    for (int i = 0; i < r->n_times; i++)
        text_format(&t, "%s\"%s\":%.6f", i ? "," : "", r->times[i].op, r->times[i].seconds);
    text_add(&t, STR("}}\n"));
    fwrite(t.at, 1, t.len, stdout);
    text_close(&t);
}

static bool run(bench_plan *plan, const char *what, bool json_out, double seconds, arena *mem,
                err *e)
{
    bench_result r;
    if (json_out) {
        if (!bench_run(&r, plan, mem, e)) return false;
        json_result(&r, plan);
        return true;
    }
    const ceiling c = print_machine(seconds);
    fflush(stdout);
    double peak = plan->kind == BF16 ? c.bf16 : c.f32;
    for (int i = 0; i < 2; i++) {
        if (what && strcmp(what, i ? "infer" : "train") != 0) continue;
        plan->train = !i;
        if (!bench_run(&r, plan, mem, e)) return false;
        print_result(&r, plan, peak);
        fflush(stdout);
    }
    return true;
}

int verb_bench(int argc, char **argv)
{
    common c = {0};
    bench_plan plan = {.kind = F32};
    const backend *be = NULL;
    const char *precision = "auto", *size = "mini";
    int64_t size_of_batch = 32, most = 128, steps = 0;
    bool json_out = false, machine_only = false;
    double seconds = 1;
    const option list[] = {
        {"model", 0, OPTION_TEXT, &plan.model, "DIR",
         "a model directory, with or without weights; default: a made-up model", 0, 0, NULL},
        {"size", 0, OPTION_TEXT, &size, "SIZE",
         "the made-up model: mini (the default) has 6 layers of 384, base 12 of 768", 0, 0,
         "mini|base"},
        {"text", 0, OPTION_TEXT, &plan.text, "FILE",
         "sentences, a line each, taken in their order; default: made-up ones", 0, 0, NULL},
        {"batch", 0, OPTION_INT, &size_of_batch, "N", "sentences a step; default 32", 1, 65536,
         NULL},
        {"max-pieces", 0, OPTION_INT, &most, "N", "longer sentences are cut; default 128",
         PACK_LEAST, 65536, NULL},
        {"steps", 0, OPTION_INT, &steps, "N",
         "at most so many steps; default: one pass over the text, or 8 steps", 1, 1000000, NULL},
        PRECISION_OPTION(precision, "auto"),
        {"machine", 0, OPTION_FLAG, &machine_only, NULL, "measure the machine and no steps", 0, 0,
         NULL},
        {"seconds", 0, OPTION_REAL, &seconds, "S", "for each measurement of the machine; default 1",
         0.001, 1000, NULL},
        {"json", 0, OPTION_FLAG, &json_out, NULL,
         "one pass, the first step included, and nothing but one object: step_seconds, tokens, ..",
         0, 0, NULL},
        COMMON_OPTIONS(c)};
    const options o = {.verb = "bench",
                       .usage = "[train|infer] [options]",
                       .about =
                           "Measures what the machine can do in matrix products and memory, then "
                           "tokens and GFLOP a second of training (words with a made-up tag, "
                           "Adamax, clipping, dropout on) and of inference, as a share of that, "
                           "with the time of each operation.",
                       .table = list,
                       .n = COUNT(list),
                       .examples = "mtbert bench\nmtbert bench train --model models/bluebert "
                                   "--text sentences.txt --batch 32 -@ 2 --json"};
    arena mem = {0};
    err e = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) {
        if (!c.verbose) log_at(LOG_QUIET); /* which tensors a bench leaves out is no news */
        const char *what = n_words ? words[0] : NULL;
        bool known = !what || !strcmp(what, "train") || !strcmp(what, "infer");
        plan.train = !what || *what == 't';
        plan.base = *size == 'b';
        plan.batch = (int)size_of_batch, plan.max_pieces = (int)most;
        plan.steps = steps ? (int)steps : plan.text ? 0 : STEPS;
        if (!known || n_words > 1)
            status = verb_misused("bench", "train or infer is measured; here is '%s'",
                                  words[n_words - 1]);
        else if (plan.text && !plan.model)
            status = verb_misused("bench", "--text needs --model, whose vocabulary cuts it");
        else if (json_out && !what)
            status = verb_misused("bench", "--json needs train or infer");
        else if (machine_only)
            print_machine(seconds);
        else if (!backend_open(&be, "cpu", &e) || (plan.kind = backend_kind(be, precision),
                                                   !run(&plan, what, json_out, seconds, &mem, &e)))
            status = verb_failed("bench", &e);
    }
    arena_close(&mem);
    return status;
}
