#pragma once
#include "corpus/document.h"

/* The half of `mtbert convert` that is for corpora: reads `in` (a file or folder) in the format `from`, writes `to` (a file, a folder of brat, "-")
 * in the format `to_format`, and says on stderr what the target could not hold. */
MUST_USE bool convert_corpus(const char *in, const char *from, const char *to,
                             const char *to_format, err *e);
/* Says what a target could not hold. */
void losses_report(const losses *l);
