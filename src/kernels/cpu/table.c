/* The variant's table of operations, made from ops.def: an operation that a variant lacks does not link. */
#include "kernels/cpu/cpu.h"

#define CPU_TEXT(name)    CPU_TEXT_OF(name)
#define CPU_TEXT_OF(name) #name

const backend CPU_NAME(cpu, VARIANT) = {
    .name = CPU_TEXT(VARIANT),
#define FN(type, fn, parameters) .fn = cpu_##fn,
#define OP(op, parameters)       .op = CPU(op),
#include "kernels/ops.def"
#undef FN
#undef OP
};
