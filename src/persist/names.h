#pragma once
/* Other people's names for our parameters. The registry has Hugging Face's, with "bert." in front; a
 * file may lack it, carry "module." (DataParallel), spell LayerNorm's two tensors gamma and beta (files
 * that came from TensorFlow), or be TensorFlow's own, with slashes and kernels that lie transposed.
 * This is text only: whether a net has such a parameter is for load.c to say. */
#include <stdbool.h>

enum name_style { NAMES_TORCH, NAMES_TENSORFLOW };
enum name_use {
    NAME_BERT,     /* of the encoder or the pooler, as far as the beginning says */
    NAME_HEAD,     /* of a head of ours: tasks.NAME.classifier.weight */
    NAME_LEFT_OUT, /* known and of no use to us; why says what it is */
    NAME_UNKNOWN
};
enum { NAME_ROOM = 200 };

typedef struct known_name {
    enum name_use use;
    char name
        [NAME_ROOM]; /* ours: "bert.encoder.layer.0.output.LayerNorm.weight"; what is left out or
                             unknown keeps the spelling it came with (cut, if it is longer) */
    const char *why; /* NAME_LEFT_OUT: "a buffer of positions" */
    bool transposed; /* the file has [in,out] where we have [out,in] */
    bool bert;       /* "bert." was in front: the file marks what is encoder and what is not */
} known_name;

void name_read(const char *foreign, enum name_style style, known_name *to);
/* A head of mt-dnn, "scoring_list.3.weight": its position, and what follows the last dot of the position ("weight"); else -1. */
int name_position(const char *foreign, const char **rest);
/* For lists of what is in a file: Hugging Face's name without "bert." in front, of pretraining heads and others too, whatever the form.
 * False for what is no weight of a model: the optimizer's slots, buffers of positions. */
bool name_list(const char *foreign, enum name_style style, char to[NAME_ROOM], bool *transposed);
