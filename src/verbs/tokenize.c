/* Cuts lines into the pieces that a model sees. Needs only the vocabulary and configs of a model
 * directory, and never truncates. Lines are cut by all threads, some hundred at a time, and come
 * out in their order. */
#include "base/json.h"
#include "base/log.h"
#include "base/pool.h"
#include "encode/wordpiece.h"
#include "persist/weights.h"
#include "use/put.h"
#include "verbs/lines.h"
#include "verbs/verbs.h"
#include <string.h>

enum { TILE = 64 }; /* lines a thread takes at a time */

typedef struct job {
    const vocab *v;
    bool json, special, parse;
    str *line; /* [n] of this block */
    int n;
    text *out;      /* [tiles] */
    arena *scratch; /* [threads] */
} job;

static void put_tokens(text *t, const job *j, const piece *at, int n, bool quoted)
{
    for (int i = 0; i < n; i++) {
        if (i) text_char(t, quoted ? ',' : ' ');
        if (quoted)
            json_put_str(t, j->v->pieces[at[i].id]);
        else
            text_add(t, j->v->pieces[at[i].id]);
    }
}

/* {"text":"..","tokens":["..",..],"ids":[..],"offsets":[[start,end],..]}, offsets in code points */
static void put_json(text *t, const job *j, str line, const piece *at, int n)
{
    text_add(t, STR("{\"text\":"));
    json_put_str(t, line);
    text_add(t, STR(",\"tokens\":["));
    put_tokens(t, j, at, n, true);
    text_add(t, STR("],\"ids\":["));
    for (int i = 0; i < n; i++) {
        if (i) text_char(t, ',');
        put_int(t, at[i].id);
    }
    text_add(t, STR("],\"offsets\":["));
    offsets starts = offsets_of(line, UNIT_POINT), ends = starts;
    for (int i = 0; i < n; i++) {
        text_add(t, i ? STR(",[") : STR("["));
        put_int(t, (int64_t)offsets_at(&starts, at[i].start));
        text_char(t, ',');
        put_int(t, (int64_t)offsets_at(&ends, at[i].end));
        text_char(t, ']');
    }
    text_add(t, STR("]}\n"));
}

static void cut_line(text *t, const job *j, str line, arena *mem)
{
    arena_mark mark = arena_here(mem);
    pieces p = {0};
    wordpiece_cut(j->v, line, j->parse, mem, &p);
    const piece *at = p.at;
    int n = p.n;
    if (j->special) {
        piece *with = TAKE(mem, piece, n + 2);
        for (int i = 0; i < n; i++) with[i + 1] = p.at[i];
        with[0].id = j->v->cls, with[n + 1].id = j->v->sep;
        at = with, n += 2;
    }
    if (j->json) {
        put_json(t, j, line, at, n);
    } else {
        put_tokens(t, j, at, n, false);
        text_char(t, '\n');
    }
    arena_rewind(mem, mark);
}

static void cut_tile(void *ctx, int tile, int thread)
{
    job *j = ctx;
    int end = (tile + 1) * TILE < j->n ? (tile + 1) * TILE : j->n;
    j->out[tile].len = 0;
    for (int i = tile * TILE; i < end; i++)
        cut_line(&j->out[tile], j, j->line[i], &j->scratch[thread]);
}

/* All of the input. Output is flushed block by block, so that a program that waits for its
 * answer gets it. */
static bool cut_all(job *j, lines *l, err *e)
{
    arena mem = {0};
    size_t cap = 0, cap_out = 0;
    int64_t invalid = 0, all = 0;
    str block, line;
    while (lines_next(l, &block, e)) {
        for (j->n = 0; str_line(&block, &line);) {
            GROW(&mem, j->line, j->n, cap);
            j->line[j->n++] = line;
            invalid += utf8_invalid(line) < line.len;
        }
        all += j->n;
        int tiles = (j->n + TILE - 1) / TILE;
        if ((size_t)tiles > cap_out) {
            text *more = TAKE(&mem, text, 2 * tiles); /* the buffers move with their memory */
            if (cap_out) memcpy(more, j->out, cap_out * sizeof *more);
            j->out = more, cap_out = 2 * (size_t)tiles;
        }
        pool_run(tiles, cut_tile, j);
        for (int i = 0; i < tiles; i++) fwrite(j->out[i].at, 1, j->out[i].len, stdout);
        if (fflush(stdout)) break; /* main says why */
    }
    if (invalid)
        warn("%lld of %lld lines are not valid UTF-8: each bad byte was read as U+FFFD",
             (long long)invalid, (long long)all);
    for (size_t i = 0; i < cap_out; i++) text_close(&j->out[i]);
    arena_close(&mem);
    return !e->set;
}

/* A run's directory stands for the model it chose, a checkpoint for the folder that it lies in; a list of pieces for itself. */
static const char *place_of(const char *model, arena *mem)
{
    static const char *const ends[] = {".safetensors", ".index.json", ".bin",
                                       ".pt",          ".pth",        ".index"};
    const char *best = path_join(mem, model, "best");
    bool checkpoint = !path_exists(model) || str_find_str(str_of(model), STR(".data-")) >= 0;
    if (path_is_dir(model)) return path_is_dir(best) ? best : model;
    for (size_t i = 0; i < COUNT(ends); i++) checkpoint |= str_ends(str_of(model), ends[i]);
    return checkpoint && weights_there(model) ? path_dir(mem, model) : model;
}

static bool run(job *j, const char *model, const char *mode, const char *const *paths, int n_paths,
                err *e)
{
    int which = -1;
    for (int i = 0; mode && i < 3; i++)
        if (str_is(str_of(mode), wordpiece_mode_names[i])) which = i;
    vocab v;
    arena mem = {0};
    if (!vocab_open(&v, place_of(model, &mem), which, e)) {
        arena_close(&mem);
        return false;
    }
    j->v = &v;
    j->scratch = TAKE(&mem, arena, pool_threads());
    say_more("%d pieces, %s (%s)", v.n, v.lower ? "lower case" : "cased", v.why_lower);
    lines l;
    lines_open(&l, paths, n_paths);
    bool done = cut_all(j, &l, e);
    lines_close(&l);
    for (int i = 0; i < pool_threads(); i++) arena_close(&j->scratch[i]);
    arena_close(&mem);
    vocab_close(&v);
    j->v = NULL;
    return done;
}

int verb_tokenize(int argc, char **argv)
{
    common c = {0};
    job j = {0};
    const char *model = NULL, *mode = NULL, *in_text = "literal";
    const option list[] = {
        {"model", 0, OPTION_TEXT, &model, "DIR", "a model directory, a checkpoint, or a vocab.txt",
         0, 0, NULL},
        {"json", 0, OPTION_FLAG, &j.json, NULL,
         "an object a line: text, tokens, ids, offsets ([start,end] in code points); default: "
         "tokens with blanks between",
         0, 0, NULL},
        {"special", 0, OPTION_FLAG, &j.special, NULL, "with [CLS] in front and [SEP] behind", 0, 0,
         NULL},
        {"mode", 0, OPTION_TEXT, &mode, "MODE", "how to cut; default: what the model says, else hf",
         0, 0, "hf|google|bluebert"},
        {"special-tokens-in-text", 0, OPTION_TEXT, &in_text, "HOW",
         "whether [MASK] and the like in the text are letters (literal, the default) or special "
         "tokens",
         0, 0, "literal|parse"},
        COMMON_OPTIONS(c)};
    const options o = {
        .verb = "tokenize",
        .usage = "--model DIR [options] [FILE ..]",
        .about = "Cuts each line of the files, or of standard input, into the pieces that the "
                 "model sees. Only vocabulary and configs "
                 "are needed. Nothing is truncated.",
        .table = list,
        .n = COUNT(list),
        .examples =
            "echo 'IL-2 activates T cells.' | mtbert tokenize --model models/bluebert --json"};
    arena mem = {0};
    err e = {0};
    const char **words;
    int n_words, status;
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, NULL, &status)) {
        j.parse = str_is(str_of(in_text), "parse");
        if (!model)
            status =
                verb_misused("tokenize", "--model is needed: a model directory or a vocab.txt");
        else if (!run(&j, model, mode, words, n_words, &e))
            status = verb_failed("tokenize", &e);
    }
    arena_close(&mem);
    return status;
}
