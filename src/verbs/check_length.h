#pragma once
#include "corpus/doctor/doctor.h"

/* Which texts have more pieces than a sequence may, by the vocabulary of a model (a directory, or a vocabulary file). Without one (NULL) those are found
 * that have too many words already. Says what was done in a line for people and as JSON, in the doctor's arena. */
typedef struct length_check {
    const char *model;
    int most; /* pieces, [CLS] and [SEP] included */
    const char *said, *json;
} length_check;
MUST_USE bool length_check_run(length_check *c, doctor *d, err *e);
