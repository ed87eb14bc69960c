#pragma once
/* Warm-up and decay of the rate. k: updates done before this one, from 0; T: updates in all; W = warmup * T.
 *   linear    k < W: k / W;  else (T - k) / (T - W)      continuous (Hugging Face)
 *   released  x = k / T; x < warmup: x / warmup;  else 1 - x      pytorch-pretrained-BERT 0.6: falls at once from 1 to 0.9
 *   constant  k < W: k / W;  else 1
 * Never below 0. */
#include <stdint.h>

enum schedule { SCHEDULE_LINEAR, SCHEDULE_RELEASED, SCHEDULE_CONSTANT };
extern const char *const schedule_names[3];

typedef struct schedule_plan {
    enum schedule kind;
    double rate, warmup; /* peak rate; share of T, 0.1 */
    uint32_t steps;      /* T */
} schedule_plan;
double schedule_rate(const schedule_plan *s, uint32_t k);
