#pragma once
/* Sentences as those have them who published numbers of these corpora: behind . ? or ! and blanks, where a capital letter A-Z follows, over title and abstract
 * as one text. Cruder than split_sentences (it cuts behind "i.e." and "St."), and the same for everybody, so that counts can be compared. */
#include "corpus/document.h"

/* Of each document that has no sentences of its own. merged: not behind "i.v.", as BLUE mends the sentences of its relations. */
void cut_sentences(document_list *d, bool merged, arena *mem);
