/* Any bytes as tables of each kind, with and without csv's quotes. */
#include "corpus_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const maps[] = {
        "kind: relation, format: blue-tsv",
        "kind: relation, labels: [a, \"false\"], format: blue-tsv, quoting: csv",
        "kind: pair, format: mednli",
        "kind: score, format: sts, range: [0, 5]",
        "kind: labels, format: hoc",
        "kind: sentence, format: csv, text: t, label: l",
        "kind: pair, labels: [a, b], format: mt-dnn",
        "kind: score",
        "kind: labels, labels: [a, b], format: tsv, quoting: none",
        "kind: sentence",
        "kind: pair, format: lines"};
    return fuzz(maps, 11, data, size);
}
