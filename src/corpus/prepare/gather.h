#pragma once
/* Who gathers which corpus: the functions that recipes.def names. */
#include "corpus/prepare/prepare.h"

#define RECIPE(name, task, read, by, released, blue, about) gather read;
#include "corpus/prepare/recipes.def"
#undef RECIPE
