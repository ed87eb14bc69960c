#pragma once
/* A laboratory for operations: tensors of a backend filled by name (so two laboratories with one seed
 * hold the same values), each between guard zones, results filled with NaN before they are computed. */
#include "kernels/ops.h"

enum { LAB_MOST = 48 };
typedef struct lab {
    const backend *be;
    uint64_t seed;
    enum kind kind; /* of activations and weights */
    int n;
    struct lab_tensor {
        devmem *raw; /* guard, tensor, guard */
        tensor t;
        const char *result; /* its name, where it is compared; or NULL */
    } at[LAB_MOST];
} lab;

void lab_open(lab *l, const backend *be, uint64_t seed);
void lab_close(lab *l);

/* Normal values times spread, around middle. */
tensor lab_real(lab *l, int rows, int cols, double middle, double spread);
/* The same as an activation or weight: of the laboratory's kind. */
tensor lab_act(lab *l, int rows, int cols, double middle, double spread);
/* Whole numbers in [low, high). */
tensor lab_whole(lab *l, int rows, int cols, int low, int high);
/* What is handed in, as it is. */
tensor lab_given(lab *l, int rows, int cols, enum kind kind, const void *values);
/* Filled with NaN; compared under this name. */
tensor lab_result(lab *l, const char *name, int rows, int cols, enum kind kind);
/* Starts from normal values, is added to or moved in place, and compared. */
tensor lab_moved(lab *l, const char *name, int rows, int cols, double spread);
tensor lab_moved_act(lab *l, const char *name, int rows, int cols, double spread);

/* Sequences of these lengths, with made-up numbers in the run. */
ragged lab_ragged(lab *l, int B, const int *lengths);
/* Ids below V, types below T, places, for sequences. */
tokens lab_tokens(lab *l, ragged at, int V, int T);
dropout lab_dropout(lab *l, double rate, int site);

/* Fails the test if anything was written around a tensor. */
void lab_check_guards(const lab *l);
/* Mean square of the difference over the mean square of the right values; NaN only equals NaN. */
double lab_nmse(tensor t, const backend *be, tensor right, const backend *right_be);
/* Doubles of a tensor, in memory of malloc's. */
double *lab_values(tensor t, const backend *be);

/* An operation and its backward over inputs of the shape number `which`; false behind the last. */
typedef struct lab_case {
    const char *name;
    bool (*run)(lab *l, int which);
    double nmse;      /* tolerance */
    double nmse_bf16; /* where activations and weights are bf16; negative: this case has none */
} lab_case;
const lab_case *lab_case_named(const char *name);
/* The variant, or the test ends as skipped, which says that this processor has no such instructions. */
const backend *lab_variant(const char *name);
/* The variant that a run would take here, or fails the test. */
const backend *lab_best(void);
