/* Any bytes as JSON lines of each kind. */
#include "corpus_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const maps[] = {"kind: sentence, format: jsonl",
                                       "kind: pair, format: mednli",
                                       "kind: words, labels: [O, B-D, I-D], format: jsonl",
                                       "kind: words, format: jsonl",
                                       "kind: labels, format: jsonl",
                                       "kind: score, format: jsonl",
                                       "kind: relation, labels: [a, b], format: jsonl"};
    return fuzz(maps, 7, data, size);
}
