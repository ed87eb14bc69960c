#pragma once
/* Files for the tests of persist/: made on the spot, whole or broken, in the test's own directory. */
#include "persist/checkpoint.h"
#include "persist/safetensors.h"
#include "tests.h"

#define DATA "tests/persist/data/"

/* Without file_write's fsync, which a test that writes hundreds of files would wait for. */
void put_file(const char *path, str bytes);
/* A safetensors file of the given header and so many bytes of values (0, 1, 2, ..); its path. */
const char *made(const char *header, size_t bytes);
/* weights_open must fail on it, in one line that holds `why`. */
void refused_file(const char *path, const char *why);

/* "DIR/name" in the test's own directory; up to eight of them are valid at once. */
const char *own(const char *name);
/* The same bytes in both files. */
void assert_same_file(const char *a, const char *b);
/* A copy of one of data/'s model directories (its files, no folders), to break it. */
void copy_dir(const char *from, const char *to);
/* Fails the test with the message where something that must work does not. */
void works(bool done, const err *e);
/* The message of something that must fail: one line that holds `why`. */
void fails(bool done, const err *e, const char *why);
/* What was printed on stderr from `begin` on: tests of warnings. */
void stderr_begin(void);
const char *stderr_end(void);

/* Two heads: `sick.v2`, a score, and `ddi`, a relation of three classes, "false" among them. */
extern const task two_tasks[2];
net *net_of(const dims *d, const task *tasks, int n, bool train);
/* Values, or moments, that differ from each other and from run to run of `seed`. */
void fill_slab(net *n, enum slab_name which, int seed);
/* All of a slab, end to end; *count values. */
float *all_of(net *n, enum slab_name which, size_t *count, arena *mem);
void assert_same_slab(net *a, net *b, enum slab_name which);

/* A net above data/plain with an optimizer, as a run has it; and one update of it, on made-up tokens that
 * depend on k, of head k % 2. */
typedef struct running {
    model_dir from;
    net *n;
    optimizer o;
} running;
running running_open(const task *tasks, bool freeze);
void running_close(running *r);
void running_step(running *r, int k);

/* Opens a model directory, or fails the test. */
void opened(model_dir *m, const char *path);
/* Tensors that come from another file: tensor i of a plan is tensor of[i] of w. */
typedef struct variant {
    const weights *w;
    int of[40];
} variant;
void variant_values(void *ctx, int i, float *to);
/* A copy of data/plain in which `change` renamed a tensor, changed its plan, or dropped it (false). */
const char *varied(bool (*change)(weight_plan *p, arena *mem));
/* Loads a directory into a net without heads. */
bool load_encoder(const char *path, bool need_pooler, err *e);
