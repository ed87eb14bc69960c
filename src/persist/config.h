#pragma once
/* config.json, as Hugging Face has it, and Google's bert_config.json: -> the sizes of an encoder, and
 * back. Keys that mean nothing to us are kept. */
#include "base/json.h"
#include "base/str.h"
#include "model/dims.h"

/* dir/config.json, or dir/bert_config.json where there is none; or dir itself, if it is a file. *config is closed by the caller; it is
 * NULL on failure. Refused, with the reason: a model_type that is not bert; hidden_act other than gelu,
 * gelu_new, gelu_pytorch_tanh, relu; position_embedding_type other than absolute; decoders, pruned
 * heads; sizes missing, out of range or more than one net can hold. */
MUST_USE bool config_read(json **config, dims *d, const char *dir, err *e);
/* The same from text that `name` holds. */
MUST_USE bool config_parse(json **config, dims *d, str bytes, const char *name, err *e);
/* Whether config_read would find one in the directory. */
bool config_there(const char *dir);
/* The text of a config.json for an encoder of these sizes, in f32: `source` (or NULL) with what it says
 * of them changed where d says otherwise. */
void config_put(text *to, const json *source, const dims *d);
/* The same, with the keys of `more` (or NULL) instead of what source says of them. */
void config_put_more(text *to, const json *source, const dims *d, const json *more);
