#pragma once
/* What this machine can do, measured: the ceiling that bench holds a step against. With the
 * threads of the pool. */
#include <stdbool.h>

const char *
products_name(void); /* the library of matrix products and its version, "oneDNN 2.6.3" */
/* Best of repeated products, in GFLOP/s, over about so many seconds; 0 where the processor or
 * the library has none of that kind. */
double measure_products(bool bf16, double seconds);
/* Memory that no cache holds, bytes a second: read only, and a += s b. */
double measure_read(double seconds);
double measure_add(double seconds);
