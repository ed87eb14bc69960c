#pragma once
/* For readers of folders: a file of the folder as checked bytes that live in the arena. */
#include "corpus/formats.h"

/* path is kept for messages. A byte order mark is passed over. */
MUST_USE bool whole_read(str *to, const char *path, arena *mem, err *e);
/* Cuts a line at tabs into at most `most` fields (the last one keeps what is left); returns how many there are. */
int whole_fields(str line, str *to, int most);
