#pragma once
/* The global norm of a step's gradient: what it is multiplied by so that the norm is at most `most`, and the alarm where it is not a number. */
#include "model/params.h"

/* factor [1,2] F32: multiplier and norm, for op_update. most: 0 does not clip. Where the norm is not finite this fails, with the name of the first parameter
 * in declared order that has a value that is not, and all gradients are zero afterwards. */
MUST_USE bool clip_gradients(params *ps, tensor factor, double most, double *norm, err *e);
