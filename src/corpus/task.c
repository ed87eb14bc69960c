/* Reads and writes one task of a study file. */
#include "corpus/task.h"
#include "base/file.h"
#include "base/json.h"
#include "corpus/formats.h"
#include "corpus/labels.h"
#include <string.h>

const char *const kind_names[KINDS] = {"sentence", "pair", "relation", "score", "words", "labels"};
const char *const metric_names[METRICS] = {"pearson",  "spearman", "accuracy",   "micro-f1",
                                           "macro-f1", "span-f1",  "document-f1"};
const char *const split_names[SPLITS] = {"train", "dev", "test"};

static const char *const keys[] = {
    "kind",    "format",     "labels",    "negative", "metric",  "train",         "dev",  "test",
    "text",    "text2",      "label",     "id",       "quoting", "range",         "rate", "epochs",
    "dropout", "piece-tags", "arguments", "both-tag", "masking", "seen-arguments"};
enum { KEYS = sizeof keys / sizeof *keys };

static const enum metric usual[KINDS] = {METRIC_ACCURACY, METRIC_ACCURACY, METRIC_MICRO_F1,
                                         METRIC_PEARSON,  METRIC_SPAN_F1,  METRIC_DOCUMENT_F1};

/* Which metrics say anything about which kind: bit (1 << metric). */
static const unsigned fitting[KINDS] = {
    [KIND_SENTENCE] = 1 << METRIC_ACCURACY | 1 << METRIC_MICRO_F1 | 1 << METRIC_MACRO_F1,
    [KIND_PAIR] = 1 << METRIC_ACCURACY | 1 << METRIC_MICRO_F1 | 1 << METRIC_MACRO_F1,
    [KIND_RELATION] = 1 << METRIC_ACCURACY | 1 << METRIC_MICRO_F1 | 1 << METRIC_MACRO_F1,
    [KIND_SCORE] = 1 << METRIC_PEARSON | 1 << METRIC_SPEARMAN,
    [KIND_WORDS] = 1 << METRIC_SPAN_F1,
    [KIND_LABELS] = 1 << METRIC_DOCUMENT_F1 | 1 << METRIC_MICRO_F1 | 1 << METRIC_MACRO_F1,
};

/* The place of a word in a list, or a complaint with the nearest. */
static bool one_of(const yaml *y, const char *what, const char *const *names, int n, int *to,
                   err *e)
{
    const char *word;
    if (!yaml_text(y, &word, e)) return false;
    text all = {0};
    for (int i = 0; i < n; i++) {
        if (!strcmp(word, names[i])) {
            *to = i;
            text_close(&all);
            return true;
        }
        text_format(&all, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = str_nearest(word, names, n);
    fail(e, "%s:%d: %s: one of %s is needed, here is '%s'%s%s%s", y->file, y->line, what, all.at,
         word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    text_close(&all);
    return false;
}

static bool name_ok(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' ||
              (c == '.' && i)))
            return false;
    }
    return s.len > 0 && s.len <= 100;
}

bool task_named(task *t, str name, const char *where, int line, arena *mem, err *e)
{
    *t = (task){.name = str_keep(mem, name),
                .negative = -1,
                .quoting = -1,
                .rate = -1,
                .dropout = -1,
                .epochs = -1};
    if (name_ok(name)) return true;
    return fail(e,
                "%s:%d: '%.*s': a task's name is made of letters, digits, - and . (it becomes part "
                "of file names)",
                where, line, (int)(name.len < 100 ? name.len : 100), name.at);
}

static bool read_metric(task *t, yaml *node, err *e)
{
    yaml *y = yaml_get(node, "metric");
    t->metric = usual[t->kind];
    if (!y) return true;
    int metric = 0;
    if (!one_of(y, "metric", metric_names, METRICS, &metric, e)) return false;
    t->metric = (enum metric)metric;
    if (fitting[t->kind] >> metric & 1) return true;
    return fail(e, "%s:%d: metric: %s does not fit kind %s, whose own is %s", y->file, y->line,
                metric_names[metric], kind_names[t->kind], metric_names[usual[t->kind]]);
}

static bool read_labels(task *t, yaml *node, arena *mem, err *e)
{
    yaml *y = yaml_get(node, "labels"), *negative = yaml_get(node, "negative");
    if (negative && !yaml_text(negative, &t->negative_name, e)) return false;
    if (negative && (t->kind == KIND_SCORE || t->kind == KIND_WORDS || t->kind == KIND_LABELS))
        return fail(e, "%s:%d: negative: a task of kind %s has no negative class", negative->file,
                    negative->line, kind_names[t->kind]);
    if (t->kind == KIND_SCORE) {
        if (y) return fail(e, "%s:%d: labels: a task of kind score has none", y->file, y->line);
        return true;
    }
    t->open_labels = true;
    if (!y) return true;
    const char **listed;
    int n;
    if (!yaml_texts(y, mem, &listed, &n, e)) return false;
    if (labels_set(t, listed, n, y->file, y->line, mem, e)) return true;
    return negative ? fail_in(e, "%s:%d", negative->file, negative->line) : false;
}

static bool read_range(task *t, yaml *node, err *e)
{
    yaml *y = yaml_get(node, "range");
    if (!y) return true;
    if (t->kind != KIND_SCORE)
        return fail(e, "%s:%d: range: only a task of kind score has one", y->file, y->line);
    if (y->type != YAML_LIST || y->count != 2)
        return fail(e, "%s:%d: range: two numbers are needed, as in [0, 5]", y->file, y->line);
    if (!yaml_real(y->first, -1e9, 1e9, &t->score_low, e) ||
        !yaml_real(y->first->next, -1e9, 1e9, &t->score_high, e))
        return false;
    if (t->score_low < t->score_high) return true;
    return fail(e, "%s:%d: range: the lower number comes first", y->file, y->line);
}

static bool read_files(task *t, yaml *node, const char *dir, arena *mem, err *e)
{
    for (int i = 0; i < SPLITS; i++) {
        yaml *y = yaml_get(node, split_names[i]);
        const char *name = NULL;
        if (!y || !dir) continue;
        if (!yaml_text(y, &name, e)) return false;
        if (!*name) return fail(e, "%s:%d: %s: a file is needed", y->file, y->line, split_names[i]);
        bool as_is = name[0] == '/' || !*dir || !strcmp(dir, ".");
        t->files[i] = as_is ? name : path_join(mem, dir, name);
    }
    return true;
}

static bool read_format(task *t, yaml *node, arena *mem, err *e)
{
    yaml *y = yaml_get(node, "format"), *q = yaml_get(node, "quoting");
    static const char *const quotings[] = {"auto", "none", "csv"};
    int quoting = 0;
    if (q && !one_of(q, "quoting", quotings, 3, &quoting, e)) return false;
    t->quoting = quoting - 1;
    if (!y) return true;
    if (!yaml_text(y, &t->format, e)) return false;
    const format *f = format_named(t->format);
    if (!f)
        return fail(e, "%s:%d: format: one of %s is needed, here is '%s'", y->file, y->line,
                    format_names(mem), t->format);
    if (f->kinds >> t->kind & 1) return true;
    return fail(e, "%s:%d: format: %s cannot hold a task of kind %s; %s can", y->file, y->line,
                t->format, kind_names[t->kind], format_names_for(t->kind, mem));
}

static bool read_training(task *t, yaml *node, err *e)
{
    int64_t epochs = -1;
    if (!yaml_real(yaml_get(node, "rate"), 0, 1, &t->rate, e) ||
        !yaml_real(yaml_get(node, "dropout"), 0, 0.99, &t->dropout, e) ||
        !yaml_int(yaml_get(node, "epochs"), 0, 100000, &epochs, e) ||
        !yaml_bool(yaml_get(node, "piece-tags"), &t->piece_tags, e))
        return false;
    t->epochs = (int)epochs;
    return !t->piece_tags || t->kind == KIND_WORDS ||
           fail(e, "%s:%d: piece-tags is for tasks of kind words", node->file, node->line);
}

/* What makes candidates of a document's mentions. */
static bool read_arguments(task *t, yaml *node, arena *mem, err *e)
{
    static const char *const maskings[] = {"order", "authors"};
    yaml *y = yaml_get(node, "arguments"), *masking = yaml_get(node, "masking"),
         *both = yaml_get(node, "both-tag"), *seen = yaml_get(node, "seen-arguments"),
         *any = y         ? y
                : seen    ? seen
                : masking ? masking
                          : both;
    const char **types;
    int n, which = 0;
    if (any && t->kind != KIND_RELATION)
        return fail(
            e,
            "%s:%d: arguments, seen-arguments, both-tag and masking are for tasks of kind relation",
            any->file, any->line);
    if (masking && !one_of(masking, "masking", maskings, 2, &which, e)) return false;
    t->masked_as_authors = which == 1;
    if (!yaml_text(both, &t->both, e)) return false;
    if (seen && !yaml_texts(seen, mem, &t->seen, &t->n_seen, e)) return false;
    if (!y) return true;
    if (!yaml_texts(y, mem, &types, &n, e)) return false;
    if (n != 2)
        return fail(e, "%s:%d: arguments: two types are needed, as in [Chemical, Disease]", y->file,
                    y->line);
    t->arguments[0] = types[0], t->arguments[1] = types[1];
    return true;
}

bool task_read(task *t, const yaml *node, const char *dir, arena *mem, err *e)
{
    yaml *map = (yaml *)node; /* yaml_get marks what was asked for */
    if (!task_named(t, node->key, node->file, node->line, mem, e)) return false;
    if (node->type != YAML_MAP)
        return fail(e, "%s:%d: task %s: a map with kind, train, .. is needed", node->file,
                    node->line, t->name);
    yaml *kind = yaml_get(map, "kind");
    if (!kind)
        return fail(
            e, "%s:%d: task %s: kind is missing: sentence, pair, relation, score, words or labels",
            node->file, node->line, t->name);
    int k = 0;
    if (!one_of(kind, "kind", kind_names, KINDS, &k, e)) return false;
    t->kind = (enum task_kind)k;
    static const char *const columns[] = {"text", "text2", "label", "id"};
    const char **to[] = {&t->column_text, &t->column_text2, &t->column_label, &t->column_id};
    for (int i = 0; i < 4; i++)
        if (!yaml_text(yaml_get(map, columns[i]), to[i], e)) return false;
    bool ok = read_metric(t, map, e) && read_labels(t, map, mem, e) && read_range(t, map, e) &&
              read_format(t, map, mem, e) && read_files(t, map, dir, mem, e) &&
              read_training(t, map, e) && read_arguments(t, map, mem, e) &&
              yaml_no_more(map, keys, KEYS, e);
    return ok || fail_in(e, "task %s", t->name);
}

static void put_text(text *to, const char *key, const char *value)
{
    if (!value) return;
    text_format(to, "  %s: ", key);
    yaml_put(to, str_of(value));
    text_char(to, '\n');
}

void task_put(text *to, const task *t)
{
    yaml_put(to, str_of(t->name));
    text_add(to, STR(":\n"));
    put_text(to, "kind", kind_names[t->kind]);
    put_text(to, "format", t->format);
    bool as_listed = t->listed && t->kind == KIND_WORDS;
    const char **labels = as_listed ? t->listed : t->labels;
    int n = as_listed ? t->n_listed : t->n_labels;
    if (t->kind != KIND_SCORE && !t->open_labels) {
        text_add(to, STR("  labels: ["));
        for (int i = 0; i < n; i++) {
            if (i) text_add(to, STR(", "));
            yaml_put(to, str_of(labels[i]));
        }
        text_add(to, STR("]\n"));
    }
    if (t->kind != KIND_SCORE && t->kind != KIND_WORDS && t->kind != KIND_LABELS)
        put_text(to, "negative",
                 t->open_labels    ? t->negative_name
                 : t->negative < 0 ? ""
                                   : t->labels[t->negative]);
    put_text(to, "metric", metric_names[t->metric]);
    for (int i = 0; i < SPLITS; i++) put_text(to, split_names[i], t->files[i]);
    put_text(to, "text", t->column_text);
    put_text(to, "text2", t->column_text2);
    put_text(to, "label", t->column_label);
    put_text(to, "id", t->column_id);
    if (t->piece_tags) put_text(to, "piece-tags", "yes");
    if (t->arguments[0]) {
        text_add(to, STR("  arguments: ["));
        yaml_put(to, str_of(t->arguments[0]));
        text_add(to, STR(", "));
        yaml_put(to, str_of(t->arguments[1]));
        text_add(to, STR("]\n"));
    }
    for (int i = 0; i < t->n_seen; i++) {
        text_add(to, i ? STR(", ") : STR("  seen-arguments: ["));
        yaml_put(to, str_of(t->seen[i]));
    }
    if (t->n_seen) text_add(to, STR("]\n"));
    put_text(to, "both-tag", t->both);
    if (t->masked_as_authors) put_text(to, "masking", "authors");
    if (t->quoting >= 0) put_text(to, "quoting", t->quoting ? "csv" : "none");
    if (t->score_low < t->score_high) {
        text_add(to, STR("  range: ["));
        json_put_real(to, t->score_low);
        text_add(to, STR(", "));
        json_put_real(to, t->score_high);
        text_add(to, STR("]\n"));
    }
    const double reals[] = {t->rate, t->dropout};
    for (int i = 0; i < 2; i++) {
        if (reals[i] < 0) continue;
        text_format(to, "  %s: ", i ? "dropout" : "rate");
        json_put_real(to, reals[i]);
        text_char(to, '\n');
    }
    if (t->epochs >= 0) text_format(to, "  epochs: %d\n", t->epochs);
}
