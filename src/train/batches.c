/* What a step is given, for other programs to read. */
#include "train/batches.h"

typedef void put_item(FILE *to, const task *t, const batch *b, int i);

static void put_id(FILE *to, const task *t, const batch *b, int i)
{
    (void)t;
    fprintf(to, "%d", b->ids[i]);
}

static void put_type(FILE *to, const task *t, const batch *b, int i)
{
    (void)t;
    fprintf(to, "%d", b->types[i]);
}

/* Tokens first to last of each sequence. */
static void put_tokens(FILE *to, const char *name, const task *t, const batch *b, put_item *put)
{
    fprintf(to, ", \"%s\": [", name);
    for (int s = 0; s < b->B; s++) {
        fputs(s ? ", [" : "[", to);
        for (int i = b->start[s]; i < b->start[s + 1]; i++) {
            if (i > b->start[s]) fputs(", ", to);
            put(to, t, b, i);
        }
        fputc(']', to);
    }
    fputc(']', to);
}

static void put_row(FILE *to, const task *t, const batch *b, int i)
{
    (void)t;
    fprintf(to, "%d", b->places[b->rows[i]]);
}

static void put_gold(FILE *to, const task *t, const batch *b, int i)
{
    int K = task_classes(t);
    if (t->kind == KIND_SCORE) {
        fprintf(to, "%.9g", (double)b->target[i]);
    } else if (t->kind == KIND_LABELS) {
        for (int k = 0; k < K; k++)
            fprintf(to, "%s%.0f", k ? ", " : "[",
                    (double)b->target[(size_t)i * (size_t)K + (size_t)k]);
        fputc(']', to);
    } else {
        fprintf(to, "%d", b->weight[i] > 0 ? b->gold[i] : -1);
    }
}

/* Scored rows of each sequence: rows are in the order of their sequences. */
static void put_rows(FILE *to, const char *name, const task *t, const batch *b, put_item *put)
{
    fprintf(to, ", \"%s\": [", name);
    for (int s = 0, i = 0; s < b->B; s++) {
        fputs(s ? ", [" : "[", to);
        for (int first = i; i < b->M && b->rows[i] < b->start[s + 1]; i++) {
            if (i > first) fputs(", ", to);
            put(to, t, b, i);
        }
        fputc(']', to);
    }
    fputc(']', to);
}

void batches_put(FILE *to, unsigned step, const task *t, const batch *b)
{
    fprintf(to, "{\"step\": %u, \"task\": \"%s\"", step, t->name);
    put_tokens(to, "ids", t, b, put_id);
    put_tokens(to, "types", t, b, put_type);
    put_rows(to, "rows", t, b, put_row);
    put_rows(to, "gold", t, b, put_gold);
    fputs("}\n", to);
}
