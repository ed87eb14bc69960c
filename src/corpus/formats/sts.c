/* Sentence similarity. With a header that names sentence1, sentence2 and score they are taken from there; else, of nine columns
 * and more (GLUE's STS-B, BLUE's ClinicalSTS), the last three. A first line whose last cell is a number is no header. */
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
    bool wide = more && w.n >= COLUMNS_LEAST,
         header = !more || !str_real(str_trim(w.at[w.n - 1]), &score);
    if (!more || !wide || (header && columns_fit(r->t, &w, &names)))
        return columns_read(to, r, '\t', &names, e);
    collect c = collect_of(to, r);
    columns k = {.at = {w.n - 3, w.n - 2, w.n - 1, -1}, .n = w.n};
    if (!header && !columns_example(&c, &k, &w, e)) return false;
    for (;;) {
        if (!rows_next(&s, &w, &more, e)) return false;
        if (!more) return collect_close(&c, e);
        if (!columns_example(&c, &k, &w, e)) return false;
    }
}
