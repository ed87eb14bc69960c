#pragma once
/* The optimizer's two moments of every parameter that learns, in a safetensors file: m.NAME and v.NAME,
 * [rows,cols] as the registry has it (no parts). */
#include "model/params.h"

MUST_USE bool moments_write(const params *ps, const char *path, err *e);
/* Fails unless the file has just these tensors in these shapes. */
MUST_USE bool moments_read(params *ps, const char *path, err *e);
