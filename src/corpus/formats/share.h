#pragma once
/* ShARe/CLEF eHealth 2013, task 1: reports NAME.txt, and the mentions of each in a pipe file or in Knowtator's XML. */
#include "corpus/document.h"
#include "corpus/tree.h"

/* A document for each report that has annotations among the files; of those without, *skipped says how many. */
MUST_USE bool share_of(document_list *to, const tree *files, const char *folder, int *skipped,
                       arena *mem, err *e);
/* One report's XML. */
MUST_USE bool share_knowtator(document *d, str bytes, const char *path, arena *mem, err *e);
