#pragma once
/* i2b2/VA 2010: NAME.txt, NAME.con and NAME.rel, in whatever folders. */
#include "corpus/document.h"
#include "corpus/tree.h"

/* A document for each NAME.txt that has a NAME.con among the files (if none has, for each NAME.txt). */
MUST_USE bool i2b2_of(document_list *to, const tree *files, const char *folder, arena *mem, err *e);
