/* JSON lines that are documents with mentions: each line by itself, so that every faulty one is found. */
#include "base/file.h"
#include "base/json.h"
#include "corpus/doctor/parts.h"
#include <string.h>

bool jsonl_is_document(str line)
{
    json *o = NULL;
    err e = {0};
    bool yes = json_parse(&o, line, "", 1, &e) &&
               json_type_of(json_at(o, "text")) == JSON_IS_TEXT &&
               json_type_of(json_at(o, "mentions")) == JSON_IS_LIST;
    json_close(o);
    return yes;
}

bool jsonl_has_documents(const task *t, const char *path)
{
    const format *f = format_named("jsonl");
    bool named = !t->format || !strcmp(t->format, "jsonl"), yes = false;
    if (!f->documents || !named || t->column_text || path_is_dir(path) ||
        (t->kind != KIND_WORDS && t->kind != KIND_RELATION))
        return false;
    file in = {0};
    err e = {0};
    if (!file_open(&in, path, &e)) return false; /* who opens it next will say so */
    str rest = str_trim(in.bytes), line;
    if (str_starts(rest, "\xef\xbb\xbf")) rest = str_sub(rest, 3, rest.len);
    if (str_starts(rest, "{") && str_line(&rest, &line)) yes = jsonl_is_document(line);
    file_close(&in);
    return yes;
}

void jsonl_check(doctor *d, document_list *to, const char *path, str bytes)
{
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        document_list part = {0};
        err e = {0};
        number++;
        if (!str_trim(line).len) continue;
        if (!documents_parse(&part, "jsonl", path, line, d->mem, &e)) {
            finding_of_reader(d, path, number, &e);
            continue;
        }
        for (int i = 0; i < part.n; i++) {
            document *x = &part.at[i];
            x->line = number;
            for (int k = 0; k < x->n_mentions; k++) x->mentions[k].line = number;
            for (int k = 0; k < x->n_relations; k++) x->relations[k].line = number;
            GROW(d->mem, to->at, to->n, to->cap);
            to->at[to->n++] = *x;
        }
    }
}
