#pragma once
/* op_NAME(be, ..) for every OP of ops.def: asserts shapes and kinds, then calls the device. */
#include "kernels/backend.h"

#define FN(type, name, parameters)
#define OP(name, parameters)              OP_WITH_BACKEND(op_##name, parameters)
#define OP_OPEN(...)                      __VA_ARGS__
#define OP_WITH_BACKEND(name, parameters) void name(const backend *be, OP_OPEN parameters);
#include "kernels/ops.def"
#undef FN
#undef OP
#undef OP_OPEN
#undef OP_WITH_BACKEND
