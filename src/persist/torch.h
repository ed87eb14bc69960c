#pragma once
/* PyTorch's files: a zip archive (from 1.6 on) or the older row of pickles, with a state dict inside, or a training program's dict
 * that has one: mt-dnn's `state` (its `ema` where that is what it trained), Lightning's `state_dict`. Tensors are views of storages, each
 * held against its storage; the pickle is read by pickle.h, which runs nothing. Tar archives and the preview format are refused. */
#include "persist/weights.h"

enum { TORCH_MARK = 264 }; /* bytes from the front that tell */
bool torch_is(str front);  /* one of PyTorch's forms, also those that are refused */
MUST_USE bool torch_read(weights *w, const char *path, err *e);
MUST_USE bool torch_read_index(weights *w, const char *path, err *e);
