#pragma once
/* The ceiling of matrix products on this machine, for `mtbert bench`: what the library that gemm.c
 * calls can do at its best, on data that stay in the caches. No part of any model's arithmetic. */
#include <stdbool.h>

const char *gemm_library(void); /* name and version */
/* GFLOP/s of all threads of the pool together, the best of repeated runs over about so many seconds;
 * 0 where there are no such products. */
double gemm_peak(bool bf16, double seconds);
