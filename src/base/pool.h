#pragma once
/* The thread pool: one for the process, threads that spin shortly and then sleep. A job is cut into
 * tiles that never depend on the number of threads; which thread computes a tile may vary, what a
 * tile is may not, so results do not depend on the number of threads. The caller is thread 0. */
typedef void pool_job(void *ctx, int tile, int thread);

/* Once, at the start; n from 1, 0: all processors this process may use. Again: changes the number. */
void pool_open(int n);
int pool_threads(void); /* 1 before pool_open */
/* Runs job(ctx, tile, thread) for tiles 0 to tiles - 1, each once, taken from a counter in order;
 * returns when all are done. Not from inside a job. */
void pool_run(int tiles, pool_job *job, void *ctx);
void pool_close(void);
