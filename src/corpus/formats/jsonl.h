#pragma once
#include "corpus/formats.h"

/* JSON lines; also what mednli_read does with the owners' files. */
MUST_USE bool jsonl_read(examples *to, const reading *r, err *e);
