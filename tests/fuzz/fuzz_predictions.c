/* Any bytes as predictions of each kind of task: refused with a line, or scored; never a crash.
 * What was taken must score, report and list its errors. The first byte chooses the kind. */
#include "score/score.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *classes[] = {"a", "b", "a|b\\", "false"},
                      *tags[] = {"O", "B-D", "I-D", "B-E", "I-E"};
    static const enum metric usual[KINDS] = {METRIC_ACCURACY, METRIC_MACRO_F1, METRIC_MICRO_F1,
                                             METRIC_PEARSON,  METRIC_SPAN_F1,  METRIC_DOCUMENT_F1};
    if (!size) return 0;
    enum task_kind kind = (enum task_kind)(data[0] % KINDS);
    task t = {.name = "fuzz", .kind = kind, .metric = usual[kind], .negative = -1};
    t.labels = kind == KIND_WORDS ? tags : classes;
    t.n_labels = kind == KIND_SCORE ? 0 : kind == KIND_WORDS ? 5 : 4;
    if (kind == KIND_RELATION) t.negative = 3;
    predictions p;
    err e = {0};
    if (!predictions_parse(&p, &t, (str){(const char *)data + 1, size - 1}, "fuzz", &e)) {
        ASSERT(e.set, "refused without a word");
        return 0;
    }
    p.as_authors = data[0] & 0x80;
    arena mem = {0};
    score s;
    FILE *nowhere = fopen("/dev/null", "w");
    if (nowhere && score_compute(&s, &p, &mem, &e) && score_bootstrap(&s, &p, 1, 3, 0.9, &e)) {
        ASSERT(s.value >= -1 && s.value <= 1, "a score of %g", s.value);
        score_print(&s, &t, nowhere);
        ASSERT(score_errors(&p, nowhere, &e), "no list of errors");
    }
    if (nowhere) fclose(nowhere);
    arena_close(&mem);
    predictions_close(&p);
    return 0;
}
