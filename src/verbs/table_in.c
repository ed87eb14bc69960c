/* Lines of three forms -> inputs of an annotator. */
#include "verbs/table_in.h"
#include "base/json.h"

enum { COLUMNS_MOST = 1000 };

void table_in_file(table_in *t)
{
    t->has_header = false;
}

static bool find_column(int *at, const char *wanted, const char *usual, str header,
                        const char *path, err *e)
{
    *at = -1;
    str rest = header;
    for (int i = 0; rest.at; i++)
        if (str_is(str_cut(&rest, '\t'), wanted ? wanted : usual)) *at = i;
    if (*at >= 0 || !wanted) return true;
    return fail(e, "%s:1: no column is named '%s' in the header '%.*s'", path, wanted,
                (int)(header.len < 200 ? header.len : 200), header.at);
}

static bool read_header(table_in *t, str line, const char *path, err *e)
{
    t->has_header = true;
    t->n_columns = 0;
    if (str_starts(line, "\xEF\xBB\xBF")) line = str_sub(line, 3, line.len);
    for (str rest = line; rest.at; t->n_columns++) str_cut(&rest, '\t');
    if (!find_column(&t->at_text, t->column_text, "text", line, path, e) ||
        !find_column(&t->at_text2, t->column_text2, "text2", line, path, e) ||
        !find_column(&t->at_id, t->column_id, "id", line, path, e))
        return false;
    if (t->at_text < 0)
        return fail(
            e, "%s:1: a header with a column 'text' is needed, or --text-column; here is '%.*s'",
            path, (int)(line.len < 200 ? line.len : 200), line.at);
    return true;
}

static bool tsv_line(const table_in *t, str line, const char *path, int64_t number, arena *mem,
                     input *in, err *e)
{
    str cell[3] = {{0}}, rest = line;
    int n = 0;
    for (; rest.at; n++) {
        str c = str_cut(&rest, '\t');
        if (n == t->at_text) cell[0] = c;
        if (n == t->at_text2) cell[1] = c;
        if (n == t->at_id) cell[2] = c;
    }
    if (n != t->n_columns)
        return fail(e, "%s:%lld: %d columns are needed, as in the header; here are %d", path,
                    (long long)number, t->n_columns, n);
    *in = input_of(cell[0], cell[1], mem);
    if (cell[2].at) in->id = str_keep(mem, cell[2]);
    return true;
}

/* {"start":0,"end":4,"type":"GENE"} */
static bool read_argument(const table_in *t, const json *j, str s, span *at, str *type,
                          const char *name, arena *mem, err *e)
{
    int64_t start = -1, end = -1;
    const char *kind = NULL;
    if (json_type_of(j) != JSON_IS_OBJECT)
        return fail(e, "%s: an argument {\"start\", \"end\", \"type\"} is needed", name);
    if (!json_get_int(j, "start", 0, INT64_MAX, &start, name, e) ||
        !json_get_int(j, "end", 0, INT64_MAX, &end, name, e) ||
        !json_get_text(j, "type", mem, &kind, name, e))
        return false;
    if (start < 0 || end < 0 || !kind || !*kind)
        return fail(e, "%s: an argument needs start, end and type", name);
    if (start >= end || !utf8_byte_at(s, t->unit, (size_t)start, &at->start) ||
        !utf8_byte_at(s, t->unit, (size_t)end, &at->end))
        return fail(e, "%s: the argument from %lld to %lld is no part of the text", name,
                    (long long)start, (long long)end);
    *type = str_of(kind);
    return true;
}

static bool read_arguments(const table_in *t, const json *list, input *in, const char *name,
                           arena *mem, err *e)
{
    span at[2];
    str type[2];
    if (json_type_of(list) != JSON_IS_LIST || json_count(list) != 2)
        return fail(e, "%s: arguments: a list of two is needed", name);
    for (size_t i = 0; i < 2; i++)
        if (!read_argument(t, json_item(list, i), in->text, &at[i], &type[i], name, mem, e))
            return false;
    input_mask(in, at, type, mem);
    return true;
}

static bool json_value_text(const json *o, const char *wanted, const char *usual, str *to,
                            const char *name, arena *mem, err *e)
{
    const json *j = json_at(o, wanted ? wanted : usual);
    if (json_type_of(j) == JSON_NONE || json_type_of(j) == JSON_IS_NULL)
        return !wanted || fail(e, "%s: there is no key '%s'", name, wanted);
    if (json_type_of(j) != JSON_IS_TEXT)
        return fail(e, "%s: '%s' is no text", name, wanted ? wanted : usual);
    *to = str_copy(mem, json_text(j));
    return true;
}

static bool json_line(const table_in *t, str line, const char *path, int64_t number, arena *mem,
                      input *in, err *e)
{
    json *o = NULL;
    str s = {0}, s2 = {0}, id = {0};
    const char *name = str_format(mem, "%s:%lld", path, (long long)number);
    if (!json_parse(&o, line, path, (int)number, e)) return false;
    bool done = json_type_of(o) == JSON_IS_OBJECT || fail(e, "%s: an object is needed", name);
    const json *number_id = done ? json_at(o, t->column_id ? t->column_id : "id") : NULL;
    if (json_type_of(number_id) == JSON_IS_INT)
        id = str_of(str_format(mem, "%lld", (long long)json_int(number_id)));
    else
        done = done && json_value_text(o, t->column_id, "id", &id, name, mem, e);
    done = done && json_value_text(o, t->column_text, "text", &s, name, mem, e) &&
           json_value_text(o, t->column_text2, "text2", &s2, name, mem, e);
    if (done && !s.at)
        done = fail(e, "%s: there is no key 'text'; --text-column names another", name);
    if (done) {
        *in = input_of(s, s2, mem);
        if (id.at) in->id = str_keep(mem, id);
        const json *arguments = json_at(o, "arguments");
        if (arguments) done = read_arguments(t, arguments, in, name, mem, e);
    }
    json_close(o);
    return done;
}

bool table_in_line(table_in *t, str line, const char *path, int64_t number, arena *mem, input *in,
                   bool *none, err *e)
{
    *none = false;
    switch (t->form) {
    case FORM_LINES: *in = input_of(line, (str){0}, mem); return true;
    case FORM_TSV:
        *none = !t->has_header || !str_trim(line).len;
        if (!t->has_header) return read_header(t, line, path, e);
        return *none || tsv_line(t, line, path, number, mem, in, e);
    case FORM_JSONL:
        *none = !str_trim(line).len;
        return *none || json_line(t, line, path, number, mem, in, e);
    }
    return true;
}
