#pragma once
/* Text as the authors' data has it where it is in ASCII: Greek letters spelled by Latin ones, some symbols by their like, all else left out. */
#include "base/utf8.h"

void printable_put(text *to, str s);
