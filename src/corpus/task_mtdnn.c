/* Reads mt-dnn's task_def YAML, also in the spellings of mt-bluebert, and finds the files it speaks of. */
#include "base/file.h"
#include "corpus/labels.h"
#include <string.h>

static const char *const keys[] = {"n_class",     "data_format", "task_type",   "metric_meta",
                                   "enable_san",  "labels",      "split_names", "dropout_p",
                                   "loss",        "kd_loss",     "adv_loss",    "actf",
                                   "encoder_type"};
enum { KEYS = sizeof keys / sizeof *keys };

/* Their metrics, with ours: `last` leaves the last class out, `first` the first. */
static const struct {
    const char *name;
    enum metric metric;
    bool last, first;
} metrics[] = {
    {"MicroF1WithoutLastOne", METRIC_MICRO_F1, true,
     false}, /* before Macro..: what their final report of DDI has */
    {"MacroF1WithoutLastOne", METRIC_MACRO_F1, true, false},
    {"SeqEval", METRIC_SPAN_F1, false, false},
    {"Pearson", METRIC_PEARSON, false, false},
    {"Spearman", METRIC_SPEARMAN, false, false},
    {"ACC", METRIC_ACCURACY, false, false},
    {"MicroF1", METRIC_ACCURACY, false,
     false}, /* over all classes of one label each: the same number */
    {"F1MIC", METRIC_ACCURACY, false, false},
    {"F1MAC", METRIC_MACRO_F1, false, false},
    {"F1", METRIC_MICRO_F1, false, true}, /* of two classes: that of the second */
};
enum { METRICS_THEIRS = sizeof metrics / sizeof *metrics };

static bool is_one_of(const char *word, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(word, *names)) return true;
    return false;
}

static bool need_text(yaml *map, const char *key, const char **to, err *e)
{
    yaml *y = yaml_get(map, key);
    if (!y) return fail(e, "%s:%d: %s is missing", map->file, map->line, key);
    return yaml_text(y, to, e);
}

/* Kind from task_type and data_format. A relation is what leaves its last class, the negative one, out of the metric. */
static bool read_kind(task *t, yaml *map, bool without_last, err *e)
{
    const char *type = "", *form = "";
    if (!need_text(map, "task_type", &type, e) || !need_text(map, "data_format", &form, e))
        return false;
    static const char *const sequence[] = {"Sequence", "Seqence", NULL};
    static const char *const labeling[] = {"SequenceLabeling", "SeqenceLabeling", NULL};
    bool one = !strcmp(form, "PremiseOnly"), two = !strcmp(form, "PremiseAndOneHypothesis");
    if (!strcmp(type, "Classification") && (one || two)) {
        t->kind = two ? KIND_PAIR : without_last ? KIND_RELATION : KIND_SENTENCE;
        return true;
    }
    if (!strcmp(type, "Regression") && two) {
        t->kind = KIND_SCORE;
        return true;
    }
    if (is_one_of(type, labeling) && is_one_of(form, sequence)) {
        t->kind = KIND_WORDS;
        return true;
    }
    return fail(e,
                "%s:%d: task_type %s with data_format %s is not offered; Classification with "
                "PremiseOnly or "
                "PremiseAndOneHypothesis, Regression with PremiseAndOneHypothesis and "
                "SequenceLabeling with Sequence are",
                map->file, yaml_get(map, "task_type")->line, type, form);
}

static bool read_metric(task *t, yaml *map, int *which, arena *mem, err *e)
{
    yaml *y = yaml_get(map, "metric_meta");
    const char **names = NULL;
    int n = 0;
    if (!y) return fail(e, "%s:%d: metric_meta is missing", map->file, map->line);
    if (!yaml_texts(y, mem, &names, &n, e)) return false;
    *which = -1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < METRICS_THEIRS; k++)
            if (!strcmp(names[i], metrics[k].name) &&
                (*which < 0 || (k == 0 && metrics[*which].last)))
                *which = k;
    if (*which < 0)
        return fail(
            e,
            "%s:%d: metric_meta: one of ACC, F1, F1MAC, F1MIC, MicroF1, MicroF1WithoutLastOne, "
            "MacroF1WithoutLastOne, Pearson, Spearman, SeqEval is needed",
            y->file, y->line);
    t->metric = metrics[*which].metric;
    return true;
}

static bool check_metric(const task *t, yaml *map, err *e)
{
    yaml *y = yaml_get(map, "metric_meta");
    bool number = t->metric == METRIC_PEARSON || t->metric == METRIC_SPEARMAN,
         spans = t->metric == METRIC_SPAN_F1;
    if (number == (t->kind == KIND_SCORE) && spans == (t->kind == KIND_WORDS)) return true;
    return fail(e, "%s:%d: metric_meta: %s does not fit a task of kind %s", y->file, y->line,
                metric_names[t->metric], kind_names[t->kind]);
}

static bool read_labels(task *t, yaml *map, int which, arena *mem, err *e)
{
    static const char *const helpers[] = {"X", "CLS", "SEP", "[CLS]", "[SEP]", NULL};
    yaml *y = yaml_get(map, "labels"), *count = yaml_get(map, "n_class");
    int64_t n_class = 0;
    if (!count) return fail(e, "%s:%d: n_class is missing", map->file, map->line);
    if (!yaml_int(count, 1, LABELS_MOST, &n_class, e)) return false;
    if (t->kind == KIND_SCORE) {
        return n_class == 1 ||
               fail(e, "%s:%d: n_class: 1 is expected of a Regression", count->file, count->line);
    }
    const char **labels = NULL;
    int n = 0;
    if (y && !yaml_texts(y, mem, &labels, &n, e)) return false;
    if (y && n != n_class)
        return fail(e, "%s:%d: n_class is %d, but %d labels are listed", count->file, count->line,
                    (int)n_class, n);
    if (!y) { /* the files then hold the numbers */
        if (t->kind == KIND_WORDS)
            return fail(e, "%s:%d: labels are missing", map->file, map->line);
        labels = TAKE(mem, const char *, n = (int)n_class);
        for (int i = 0; i < n; i++) labels[i] = str_format(mem, "%d", i);
    }
    t->negative_name = metrics[which].last     ? labels[n - 1]
                       : metrics[which].first  ? labels[0]
                       : t->kind == KIND_WORDS ? NULL
                                               : "";
    if (t->kind ==
        KIND_WORDS) { /* mt-bluebert lists the tags of pieces, too; here a word has one tag, its pieces none */
        int kept = 0;
        for (int i = 0; i < n; i++)
            if (!is_one_of(labels[i], helpers)) labels[kept++] = labels[i];
        n = kept;
    }
    int line = y ? y->line : count->line;
    return labels_set(t, labels, n, map->file, line, mem, e);
}

/* What this program does not have is refused instead of left out in silence. */
static bool check_rest(task *t, yaml *map, err *e)
{
    static const struct {
        const char *key, *only, *also;
    } fixed[] = {{"encoder_type", "BERT", "1"}, {"actf", "tanh", "tanh"}};
    for (int i = 0; i < 2; i++) {
        yaml *y = yaml_get(map, fixed[i].key);
        const char *is = "";
        if (!y) continue;
        if (!yaml_text(y, &is, e)) return false;
        if (strcmp(is, fixed[i].only) != 0 && strcmp(is, fixed[i].also) != 0)
            return fail(e, "%s:%d: %s: only %s is offered, here is '%s'", y->file, y->line,
                        fixed[i].key, fixed[i].only, is);
    }
    yaml *loss = yaml_get(map, "loss");
    const char *is = "", *own = t->kind == KIND_SCORE   ? "MseCriterion"
                                : t->kind == KIND_WORDS ? "SeqCeCriterion"
                                                        : "CeCriterion";
    if (loss && !yaml_text(loss, &is, e)) return false;
    if (loss && strcmp(is, own) != 0 && strcmp(is, "CeCriterion") != 0)
        return fail(e, "%s:%d: loss: %s is expected of this task, here is '%s'", loss->file,
                    loss->line, own, is);
    /* Of no effect without options that this program does not have: distillation, adversarial training, the SAN head. */
    (void)yaml_get(map, "kd_loss"), (void)yaml_get(map, "adv_loss");
    bool san;
    return yaml_bool(yaml_get(map, "enable_san"), &san, e) &&
           yaml_real(yaml_get(map, "dropout_p"), 0, 0.99, &t->dropout, e) &&
           yaml_no_more(map, keys, KEYS, e);
}

static bool find_files(task *t, yaml *map, const char *data, arena *mem, err *e)
{
    static const char *const forms[SPLITS][5] = {
        {"%s", "train", "Training"}, {"%s", "dev", "devel", "Development"}, {"%s", "test", "Test"}};
    yaml *y = yaml_get(map, "split_names");
    const char **names = NULL;
    int n = SPLITS;
    if (y && !yaml_texts(y, mem, &names, &n, e)) return false;
    if (n > SPLITS)
        return fail(e, "%s:%d: split_names: at most train, dev and test are expected", y->file,
                    y->line);
    for (int i = 0; data && i < n; i++) {
        const char *split = names ? names[i] : split_names[i];
        const char *there = path_join(mem, data, str_format(mem, "%s_%s.tsv", t->name, split));
        if (path_exists(there)) {
            t->files[i] = there, t->format = t->format ? t->format : "mt-dnn";
            continue;
        }
        for (int k = 0; k < 5 && !t->files[i] && (!k || forms[i][k]); k++) {
            there = path_join(mem, data,
                              str_format(mem, "%s/%s.tsv", t->name, k ? forms[i][k] : split));
            if (path_exists(there)) t->files[i] = there;
        }
    }
    if (!data || t->files[SPLIT_TRAIN]) return true;
    return fail(e, "%s:%d: task %s: neither %s/%s_train.tsv nor %s/%s/train.tsv is there",
                map->file, map->line, t->name, data, t->name, data, t->name);
}

static bool read_task(task *t, yaml *map, const char *data, arena *mem, err *e)
{
    if (!task_named(t, map->key, map->file, map->line, mem, e)) return false;
    if (map->type != YAML_MAP)
        return fail(e, "%s:%d: task %s: a map with n_class, data_format, .. is needed", map->file,
                    map->line, t->name);
    int which = 0;
    bool ok = read_metric(t, map, &which, mem, e) && read_kind(t, map, metrics[which].last, e) &&
              check_metric(t, map, e) && read_labels(t, map, which, mem, e) &&
              find_files(t, map, data, mem, e) && check_rest(t, map, e);
    return ok || fail_in(e, "task %s", t->name);
}

bool task_read_mtdnn(const char *path, const char *data, const char *const *wanted, int n_wanted,
                     arena *mem, task **tasks, int *n, err *e)
{
    yaml *all;
    if (!yaml_read(path, mem, &all, e)) return false;
    if (all->type != YAML_MAP || !all->count)
        return fail(e, "%s:%d: a map of tasks is needed", path, all->line);
    *n = 0;
    *tasks = TAKE(mem, task, all->count);
    const char **names = TAKE(mem, const char *, all->count);
    int n_names = 0;
    for (yaml *y = all->first; y; y = y->next) names[n_names++] = str_keep(mem, y->key);
    for (int i = 0; i < n_wanted; i++) {
        int k = 0;
        while (k < n_names && strcmp(wanted[i], names[k]) != 0) k++;
        const char *near = str_nearest(wanted[i], names, n_names);
        if (k == n_names)
            return fail(e, "%s: there is no task '%s'%s%s%s", path, wanted[i],
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    for (yaml *y = all->first; y; y = y->next) {
        bool take = n_wanted < 0;
        for (int i = 0; i < n_wanted; i++) take |= str_is(y->key, wanted[i]);
        if (take && !read_task(&(*tasks)[(*n)++], y, data, mem, e)) return false;
    }
    return true;
}
