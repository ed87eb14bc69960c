#pragma once
/* The readers that formats.def lists, one each. */
#include "corpus/formats.h"

#define FORMAT(name, reader, kinds, about) \
    MUST_USE bool reader(examples *to, const reading *r, err *e);
#include "corpus/formats.def"
#undef FORMAT
