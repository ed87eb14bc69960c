/* BLUE's relation files: header index, sentence, label. Their writer quotes as csv does, one of their readers does not undo
 * it, and the released DDI files are not quoted: task.quoting, or what rows_quoted finds. */
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"

static const column_names names = {{
    [ROLE_TEXT] = {"sentence", "text"},
    [ROLE_LABEL] = {"label"},
    [ROLE_ID] = {"index", "id"},
}};

bool blue_tsv_read(examples *to, const reading *r, err *e)
{
    return columns_read(to, r, '\t', &names, e);
}
