/* Format and kind of a corpus whose user said neither, or only one, from the beginning of its first file. */
#include "base/file.h"
#include "base/json.h"
#include "corpus/doctor/parts.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/columns.h"
#include "corpus/formats/whole.h"
#include <string.h>

typedef struct look { /* the first two lines that are not blank */
    str start, first, second;
} look;

static look look_at(str bytes)
{
    look l = {.start = str_trim(bytes)};
    str rest = l.start;
    if (!str_line(&rest, &l.first)) l.first = (str){"", 0};
    do {
        if (!str_line(&rest, &l.second)) l.second = (str){"", 0};
    } while (rest.len && !str_trim(l.second).len);
    return l;
}

static bool is_pubtator(str line)
{
    int64_t id;
    str number = str_cut(&line, '|');
    return str_int(number, &id) && (str_starts(line, "t|") || str_starts(line, "a|"));
}

static bool is_tagged_word(str line)
{
    str all = str_trim(line);
    size_t at = all.len;
    while (at && all.at[at - 1] != ' ' && all.at[at - 1] != '\t') at--;
    str tag = str_sub(all, at, all.len);
    return at && tag.len && strchr("BIOESLU", tag.at[0]) &&
           (tag.len == 1 || (tag.at[1] == '-' && tag.len > 2));
}

static const char *format_by(const look *l)
{
    str head = str_sub(l->start, 0, 4096);
    if (str_starts(head, "<"))
        return str_find_str(head, STR("<collection")) >= 0 ? "bioc-xml"
               : str_find_str(head, STR("<document")) >= 0 ? "ddi-xml"
                                                           : NULL;
    if (str_starts(head, "{") && jsonl_is_document(l->first)) return "jsonl";
    if (str_starts(head, "{") && (str_find_str(head, STR("\"passages\"")) >= 0 ||
                                  str_find_str(head, STR("\"documents\"")) >= 0))
        return "bioc-json";
    if (is_pubtator(l->first)) return "pubtator";
    return is_tagged_word(l->first) ? "conll" : NULL;
}

static enum task_kind kind_of_two(str label)
{
    double score;
    return str_real(str_trim(label), &score) ? KIND_SCORE : KIND_PAIR;
}

static enum task_kind kind_of_one(str line)
{
    span args[2];
    return find_arguments(line, args) ? KIND_RELATION : KIND_SENTENCE;
}

static enum task_kind kind_of_json(const task *t, str line, const char *path)
{
    json *o = NULL;
    err e = {0};
    enum task_kind kind = KIND_SENTENCE;
    if (!json_parse(&o, line, path, 1, &e)) return KIND_SENTENCE;
    const json *label = json_at(o, t->column_label ? t->column_label : "label");
    bool score = json_at(o, "score") || json_type_of(label) == JSON_IS_REAL;
    if (json_at(o, "words") || json_at(o, "tokens") || json_at(o, "mentions"))
        kind = KIND_WORDS;
    else if ((t->column_text2 && json_at(o, t->column_text2)) || json_at(o, "text2") ||
             json_at(o, "sentence2") || json_at(o, "hypothesis"))
        kind = score ? KIND_SCORE : KIND_PAIR;
    else if (json_type_of(label) == JSON_IS_LIST || json_at(o, "labels"))
        kind = KIND_LABELS;
    else
        kind = kind_of_one(line);
    json_close(o);
    return kind;
}

/* By the header, and the first row below it. */
static enum task_kind kind_of_table(const task *t, const look *l, bool commas, arena *mem)
{
    task probe = *t;
    row header = {0}, w = {0};
    bool more;
    err e = {0};
    const reading r = {&probe, "", l->start, true, mem};
    rows s = rows_of(&r, commas ? ',' : '\t', t->quoting);
    columns k = {0};
    if (!rows_next(&s, &header, &more, &e) || !more) return KIND_SENTENCE;
    probe.kind = KIND_PAIR;
    str *names = TAKE(mem, str, header.n);
    memcpy(names, header.at, (size_t)header.n * sizeof *names);
    bool two = columns_find(&k, &r, &header, &columns_usual, &e);
    if (!rows_next(&s, &w, &more, &e) || !more || w.n != header.n)
        return two ? KIND_PAIR : kind_of_one(l->second);
    if (two) return kind_of_two(w.at[k.at[ROLE_LABEL]]);
    for (int i = 0; i < header.n; i++)
        if (str_is(names[i], "labels")) return KIND_LABELS;
    return kind_of_one(l->second);
}

static enum task_kind kind_of_mtdnn(str line)
{
    str f[5];
    int n = whole_fields(line, f, 5);
    if (n > 1 && str_starts(str_trim(f[1]), "[")) return KIND_WORDS;
    return n == 4 ? kind_of_two(f[1]) : kind_of_one(line);
}

/* kinds: those that the format has; 0: the format is not known. */
static enum task_kind kind_by(const task *t, const format *f, const look *l, const char *path,
                              arena *mem)
{
    unsigned kinds = f ? f->kinds : 0;
    for (int k = 0; k < KINDS; k++)
        if (kinds == 1u << k) return (enum task_kind)k;
    if (f && !strcmp(f->name, "blue-tsv")) return KIND_RELATION;
    if (f && f->documents && strcmp(f->name, "jsonl") != 0)
        return kinds >> KIND_WORDS & 1 ? KIND_WORDS : KIND_LABELS;
    if (f && !strcmp(f->name, "mt-dnn")) return kind_of_mtdnn(l->first);
    if (str_starts(l->start, "{")) return kind_of_json(t, l->first, path);
    bool commas = f ? !strcmp(f->name, "csv") : str_find(l->first, '\t') < 0;
    return kind_of_table(t, l, commas, mem);
}

bool doctor_guess(task *t, bool kind_given, arena *mem, err *e)
{
    str bytes = {"", 0};
    const char *path = t->files[SPLIT_TRAIN];
    ASSERT(path, "no file to guess from");
    const format *f = t->format ? format_named(t->format) : NULL;
    if (t->format && !f)
        return fail(e, "format '%s' is none; one of %s is expected", t->format, format_names(mem));
    bool stream = !strcmp(path, "-"), sure = f && (kind_given || !(f->kinds & (f->kinds - 1)));
    if (stream && !sure)
        return fail(
            e, "of standard input the format and the kind are needed, with --format and --kind");
    if (!stream && !path_exists(path)) return fail(e, "%s: there is no such file or folder", path);
    if (path_is_dir(path)) {
        if (!f) return fail(e, "%s: the format of a folder is needed, with --format", path);
    } else if (!stream && !whole_bytes(&bytes, path, mem, e)) {
        return false;
    }
    look l = look_at(bytes);
    if (!f && (!kind_given || t->kind == KIND_WORDS || t->kind == KIND_RELATION)) {
        t->format = format_by(&l);
        f = t->format ? format_named(t->format) : NULL;
        if (f && kind_given && !(f->kinds >> t->kind & 1)) f = NULL, t->format = NULL;
    }
    if (!kind_given) t->kind = kind_by(t, f, &l, path, mem);
    return true;
}
