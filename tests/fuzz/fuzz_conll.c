/* Any bytes as tagged words: CoNLL of all sorts, and mt-dnn's lists. */
#include "corpus_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const maps[] = {"kind: words, labels: [D], format: conll",
                                       "kind: words, format: conll",
                                       "kind: words, labels: [O, B, I]",
                                       "kind: words, labels: [A, B-D], format: mt-dnn",
                                       "kind: words",
                                       "kind: words, format: lines"};
    return fuzz(maps, 6, data, size);
}
