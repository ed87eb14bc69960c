/* MedNLI: BLUE's TSV (its script writes the label last, its trainers read it first: the header decides) and the owners' JSON
 * lines with gold_label, pairID, sentence1, sentence2. */
#include "corpus/formats/columns.h"
#include "corpus/formats/jsonl.h"
#include "corpus/formats/readers.h"

static const column_names names = {{
    [ROLE_TEXT] = {"sentence1", "premise"},
    [ROLE_TEXT2] = {"sentence2", "hypothesis"},
    [ROLE_LABEL] = {"label", "gold_label"},
    [ROLE_ID] = {"index", "pairid", "id"},
}};

bool mednli_read(examples *to, const reading *r, err *e)
{
    str bytes = str_trim(r->bytes);
    if (bytes.len && bytes.at[0] == '{') return jsonl_read(to, r, e);
    return columns_read(to, r, '\t', &names, e);
}
