#include "score/given.h"
#include <string.h>

static arena mem; /* of the test's process */

const task *given_task(enum task_kind kind, const char *labels, const char *negative)
{
    static const enum metric usual[KINDS] = {METRIC_ACCURACY, METRIC_ACCURACY, METRIC_MICRO_F1,
                                             METRIC_PEARSON,  METRIC_SPAN_F1,  METRIC_DOCUMENT_F1};
    task *t = TAKE(&mem, task, 1);
    *t = (task){.name = "given", .kind = kind, .negative = -1, .metric = usual[kind]};
    t->labels = TAKE(&mem, const char *, LABELS_MOST);
    for (str rest = str_of(labels); rest.len;)
        t->labels[t->n_labels++] = str_keep(&mem, str_cut(&rest, ' '));
    for (int i = 0; negative && i < t->n_labels; i++)
        if (!strcmp(t->labels[i], negative)) t->negative = i;
    return t;
}

const task *given_metric(const task *t, enum metric metric)
{
    task *other = TAKE(&mem, task, 1);
    *other = *t;
    other->metric = metric;
    return other;
}

static str with_tabs(const char *tsv)
{
    char *s = (char *)str_keep(&mem, str_of(tsv));
    for (char *at = s; *at; at++)
        if (*at == ' ') *at = '\t';
    return str_of(s);
}

predictions *given(const task *t, const char *tsv)
{
    err e = {0};
    predictions *p = TAKE(&mem, predictions, 1);
    if (!predictions_parse(p, t, with_tabs(tsv), "given.tsv", &e)) fail_msg("%s", e.text);
    return p;
}

const char *complaint(const task *t, const char *tsv)
{
    err *e = TAKE(&mem, err, 1);
    predictions p;
    if (predictions_parse(&p, t, with_tabs(tsv), "given.tsv", e)) fail_msg("it was taken: %s", tsv);
    assert_true(e->set);
    return e->text;
}

static const char *full_tag(const task *t, str tag)
{
    bool bare = tag.len == 1 && (*tag.at == 'B' || *tag.at == 'I');
    for (int i = 0; i < t->n_labels; i++)
        if (str_is(tag, t->labels[i])) bare = false;
    return str_format(&mem, "%.*s%s", (int)tag.len, tag.at, bare ? "-D" : "");
}

predictions *given_tags(const task *t, const char *gold, const char *said)
{
    text tsv = {0};
    str g = str_of(gold), s = str_of(said);
    text_add(&tsv, STR("id doc gold predicted\n"));
    for (int sentence = 1; g.len;) {
        str a = str_cut(&g, ' '), b = str_cut(&s, ' ');
        if (str_is(a, "|")) {
            sentence++;
            continue;
        }
        text_format(&tsv, "s%d d1 %s %s\n", sentence, full_tag(t, a), full_tag(t, b));
    }
    predictions *p = given(t, tsv.at);
    text_close(&tsv);
    return p;
}

double metric_of(const predictions *p, enum metric metric)
{
    err e = {0};
    double value;
    if (!score_metric(p, metric, &value, &e)) fail_msg("%s", e.text);
    return value;
}
