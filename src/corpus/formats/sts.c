/* Sentence similarity. With a header that names sentence1, sentence2 and score they are taken from there; else, of nine columns
 * and more (GLUE's STS-B, BLUE's ClinicalSTS), the last three. A first line whose last cell is a number is no header. In those wide
 * files the index is a running number that files put together from several repeat, so ids are lines. */
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"

static const column_names names = {{
    [ROLE_TEXT] = {"sentence1"},
    [ROLE_TEXT2] = {"sentence2"},
    [ROLE_LABEL] = {"score", "label"},
    [ROLE_ID] = {"index", "id"},
}};
enum { COLUMNS_LEAST = 9 };

bool sts_read(examples *to, const reading *r, err *e)
{
    rows s = rows_of(r, '\t', r->t->quoting);
    row w = {0};
    bool more;
    double score;
    if (!rows_next(&s, &w, &more, e)) return false;
    bool wide = more && w.n >= COLUMNS_LEAST;
    if (!wide) return columns_read(to, r, '\t', &names, e);
    columns k = {.at = {w.n - 3, w.n - 2, w.n - 1, -1}, .n = w.n};
    bool header = !str_real(str_trim(w.at[w.n - 1]), &score);
    if (header && columns_fit(r->t, &w, &names) && !columns_find(&k, r, &w, &names, e))
        return false;
    if (!r->t->column_id) k.at[ROLE_ID] = -1;
    collect c = collect_of(to, r);
    if (!header && !columns_example(&c, &k, &w, e)) return false;
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (!columns_example(&c, &k, &w, e)) return false;
    }
}
