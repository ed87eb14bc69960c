/* mtbert convert: a checkpoint of any form into a model directory; with --format, a corpus from one format to another. */
#include "base/file.h"
#include "corpus/formats.h"
#include "verbs/convert_corpus.h"
#include "verbs/convert_model.h"
#include "verbs/verbs.h"

typedef struct asked {
    common c;
    const char *from, *to, *to_format, *config, *vocab, *study, *heads, *task;
    bool prune;
    bool overwrite;
    arena mem;
} asked;

static bool of_corpus(const asked *a)
{
    return a->from || a->to_format;
}

static bool convert(const asked *a, const char *in, err *e)
{
    const convert_plan plan = {.in = in,
                               .config = a->config,
                               .vocab = a->vocab,
                               .study = a->study,
                               .heads = a->heads,
                               .task = a->task,
                               .prune = a->prune,
                               .to = a->to,
                               .wordpiece_mode = -1,
                               .overwrite = a->overwrite};
    if (!of_corpus(a)) return convert_model(&plan, e);
    if (!a->overwrite && !str_is(str_of(a->to), "-") && path_exists(a->to))
        return fail(e, "%s is there already; give another --to, or --overwrite", a->to);
    return convert_corpus(in, a->from, a->to, a->to_format, e);
}

int verb_convert(int argc, char **argv)
{
    asked a = {.to = "-"};
    const option own[] = {
        {"to", 'o', OPTION_TEXT, &a.to, "PATH",
         "where to: a model's directory; a corpus's file, of brat a folder, - (its default): "
         "standard output",
         0, 0, NULL},
        {"config", 0, OPTION_TEXT, &a.config, "FILE",
         "of a checkpoint: its bert_config.json or config.json; default: the one beside it", 0, 0,
         NULL},
        {"vocab", 0, OPTION_TEXT, &a.vocab, "FILE",
         "of a checkpoint: its vocab.txt or tokenizer.json; default: the one beside it", 0, 0,
         NULL},
        {"study", 0, OPTION_TEXT, &a.study, "FILE",
         "of an mt-dnn checkpoint: a study file, or mt-dnn's task_def, that has kinds and labels "
         "of its heads",
         0, 0, NULL},
        {"heads", 0, OPTION_TEXT, &a.heads, "A,B,..",
         "of an mt-dnn checkpoint: the tasks of its heads in order; default: what the checkpoint "
         "says",
         0, 0, NULL},
        {"task", 0, OPTION_TEXT, &a.task, "NAME",
         "export this head of a model, or of a run, as the model class that Hugging Face's tools "
         "have for it",
         0, 0, NULL},
        {"prune", 0, OPTION_FLAG, &a.prune, NULL,
         "of an export of tags: without the classes X, CLS and SEP, if the head has them", 0, 0,
         NULL},
        {"format", 0, OPTION_TEXT, &a.from, "WORD", "of a corpus: what is read", 0, 0, NULL},
        {"to-format", 0, OPTION_TEXT, &a.to_format, "WORD", "of a corpus: what is written", 0, 0,
         NULL},
        {"overwrite", 0, OPTION_FLAG, &a.overwrite, NULL, "replace what is there", 0, 0, NULL},
        COMMON_OPTIONS(a.c)};
    const options o = {
        .verb = "convert",
        .usage = "CHECKPOINT --to DIR [--task NAME], or IN --format A --to OUT --to-format B",
        .about = "Writes a checkpoint as a model directory, which mtbert and Hugging Face's tools "
                 "load. CHECKPOINT is a file, the prefix of a TensorFlow checkpoint, or a folder: "
                 "safetensors, PyTorch (.bin, .pt, zip and legacy), TensorFlow V2, mt-dnn. The "
                 "form is found out, nothing that a file says is run, and what is left out is "
                 "said. With --task: one head with its encoder as BertForSequenceClassification or "
                 "BertForTokenClassification, with a model card. With --format and --to-format: "
                 "writes a corpus in another format: pubtator, bioc-xml, bioc-json, brat, conll, "
                 "jsonl, or blue-tsv (the pairs of mentions of each sentence, masked). Text "
                 "and the places of mentions stay as they are; the unit in which a file counts "
                 "places is found out, and what the target cannot hold is said on standard error.",
        .table = own,
        .n = COUNT(own),
        .examples =
            "mtbert convert biobert/model.ckpt-1000000 --to models/biobert\n"
            "mtbert convert runs/disease --task disease --to exports/disease\n"
            "mtbert convert notes.xml --format bioc-xml --to notes.txt --to-format pubtator"};
    const char **words;
    int n, status;
    if (!verb_begin(&o, &a.c, argc, argv, &a.mem, &words, &n, NULL, &status)) {
        arena_close(&a.mem);
        return status;
    }
    err e = {0};
    if (n != 1) {
        status = verb_misused("convert", "one file or folder is needed, here are %d", n);
    } else if (!of_corpus(&a) && str_is(str_of(a.to), "-")) {
        status = verb_misused("convert", "--to is needed: the directory for the model; for a "
                                         "corpus --format and --to-format");
    } else if (of_corpus(&a) && (a.config || a.vocab || a.study || a.heads || a.task || a.prune)) {
        status = verb_misused("convert", "--config, --vocab, --study, --heads, --task and --prune "
                                         "are a model's, --format and --to-format a corpus's");
    } else if ((a.heads && !a.study) || (a.prune && !a.task)) {
        status =
            verb_misused("convert", a.prune ? "--prune is for --task"
                                            : "--heads needs --study, which has kinds and labels");
    } else if (of_corpus(&a) && (!a.from || !a.to_format)) {
        status = verb_misused("convert", "--format and --to-format are needed: %s",
                              format_names_documents(false, &a.mem));
    } else {
        status = convert(&a, words[0], &e) ? 0 : verb_failed("convert", &e);
    }
    arena_close(&a.mem);
    return status;
}
