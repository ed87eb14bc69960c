#include "verbs/model_card.h"
#include "base/file.h"
#include "persist/export.h"
#include "train/record.h"
#include "trials/study.h"
#include <math.h>
#include <string.h>

/* The run's directory, of which the model is best/; NULL: it is no run's. */
static const char *run_of(arena *mem, const model_dir *m)
{
    str path = str_of(m->path);
    while (path.len > 1 && path.at[path.len - 1] == '/') path.len--;
    const char *dir = path_dir(mem, str_keep(mem, path));
    return path_exists(path_join(mem, dir, "record.yaml")) ? dir : NULL;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_front(text *to, const task *t)
{
    text_format(to,
                "---\nlanguage: en\nlibrary_name: transformers\npipeline_tag: %s\ntags: [bert, "
                "mtbert]\n---\n\n",
                t->kind == KIND_WORDS ? "token-classification" : "text-classification");
}

static void put_use(text *to, const task *t, const model_dir *m, bool prune)
{
    static const char *const inputs[KINDS] = {
        "one text",
        "two texts, the first before the second",
        "one text in which the two arguments were replaced by their masks, as in the training data",
        "two texts, the first before the second",
        "one sentence, cut into words at blanks and punctuation",
        "one text"};
    static const char *const answers[KINDS] = {"one class (softmax)",
                                               "one class (softmax)",
                                               "one class (softmax)",
                                               "a number, the logit itself",
                                               "a tag for each word, that of its first piece",
                                               "any number of labels (sigmoid above 0.5)"};
    text_format(
        to, "# %s\n\nA BERT encoder with one head, trained by `mtbert` and exported as `%s`.\n\n",
        t->name, export_class(t));
    text_format(to, "- Input: %s; %s\n- Answer: %s\n", inputs[t->kind],
                m->v.lower ? "text is lower-cased" : "case is kept", answers[t->kind]);
    if (t->kind == KIND_WORDS)
        text_add(to, STR("- In pipelines: `aggregation_strategy=\"first\"`\n"));
    if (t->n_labels) text_add(to, STR("- Labels:"));
    for (int k = 0; k < t->n_labels; k++)
        text_format(to, "%s `%s`%s", k ? "," : "", t->labels[k],
                    k == t->negative ? " (negative)" : "");
    if (t->n_labels) text_char(to, '\n');
    if (t->piece_tags)
        text_format(to,
                    "- The head was trained with the classes X, CLS and SEP for later pieces and "
                    "special tokens; they are %s.\n",
                    prune ? "left out here, so answers to such pieces mean nothing" : "kept");
    text_char(to, '\n');
}

static void put_data(text *to, const study *s, const task *t)
{
    text_format(to, "## Data\n\n");
    for (int i = 0; i < s->n_tasks; i++) {
        const task *k = &s->tasks[i];
        text_format(to, "- %s%s (%s, %s):", k->name,
                    strcmp(k->name, t->name) ? ", trained together with it" : "",
                    kind_names[k->kind], k->format ? k->format : "format found out");
        for (int f = 0; f < SPLITS; f++)
            if (k->files[f]) text_format(to, " %s `%s`", split_names[f], file_name(k->files[f]));
        text_char(to, '\n');
    }
    if (s->from) text_format(to, "- started from `%s`\n", file_name(s->from));
    text_char(to, '\n');
}

static void put_number(text *to, double x)
{
    if (isnan(x))
        text_add(to, STR(" | -"));
    else
        text_format(to, " | %.4f", x);
}

static bool put_scores(text *to, const char *dir, const task *t, arena *mem, err *e)
{
    run_score *rows;
    int n;
    if (!record_scores_read(dir, mem, &rows, &n, e)) return false;
    text_add(to, STR("## Scores\n\n| split | metric | score | 95 % from | to | examples | majority "
                     "|\n|---|---|---|---|---|---|---|\n"));
    for (int i = 0; i < n; i++) {
        if (strcmp(rows[i].task, t->name) != 0) continue;
        text_format(to, "| %s | %s", split_names[rows[i].split], rows[i].metric);
        put_number(to, rows[i].value);
        put_number(to, rows[i].low);
        put_number(to, rows[i].high);
        text_format(to, " | %ld", rows[i].n);
        put_number(to, rows[i].majority);
        text_add(to, STR(" |\n"));
    }
    text_char(to, '\n');
    return true;
}

/* The settings as the run wrote them, without the places of its files. */
static bool put_settings(text *to, const char *path, err *e)
{
    file f;
    if (!file_open(&f, path, e)) return false;
    bool inside = false;
    text_add(to, STR("## Settings\n\n```yaml\n"));
    for (str rest = f.bytes, line; str_line(&rest, &line);) {
        inside = inside ? str_starts(line, " ") : str_starts(line, "settings:");
        if (!inside) continue;
        text_add(to, line);
        text_char(to, '\n');
    }
    text_add(to, STR("```\n"));
    file_close(&f);
    return true;
}

static bool put_run(text *to, const char *dir, const task *t, arena *mem, err *e)
{
    study s;
    run_record r;
    const char *settings_file = path_join(mem, dir, "settings.yaml");
    if (!study_read(&s, settings_file, mem, e) || !record_read(dir, mem, &r, e)) return false;
    put_data(to, &s, t);
    if (!put_scores(to, dir, t, mem, e)) return false;
    text_format(
        to, "## Protocol\n\n- stage: %s; preset: %s\n- %s\n- the test set was scored %d time%s\n",
        r.stage, r.preset, r.stamp, r.test_scored, r.test_scored == 1 ? "" : "s");
    if (*r.warning) text_format(to, "- warning: %s\n", r.warning);
    text_char(to, '\n');
    return put_settings(to, settings_file, e);
}

bool model_card(text *to, const model_dir *m, const task *t, bool prune, err *e)
{
    arena mem = {0};
    const char *dir = run_of(&mem, m);
    put_front(to, t);
    put_use(to, t, m, prune);
    bool done = true;
    if (dir)
        done = put_run(to, dir, t, &mem, e);
    else
        text_format(to,
                    "## Protocol\n\n%s\n\nThe directory that this was exported from is no run's, "
                    "so data, settings and scores are not known here.\n",
                    *m->note ? m->note : "Not recorded.");
    arena_close(&mem);
    return done;
}
