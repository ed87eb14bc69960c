/* Answers as lines of JSON and as rows of TSV. */
#include "base/json.h"
#include "use/annotator.h"
#include "use/put.h"

static const char *const unit_word[] = {"bytes", "points", "utf16"};

static void json_scores(text *to, const task *t, const float *scores)
{
    text_add(to, STR(",\"scores\":{"));
    for (int k = 0; k < t->n_labels; k++) {
        if (k) text_char(to, ',');
        json_put_str(to, str_of(t->labels[k]));
        text_char(to, ':');
        json_put_float(to, scores[k]);
    }
    text_char(to, '}');
}

static void json_mentions(text *to, const input *in, const task_answer *x, enum unit unit)
{
    offsets o = offsets_of(in->text, unit);
    text_add(to, STR("\"mentions\":["));
    for (int i = 0; i < x->n_mentions; i++) {
        const mention *m = &x->mentions[i];
        text_add(to, i ? STR(",{\"start\":") : STR("{\"start\":"));
        put_int(to, (int64_t)offsets_at(&o, m->at.start));
        text_add(to, STR(",\"end\":"));
        put_int(to, (int64_t)offsets_at(&o, m->at.end));
        text_add(to, STR(",\"text\":"));
        json_put_str(to, str_sub(in->text, m->at.start, m->at.end));
        text_add(to, STR(",\"type\":"));
        json_put_str(to, str_of(m->type));
        text_add(to, STR(",\"score\":"));
        json_put_float(to, m->score);
        text_char(to, '}');
    }
    text_char(to, ']');
}

static void json_labels(text *to, const task_answer *x)
{
    text_add(to, STR("\"labels\":["));
    for (int k = 0, n = 0; k < x->t->n_labels; k++) {
        if (x->scores[k] <= 0.5f) continue;
        if (n++) text_char(to, ',');
        json_put_str(to, str_of(x->t->labels[k]));
    }
    text_char(to, ']');
    json_scores(to, x->t, x->scores);
}

static void json_answer(text *to, const input *in, const task_answer *x, enum unit unit)
{
    json_put_str(to, str_of(x->t->name));
    text_add(to, STR(":{\"kind\":"));
    json_put_str(to, str_of(kind_names[x->t->kind]));
    text_char(to, ',');
    if (x->t->kind == KIND_WORDS) {
        json_mentions(to, in, x, unit);
    } else if (x->t->kind == KIND_LABELS) {
        json_labels(to, x);
    } else if (x->t->kind == KIND_SCORE) {
        text_add(to, STR("\"score\":"));
        json_put_float(to, *x->scores);
    } else {
        text_add(to, STR("\"label\":"));
        json_put_str(to, str_of(x->t->labels[x->best]));
        text_add(to, STR(",\"score\":"));
        json_put_float(to, x->scores[x->best]);
        json_scores(to, x->t, x->scores);
    }
    text_char(to, '}');
}

void annotation_json(text *to, const input *in, const annotation *x, enum unit unit)
{
    text_char(to, '{');
    if (in->id) {
        text_add(to, STR("\"id\":"));
        json_put_str(to, str_of(in->id));
        text_char(to, ',');
    }
    text_add(to, STR("\"text\":"));
    json_put_str(to, in->text);
    if (in->text2.at) {
        text_add(to, STR(",\"text2\":"));
        json_put_str(to, in->text2);
    }
    text_add(to, STR(",\"unit\":"));
    json_put_str(to, str_of(unit_word[unit]));
    text_add(to, STR(",\"tasks\":{"));
    for (int i = 0; i < x->n; i++) {
        if (i) text_char(to, ',');
        json_answer(to, in, &x->at[i], unit);
    }
    text_add(to, STR("}}"));
}

/* A field: what would break the row is escaped as in files of predictions. */
static void tsv_field(text *to, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '\t' || c == '\n' || c == '\r' || c == '\\') {
            text_char(to, '\\');
            c = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\';
        }
        text_char(to, c);
    }
}

static void tsv_row(text *to, const char *id, const task *t, const char *what, float score)
{
    tsv_field(to, str_of(id));
    text_char(to, '\t');
    tsv_field(to, str_of(t->name));
    text_char(to, '\t');
    tsv_field(to, str_of(what));
    text_char(to, '\t');
    json_put_float(to, score);
}

static void tsv_mentions(text *to, const input *in, const task_answer *x, enum unit unit,
                         const char *id)
{
    offsets o = offsets_of(in->text, unit);
    for (int i = 0; i < x->n_mentions; i++) {
        const mention *m = &x->mentions[i];
        tsv_row(to, id, x->t, m->type, m->score);
        text_char(to, '\t');
        put_int(to, (int64_t)offsets_at(&o, m->at.start));
        text_char(to, '\t');
        put_int(to, (int64_t)offsets_at(&o, m->at.end));
        text_char(to, '\t');
        tsv_field(to, str_sub(in->text, m->at.start, m->at.end));
        text_char(to, '\n');
    }
}

void annotation_tsv(text *to, const input *in, const annotation *x, enum unit unit,
                    const char *fallback)
{
    const char *id = in->id ? in->id : fallback;
    for (int i = 0; i < x->n; i++) {
        const task_answer *a = &x->at[i];
        const task *t = a->t;
        if (t->kind == KIND_WORDS) {
            tsv_mentions(to, in, a, unit, id);
        } else if (t->kind == KIND_SCORE) {
            tsv_row(to, id, t, "", *a->scores);
            text_add(to, STR("\t\t\t\n"));
        } else {
            for (int k = 0; k < t->n_labels; k++) {
                if (t->kind == KIND_LABELS ? a->scores[k] <= 0.5f : k != a->best) continue;
                tsv_row(to, id, t, t->labels[k], a->scores[k]);
                text_add(to, STR("\t\t\t\n"));
            }
        }
    }
}
