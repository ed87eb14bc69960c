/* A user's own tables: TSV and CSV with a header, columns mapped by the task. */
#include "corpus/formats/columns.h"
#include "corpus/formats/readers.h"

bool tsv_read(examples *to, const reading *r, err *e)
{
    return columns_read(to, r, '\t', &columns_usual, e);
}

bool csv_read(examples *to, const reading *r, err *e)
{
    return columns_read(to, r, ',', &columns_usual, e);
}
