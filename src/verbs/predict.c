/* Applies a model to new text: every task that fits a line answers, from one pass over the
 * encoder. */
#include "base/log.h"
#include "use/put.h"
#include "verbs/lines.h"
#include "verbs/predict_documents.h"
#include "verbs/table_in.h"
#include "verbs/verbs.h"
#include <string.h>

enum { CHUNK = 512 };

typedef struct predictor {
    annotator a;
    table_in in;
    enum unit unit;
    bool tsv;
    FILE *to;
    input at[CHUNK];
    int64_t number[CHUNK]; /* line in its file: the id of what has none */
    int n;
    int64_t inputs, silent, invalid;
    pack_counts counts;
} predictor;

static bool answer_chunk(predictor *p, err *e)
{
    arena mem = {0};
    text t = {0};
    annotation *x = TAKE(&mem, annotation, p->n);
    bool done = annotator_run(&p->a, p->at, p->n, &mem, x, &p->counts, e);
    for (int i = 0; done && i < p->n; i++) {
        if (p->tsv) {
            annotation_tsv(&t, &p->at[i], &x[i], p->unit,
                           str_format(&mem, "%lld", (long long)p->number[i]));
        } else {
            annotation_json(&t, &p->at[i], &x[i], p->unit);
            text_char(&t, '\n');
        }
        p->silent += !x[i].n;
    }
    if (done && t.len) {
        fwrite(t.at, 1, t.len, p->to);
        fflush(p->to);
    }
    p->inputs += p->n;
    p->n = 0;
    text_close(&t);
    arena_close(&mem);
    return done;
}

/* All lines of a block: answers come as soon as the block is through, so that a program may wait
 * for them. */
static bool answer_block(predictor *p, str block, const lines *l, err *e)
{
    arena mem = {0};
    str line;
    bool done = true, none;
    int64_t number = l->line;
    if (number == 1) table_in_file(&p->in);
    for (; done && str_line(&block, &line); number++) {
        p->number[p->n] = number;
        done = table_in_line(&p->in, line, l->path, number, &mem, &p->at[p->n], &none, e);
        if (!done || none) continue;
        p->invalid += utf8_invalid(line) < line.len;
        if (++p->n == CHUNK) done = answer_chunk(p, e);
    }
    done = done && (!p->n || answer_chunk(p, e));
    arena_close(&mem);
    return done;
}

/* What was cut, and what had no answer. */
static void report(const predictor *p)
{
    long long all = (long long)p->inputs;
    report_cuts(&p->counts, all, p->a.rules.most);
    if (p->silent) say("%lld of %lld inputs fit no task of the model", (long long)p->silent, all);
    if (p->invalid)
        warn("%lld of %lld lines are not valid UTF-8: each bad byte was read as U+FFFD",
             (long long)p->invalid, all);
}

static bool answer_all(predictor *p, const char *const *paths, int n_paths, err *e)
{
    lines l;
    str block;
    lines_open(&l, paths, n_paths);
    if (p->tsv) fputs("id\ttask\tanswer\tscore\tstart\tend\ttext\n", p->to);
    bool done = true;
    while (done && lines_next(&l, &block, e)) done = answer_block(p, block, &l, e);
    lines_close(&l);
    report(p);
    return done && !e->set;
}

/* --task a,b --task c: a list of three. */
static const char **names_of(const option_many *given, int *n, arena *mem)
{
    const char **names = NULL;
    size_t cap = 0;
    *n = 0;
    for (int i = 0; i < given->n; i++)
        for (str rest = str_of(given->values[i]); rest.at;) {
            str name = str_trim(str_cut(&rest, ','));
            GROW(mem, names, *n, cap);
            names[(*n)++] = str_keep(mem, name);
        }
    return names;
}

static bool of_rows(predictor *p, const annotator_plan *plan, const char *to,
                    const char *const *paths, int n_paths, err *e)
{
    out result = {0};
    bool done = annotator_open(&p->a, plan, e) && out_open(&result, to, e) &&
                (p->to = result.to, answer_all(p, paths, n_paths, e)) && out_close(&result, e);
    out_drop(&result);
    return done;
}

static bool of_documents(predictor *p, const annotator_plan *plan, documents_asked *asked,
                         const option_many *as, arena *mem, err *e)
{
    type_as *list;
    if (!types_as(as, mem, &list, &asked->n_as, e) || !documents_can(asked, e)) return false;
    asked->as = list;
    return annotator_open(&p->a, plan, e) && documents_predict(&p->a, asked, e);
}

/* The first option that was given and says how rows of text are read or answered. */
static const char *for_rows(const options *o, const bool *given)
{
    static const char *const names[] = {"input",        "tsv",       "jsonl",  "text-column",
                                        "text2-column", "id-column", "output", "offsets"};
    for (int i = 0; i < o->n; i++)
        for (int k = 0; k < COUNT(names); k++)
            if (given[i] && !strcmp(o->table[i].name, names[k])) return names[k];
    return NULL;
}

int verb_predict(int argc, char **argv)
{
    common c = {0};
    arena mem = {0};
    predictor *p = TAKE(&mem, predictor, 1);
    annotator_plan plan = {.device = "auto", .wordpiece_mode = -1};
    const char *form = "lines", *output = "json", *unit = "points", *to = "-";
    bool tsv = false, jsonl = false;
    option_many tasks = {0}, as = {0};
    documents_asked asked = {0};
    int64_t most = 128;
    const option list[] = {
        {"model", 0, OPTION_TEXT, &plan.model, "DIR", "the model's directory", 0, 0, NULL},
        {"task", 0, OPTION_MANY, &tasks, "NAME[,NAME]",
         "only these tasks; default: all that fit the input", 0, 0, NULL},
        {"input", 0, OPTION_TEXT, &form, "FORM",
         "what the files hold: a text a line (lines, the default), a table with a header, or JSON "
         "objects",
         0, 0, "lines|tsv|jsonl"},
        {"format", 0, OPTION_TEXT, &asked.format, "WORD",
         "the files hold documents in this format (pubtator, bioc-xml, bioc-json, brat, conll, "
         "jsonl, ..), and "
         "documents are written: what was there, and what the model found",
         0, 0, NULL},
        {"to-format", 0, OPTION_TEXT, &asked.to_format, "WORD",
         "of documents: what is written; default: --format's", 0, 0, NULL},
        {"as", 0, OPTION_MANY, &as, "TYPE=ARGUMENT[,..]",
         "of documents: relations take mentions of this type for arguments of that one, as in "
         "Chemical=DRUG; capitals do not matter",
         0, 0, NULL},
        {"least", 0, OPTION_REAL, &asked.least, "P",
         "of documents: the lowest score of a mention or relation that is added; default 0", 0, 1,
         NULL},
        {"made-by", 0, OPTION_TEXT, &asked.made_by, "NAME",
         "of documents: what notes call the model; default: the name of its directory", 0, 0, NULL},
        {"tsv", 0, OPTION_FLAG, &tsv, NULL, "the same as --input tsv", 0, 0, NULL},
        {"jsonl", 0, OPTION_FLAG, &jsonl, NULL, "the same as --input jsonl", 0, 0, NULL},
        {"text-column", 0, OPTION_TEXT, &p->in.column_text, "NAME",
         "column or key of the text; default text", 0, 0, NULL},
        {"text2-column", 0, OPTION_TEXT, &p->in.column_text2, "NAME",
         "of the second text, for pairs and scores; default text2, if there is one", 0, 0, NULL},
        {"id-column", 0, OPTION_TEXT, &p->in.column_id, "NAME",
         "of what names the text in the output; default id, if there is one", 0, 0, NULL},
        {"output", 0, OPTION_TEXT, &output, "FORM",
         "json, the default: an object an input; tsv: a row an answer", 0, 0, "json|tsv"},
        {"offsets", 0, OPTION_TEXT, &unit, "UNIT",
         "what offsets of mentions (and of arguments in JSON) count: points, the default, are "
         "Unicode code points",
         0, 0, unit_names},
        {"max-pieces", 0, OPTION_INT, &most, "N",
         "longest sequence; longer texts are tagged in overlapping windows, centered on a "
         "relation's arguments, else cut; default 128",
         PACK_LEAST, 65536, NULL},
        {"to", 'o', OPTION_TEXT, &to, "FILE",
         "where the answers go; default: standard output; of brat a new folder", 0, 0, NULL},
        {"device", 0, OPTION_TEXT, &plan.device, "DEVICE", "what computes; default auto", 0, 0,
         "auto|cpu|cuda"},
        PRECISION_OPTION(plan.precision, "f32"),
        COMMON_OPTIONS(c)};
    const options o = {
        .verb = "predict",
        .usage = "--model DIR [options] [FILE ..]",
        .about = "Answers for each text of the files, or of standard input, with "
                 "every task of the model that fits it: tags, labels and sentences "
                 "for a text, pairs and scores where there is a second one, "
                 "relations where two arguments are masked in the text "
                 "(@GENE$ .. @CHEMICAL$) or given in JSON as \"arguments\": "
                 "[{\"start\", \"end\", \"type\"}, ..]. With --format: adds to documents what "
                 "the model finds in them, mentions by their places and relations "
                 "between the mentions that are there then, each with the notes "
                 "made-by and score where the format holds notes; nothing that was "
                 "there changes.",
        .table = list,
        .n = COUNT(list),
        .examples = "echo 'Naloxone reverses the effect of clonidine.' | mtbert "
                    "predict --model runs/clinical\n"
                    "mtbert predict --model runs/clinical --tsv --text-column "
                    "abstract --output tsv papers.tsv > answers.tsv\n"
                    "mtbert predict --model runs/clinical --format bioc-json "
                    "notes.json > annotated.json"};
    err e = {0};
    const char **words;
    int n_words, status;
    bool given[COUNT(list)] = {0};
    if (verb_begin(&o, &c, argc, argv, &mem, &words, &n_words, given, &status)) {
        const char *rows_only = for_rows(&o, given);
        plan.max_pieces = (int)most;
        plan.only = names_of(&tasks, &plan.n_only, &mem);
        p->in.form = tsv || *form == 't'     ? FORM_TSV
                     : jsonl || *form == 'j' ? FORM_JSONL
                                             : FORM_LINES;
        p->in.unit = p->unit = unit_named(unit);
        p->tsv = *output == 't';
        asked.paths = words, asked.n = n_words, asked.to = to, asked.model = plan.model;
        if (!plan.model)
            status = verb_misused("predict", "--model is needed: a model's directory");
        else if (asked.format && rows_only)
            status =
                verb_misused("predict", "--%s is for texts, --format for documents", rows_only);
        else if (!asked.format && (asked.to_format || as.n || asked.least > 0 || asked.made_by))
            status = verb_misused(
                "predict", "--to-format, --as, --least and --made-by are for documents: --format");
        else if (!(asked.format ? of_documents(p, &plan, &asked, &as, &mem, &e)
                                : of_rows(p, &plan, to, words, n_words, &e)))
            status = verb_failed("predict", &e);
    }
    annotator_close(&p->a);
    arena_close(&mem);
    return status;
}
